"""What readers did on the demonstration's portal: written down as server processes do, folded and closed as usual."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from random import Random

from django.utils import timezone

from lantoa.demonstration.planning import at
from lantoa.demonstration.portal.opening import OPEN_FOR
from lantoa.kernel import clock
from lantoa.portal.documents.indexing import KIND as DOCUMENT
from lantoa.portal.documents.selectors import DOWNLOAD
from lantoa.portal.models import PortalSite, PublicDocument
from lantoa.portal.selectors import KIND as ARTICLE
from lantoa.portal.selectors import published_on
from lantoa.visits.enums import Agent
from lantoa.visits.folding import close_days, fold_waiting
from lantoa.visits.models import VisitBatch
from lantoa.visits.subjects import SITE

READERS = (60, 150)
"""So many readers came on a day, at least and at most."""
ONLINE = 9
"""So many of today's are still there."""
WAKE, READING_HOURS = 6, 16
Subject = tuple[str, int]


def count_readers(portal: PortalSite, random: Random) -> None:
    """The views since the portal was opened, most of them of what had just appeared, and a part of today."""
    moments = dict(published_on(portal).values_list("pk", "first_published_at"))
    articles = {pk: timezone.localdate(moment) for pk, moment in moments.items() if moment is not None}
    published = PublicDocument.objects.shown().filter(portal=portal).values_list("pk", "published_at")
    documents = {pk: timezone.localdate(moment) for pk, moment in published}
    today = clock.today()
    batches = []
    for ago in range(OPEN_FOR.days, -1, -1):
        day = today - dt.timedelta(days=ago)
        readers = round((random.randint(*READERS) + (OPEN_FOR.days - ago) * 2) * _share_gone(day))
        views = _views_of_day(random, day, readers, articles, documents)
        batches.append(_batch(portal, random, day, readers, views))
    VisitBatch.objects.bulk_create(batches)
    fold_waiting()
    close_days()


def _share_gone(day: dt.date) -> float:
    """How much of the hours in which people read has passed; at least a little of today."""
    gone = (clock.now() - at(day, WAKE)) / dt.timedelta(hours=READING_HOURS)
    return min(max(gone, 0.1), 1)


def _views_of_day(
    random: Random, day: dt.date, readers: int, articles: dict[int, dt.date], documents: dict[int, dt.date]
) -> Counter[Subject]:
    """How often each article and document was read, and how often files were fetched."""
    views = Counter[Subject]()
    shown = [pk for pk, since in articles.items() if since <= day]
    if shown:
        weights = [30 / (3 + (day - articles[pk]).days) + pk % 4 / 10 for pk in shown]
        views.update((ARTICLE, pk) for pk in random.choices(shown, weights, k=readers * 2))
    public = [pk for pk, since in documents.items() if since <= day]
    if public:
        weights = [1 + pk % 7 for pk in public]
        read = random.choices(public, weights, k=readers // 3)
        views.update((DOCUMENT, pk) for pk in read)
        views.update((DOWNLOAD, pk) for pk in read if random.random() < 0.15)
    return views


def _batch(portal: PortalSite, random: Random, day: dt.date, readers: int, views: Counter[Subject]) -> VisitBatch:
    """The day as one process would have written it. A download is no view of the site; lists and the first page are."""
    pages = sum(number for (kind, _pk), number in views.items() if kind != DOWNLOAD) + readers
    said = [(kind, pk, Agent.READER, number) for (kind, pk), number in sorted(views.items())]
    said += [(SITE, portal.pk, Agent.READER, pages), (SITE, portal.pk, Agent.ROBOT, pages // 4)]
    said.append((SITE, portal.pk, Agent.PREVIEW, readers // 9))
    content = {
        "counts": [[day.isoformat(), kind, pk, agent.value, number] for kind, pk, agent, number in said],
        "seen": [[day.isoformat(), portal.pk, *seen] for seen in _seen(random, day, readers)],
    }
    return VisitBatch(written_at=min(at(day, 22), clock.now()), content=content)


def _seen(random: Random, day: dt.date, readers: int) -> Iterable[tuple[int, str]]:
    """A mark of each reader, and when they were there last; some of today's are still there."""
    now, span = clock.now(), READING_HOURS * 3600 * _share_gone(day)
    for number in range(readers):
        moment = min(at(day, WAKE) + dt.timedelta(seconds=random.random() * span), now)
        if day == clock.today() and number < ONLINE:
            moment = now
        yield random.getrandbits(62), moment.isoformat()
