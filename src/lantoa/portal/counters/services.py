"""Entering what a portal's former counter had."""

import datetime as dt
from typing import cast

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.counters.errors import NotOver, ReasonMissing
from lantoa.portal.models import PortalSite
from lantoa.portal.policies import can_approve
from lantoa.visits.models import OpeningBalance


@use_case
def enter_opening_balance(
    *, actor: Actor, portal: PortalSite, views: int, until: dt.date, note: str = "", reason: str = ""
) -> OpeningBalance:
    """Say how many views the former counter of a portal had at the end of the day `until`.

    It is entered once; whatever is entered later corrects it, says why, and leaves what was entered before on record.
    The same again changes nothing. Raises NotPermitted (who approves for the portal), NotOver, ReasonMissing.
    """
    if not can_approve(actor=actor, unit=portal.unit):
        raise NotPermitted
    PortalSite.objects.select_for_update(of=("self",), no_key=True).get(pk=portal.pk)
    if until >= clock.today():
        raise NotOver(field="until")
    before = OpeningBalance.objects.filter(site_id=portal.pk).first()
    note, reason = normalise(note), normalise(reason)
    if before is not None and (before.views, before.until, before.note) == (views, until, note):
        return before
    if before is not None and not reason:
        raise ReasonMissing(field="reason")
    entered = OpeningBalance.objects.create(
        site_id=portal.pk,
        views=views,
        until=until,
        note=note,
        reason=reason if before else "",
        entered_by_id=cast("int", actor.user_id),
    )
    facts = {"views": views, "until": until.isoformat(), "before": before.views if before else None}
    audit.record(actor=actor, action="portal.enter_opening_balance", about=portal, unit=portal.unit, facts=facts)
    return entered
