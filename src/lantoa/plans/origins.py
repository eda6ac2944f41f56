"""Where a promise comes from: the plan above or the unit itself (the review's remark on copied, generic plans)."""

from collections.abc import Sequence
from enum import Enum
from typing import cast

from lantoa.kernel.vietnamese import fold
from lantoa.plans.models import Target, Task


class Origin(Enum):
    """Own; repeated from the plan above word for word and figure for figure; or repeated and fitted to the place."""

    OWN = "own"
    INHERITED = "inherited"
    ADAPTED = "adapted"


def origin_of(item: Target | Task) -> Origin:
    """Where the item comes from. Another owner or another day alone does not fit it to the place."""
    if item.inherited_from is None:
        return Origin.OWN
    above = cast("Target | Task", item.inherited_from)
    return Origin.INHERITED if _substance(item) == _substance(above) else Origin.ADAPTED


def is_pure_copy(targets: Sequence[Target], tasks: Sequence[Task]) -> bool:
    """Whether nothing in a plan is the unit's own: every target and task repeats the plan above unchanged."""
    items: list[Target | Task] = [*targets, *tasks]
    return bool(items) and all(origin_of(item) is Origin.INHERITED for item in items)


def _substance(item: Target | Task) -> tuple[object, ...]:
    if isinstance(item, Target):
        return fold(item.indicator), item.number, fold(item.measure)
    return (fold(item.title),)
