"""What becomes of articles on other sites when their original is deleted or offered no longer."""

from typing import Any

from django.db.models.signals import pre_delete
from wagtail.signals import page_published

from lantoa.portal.models import ArticlePage


def connect() -> None:
    """Hear of it; called once, when the apps are ready. Changes and withdrawals Wagtail passes on itself."""
    page_published.connect(_hear_of_offer, sender=ArticlePage, dispatch_uid="portal.offer_changes")
    pre_delete.connect(_hear_of_end, sender=ArticlePage, dispatch_uid="portal.original_is_deleted")


def _hear_of_offer(*, instance: ArticlePage, **_: Any) -> None:
    if not instance.is_offered:
        _take_back(instance)


def _hear_of_end(*, instance: ArticlePage, **_: Any) -> None:
    _take_back(instance)


def _take_back(original: ArticlePage) -> None:
    for shown in ArticlePage.objects.filter(alias_of=original.pk):
        shown.delete()
