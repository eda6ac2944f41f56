"""What a mark points to is there, and stays, whoever writes and whoever deletes."""

import threading
import uuid
from typing import cast

import psycopg
import pytest
from django.db import IntegrityError, connection, models, transaction

from lantoa.accounts.models import User
from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.models import AttendanceEvent, Device
from lantoa.study_sessions.models import Site, StudySession
from tests.attendance.factories import Scene, make_event, make_scene
from tests.plans.racing import wait_for_a_waiter

KEYS: dict[str, type[models.Model]] = {
    "device_id": Device,
    "session_id": StudySession,
    "site_id": Site,
    "recorder_id": User,
}
COPY = """
INSERT INTO attendance_attendanceevent (
  event_id, device_id, seq, session_id, site_id, entry_id, status, method, rank, reason_class, recorder_id, wall_time,
  payload_sha256, received_at, late, flags
)
SELECT gen_random_uuid(), device_id, seq + 1, session_id, site_id, entry_id, status, method, rank, reason_class,
       recorder_id, wall_time, payload_sha256, received_at, late, flags
FROM attendance_attendanceevent
"""


@pytest.fixture
def scene() -> Scene:
    """One mark has been made."""
    scene = make_scene()
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    return scene


@pytest.mark.django_db
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.usefixtures("scene")
def test_a_mark_that_points_to_nothing_is_not_written(key: str) -> None:
    event = AttendanceEvent.objects.get()
    event.pk, event.event_id, event.seq = None, uuid.uuid4(), 2
    setattr(event, key, 10**9)
    with pytest.raises(IntegrityError, match=key), transaction.atomic():
        event.save(force_insert=True)
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("scene")
def test_one_of_many_that_points_to_nothing_keeps_all_of_them_out() -> None:
    fine, wrong = (AttendanceEvent.objects.get() for _ in range(2))
    for seq, event in enumerate((fine, wrong), start=2):
        event.pk, event.event_id, event.seq = None, uuid.uuid4(), seq
    wrong.site_id = 10**9
    with pytest.raises(IntegrityError, match="site_id"), transaction.atomic():
        AttendanceEvent.objects.bulk_create([fine, wrong])
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("key", "model"), KEYS.items())
@pytest.mark.usefixtures("scene")
def test_nothing_that_a_mark_points_to_is_deleted(key: str, model: type[models.Model]) -> None:
    number = AttendanceEvent.objects.values_list(key, flat=True).get()
    refused = pytest.raises(IntegrityError, match=f"there are marks whose {key} it is")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [number])
    assert model._default_manager.filter(pk=number).exists()


@pytest.mark.django_db(transaction=True)
def test_a_device_is_not_deleted_while_its_first_mark_is_being_written(scene: Scene) -> None:
    other = Device.objects.create(kind="phone", unit=scene.site.unit, user_id=cast("int", scene.clerk.user_id))
    failures: list[Exception] = []

    def delete() -> None:
        try:
            with psycopg.connect(**connection.get_connection_params()) as deleting:
                deleting.execute("DELETE FROM attendance_device WHERE id = %s", [other.pk])
        except psycopg.errors.ForeignKeyViolation as refusal:
            failures.append(refusal)

    deleter = threading.Thread(target=delete)
    with psycopg.connect(**connection.get_connection_params()) as writing:
        writing.execute(COPY.replace("device_id, seq + 1", "%s::bigint, seq"), [other.pk])
        deleter.start()
        wait_for_a_waiter()
    deleter.join()
    assert len(failures) == 1
    assert AttendanceEvent.objects.filter(device=other).count() == 1
