"""Two editions of a plan, part by part and word by word."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from lantoa.plans.models import Plan, Target, Task
from lantoa.ui.diff import Piece, word_pieces
from lantoa.ui.numbers import day, grouped


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
