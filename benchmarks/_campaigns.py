"""Campaigns of any size for measurements, in a test database of their own that is dropped after the run."""

import atexit
import datetime as dt
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lantoa.accounts.models import User
    from lantoa.organizations.models import Unit
    from lantoa.plans.models import Campaign

ALWAYS = (dt.date(2010, 1, 1), None)
PEOPLE_IN_A_CELL = 2


@dataclass(frozen=True)
class Built:
    """A campaign with its owner and an officer of the owner."""

    campaign: "Campaign"
    owner: "Unit"
    officer: "User"
    cells: int


@contextmanager
def own_database() -> Iterator[None]:
    """Set Django up on a fresh database; without DATABASE_URL on an embedded PostgreSQL in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="lantoa-benchmark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["LANTOA_DATA_DIR"] = str(folder)
    os.environ["LANTOA_DEBUG"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection, connections

    settings.DEBUG = False
    name = connection.settings_dict["NAME"]
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        yield
    finally:
        if connection.settings_dict["NAME"] != name:  # else it ended before there was one
            connection.creation.destroy_test_db(name, verbosity=0)
        connections.close_all()


def build_campaign(name: str, fan_out: tuple[int, ...]) -> Built:
    """A running campaign whose tree branches as `fan_out` says, the last level being cells.

    Everybody is summoned and placed; seven of eight cells have reported, every thirtieth mark is an absence.
    """
    from lantoa.accounts.models import User
    from lantoa.organizations.enums import Role
    from lantoa.organizations.models import Appointment, Person
    from lantoa.plans.models import Campaign

    officer = User.objects.create(username=f"officer-{uuid.uuid4().hex[:8]}")
    levels = _grow(name, fan_out)
    (owner,) = levels[0]
    person = Person(client_id=uuid.uuid4(), full_name="Lò Văn Phụ Trách", user=officer)
    person.set_texts()
    person.save()
    Appointment.objects.create(person=person, role=Role.OFFICER, unit=owner, period=ALWAYS)
    campaign = Campaign.objects.create(
        client_id=uuid.uuid4(), owner=owner, name=name, audience="general", state="running", created_by=officer,
        starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2030, 1, 1),
    )  # fmt: skip
    _freeze(campaign, levels)
    _hold(campaign, owner, officer)
    _fold(campaign)
    return Built(campaign, owner, officer, len(levels[-1]))


def _grow(name: str, fan_out: tuple[int, ...]) -> "list[list[Unit]]":
    from lantoa.organizations.models import Unit

    levels = [[_unit(name, None)]]
    Unit.objects.bulk_create(levels[0])
    for depth, width in enumerate(fan_out):
        kind = "cell" if depth == len(fan_out) - 1 else "grassroots_committee"
        level = [_unit(f"Đơn vị {depth} {number}", parent, kind) for parent in levels[-1] for number in range(width)]
        levels.append(Unit.objects.bulk_create(level))
        for unit in level:
            unit.path = f"{unit.parent.path if unit.parent else ''}{unit.pk}."
        Unit.objects.bulk_update(level, ["path"], batch_size=2000)
        if depth == 0:
            _root(levels[0][0], level)
    return levels


def _root(owner: "Unit", children: "list[Unit]") -> None:
    from lantoa.organizations.models import Unit

    owner.path = f"{owner.pk}."
    owner.save(update_fields=["path"])
    for unit in children:
        unit.path = f"{owner.path}{unit.pk}."
    Unit.objects.bulk_update(children, ["path"])


def _unit(name: str, parent: "Unit | None", kind: str = "district_committee") -> "Unit":
    from lantoa.organizations.models import Unit

    unit = Unit(tree="party", kind=kind, parent=parent, name=name)
    unit.set_texts()
    return unit


def _freeze(campaign: "Campaign", levels: "list[list[Unit]]") -> None:
    from lantoa.plans.models import CampaignUnit, Plan

    units = [unit for level in levels for unit in level]
    CampaignUnit.objects.bulk_create(
        (
            CampaignUnit(
                campaign=campaign, unit=unit, parent=unit.parent, path=unit.path, name=unit.name, kind=unit.kind,
                sort_key=unit.sort_key,
            )
            for unit in units
        ),
        batch_size=5000,
    )  # fmt: skip
    committees = [unit for level in levels[:-1] for unit in level]
    Plan.objects.bulk_create(
        Plan(campaign=campaign, unit=unit, title=f"Kế hoạch {unit.name}", due_on=dt.date(2026, 1, 1 + number % 28))
        for number, unit in enumerate(committees)
    )


_PEOPLE = """
WITH made AS (
  INSERT INTO organizations_person (client_id, full_name, village, code, is_manager, folded_name, sort_key, version)
  SELECT gen_random_uuid(), 'Lò Văn ' || cell.unit_id || ' ' || n, '', '', false, 'lo van', 'lo van', 1
    FROM plans_campaignunit cell CROSS JOIN generate_series(1, %(people)s) n
   WHERE cell.campaign_id = %(campaign)s AND cell.kind = 'cell'
  RETURNING id, full_name
)
INSERT INTO plans_summonsentry (
    summons_id, campaign_id, person_id, unit_id, standing, reason, addition_decision, addition_reason,
    removal_decision, removal_reason
)
SELECT %(summons)s, %(campaign)s, id, split_part(full_name, ' ', 3)::bigint, 'full', 'member', '', '', '', '' FROM made
"""
_PLACES = """
INSERT INTO study_sessions_placement (entry_id, session_id, site_id)
SELECT id, %(session)s, %(site)s FROM plans_summonsentry WHERE campaign_id = %(campaign)s
"""
_EVENTS = """
INSERT INTO attendance_attendanceevent
  (event_id, device_id, seq, session_id, site_id, entry_id, status, method, rank, reason_class, recorder_id, wall_time,
   received_at, payload_sha256, late, flags)
