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
        for shown in ArticlePage.objects.filter(alias_of=instance.pk, is_given_back=False):
            give_back(shown)


def _hear_of_end(*, instance: ArticlePage, **_: Any) -> None:
    for shown in ArticlePage.objects.filter(alias_of=instance.pk):
        shown.delete()


def give_back(shown: ArticlePage) -> None:
    """Show it here no longer; its number stays, and what readers sent."""
    shown.is_given_back = True
    shown.save(clean=False)
    shown.unpublish(log_action=False)
