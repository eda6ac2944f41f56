"""The phones of the demonstration: some that take rolls, and what one of them sent and could not be recorded."""

import datetime as dt
import hashlib
from collections.abc import Sequence

import msgspec

from lantoa.demonstration.organisation import District, stable_id
from lantoa.demonstration.planning import at
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.rollcall.models import Epoch, Phone
from lantoa.rollcall.services.batches import record_batch
from lantoa.rollcall.services.devices import redeem
from lantoa.rollcall.services.provisioning import provision
from lantoa.rollcall.services.rosters import issue_roster
from lantoa.rollcall.wire import Batch, PhoneEvent, RosterDocument
from lantoa.study_sessions.models import Site

_NOBODY = Actor(user_id=None, person_id=None)
_NAMES = ("Máy của văn thư", "Máy tính bảng của đảng ủy", "Điện thoại cũ của văn phòng")


def set_up_phones(district: District, sites: Sequence[Site], day: dt.date) -> None:
    """A phone at each of the sites' units; the first one sends, a day ago, two scans of cards that are none of ours."""
    for position, site in enumerate(sites):
        clerk = district.staff_of(site.unit).who(Role.CLERK, Role.SECRETARY)
        with clock.supposing(at(day - dt.timedelta(days=1), 15, position)):
            _given, code = provision(actor=clerk, unit=site.unit)
            user, phone = redeem(
                actor=_NOBODY,
                code=code,
                token_sha256=hashlib.sha256(code.encode()).hexdigest(),
                label=_NAMES[position % len(_NAMES)],
                client="1.0",
            )
            roster = msgspec.json.decode(issue_roster(actor=user, phone=phone, site=site), type=RosterDocument)
        if position == 0:
            with clock.supposing(at(clock.today() - dt.timedelta(days=1), 9)):
                _send_scans(user, phone, site, roster, day)


def _send_scans(user: Actor, phone: Phone, site: Site, roster: RosterDocument, day: dt.date) -> None:
    events = tuple(
        PhoneEvent(
            event_id=stable_id(f"scan {site.pk} {number}"),
            seq=number,
            entry_id=person.person_id,
            status="present",
            method="scan",
            wall_time=at(day, 7, 24 + number),
            monotonic_ms=number * 1000,
            roster_id=roster.roster_id,
            card="LT1:AAAAAAAAAAAAAAAA:AAAAAAAAAA",
        )
        for number, person in enumerate(roster.people[:2], start=1)
    )
    batch = Batch(
        batch_id=stable_id(f"batch {site.pk}"),
        sent_at=clock.now(),
        server_epoch=Epoch.objects.get().value,
        waiting=0,
        refused=len(events),
        client="1.0",
        session_id=site.session_id,
        site_id=site.pk,
        events=events,
    )
    record_batch(actor=user, phone=phone, batch=batch)
