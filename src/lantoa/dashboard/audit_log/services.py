"""An export of the log is itself an entry of the log."""

from typing import Any

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.dashboard.audit_log import policies
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit


@use_case
def export_log(*, actor: Actor, filters: dict[str, Any]) -> None:
    """Write down that the actor takes the log (narrowed by `filters`) out of the system. Raises NotPermitted."""
    if not policies.can_read_log(actor=actor):
        raise NotPermitted
    unit = Unit.objects.get(pk=actor.unit_ids(authority.READS_AUDIT_BELOW | authority.READS_OWN_ACTS)[0])
    facts = {name: str(value) for name, value in filters.items() if value and name != "who"}
    audit.record(
        actor=actor, action="dashboard.export_log", about=unit, unit=unit, outcome=Outcome.EXPORTED, facts=facts
    )
