"""Names that leave the system: for a stated purpose that names nobody, and never without a line in the log."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, PurposeMissing, PurposeNamesSomebody
from lantoa.organizations.models import ImportBatch, ImportRow, Unit, UnitEventDraft
from lantoa.organizations.querysets import AppointmentQuerySet
from lantoa.organizations.restricting import restricted_among, unrestricted
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
def export_import_rows(*, actor: Actor, batch: ImportBatch, purpose: str) -> "QuerySet[ImportRow]":
    """The rows of the sheet that an import takes, to be taken out as a workbook and put right; rows of persons whose
    processing is restricted stay.

    Raises NotPermitted, PurposeMissing or PurposeNamesSomebody.
    """
    if not ImportBatch.objects.visible_to(actor).filter(pk=batch.pk).exists():
        raise NotPermitted
    rows = unrestricted(batch.sheet_rows)
    names = batch.person_rows.filter(values__has_key="full_name").values_list("values__full_name", flat=True)
    audit.record(
        actor=actor,
        action="organizations.export_import_rows",
        about=batch,
        unit=batch.unit,
        outcome=Outcome.EXPORTED,
        facts={"purpose": stated_purpose(purpose, map(str, names)), "count": rows.count()},
    )
    return rows


@use_case
def export_appointments(*, actor: Actor, unit: Unit, rows: AppointmentQuerySet, purpose: str) -> AppointmentQuerySet:
    """Those of the appointments `rows`, at a unit or below it, that may be taken out by name for a stated purpose: not
    those of persons whose processing is restricted.

    Raises NotPermitted, PurposeMissing or PurposeNamesSomebody.
    """
    if not policies.can_administer(actor=actor, unit=unit):
        raise NotPermitted
    found = unrestricted(rows)
    audit.record(
        actor=actor,
        action="organizations.export_appointments",
        about=unit,
        unit=unit,
        outcome=Outcome.EXPORTED,
        facts={
            "purpose": stated_purpose(purpose, found.values_list("person__full_name", flat=True)),
            "count": found.count(),
        },
    )
    return found


@use_case
def export_placings(
    *, actor: Actor, draft: UnitEventDraft, people: bool, purpose: str
) -> tuple[Course, list[Placeable]]:
    """What a split leaves to be placed, to be taken out by name for a stated purpose and filled in as a workbook: not
    persons whose processing is restricted.

    Raises NotPermitted (people: whoever places them and may export the unit's names; the rest: its administrator),
    EventClosed, PurposeMissing, PurposeNamesSomebody.
    """
    if not policies.can_export_placings(actor=actor, unit=draft.unit, people=people):
        raise NotPermitted
    if not draft.is_open:
        raise EventClosed
    course = course_of(draft)
    rows = _leaving(course, people_of(course) if people else rest_of(course))
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


def _leaving(course: Course, rows: Sequence[Placeable]) -> list[Placeable]:
    whose = {f"member-{going.row.pk}": going.row.person_id for going in course.memberships}
    whose |= {f"appointment-{going.row.pk}": going.row.person_id for going in course.appointments}
    hidden = restricted_among(whose.values())
    return [row for row in rows if whose.get(row.key) not in hidden]
