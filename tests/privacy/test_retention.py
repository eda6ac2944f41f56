"""What has been kept long enough goes, by batches that can be cut off, and no count changes."""

import datetime as dt
import os
import uuid
from pathlib import Path
from threading import Event

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from lantoa.accounts.enums import InvitationKind
from lantoa.accounts.models import Invitation, Session, SignInLimit
from lantoa.audit.models import Entry
from lantoa.config.cli import main
from lantoa.files.models import StoredFile
from lantoa.jobs.models import Job
from lantoa.kernel import clock
from lantoa.notifications.models import Mail, Notification, Silence
from lantoa.organizations.actors import SYSTEM
from lantoa.organizations.enums import ImportKind, ImportState, Role, Standing
from lantoa.organizations.errors import ImportClosed
from lantoa.organizations.models import Appointment, ImportBatch, ImportRow, Membership, Person, Unit
from lantoa.organizations.services.comparing import return_differences
from lantoa.organizations.services.imports import apply_import, undo_import
from lantoa.privacy import errors
from lantoa.privacy.enums import ErasureState, RequestKind, RequestState
from lantoa.privacy.models import DataRequest, Erasure, RetentionRun
from lantoa.privacy.retention import STEPS, periods
from lantoa.privacy.services import retention
from tests.directives.factories import make_directive
from tests.jobs.runner import run_deferred
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.racing import run_at_once, wait_for_a_waiter

pytestmark = pytest.mark.django_db
START, LEFT, LONG_AGO = dt.date(2010, 1, 1), dt.date(2012, 5, 1), dt.datetime(2015, 3, 1, tzinfo=dt.UTC)
COUNTS = """
SELECT (SELECT count(*) FROM organizations_membership), (SELECT count(*) FROM organizations_person),
       (SELECT count(*) FROM organizations_appointment), (SELECT count(*) FROM attendance_attendanceevent),
       (SELECT coalesce(sum(present + absent + summoned), 0) FROM attendance_coverage)
"""


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cell() -> Unit:
    return make_unit("Chi bộ bản Vàng Pheo")


def gone(cell: Unit, name: str = "Đèo Xuân Thưởng") -> Person:
    """Somebody whom no unit has counted for long."""
    person = make_person(name, unit=cell)
    Membership.objects.filter(person=person).update(period=DateRange(START, LEFT))
    return person


def counts() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return tuple(cursor.fetchone())


def due() -> dict[str, int]:
    found = {step.key: sum(one.rows for one in dues) for step, dues in retention.due_by_step()}
    return {key: rows for key, rows in found.items() if rows}


def apply() -> dict[str, int]:
    result: dict[str, int] = retention.apply_retention(actor=SYSTEM).result
    return result


def batch_of(cell: Unit, state: ImportState, rows: int = 2) -> ImportBatch:
    batch = ImportBatch.objects.create(
        client_id=uuid.uuid4(),
        unit=cell,
        file_name="Danh sách.xlsx",
        sha256="0" * 64,
        effective_on=START,
        created_by=make_user(),
        created_at=LONG_AGO,
        applied_at=LONG_AGO,
        state=state,
    )
    ImportRow.objects.bulk_create(ImportRow(batch=batch, number=n, values={"full_name": "Lò"}) for n in range(rows))
    return batch


def stored(name: str, day: dt.datetime = LONG_AGO) -> StoredFile:
    file = StoredFile(client_id=uuid.uuid4(), name=name, size=1, no_secrecy_declared=True, uploaded_by=make_user())
    file.uploaded_at = day
    file.content.save(f"{uuid.uuid4().hex}.pdf", ContentFile(b"%PDF"))
    return file


