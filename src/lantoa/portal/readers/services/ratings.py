"""Giving points to an article."""

from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.portal.models import ArticlePage, Rating


@use_case
def rate_article(*, actor: Actor, article: ArticlePage, reader: str, points: int) -> None:
    """Keep the points of a reader, known by their mark, in place of those that they gave before.

    Whoever reads may rate. Many at once are counted one by one, since each is a row of its own.
    """
    Rating.objects.bulk_create(
        [Rating(article=article, reader=reader, points=points, given_at=clock.now())],
        update_conflicts=True,
        unique_fields=["article", "reader"],
        update_fields=["points", "given_at"],
    )
