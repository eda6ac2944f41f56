"""Which rules hold for a unit, and which day a rule comes to (domain.md, "Deadlines")."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from lantoa.plans.enums import Anchor, Deadline, Document, Owed
from lantoa.plans.models.rules import CampaignRule
from lantoa.plans.working_days import shifted


@dataclass(frozen=True, kw_only=True)
class RuleInput:
    """A rule as it is typed: of a `unit_kind` or a `level`, with a fixed day or days from an anchor."""

    owed: str
    unit_kind: str = ""
    level: int | None = None
    due_on: dt.date | None = None
    anchor: str = ""
    days: int | None = None
    working_days: bool = False


Rule = CampaignRule | RuleInput


@dataclass(frozen=True, slots=True)
class Frame:
    """What the days of a campaign's rules depend on: its first and last day, the newest date of issue of its
    directives, and the days on which nobody works; for units that joined when it was opened to all, `holds_from` is the
    day of it, and `delay` how long that is after the start."""

    starts_on: dt.date
    ends_on: dt.date
    directives_on: dt.date | None
    days_off: Sequence[dt.date] = ()
    holds_from: dt.date | None = None
    delay: dt.timedelta = dt.timedelta()

    def of_rest(self, holds_from: dt.date, delay: dt.timedelta) -> "Frame":
        """That of the units that join so much later: they have as many days, and nothing counts from before it."""
        issued = self.directives_on
        return replace(
            self,
            starts_on=max(self.starts_on, holds_from),
            directives_on=issued and issued + delay,
            holds_from=holds_from,
            delay=delay,
        )

    def known(self, anchor: str) -> dt.date | None:
        """The day of an event that is the same for all units; None for the others."""
        return {Anchor.START.value: self.starts_on, Anchor.DIRECTIVE.value: self.directives_on}.get(anchor)

    def due(self, terms: Rule, anchor_on: dt.date | None) -> dt.date | None:
        """The deadline, counted from `anchor_on` unless it is a fixed day, and not after the campaign's last day; None
        while that has not happened."""
        if terms.due_on is not None:
            return min(terms.due_on + self.delay, max(terms.due_on, self.ends_on))
        if anchor_on is None or terms.days is None:
            return None
        if self.holds_from is not None and terms.anchor != Anchor.DIRECTIVE:
            anchor_on = max(anchor_on, self.holds_from)
        return min(self.counted(terms, anchor_on, terms.days), self.ends_on)

    def counted(self, terms: Rule, anchor_on: dt.date, days: int) -> dt.date:
        """The day so many days from `anchor_on`, wherever the campaign ends."""
        return shifted(anchor_on, days, working=terms.working_days, days_off=self.days_off)

    def ends_too_early_for(self, terms: Rule) -> bool:
        """Whether the deadline is known to lie after the campaign's last day."""
        if terms.due_on is not None:
            return terms.due_on > self.ends_on
        anchor_on = self.known(terms.anchor)
        if anchor_on is None or terms.days is None:
            return False
        return self.counted(terms, anchor_on, terms.days) > self.ends_on

    def common_due(self, terms: Rule) -> dt.date | None:
        """The deadline where it is the same for all units; None where it is not, or not known."""
        return self.due(terms, self.known(terms.anchor))


class RuleBook:
    """The rules of a campaign: those of a kind of unit hold alone for it, those of a level for the other kinds."""

    def __init__(self, rules: Iterable[CampaignRule]) -> None:
        self._kinds: defaultdict[str, dict[str, CampaignRule]] = defaultdict(dict)
        self._levels: defaultdict[int, dict[str, CampaignRule]] = defaultdict(dict)
        for rule in rules:
            of_unit = self._kinds[rule.unit_kind] if rule.level is None else self._levels[rule.level]
            of_unit[rule.owed] = rule

    def of(self, kind: str, level: int) -> Mapping[str, CampaignRule]:
        """What a unit of this kind at this level owes, by `Deadline`."""
        found = self._kinds[kind] if kind in self._kinds else self._levels.get(level, {})
        return {owed: rule for owed, rule in found.items() if owed != Owed.NOTHING}

    def has_kind(self, kind: str) -> bool:
        """Whether this kind follows rules of its own."""
        return kind in self._kinds

    def asked(self) -> frozenset[str]:
        """Everything that somebody owes, by `Deadline`."""
        every = [*self._kinds.values(), *self._levels.values()]
        return frozenset(owed for rules in every for owed in rules if owed != Owed.NOTHING)

    def units(self, rule: CampaignRule) -> Q:
        """The condition on a row of CampaignUnit that this rule holds for it."""
        if rule.level is None:
            return Q(kind=rule.unit_kind)
        return Q(level=rule.level) & ~Q(kind__in=list(self._kinds))


def in_order(owed: Iterable[str]) -> list[Deadline]:
    """What is owed in the order of the vocabulary."""
    wanted = set(owed)
    return [deadline for deadline in Deadline if deadline.value in wanted]


def is_document(owed: str) -> bool:
    """Whether it is a document that goes through the workflow."""
    return owed in Document.values