def test_what_would_go_is_told_and_nothing_is_changed(cell: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    person = gone(cell)
    assert main(["retention"]) == 0
    said = capsys.readouterr().out
    assert f"{cell.name} ({cell.pk}): 1, the oldest of 2012-05-01" in said
    person.refresh_from_db()
    assert person.full_name == "Đèo Xuân Thưởng"
    assert not RetentionRun.objects.exists()


def test_the_key_to_former_members_goes_and_counts_stay(cell: Unit) -> None:
    person, stays = gone(cell), make_person("Lò Văn Ân", unit=cell)
    office = make_person("Vàng A Páo")
    Appointment.objects.create(person=office, role=Role.VIEWER, unit=cell, period=DateRange(START, LEFT))
    before = counts()
    assert due() == {"former_persons": 2} == apply()
    assert counts() == before
    names = {one.pk: one.full_name for one in Person.objects.all()}
    assert (names[person.pk], names[stays.pk], names[office.pk]) == ("–", "Lò Văn Ân", "–")
    erasure = Erasure.objects.get(person=person)
    assert (erasure.state, erasure.asked_by, erasure.unit) == (ErasureState.DONE, None, cell)
    assert due() == {}


def test_who_is_counted_appointed_or_asked_about_stays(cell: Unit) -> None:
    appointed, asked, restricted, late, waits = (gone(cell, f"Lò Văn {name}") for name in "ABCDE")
    Appointment.objects.create(person=appointed, role=Role.VIEWER, unit=cell, period=DateRange(START, None))
    Erasure.objects.create(client_id=uuid.uuid4(), person=asked, unit=cell, reason="Theo đơn", asked_by=make_user())
    for person, kind, state in (
        (restricted, RequestKind.RESTRICTION, RequestState.DONE),
        (waits, RequestKind.RESTRICTION, RequestState.REQUESTED),
    ):
        DataRequest.objects.create(
            client_id=uuid.uuid4(),
            person=person,
            unit=cell,
            kind=kind,
            state=state,
            reason="Theo đơn",
            asked_by=make_user(),
            due_on=LEFT,
        )
    Membership.objects.filter(person=late).update(period=DateRange(START, clock.today()))
    assert apply() == {}


@pytest.mark.django_db(transaction=True)
def test_who_is_counted_again_while_a_run_waits_stays(cell: Unit) -> None:
    person = gone(cell)
    locked, former = Event(), next(step for step in STEPS if step.key == "former_persons")

    def count_again() -> None:
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=person.pk)
            locked.set()
            wait_for_a_waiter()
            Membership.objects.create(
                person=person, unit=cell, standing=Standing.FULL, period=DateRange(clock.today(), None)
            )

    def let_go() -> None:
        locked.wait()
        with transaction.atomic():
            former.let_go(clock.today(), 20)

    assert run_at_once(count_again, let_go) == [None, None]
    person.refresh_from_db()
    assert (person.full_name, Erasure.objects.count()) == ("Đèo Xuân Thưởng", 0)


def test_decided_requests_are_emptied(cell: Unit) -> None:
    old = DataRequest.objects.create(
        client_id=uuid.uuid4(),
        person=make_person(unit=cell),
        unit=cell,
        kind=RequestKind.CORRECTION,
        field="village",
        value="Bản Riêng",
        state=RequestState.DONE,
        reason="Theo đơn",
        decided_at=LONG_AGO,
        asked_by=make_user(),
        due_on=LEFT,
    )
    assert due() == {"requests": 1} == apply()
    old.refresh_from_db()
    assert (old.value, old.reason, old.state) == ("", "–", RequestState.DONE)


