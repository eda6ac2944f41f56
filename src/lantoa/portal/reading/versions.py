"""Versions of an article that were published: kept at their publication, read by everybody."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Revision
from wagtail.signals import page_published, page_unpublished

from lantoa.kernel import clock
from lantoa.portal.models import ArticlePage, PublishedVersion
from lantoa.portal.reading.differences import Line, changed_lines
from lantoa.portal.reading.remains import Remains, remains_of
from lantoa.portal.reading.words import lines_of

_USED_UP: dict[str, Any] = {"is_correction": False, "correction": ""}


@dataclass(frozen=True)
class Earlier:
    """A version, and until when it stood."""

    version: PublishedVersion
    until: dt.datetime


@dataclass(frozen=True)
class Comparison:
    """An earlier version, until when it stood, how the text that stands now differs from it, and what can still be
    shown of it."""

    version: PublishedVersion
    article: ArticlePage
    until: dt.datetime
    changes: list[Line]
    remains: Remains


def connect() -> None:
    """Keep what is published, and close what is withdrawn; called once, when the apps are ready."""
    page_published.connect(_keep, sender=ArticlePage, dispatch_uid="portal.version_is_kept")
    page_unpublished.connect(_withdraw, sender=ArticlePage, dispatch_uid="portal.version_is_withdrawn")


@transaction.atomic
def _keep(*, instance: ArticlePage, revision: Revision, **_: Any) -> None:
    """Keep the version, say on the article that its text changed, and take the mark of the correction off the draft.

    What another site shares says the same as its original, which alone has versions.
    """
    if instance.alias_of_id:
        original = ArticlePage.objects.filter(pk=instance.alias_of_id)
        ArticlePage.objects.filter(pk=instance.pk).update(
            **original.values("corrected_at", "corrected").get(), **_USED_UP
        )
        return
    if not instance.live:
        return  # it was approved for a later time, at which it is published once more
    ArticlePage.objects.select_for_update(of=("self",), no_key=True).get(pk=instance.pk)
    before = PublishedVersion.objects.filter(article=instance).first()
    changed = before is not None and lines_of(before.as_article) != lines_of(instance)
    note = instance.correction.strip() if instance.is_correction else ""
    kept = PublishedVersion.objects.create(
        article=instance,
        number=before.number + 1 if before else 1,
        content=revision.content,
        published_at=instance.last_published_at or timezone.now(),
        is_changed=changed,
        correction=note if before else "",
    )
    last = kept if changed or kept.correction else _last_change(instance)
    said = {"corrected_at": last.published_at if last else None, "corrected": last.correction if last else ""}
    ArticlePage.objects.filter(pk=instance.pk).update(**said, **_USED_UP)
    Revision.objects.filter(pk=revision.pk).update(content={**revision.content, **_USED_UP})


def _last_change(article: ArticlePage) -> PublishedVersion | None:
    return PublishedVersion.objects.filter(~Q(correction="") | Q(is_changed=True), article=article).first()


def _withdraw(*, instance: ArticlePage, **_: Any) -> None:
    """Close every version that could be read until now, unless the article went by its own day."""
    if not instance.expired:
        rows = PublishedVersion.objects.filter(article=instance.pk, withdrawn_at=None)
        rows.update(withdrawn_at=clock.now())


def versions_of(article: ArticlePage) -> list[PublishedVersion]:
    """All that were published, the latest first, without their content (one query)."""
    return list(_published(article).defer("content"))


def _published(article: ArticlePage) -> "QuerySet[PublishedVersion]":
    """The versions of an article; of one that another site shares those of its original."""
    return PublishedVersion.objects.filter(article=article.alias_of_id or article.pk)


def earlier_version(article: ArticlePage, number: int) -> Earlier | None:
    """A version that does not stand any more; None where there is none of that number, or it is the one that stands
    (two queries)."""
    rows = _published(article)
    version = rows.filter(number=number).first()
    later = rows.filter(number__gt=number).order_by("number").defer("content").first() if version else None
    if version is None or later is None:
        return None
    return Earlier(version, min(later.published_at, version.expires_at or later.published_at))


def comparison_of(article: ArticlePage, earlier: Earlier) -> Comparison:
    """An earlier version beside the one that stands (the queries of both bodies and of
    what remains)."""
    then = earlier.version.as_article
    changes = changed_lines(lines_of(then), lines_of(article))
    return Comparison(earlier.version, then, earlier.until, changes, remains_of(then))