SELECT gen_random_uuid(), %(device)s, row_number() OVER (ORDER BY id), %(session)s, %(site)s, id,
       CASE WHEN id %% 30 = 0 THEN 'absent' ELSE 'present' END, 'tick', 3, '',
       %(user)s, now(), now(), repeat('0', 64), false, 0
  FROM plans_summonsentry WHERE campaign_id = %(campaign)s AND unit_id %% 8 <> 0
"""
_MARKS = """
INSERT INTO attendance_dirtymark (campaign_id, entry_id)
SELECT campaign_id, id FROM plans_summonsentry WHERE campaign_id = %(campaign)s
"""


def _hold(campaign: "Campaign", owner: "Unit", officer: "User") -> None:
    from django.db import connection

    from lantoa.attendance.models import Device
    from lantoa.plans.models import Summons
    from lantoa.study_sessions.models import Site, StudySession

    summons = Summons.objects.create(
        client_id=uuid.uuid4(), campaign=campaign, unit=owner, number="1-CV", issued_on=dt.date(2026, 1, 2),
        created_by=officer,
    )  # fmt: skip
    begins = dt.datetime(2026, 2, 1, 7, 30, tzinfo=dt.UTC)
    session = StudySession.objects.create(
        client_id=uuid.uuid4(), campaign=campaign, host=owner, title="Hội nghị", starts_at=begins,
        ends_at=begins + dt.timedelta(hours=4), created_by=officer,
    )  # fmt: skip
    site = Site.objects.create(session=session, unit=owner, name="Hội trường")
    device = Device.objects.create(kind="web", unit=owner, user=officer)
    values = {
        "campaign": campaign.pk, "summons": summons.pk, "session": session.pk, "site": site.pk, "device": device.pk,
        "user": officer.pk, "people": PEOPLE_IN_A_CELL,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (_PEOPLE, _PLACES, _EVENTS, _MARKS):
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")


def _fold(campaign: "Campaign") -> None:
    from django.db import connection

    from lantoa.attendance.folding import fold_campaign

    while fold_campaign(campaign.pk):
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
