"""Sectors of work, which the organisation defines."""

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Sector, Unit


@use_case
def define_sector(*, actor: Actor, unit: Unit, code: str, name: str) -> Sector:
    """The sector of that code, made when there is none and named as given.

    `unit` is where the actor administers. Raises NotPermitted.
    """
    if not policies.can_administer(actor=actor, unit=unit):
        raise NotPermitted
    sector, _ = Sector.objects.update_or_create(code=code, defaults={"name": name})
    record(actor=actor, action="organizations.define_sector", about=sector, unit=unit, facts={"code": code})
    return sector
