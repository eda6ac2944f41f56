"""The ledger of where materials were published. People type it; nothing is posted automatically."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import cast

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.materials import errors, policies
from lantoa.materials.enums import Channel, MaterialState
from lantoa.materials.models import Material, Publication
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit


@dataclass(frozen=True, kw_only=True)
class Published:
    """What is told about a publication. `reach` is None where nobody counted."""

    channel: Channel | str
    published_on: dt.date
    address: str
    reach: int | None = None
    reach_source: str = ""

    def check(self) -> None:
        """Refuse what cannot be true. Raises PublishedInFuture, AddressMissing, ReachUnsourced."""
        if self.published_on > clock.today():
            raise errors.PublishedInFuture(field="published_on")
        if not normalise(self.address):
            raise errors.AddressMissing(field="address")
        if self.reach is not None and not normalise(self.reach_source):
            raise errors.ReachUnsourced(field="reach_source")

    def row(self) -> Publication:
        """A new line that says so, not saved yet."""
        return Publication(
            channel=self.channel,
            published_on=self.published_on,
            address=normalise(self.address),
            reach=self.reach,
            reach_source=normalise(self.reach_source) if self.reach is not None else "",
        )


@use_case
def record_publication(
    *, actor: Actor, client_id: uuid.UUID, material: Material, unit: Unit, published: Published
) -> Publication:
    """Write down where the unit published a material that is in use.

    Returns the line; the same `client_id` again returns the first one. Raises NotPermitted, NotInUse, FormSentBefore
    and those of `Published.check`.
    """
    if not policies.can_record_publication(actor=actor, unit=unit, material=material):
        raise NotPermitted
    locked = Material.objects.select_for_update(of=("self",), no_key=True).get(pk=material.pk)
    if known := _known(client_id, locked, unit):
        return known
    if locked.state != MaterialState.IN_USE:
        raise errors.NotInUse
    published.check()
    line = published.row()
    return _written(actor, "materials.record_publication", line, client_id, material=locked, unit=unit)


@use_case
def correct_publication(
    *,
    actor: Actor,
    client_id: uuid.UUID,
    line: Publication,
    published: Published,
    takes_back: bool,
    reason: str,
) -> Publication:
    """Put another line in the place of one of the own unit, with a reason; `takes_back`: there was no publication.

    The line corrected stays as it is. Returns the new one; the same `client_id` again returns the first one. Raises
    NotPermitted, ReasonMissing, CorrectedAlready, FormSentBefore and those of `Published.check`.
    """
    if not policies.can_record_publication(actor=actor, unit=line.unit, material=line.material):
        raise NotPermitted
    locked = Publication.objects.select_for_update(of=("self",), no_key=True).get(pk=line.pk)
    if known := _known(client_id, line.material, line.unit, locked):
        return known
    if Publication.objects.filter(corrects=locked).exists():
        raise errors.CorrectedAlready
    if not normalise(reason):
        raise errors.ReasonMissing(field="reason")
    published.check()
    new = published.row()
    new.corrects, new.takes_back, new.reason = locked, takes_back, normalise(reason)
    return _written(actor, "materials.correct_publication", new, client_id, material=line.material, unit=line.unit)


def _known(
    client_id: uuid.UUID, material: Material, unit: Unit, corrects: Publication | None = None
) -> Publication | None:
    known = Publication.objects.filter(client_id=client_id).first()
    meant = (material.pk, unit.pk, corrects.pk if corrects else None)
    if known is not None and (known.material_id, known.unit_id, known.corrects_id) != meant:
        raise errors.FormSentBefore
    return known


def _written(
    actor: Actor, action: str, line: Publication, client_id: uuid.UUID, *, material: Material, unit: Unit
) -> Publication:
    line.client_id, line.material, line.unit = client_id, material, unit
    line.recorded_by_id = cast("int", actor.user_id)
    line.save(force_insert=True)
    audit.record(actor=actor, action=action, about=line, unit=unit, facts={"channel": str(line.channel)})
    return line
