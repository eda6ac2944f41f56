"""Two editions of a plan, or a plan and the one above it, part by part and word by word."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.plans.models import Plan, Target, Task
from lantoa.plans.origins import Origin, origin_of
from lantoa.plans.presentation import ORIGINS
from lantoa.ui.diff import Piece, word_pieces
from lantoa.ui.numbers import day, grouped
from lantoa.ui.states import State, Tone


class Change(Enum):
    """What became of a part."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class PartDifference:
    """A part that is not the same in both editions."""

    label: str
    change: Change
    before: Sequence[Piece]
    after: Sequence[Piece]


def differences_of(before: Plan, after: Plan) -> tuple[PartDifference, ...]:
    """What differs between two editions, in the order of the document. Lines are matched by their id."""
    columns = (
        (_("Title of the plan"), before.title, after.title),
        (_("Aims and requirements, fitted to the place"), before.aims, after.aims),
        (_("First day"), day(before.starts_on), day(after.starts_on)),
        (_("Last day"), day(before.ends_on), day(after.ends_on)),
    )
    own = [_difference(label, left, right) for label, left, right in columns if left != right]
    targets = _lines(_("Target"), before.targets.all(), after.targets.all())
    tasks = _lines(_("Task"), before.tasks.all(), after.tasks.all())
    return (*own, *targets, *tasks)


@dataclass(frozen=True)
class Share:
    """A part of a plan beside what it repeats of the plan above; `badge` says whose it is, None for the aims."""

    label: str
    badge: State | None
    above: Sequence[Piece]
    own: Sequence[Piece]


@dataclass(frozen=True)
class Shares:
    """A plan beside the one above it, part for part, and how many of its parts come from where."""

    parts: Sequence[Share]
    inherited: int
    adapted: int
    own: int


LEFT_OUT = State(lazy("not taken over"), Tone.NEUTRAL, "dash-circle")


def shares_of(plan: Plan, above: Plan) -> Shares:
    """What of the plan is inherited, fitted to the place, or its own, and what of the plan above it leaves out; in the
    order of the document (four queries)."""
    kinds: list[tuple[str, Sequence[Target | Task], Sequence[Target | Task]]] = [
        (_("Target"), list(plan.targets.select_related("inherited_from")), list(above.targets.all())),
        (_("Task"), list(plan.tasks.select_related("inherited_from")), list(above.tasks.all())),
    ]
    parts = [Share(_("Aims and requirements, fitted to the place"), None, *word_pieces(above.aims, plan.aims))]
    for label, items, offered in kinds:
        parts.extend(_share(label, item) for item in items)
        taken = {above_it.line for item in items if (above_it := item.inherited_from) is not None}
        parts.extend(
            Share(label, LEFT_OUT, [Piece(text_of(item), changed=False)], [])
            for item in offered
            if item.line not in taken
        )
    counts = Counter(origin_of(item) for _label, items, _offered in kinds for item in items)
    return Shares(parts, counts[Origin.INHERITED], counts[Origin.ADAPTED], counts[Origin.OWN])


def _share(label: str, item: Target | Task) -> Share:
    badge = ORIGINS[origin_of(item)]
    if item.inherited_from is None:
        return Share(label, badge, [], [Piece(text_of(item), changed=False)])
    return Share(label, badge, *word_pieces(text_of(cast("Target | Task", item.inherited_from)), text_of(item)))


def text_of(item: Target | Task) -> str:
    """A target or a task in one line."""
    if isinstance(item, Target):
        figure = grouped(item.number.normalize()) if item.number is not None else "–"
        head = f"{item.indicator}: {figure} {item.measure}".strip()
    else:
        head = item.title
    return f"{head}\n{item.owner or '–'}\n{day(item.due_on)}"


def _lines(label: str, before: Iterable[Target | Task], after: Iterable[Target | Task]) -> Iterator[PartDifference]:
    old: dict[uuid.UUID, str] = {item.line: text_of(item) for item in before}
    new: dict[uuid.UUID, str] = {item.line: text_of(item) for item in after}
    for line in dict.fromkeys([*old, *new]):
        left, right = old.get(line, ""), new.get(line, "")
        if left != right:
            yield _difference(label, left, right)


def _difference(label: str, left: str, right: str) -> PartDifference:
    before, after = word_pieces(left, right)
    change = Change.ADDED if not left else Change.REMOVED if not right else Change.CHANGED
    return PartDifference(label, change, before, after)
