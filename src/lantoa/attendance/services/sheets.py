"""The use case of the printed sheet."""

from lantoa.attendance.policies import can_print_sheet
from lantoa.attendance.selectors.rolls import roll_of
from lantoa.attendance.selectors.sheets import Sheet, sheet_of
from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.services.exports import stated_purpose
from lantoa.study_sessions.models import Site


@use_case
def export_sheet(*, actor: Actor, site: Site, purpose: str) -> Sheet:
    """The sheet of a site's roll, to be printed and signed, for a stated purpose that stays in the log with the number
    of names. Errors: NotPermitted, PurposeMissing, PurposeNamesSomebody."""
    if not can_print_sheet(actor=actor, unit=site.unit):
        raise NotPermitted
    sheet = sheet_of(roll_of(site))
    stated = stated_purpose(purpose, (line.name for page in sheet.pages for line in page.lines))
    facts = {"purpose": stated, "count": sheet.people}
    audit.record(
        actor=actor,
        action="attendance.export_sheet",
        about=site,
        unit=site.unit,
        outcome=Outcome.EXPORTED,
        facts=facts,
    )
    return sheet
