"""Names that leave the system: for a stated purpose that names nobody, and never without a line in the log."""

from collections.abc import Iterable

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, PurposeMissing, PurposeNamesSomebody
from lantoa.organizations.models import ImportBatch, Unit, UnitEventDraft
from lantoa.organizations.selectors.courses import Course, course_of
from lantoa.organizations.selectors.placings import Placeable, people_of, rest_of
from lantoa.organizations.unit_event_errors import EventClosed

SHORTEST_PURPOSE = 5


def stated_purpose(purpose: str, names: Iterable[str]) -> str:
    """The purpose as it goes into the log, which can never be changed and so must hold no name of `names`.

    Raises PurposeMissing or PurposeNamesSomebody.
    """
    stated = normalise(purpose)
    if len(stated) < SHORTEST_PURPOSE:
        raise PurposeMissing(field="purpose")
    words = f" {stated.casefold()} "
    if any(name.casefold() in words for name in names if len(name) >= SHORTEST_PURPOSE):
        raise PurposeNamesSomebody(field="purpose")
    return stated


@use_case
def export_import_rows(*, actor: Actor, batch: ImportBatch) -> None:
    """Note that the rows of an import were taken out as a workbook, to be put right. Raises NotPermitted."""
    if not ImportBatch.objects.visible_to(actor).filter(pk=batch.pk).exists():
        raise NotPermitted
    audit.record(
        actor=actor,
        action="organizations.export_import_rows",
        about=batch,
        unit=batch.unit,
        outcome=Outcome.EXPORTED,
    )


@use_case
def export_appointments(*, actor: Actor, unit: Unit) -> None:
    """Note that the appointments at a unit were taken out by name. Raises NotPermitted."""
    if not policies.can_administer(actor=actor, unit=unit):
        raise NotPermitted
    audit.record(
        actor=actor, action="organizations.export_appointments", about=unit, unit=unit, outcome=Outcome.EXPORTED
    )


@use_case
def export_placings(
    *, actor: Actor, draft: UnitEventDraft, people: bool, purpose: str
) -> tuple[Course, list[Placeable]]:
    """What a split leaves to be placed, to be taken out by name for a stated purpose and filled in as a workbook.

    Raises NotPermitted (people: whoever places them and may export the unit's names; the rest: its administrator),
    EventClosed, PurposeMissing, PurposeNamesSomebody.
    """
    if not policies.can_export_placings(actor=actor, unit=draft.unit, people=people):
        raise NotPermitted
    if not draft.is_open:
        raise EventClosed
    course = course_of(draft)
    rows = people_of(course) if people else rest_of(course)
    named = (row.name for row in rows if not row.key.startswith("unit-"))
    facts = {"purpose": stated_purpose(purpose, named), "count": len(rows)}
    audit.record(
        actor=actor,
        action="organizations.export_placings",
        about=draft,
        unit=draft.unit,
        outcome=Outcome.EXPORTED,
        facts=facts,
    )
    return course, rows