def test_the_rows_of_imports_go_and_the_import_stays(cell: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    applied, left = batch_of(cell, ImportState.APPLIED, 5), batch_of(cell, ImportState.PREVIEWED, 1)
    undone = batch_of(cell, ImportState.UNDONE, 0)
    fresh = batch_of(cell, ImportState.PREVIEWED)
    ImportBatch.objects.filter(pk=fresh.pk).update(created_at=clock.now())
    assert due() == {"imports_applied": 6, "imports_left": 3} == apply()
    assert set(ImportRow.objects.values_list("batch", flat=True)) == {fresh.pk}
    states = dict(ImportBatch.objects.values_list("pk", "state"))
    assert (states[applied.pk], states[left.pk], states[undone.pk]) == ("applied", "cancelled", "undone")
    with pytest.raises(ImportClosed):
        undo_import(actor=make_actor(Role.CLERK, cell), batch=applied)


def test_what_is_left_of_an_import_that_goes_is_neither_applied_nor_undone(
    cell: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    clerk = make_actor(Role.CLERK, cell)
    registered, compared = batch_of(cell, ImportState.APPLIED, 5), batch_of(cell, ImportState.APPLIED, 5)
    previewed = batch_of(cell, ImportState.PREVIEWED, 5)
    ImportBatch.objects.filter(pk=compared.pk).update(kind=ImportKind.COMPARE)
    run = retention.begin_retention(actor=SYSTEM)
    for _key, _rows in retention.batches(run):
        for batch, act in ((registered, undo_import), (compared, return_differences)):
            left = ImportRow.objects.filter(batch=batch).count()
            if left < 5:
                with pytest.raises(ImportClosed):
                    act(actor=clerk, batch=batch)
            assert ImportRow.objects.filter(batch=batch).count() == left
        if ImportRow.objects.filter(batch=previewed).count() < 5:
            with pytest.raises(ImportClosed):
                apply_import(actor=clerk, batch=previewed, skip_problem_rows=True)
    assert not ImportRow.objects.exists()
    assert due() == {}


def test_files_to_which_nothing_refers_go_with_their_bytes(cell: Unit) -> None:
    used, unused, fresh = stored("dùng.pdf"), stored("thừa.pdf"), stored("mới.pdf", clock.now())
    make_directive(cell, number="57-NQ/TW").files.add(used)
    orphan = default_storage.save("2015/03/orphan.pdf", ContentFile(b"%PDF"))
    default_storage.save("reports/kept.pdf", ContentFile(b"%PDF"))
    os.utime(default_storage.path(orphan), (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    assert due() == {"unused_files": 2} == apply()
    run_deferred()
    assert set(StoredFile.objects.all()) == {used, fresh}
    assert default_storage.exists(str(used.content))
    assert not default_storage.exists(str(unused.content))
    assert not default_storage.exists(orphan)
    assert default_storage.exists("reports/kept.pdf")


def test_nothing_was_ever_uploaded(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "not-there"
    assert due() == {}


def test_sessions_failures_and_work_that_ended_go(cell: Unit) -> None:
    user = make_user()
    Client().force_login(user)
    Session.objects.create(session_key="x" * 32, session_data="", expire_date=LONG_AGO)
    SignInLimit.objects.create(pk="account:x", level=1, forgets=60, last_at=LONG_AGO)
    Job.objects.create(owner=user, title="Nhập danh sách", ended_at=LONG_AGO)
    Job.objects.create(owner=user, title="Nhập danh sách")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
            "VALUES ('default', 'one', '{}', 'todo'), ('default', 'other', '{}', 'todo')"
        )
        for status in ("doing", "succeeded"):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE task_name = 'one'", [status])
        cursor.execute("UPDATE procrastinate_events SET at = %s", [LONG_AGO])
    assert due() == {"sessions": 1, "failed_sign_ins": 1, "jobs": 1, "queue": 1} == apply()
    assert Session.objects.filter(user=user).count() == 1
    assert Job.objects.count() == 1


def test_what_people_were_told_long_ago_goes_with_its_mails_and_silences(cell: Unit) -> None:
    user = make_user()
    for at in (LONG_AGO, clock.now()):
        mail = Mail.objects.create(receiver=user, made_at=at)
        Notification.objects.create(receiver=user, kind="plans.call", occasion=str(at), mail=mail, made_at=at)
        day = timezone.localdate(at)
        Silence.objects.create(user=user, kind=str(at.year), begins_on=day, ends_on=day)
    assert due() == {"notifications": 3} == apply()
    assert [model.objects.count() for model in (Mail, Notification, Silence)] == [1, 1, 1]


def test_invitations_that_ended_go_but_for_the_last_of_an_account(cell: Unit) -> None:
    one, other = make_user(), make_user()
    made = [
        Invitation.objects.create(
            client_id=uuid.uuid4(),
            user=user,
            kind=InvitationKind.SLIP,
            digest=f"{user.pk}-{day}",
            made_at=LONG_AGO + dt.timedelta(days=day),
            expires_at=LONG_AGO + dt.timedelta(days=day + 14),
            withdrawn_at=LONG_AGO + dt.timedelta(days=day + 1),
        )
        for user, day in ((one, 0), (one, 2), (one, 4), (other, 0))
    ]
    assert due() == {"invitations": 2} == apply()
    assert set(Invitation.objects.all()) == set(made[2:])


def test_the_last_invitation_of_an_account_loses_its_address_alone(cell: Unit) -> None:
    made = [
        Invitation.objects.create(
            client_id=uuid.uuid4(),
            user=make_user(),
            kind=InvitationKind.MAIL,
            email="mai@example.vn",
            digest=f"{ended}",
            made_at=ended - dt.timedelta(days=3),
            expires_at=ended,
        )
        for ended in (LONG_AGO, clock.now())
    ]
    assert due() == {"invitations": 1} == apply()
    assert [Invitation.objects.get(pk=one.pk).email for one in made] == ["", "mai@example.vn"]
    assert due() == {}


def test_a_run_that_was_cut_off_is_resumed_and_is_one_act(cell: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 20)
    people = [gone(cell, f"Đèo Xuân {letter}") for letter in "ABC"]
    cut_off = retention.begin_retention(actor=SYSTEM)
    assert next(retention.batches(cut_off)) == ("former_persons", 1)
    RetentionRun.objects.filter(pk=cut_off.pk).update(day=clock.today() - dt.timedelta(days=1))
    assert Person.objects.filter(pk__in=[one.pk for one in people], full_name="–").count() == 1
    run = retention.apply_retention(actor=SYSTEM)
    assert (run.pk, run.result, run.day) == (cut_off.pk, {"former_persons": 3}, clock.today() - dt.timedelta(days=1))
    entry = Entry.objects.get(action="privacy.finish_retention")
    assert entry.facts == {"former_persons": 3}
    assert apply() == {}
    assert Erasure.objects.count() == 3


def test_a_batch_that_fails_leaves_nothing_behind(cell: Unit) -> None:
    person = gone(cell)
    Erasure.objects.create(
        client_id=uuid.uuid5(uuid.UUID("6d5f0e0a-6f0d-4b1e-9b69-0c1f6c1a7a11"), str(person.pk)),
        person=make_person(),
        unit=cell,
        reason="Theo đơn",
        asked_by=make_user(),
        state=ErasureState.REFUSED,
    )
    run = retention.begin_retention(actor=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        list(retention.batches(run))
    person.refresh_from_db()
    run.refresh_from_db()
    assert (person.full_name, run.result) == ("Đèo Xuân Thưởng", {})


def test_only_the_system_lets_anything_go(cell: Unit) -> None:
    administrator = make_actor(Role.ADMINISTRATOR, cell)
    with pytest.raises(errors.NotPermitted):
        retention.apply_retention(actor=administrator)
    with pytest.raises(errors.NotPermitted):
        retention.finish_retention(actor=administrator, run=RetentionRun.objects.create(day=START))


def test_two_runs_do_not_go_on_at_once(cell: Unit) -> None:
    names = {"dbname": "NAME", "user": "USER", "host": "HOST", "password": "PASSWORD"}
    with psycopg.connect(**{name: connection.settings_dict[key] for name, key in names.items()}) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [retention.LOCK])
        with pytest.raises(errors.RetentionRuns):
            apply()
        other.execute("SELECT pg_advisory_unlock(%s)", [retention.LOCK])
        assert apply() == {}


def test_the_command_says_what_went(cell: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    gone(cell)
    assert main(["retention", "--apply"]) == 0
    assert main(["retention", "--apply"]) == 0
    said = capsys.readouterr().out
    assert "former_persons: 1 rows went." in said
    assert "Nothing was due." in said


def test_administrators_see_the_last_run(cell: Unit) -> None:
    administrator, viewer = Client(), Client()
    administrator.force_login(make_user(Role.ADMINISTRATOR, cell))
    viewer.force_login(make_user(Role.VIEWER, cell))
    page = reverse("privacy:purpose_list")
    assert "Chưa có lượt" in administrator.get(page).content.decode()
    gone(cell)
    run = retention.begin_retention(actor=SYSTEM)
    assert "chưa kết thúc" in administrator.get(page).content.decode()
    retention.apply_retention(actor=SYSTEM)
    run.refresh_from_db()
    assert timezone.localtime(run.ended_at).strftime("%d/%m/%Y") in administrator.get(page).content.decode()
    assert 'id="retention"' not in viewer.get(page).content.decode()


@pytest.mark.parametrize(
    "text", ["former_persons = 0", "former_persons = true", "shoes = 3", "former_persons =", "jobs = 99999"]
)
def test_a_mistake_in_the_periods_is_named(text: str, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / f"{uuid.uuid4()}.toml"
    file.write_text(text)
    settings.LANTOA_RETENTION = str(file)
    with pytest.raises(ImproperlyConfigured, match=r"\.toml"):
        periods()


def test_the_installation_sets_its_own_periods(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "periods.toml"
    file.write_text("jobs = 7\n")
    settings.LANTOA_RETENTION = str(file)
    assert periods()["jobs"] == 7
    assert set(periods()) == {step.key for step in STEPS}
