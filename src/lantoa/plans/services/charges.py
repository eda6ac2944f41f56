"""Naming who is responsible for a unit in a campaign, and who follows it there."""

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment, Unit
from lantoa.plans import charge_errors, errors, policies
from lantoa.plans.enums import CampaignState, Part
from lantoa.plans.models import Campaign, Charge
from lantoa.plans.selectors.campaigns import scope_unit
from lantoa.plans.selectors.charges import eligible
from lantoa.plans.services.campaigns import author_id, lock_campaign


@use_case
def name_in_charge(
    *, actor: Actor, campaign: Campaign, unit: Unit, responsible: Appointment | None, follower: Appointment | None
) -> bool:
    """Name appointees of today for a unit in a running campaign; None lets the default hold. Whether anything changed.

    It gives nobody any authority; reminders go to who follows. Errors: NotPermitted, CampaignNotRunning,
    UnitOutsideCampaign, UnitNotOpened, NotAnAppointee.
    """
    if not policies.can_name_in_charge(actor=actor, campaign=campaign, unit=unit):
        raise NotPermitted
    stored = lock_campaign(campaign)
    if stored.state != CampaignState.RUNNING:
        raise errors.CampaignNotRunning
    scope_unit(stored, unit)
    wanted = {Part.RESPONSIBLE: responsible, Part.FOLLOWER: follower}
    before = dict(Charge.objects.filter(campaign=stored, unit=unit).values_list("part", "appointment_id"))
    changed = [part for part, held in wanted.items() if before.get(part) != (held.pk if held else None)]
    for part in changed:
        _write(actor, stored, unit, part, wanted[part])
    if changed:
        facts = {part.value: held.pk if held else None for part, held in wanted.items()}
        audit.record(actor=actor, action="plans.name_in_charge", about=stored, unit=unit, facts=facts)
    return bool(changed)


def _write(actor: Actor, campaign: Campaign, unit: Unit, part: Part, held: Appointment | None) -> None:
    if held is None:
        Charge.objects.filter(campaign=campaign, unit=unit, part=part).delete()
        return
    if not eligible(part, unit, clock.today()).filter(pk=held.pk).exists():
        raise charge_errors.NotAnAppointee(field=part.value)
    Charge.objects.update_or_create(
        campaign=campaign,
        unit=unit,
        part=part,
        defaults={"appointment": held, "named_by_id": author_id(actor), "named_at": clock.now()},
    )
