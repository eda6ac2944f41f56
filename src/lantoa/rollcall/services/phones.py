"""Phones that are set up: their names, and their end."""

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.rollcall.models import Phone
from lantoa.rollcall.policies import can_revoke_phone, can_set_up_phone


@use_case
def revoke_phone(*, actor: Actor, phone: Phone) -> Phone:
    """Let a phone open nothing from now on; what it sent stays. Revoking twice changes nothing.

    Raises NotPermitted.
    """
    unit = phone.device.unit
    if not can_revoke_phone(actor=actor, unit=unit):
        raise NotPermitted
    locked = _locked(phone)
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by_id = clock.now(), actor.user_id
        locked.save(update_fields=["revoked_at", "revoked_by"])
        record(actor=actor, action="rollcall.revoke_phone", about=locked, unit=unit)
    return locked


@use_case
def rename_phone(*, actor: Actor, phone: Phone, label: str) -> Phone:
    """Call a phone by another name. The name itself stays out of the log, since people call phones after their owners.

    Raises NotPermitted.
    """
    unit = phone.device.unit
    if not can_set_up_phone(actor=actor, unit=unit):
        raise NotPermitted
    locked = _locked(phone)
    if locked.label != label:
        locked.label = label
        locked.save(update_fields=["label"])
        record(actor=actor, action="rollcall.rename_phone", about=locked, unit=unit)
    return locked


def _locked(phone: Phone) -> Phone:
    return Phone.objects.select_for_update(of=("self",)).get(pk=phone.pk)
