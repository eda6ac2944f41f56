"""The number under which copies of pages are kept: whoever changes what a page shows makes a new one."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest
from wagtail.models import Page, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from lantoa.directives.models import Directive, DirectiveRelation
from lantoa.directives.signals import entry_changed
from lantoa.organizations.models import Sector
from lantoa.portal.models import EditionChange, PublicDocument
from lantoa.study_sessions.models import Site as SessionSite
from lantoa.study_sessions.models import StudySession

Kept = TypeVar("Kept")
KEPT_FOR = 60
"""So many seconds is kept what many pages show while nothing changes."""
_OF_REQUEST = "_portal_edition"
"""Where the edition of a request stays."""
QUIET = frozenset({"EditionChange", "ArticleAuthor", "ArticleTag", "ReviewTask", "Rating", "PollVote"})
"""Models of the portal whose rows show on no page for everybody, or appear with their article alone; and readers'
votes, whose sums may be as old as a copy: else each vote would be the end of all of them. The rows of every
other model begin a new edition when they are saved or deleted; `update` and `bulk_create` send no signal, and whoever
uses them calls `turn`."""
_OF_DRAFTS = frozenset(
    {
        "latest_revision",
        "latest_revision_created_at",
        "draft_title",
        "has_unpublished_changes",
        "go_live_at",
        "expire_at",
        "locked",
        "locked_at",
        "locked_by",
    }
)
"""What a draft changes of a page that is published."""
_OF_SESSIONS = frozenset({"title", "starts_at", "ends_at", "is_public", "cancelled_at"})
_OF_PLACES = frozenset({"unit", "name", "address"})
"""What the calendar for everybody tells of a session and of its places."""
_known: dict[str, int] = {}
"""The edition that this process knows of."""
_NUMBER = "SELECT coalesce(sum(weight), 0) FROM portal_editionchange"
_FOLD = """
WITH folded AS (DELETE FROM portal_editionchange RETURNING weight)
INSERT INTO portal_editionchange (weight) SELECT sum(weight) FROM folded HAVING count(*) > 0
"""


def current() -> int:
    """The number of this edition (one query). Read it before what a page shows: then a copy is never older than the
    number that it is kept under.

    Where sites stand is kept by Wagtail in each process for an hour: a new edition, perhaps begun by another process,
    lets it be read again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER)
        (number,) = cursor.fetchone()
    if _known.get("number") != number:
        Site.clear_site_root_paths_cache()
        _known["number"] = int(number)
    return int(number)


def of_request(request: HttpRequest) -> int:
    """The edition of the time when the request came, read once for it."""
    number: int | None = getattr(request, _OF_REQUEST, None)
    if number is None:
        number = current()
        setattr(request, _OF_REQUEST, number)
    return number


def kept(name: str, edition: int | None, made: Callable[[], Kept]) -> Kept:
    """What `made` gives, kept in the memory of this process for whoever asks under the same edition. Everybody gets one
    of their own. None is not kept, nor is anything without an edition."""
    if edition is None:
        return made()
    key = f"portal.{name}.{edition}"
    known: Kept | None = cache.get(key)
    if known is None:
        known = made()
        if known is not None:
            cache.set(key, known, KEPT_FOR)
    return known


def turn() -> None:
    """Begin a new edition with the change that is made in the same transaction: no copy of a page is used any more."""
    EditionChange.objects.create()


def fold() -> None:
    """Make one row of all steps; the number stays."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)


def connect() -> None:
    """Begin a new edition whenever something changes; called once, when the apps are ready."""
    for model in [*_shown_models(), Sector, Site]:
        name = model._meta.label
        post_save.connect(_is_saved, sender=model, dispatch_uid=f"portal.edition.save.{name}")
        post_delete.connect(_changes, sender=model, dispatch_uid=f"portal.edition.delete.{name}")
        for relation in model._meta.many_to_many:
            through = relation.remote_field.through
            m2m_changed.connect(_changes, sender=through, dispatch_uid=f"portal.edition.{name}.{relation.name}")
    # Whoever moves a page, a draft too, saves it as a plain one in the same transaction: the sections beside it have
    # other paths from then on.
    post_save.connect(_changes, sender=Page, dispatch_uid="portal.edition.page")
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(_changes, dispatch_uid="portal.edition")
    entry_changed.connect(_entry_changes, sender=Directive, dispatch_uid="portal.edition")
    for signal in (post_save, post_delete):
        signal.connect(_relation_changes, sender=DirectiveRelation, dispatch_uid="portal.edition.relation")
        signal.connect(_place_changes, sender=SessionSite, dispatch_uid="portal.edition.place")
    post_save.connect(_session_changes, sender=StudySession, dispatch_uid="portal.edition.session")


def _shown_models() -> list[type[Model]]:
    models = apps.get_app_config("portal").get_models()
    return [model for model in models if model.__name__ not in QUIET]


def _changes(**_: Any) -> None:
    turn()


def _is_saved(*, instance: Model, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """A draft is no change: an article that is edited begins no edition until it appears."""
    if isinstance(instance, Page) and (not instance.live or (update_fields and _OF_DRAFTS.issuperset(update_fields))):
        return
    turn()


def _entry_changes(*, directive: Directive, **_: Any) -> None:
    if PublicDocument.objects.shown().filter(directive=directive).exists():
        turn()


def _relation_changes(*, instance: DirectiveRelation, **_: Any) -> None:
    if PublicDocument.objects.shown().filter(directive__in=[instance.directive_id, instance.other_id]).exists():
        turn()


def _session_changes(*, instance: StudySession, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """One that is no longer open to the public says so by the column that is written."""
    written = _OF_SESSIONS if update_fields is None else _OF_SESSIONS & update_fields
    if written and (instance.is_public or (update_fields is not None and "is_public" in written)):
        turn()


def _place_changes(*, instance: SessionSite, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    if update_fields is not None and not _OF_PLACES & update_fields:
        return
    if StudySession.objects.filter(pk=instance.session_id, is_public=True).exists():
        turn()
