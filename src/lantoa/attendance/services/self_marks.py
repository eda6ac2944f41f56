"""Marks that people make themselves at the wall code of a site."""

import uuid

from lantoa.attendance.enums import RANK_OF, DeviceKind, MarkMethod, MarkStatus
from lantoa.attendance.errors import NotOnTheList
from lantoa.attendance.models import AttendanceEvent
from lantoa.attendance.services.marks import Mark, Outcomes, append, lock_device, payload_digest, refuse_ended
from lantoa.attendance.services.places import hold_places
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.study_sessions.models import Placement, Site

_EACH_ONCE = uuid.UUID("6f6c4ed2-77c1-5d0e-9b6e-3a1c1b0a7f10")
"""The name space of the events: one for each person at a session."""


def record_self(*, site: Site, entry_id: int, opener_id: int, recorder_id: int) -> Outcomes:
    """Record that a person on the session's list says to be here, in the caller's transaction, which has checked who it
    is and that the wall is open.

    The mark is written through the virtual device of whoever opened the wall (`opener_id`). `recorder_id` is the user
    of the person, or the opener where the person showed a card. Whoever has checked in at the session before has done
    so, at whichever site: the place is locked, after the sites and before the device. Where the roll is closed, the
    mark waits as a late change. Raises NotOnTheList, SessionWasCancelled, CampaignIsFinished, SiteWasRemoved.
    """
    refuse_ended(site)
    held = hold_places(session_id=site.session_id, site_id=site.pk, entry_ids=[entry_id])
    if entry_id not in held.places:
        raise NotOnTheList
    Placement.objects.select_for_update(no_key=True).get(session=site.session_id, entry=entry_id)
    device = lock_device(actor=Actor(opener_id, None), unit=site.unit, kind=DeviceKind.SELF)
    event_id = uuid.uuid5(_EACH_ONCE, f"{site.session_id}:{entry_id}")
    if AttendanceEvent.objects.filter(event_id=event_id).exists():
        return Outcomes.DUPLICATE
    mark = Mark(entry_id, MarkStatus.PRESENT, event_id, clock.now())
    late = held.is_late(entry_id)
    event = AttendanceEvent(
        event_id=event_id,
        device=device,
        session_id=site.session_id,
        site=site,
        entry_id=entry_id,
        status=mark.status,
        method=MarkMethod.SELF,
        rank=RANK_OF[MarkMethod.SELF],
        recorder_id=recorder_id,
        wall_time=mark.wall_time,
        payload_sha256=payload_digest(session_id=site.session_id, site_id=site.pk, mark=mark, method=MarkMethod.SELF),
        late=late,
    )
    append(device=device, events=[event], campaign_id=site.session.campaign_id)
    return Outcomes.LATE if late else Outcomes.ACCEPTED
