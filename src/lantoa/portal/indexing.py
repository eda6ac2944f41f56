"""What a search finds of an article: what is published of it, on its own site."""

from collections.abc import Sequence
from typing import Any

from django.db.models.signals import post_delete
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from lantoa.kernel import clock
from lantoa.portal.models import ArticlePage
from lantoa.portal.selectors import KIND
from lantoa.search import indexing, sources
from lantoa.search.indexing import Document


def connect() -> None:
    """Feed the index whenever an article appears, changes or goes; called once, when the apps are ready."""
    sources.register(sources.Source(KIND, _all_ids, _documents))
    page_published.connect(_appears, sender=ArticlePage, dispatch_uid="portal.article_appears")
    page_unpublished.connect(_goes, sender=ArticlePage, dispatch_uid="portal.article_goes")
    post_delete.connect(_goes, sender=ArticlePage, dispatch_uid="portal.article_is_deleted")
    post_page_move.connect(_moves, dispatch_uid="portal.page_moves")


def key_under(page_id: int) -> str:
    """The key of what stands under a page: a section, or the first page of a site."""
    return f"page{page_id}"


def document_of(article: ArticlePage) -> Document:
    """The article as a search shall find it; its body is kept as it stands, for excerpts."""
    return Document(
        kind=KIND,
        object_id=article.pk,
        day=timezone.localdate(article.first_published_at or clock.now()),
        scope=[key_under(pk) for pk in article.get_ancestors().values_list("pk", flat=True)],
        title=article.title,
        text="\n".join([article.lead, article.source, *article.author_names, *article.tags.names()]),
        attached="\n".join([*article.body.stream_block.get_searchable_content(article.body), article.transcript]),
    )


def put(article: ArticlePage) -> None:
    """Let everybody find it."""
    indexing.put([document_of(article)])


def _appears(*, instance: ArticlePage, **_: Any) -> None:
    """What was approved for a later time is found when it appears."""
    if instance.live:
        put(instance)


def _goes(*, instance: ArticlePage, **_: Any) -> None:
    indexing.take_out(KIND, [instance.pk])


def _moves(*, instance: Page, **_: Any) -> None:
    """A page takes what stands under it along, to another section or another site."""
    moved = ArticlePage.objects.live().descendant_of(instance, inclusive=True)
    indexing.put([document_of(article) for article in moved])


def _all_ids() -> list[int]:
    return list(ArticlePage.objects.live().order_by("pk").values_list("pk", flat=True))


def _documents(ids: Sequence[int]) -> list[Document]:
    rows = ArticlePage.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    return [document_of(article) for article in rows]
