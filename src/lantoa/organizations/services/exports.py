"""Names that leave the system: for a stated purpose that names nobody, and never without a line in the log."""

from collections.abc import Iterable

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, PurposeMissing, PurposeNamesSomebody
from lantoa.organizations.models import ImportBatch, Unit

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
