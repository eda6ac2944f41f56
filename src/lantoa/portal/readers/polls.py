"""What pages read of polls."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet

from lantoa.kernel import clock
from lantoa.kernel.numbers import percent_half_up
from lantoa.portal.models import Poll, PollChoice, PollVote, PortalSite

_NOTHING = Decimal("0.0")


@dataclass(frozen=True)
class ChoiceResult:
    """A choice, how many votes it has, and its share of all votes in percent."""

    choice: PollChoice
    votes: int
    share: Decimal

    @property
    def width(self) -> str:
        """The length of its bar."""
        return f"{self.share}%"


@dataclass(frozen=True)
class PollResult:
    """A poll and what came of it so far."""

    poll: Poll
    votes: int
    choices: list[ChoiceResult]


def result_of(poll: Poll) -> PollResult:
    """One query."""
    return _result(poll, list(_counted().filter(poll=poll)))


def current_on(portal: PortalSite) -> PollResult | None:
    """The poll that the first page shows: of those that run today the one that began last (one query)."""
    running = Poll.objects.running_on(clock.today()).filter(portal=portal).order_by("-begins_on", "-pk")
    found = list(_counted().filter(poll=running.values("pk")[:1]))
    return _result(found[0].poll, found) if found else None


def choice_of(poll: Poll, reader: str) -> int | None:
    """The choice of a reader."""
    return PollVote.objects.filter(poll=poll, reader=reader).values_list("choice_id", flat=True).first()


def _counted() -> "QuerySet[PollChoice]":
    rows: QuerySet[PollChoice] = PollChoice.objects.select_related("poll").annotate(many=Count("votes"))
    return rows.order_by("place")


def _result(poll: Poll, choices: list[PollChoice]) -> PollResult:
    counts = [choice.many for choice in choices]  # type: ignore[attr-defined]  # annotated
    total = sum(counts)
    shown = [
        ChoiceResult(choice, many, percent_half_up(many, total) or _NOTHING)
        for choice, many in zip(choices, counts, strict=True)
    ]
    return PollResult(poll, total, shown)
