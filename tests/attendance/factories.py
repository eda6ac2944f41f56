"""Rolls and marks for tests."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import cast

from django.utils import timezone

from lantoa.attendance.enums import RANK_OF, DeviceKind, Group, LateDecision, MarkMethod, MarkStatus
from lantoa.attendance.models import AttendanceEvent, Coverage, Device, LateChange
from lantoa.attendance.services.marks import Mark
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, Summons, SummonsEntry
from lantoa.study_sessions.models import Site, StudySession
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.factories import make_campaign, make_entry, make_summons
from tests.study_sessions.factories import make_session, make_site, place


@dataclass
class Scene:
    """A committee with one cell whose people are placed at its one site, of a session that began three hours ago."""

    committee: Unit
    cell: Unit
    campaign: Campaign
    summons: Summons
    session: StudySession
    site: Site
    entries: list[SummonsEntry]
    clerk: Actor
    secretary: Actor

    @property
    def first(self) -> SummonsEntry:
        """The first person of the list."""
        return self.entries[0]


NAMES = ("Lò Văn An", "Giàng A Bình", "Tẩn Mí Chẳng", "Lý Thị Dung", "Vàng A Giàng", "Nguyễn Thị Hoà")


def noon() -> dt.datetime:
    """Noon of today: what began three hours ago began on the same day."""
    return timezone.make_aware(dt.datetime.combine(clock.today(), dt.time(12)))


def make_scene(people: int = 3) -> Scene:
    """A scene with that many people summoned and placed."""
    committee = make_unit("Đảng bộ xã Sin Suối Hồ", kind=UnitKind.GRASSROOTS_COMMITTEE)
    cell = make_unit("Chi bộ bản Sin Suối Hồ", parent=committee)
    campaign = make_campaign(committee)
    summons = make_summons(campaign, committee)
    entries = [
        make_entry(summons, make_person(NAMES[number % len(NAMES)], unit=cell), unit=cell) for number in range(people)
    ]
    session = make_session(campaign, committee)
    site = make_site(session, committee, cells=[cell], name="Hội trường xã Sin Suối Hồ")
    place(site, *entries)
    return Scene(
        committee,
        cell,
        campaign,
        summons,
        session,
        site,
        entries,
        make_actor(Role.CLERK, committee),
        make_actor(Role.SECRETARY, committee),
    )


def mark(
    entry: SummonsEntry, status: MarkStatus = MarkStatus.PRESENT, *, event_id: uuid.UUID | None = None, reason: str = ""
) -> Mark:
    """A mark as a device offers it."""
    return Mark(entry.pk, status, event_id or uuid.uuid4(), clock.now(), reason)


def make_event(
    site: Site,
    entry: SummonsEntry,
    status: MarkStatus,
    *,
    recorder: Actor,
    method: MarkMethod = MarkMethod.TICK,
    late: LateDecision | None = None,
    flags: int = 0,
) -> AttendanceEvent:
    """A mark in the log; with `late` one that arrived after closing, with that decision."""
    device, _ = Device.objects.get_or_create(kind=DeviceKind.WEB, unit=site.unit, user_id=cast("int", recorder.user_id))
    device.last_seq += 1
    device.save(update_fields=["last_seq"])
    event = AttendanceEvent.objects.create(
        event_id=uuid.uuid4(),
        device=device,
        seq=device.last_seq,
        session=site.session,
        site=site,
        entry=entry,
        status=status,
        method=method,
        rank=RANK_OF[method],
        recorder_id=cast("int", recorder.user_id),
        wall_time=clock.now(),
        payload_sha256="0" * 64,
        late=late is not None,
        flags=flags,
    )
    if late is not None:
        LateChange.objects.create(event=event, decision=late)
    return event


def make_coverage(
    campaign: Campaign, unit: Unit, present: int, absent: int, missing: int = 0, made_up: int = 0
) -> None:
    """The kept row of a unit for everybody, as of one cell."""
    Coverage.objects.create(
        campaign=campaign,
        unit=unit,
        parent=unit.parent,
        group=Group.ALL,
        path=unit.path,
        summoned=present + absent + missing,
        present=present,
        absent=absent,
        not_reported=missing,
        made_up=made_up,
        cells_total=1,
        cells_reported=0 if missing else 1,
        reported_denominator=0 if missing else present + absent,
        reported_attended=0 if missing else present,
    )
