"""Codes by which phones are set up."""

import datetime as dt
import uuid
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
def provision(*, actor: Actor, unit: Unit, client_id: uuid.UUID | None = None) -> tuple[Provisioning, str]:
    """Draw a code for one phone, which will take the rolls of the unit in the actor's name; it holds for 24 hours and
    for one use. The code itself is in the answer and nowhere else.

    A form that is sent twice with its `client_id` gets the same code, as long as no phone was set up by it.
    Raises NotPermitted.
    """
    if not can_set_up_phone(actor=actor, unit=unit):
        raise NotPermitted
    if client_id is not None:
        code = codes.drawn_for(f"{actor.user_id}:{unit.pk}:{client_id}")
        given = _given(actor, unit, code)
        if given.phone_id is None and clock.now() < given.expires_at:
            return given, code
    code = codes.draw()
    return _given(actor, unit, code), code


def _given(actor: Actor, unit: Unit, code: str) -> Provisioning:
    now = clock.now()
    given, is_new = Provisioning.objects.get_or_create(
        code_sha256=codes.digest_of(code),
        defaults={
            "unit": unit,
            "user_id": cast("int", actor.user_id),
            "created_at": now,
            "expires_at": now + HOLDS,
        },
    )
    if is_new:
        record(actor=actor, action="rollcall.provision", about=given, unit=unit)
    return given
