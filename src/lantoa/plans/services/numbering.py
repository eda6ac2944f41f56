"""How a unit writes the numbers of its documents, and the check against giving one twice."""

from collections.abc import Mapping

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans import errors, policies
from lantoa.plans.enums import Numbered
from lantoa.plans.models import NumberPattern
from lantoa.plans.models.numbering import PLACE
from lantoa.plans.selectors.numbers import is_given, patterns_of
from lantoa.plans.services.campaigns import author_id


@use_case
def set_number_patterns(*, actor: Actor, unit: Unit, patterns: Mapping[Numbered, str]) -> dict[str, str]:
    """Set how the unit numbers its documents, by kind; an empty pattern lets the usual one hold.

    Returns the patterns that are set; the same again changes nothing. Errors: NotPermitted, PatternWithoutPlace.
    """
    if not policies.can_set_numbers(actor=actor, unit=unit):
        raise NotPermitted
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    wanted = {kind: normalise(pattern) for kind, pattern in patterns.items()}
    for kind, pattern in wanted.items():
        if pattern and pattern.count(PLACE) != 1:
            raise errors.PatternWithoutPlace(field=kind.value)
    before = patterns_of(unit)
    changed = {kind: pattern for kind, pattern in wanted.items() if before.get(kind, "") != pattern}
    for kind, pattern in changed.items():
        _write(actor, unit, kind, pattern)
    if changed:
        facts = {kind.value: pattern for kind, pattern in changed.items()}
        audit.record(actor=actor, action="plans.set_number_patterns", about=unit, unit=unit, facts=facts)
    return patterns_of(unit)


def lock_numbers(unit_id: int) -> None:
    """Let two documents of a unit be numbered one after the other; taken before the campaign and the plan."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit_id)


def check_number(unit: Unit, kind: Numbered, number: str, year: int, *, repeat_confirmed: bool) -> None:
    """Refuse a number that another document of the unit, kind and year bears, unless that was confirmed.

    Errors: NumberTaken.
    """
    if not repeat_confirmed and is_given(unit, kind, number, year):
        raise errors.NumberTaken(field="number", number=number)


def _write(actor: Actor, unit: Unit, kind: Numbered, pattern: str) -> None:
    if not pattern:
        NumberPattern.objects.filter(unit=unit, kind=kind).delete()
        return
    values = {"pattern": pattern, "set_by_id": author_id(actor), "set_at": clock.now()}
    NumberPattern.objects.update_or_create(unit=unit, kind=kind, defaults=values)
