"""Codes by which phones are set up."""

import datetime as dt
from typing import cast

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.rollcall import codes
from lantoa.rollcall.models import Provisioning
from lantoa.rollcall.policies import can_set_up_phone

HOLDS = dt.timedelta(hours=24)


@use_case
def provision(*, actor: Actor, unit: Unit) -> tuple[Provisioning, str]:
    """Draw a code for one phone, which will take the rolls of the unit in the actor's name; it holds for 24 hours and
    for one use. The code itself is in the answer and nowhere else.

    Raises NotPermitted.
    """
    if not can_set_up_phone(actor=actor, unit=unit):
        raise NotPermitted
    code, now = codes.draw(), clock.now()
    provisioning = Provisioning.objects.create(
        unit=unit,
        user_id=cast("int", actor.user_id),
        code_sha256=codes.digest_of(code),
        created_at=now,
        expires_at=now + HOLDS,
    )
    record(actor=actor, action="rollcall.provision", about=provisioning, unit=unit)
    return provisioning, code
