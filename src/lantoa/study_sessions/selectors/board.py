"""How all sites of a session stand, for a board that thousands of sites feed and that asks again by itself."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.study_sessions import rolls
from lantoa.study_sessions.enums import RollProgress, SiteReadiness
from lantoa.study_sessions.models import Placement, Site, SiteCheck, StudySession
from lantoa.study_sessions.querysets import SiteQuerySet
from lantoa.study_sessions.selectors.sessions import visible_site_ids

ROLL: str = "roll"
"""The column of RollProgress that the sites of a board have."""


@dataclass(frozen=True)
class BoardTotals:
    """The sums over all sites that the reader may see, whatever they filter by. A headcount is no roll."""

    sites: int
    readiness: dict[str, int]
    rolls: dict[str, int]
    counted: int
    members: int
    others: int
    placed: int

    @property
    def problems(self) -> int:
        """Sites with a problem."""
        return self.readiness[SiteReadiness.PROBLEM]

    @property
    def ready(self) -> int:
        """Sites that are ready."""
        return self.readiness[SiteReadiness.READY]

    @property
    def unchecked(self) -> int:
        """Sites that nobody has checked."""
        return self.readiness[SiteReadiness.UNCHECKED]

    @property
    def closed(self) -> int:
        """Rolls that are closed."""
        return self.rolls[RollProgress.CLOSED]

    @property
    def open(self) -> int:
        """Rolls that are being taken."""
        return self.rolls[RollProgress.OPEN]

    @property
    def missing(self) -> int:
        """Rolls that nobody has begun."""
        return self.rolls[RollProgress.MISSING]


def sites_of_board(session: StudySession, actor: Actor) -> SiteQuerySet:
    """The sites of the session that the actor may see, each with the progress of its roll."""
    seen = visible_site_ids(session, actor)
    sites = Site.objects.filter(session=session)
    return (sites if seen is None else sites.filter(pk__in=seen)).annotate(**{ROLL: rolls.progress()})


def board_totals(sites: SiteQuerySet) -> BoardTotals:
    """The sums over the sites (two queries, whatever their number)."""
    rows = list(
        sites.order_by()
        .values("readiness", ROLL)
        .annotate(
            number=Count("pk"), counted_sites=Count("counted_at"), members=Sum("members_now"), others=Sum("others_now")
        )
    )
    readiness = dict.fromkeys(SiteReadiness.values, 0)
    progress = dict.fromkeys(RollProgress.values, 0)
    for row in rows:
        readiness[row["readiness"]] += row["number"]
        progress[row["roll"]] += row["number"]
    return BoardTotals(
        sites=sum(row["number"] for row in rows),
        readiness=readiness,
        rolls=progress,
        counted=sum(row["counted_sites"] for row in rows),
        members=sum(row["members"] or 0 for row in rows),
        others=sum(row["others"] or 0 for row in rows),
        placed=Placement.objects.filter(site__in=sites.order_by().values("pk")).count(),
    )


def board_lines(sites: SiteQuerySet, session: StudySession) -> QuerySet[Site]:
    """The sites with what a line of the board shows, worst first.

    Worst is an unsolved problem. Once the session has begun a roll that nobody takes is next, then a site without a
    headcount, and after the end a roll that is not closed; before it begins, a site that nobody has checked.
    `placed` is how many people stand on the list, `problem` what is wrong.
    """
    placed = Placement.objects.filter(site=OuterRef("pk")).order_by().values("site").annotate(people=Count("pk"))
    problem = SiteCheck.objects.filter(site=OuterRef("pk")).order_by("-pk").values("note")[:1]
    lines = sites.select_related("unit").annotate(
        placed=Coalesce(Subquery(placed.values("people"), output_field=IntegerField()), 0),
        problem=Case(
            When(readiness=SiteReadiness.PROBLEM, then=Subquery(problem)),
            default=Value(""),
            output_field=CharField(),
        ),
    )
    return lines.order_by(_urgency(session), "unit__sort_key", "pk")


def narrow_board(sites: QuerySet[Site], *, readiness: str, roll: str) -> QuerySet[Site]:
    """Only sites in that state of readiness and with that progress of the roll; an empty word leaves all."""
    if readiness:
        sites = sites.filter(readiness=readiness)
    if roll:
        sites = sites.filter(**{ROLL: roll})
    return sites


def search_board(sites: QuerySet[Site], words: str) -> QuerySet[Site]:
    """Only sites whose name, address or unit contains every word, whatever the diacritics."""
    wanted = fold(words).split()
    texts = sites.order_by().values_list("pk", "name", "address", "unit__name")
    return sites.filter(pk__in=[pk for pk, *parts in texts if _holds(parts, wanted)])


def fingerprint(*parts: object) -> str:
    """A short text that is another one as soon as anything in the parts is (their `repr` is compared)."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def line_facts(site: Site) -> tuple[object, ...]:
    """Everything that a line of the board shows, for its fingerprint."""
    return (
        site.pk,
        site.name,
        site.address,
        site.unit.label,
        site.readiness,
        site.members_now,
        site.others_now,
        site.counted_at,
        getattr(site, ROLL, ""),
        getattr(site, "placed", 0),
        getattr(site, "problem", ""),
    )


def _urgency(session: StudySession) -> Case:
    now = clock.now()
    troubled = Q(readiness=SiteReadiness.PROBLEM) & ~Q(roll=RollProgress.CLOSED)
    steps = [troubled]
    if now < session.starts_at:
        steps += [Q(readiness=SiteReadiness.UNCHECKED)]
    else:
        steps += [Q(roll=RollProgress.MISSING), Q(counted_at__isnull=True) & ~Q(roll=RollProgress.CLOSED)]
    if now > session.ends_at:
        steps += [Q(roll=RollProgress.OPEN)]
    return Case(*(When(step, then=Value(rank)) for rank, step in enumerate(steps)), default=Value(len(steps)))


def _holds(parts: Iterable[str], wanted: Iterable[str]) -> bool:
    text = fold(" ".join(parts))
    return all(word in text for word in wanted)
