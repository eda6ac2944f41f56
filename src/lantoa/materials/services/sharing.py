"""Links that open a material without sign-in."""

import datetime as dt
import uuid
from typing import cast

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.materials import errors, policies
from lantoa.materials.enums import MaterialState
from lantoa.materials.models import Material, ShareLink
from lantoa.materials.secrets import digest_of, secret_of
from lantoa.materials.services.locking import locked_material
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted

LONGEST = dt.timedelta(days=366)


@use_case
def share_material(*, actor: Actor, client_id: uuid.UUID, material: Material, ends_on: dt.date) -> ShareLink:
    """Make a link that opens the material, always in the version that is in use, until its last day.

    Returns it; the same `client_id` again returns the first one. Raises NotPermitted, NotInUse, LinkEndsWrongly,
    FormSentBefore.
    """
    if not policies.can_write_material(actor=actor, unit=material.owner):
        raise NotPermitted
    locked = locked_material(material)
    if known := ShareLink.objects.filter(client_id=client_id).first():
        if known.material_id != locked.pk:
            raise errors.FormSentBefore
        return known
    if locked.state != MaterialState.IN_USE:
        raise errors.NotInUse
    if not clock.today() <= ends_on <= clock.today() + LONGEST:
        raise errors.LinkEndsWrongly(field="ends_on")
    link = ShareLink(client_id=client_id, material=locked, ends_on=ends_on, made_by_id=cast("int", actor.user_id))
    link.digest = digest_of(secret_of(link))
    link.save(force_insert=True)
    facts = {"until": ends_on.isoformat()}
    audit.record(actor=actor, action="materials.share_material", about=link, unit=locked.owner, facts=facts)
    return link


@use_case
def revoke_link(*, actor: Actor, link: ShareLink) -> ShareLink:
    """Let a link lead nowhere from now on. A repeat changes nothing. Raises NotPermitted."""
    if not policies.can_write_material(actor=actor, unit=link.material.owner):
        raise NotPermitted
    locked = ShareLink.objects.select_for_update(of=("self",)).select_related("material__owner").get(pk=link.pk)
    if locked.revoked_at is not None:
        return locked
    locked.revoked_at = clock.now()
    locked.save(update_fields=["revoked_at"])
    audit.record(actor=actor, action="materials.revoke_link", about=locked, unit=locked.material.owner)
    return locked
