"""A person who has everything is erased: no trace of name or contact anywhere, and not a figure changed."""

import datetime as dt
import io
import json
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.files.base import ContentFile
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from pytest_django.fixtures import Settings

from lantoa.accounts.enums import InvitationKind
from lantoa.accounts.models import Invitation, Session
from lantoa.accounts.services_invitations import issue
from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.folding import fold_waiting, mark_dirty
from lantoa.attendance.models import AttendanceEvent, Coverage
from lantoa.attendance.recounting import recount
from lantoa.audit.models import Entry
from lantoa.files.models import StoredFile
from lantoa.jobs.models import Job
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold, name_key
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ReasonClass, Role, TransferKind, TransferState
from lantoa.organizations.models import (
    ActivityExemption,
    Appointment,
    ImportBatch,
    ImportRow,
    Membership,
    Person,
    Transfer,
)
from lantoa.organizations.services.imports import create_import, request_apply
from lantoa.organizations.services.persons import open_record
from lantoa.plans.enums import PlanState
from lantoa.plans.models import PlanComment, Target, Task
from lantoa.privacy.models import DataRequest, Erasure
from lantoa.privacy.services.erasures import ask_erasure, erase_person
from tests.attendance.factories import Scene, make_event, make_scene
from tests.files.factories import docx
from tests.jobs.runner import run_deferred
from tests.organizations.factories import make_actor, make_user
from tests.organizations.lists import HEADER, table
from tests.plans.factories import make_entry, make_plan
from tests.privacy.traces import in_files, in_tables
from tests.study_sessions.factories import place

pytestmark = pytest.mark.django_db

NAME, VILLAGE, CODE = "Đèo Xuân Thưởng", "Nậm Khoang Vắng", "QX7730915"
EMAIL, USERNAME = "thuong.deo@baoveriengtu.vn", "deoxuanthuong"
INVITED = "thuong.moi@baoveriengtu.vn"
DECISION = "4471-QĐ/ĐU"
NEEDLES = (NAME, fold(NAME), name_key(NAME), VILLAGE, CODE, EMAIL, INVITED, USERNAME, DECISION)
LONG_AGO, LEFT = dt.date(2020, 1, 1), dt.date(2026, 6, 1)


@dataclass
class Everything:
    """Where the person's data stand, and the figures before the erasure."""

    scene: Scene
    person: Person
    officer: Actor
    events: int
    log: int
    figures: list[tuple[object, ...]]


@pytest.fixture
def everything(settings: Settings, tmp_path: Path) -> Everything:
    settings.MEDIA_ROOT = tmp_path
    scene = make_scene(3)
    officer = make_actor(Role.OFFICER, scene.committee)
    person = import_person(scene, officer)
    open_account(person, scene)
    transfer(person, scene)
    ActivityExemption.objects.create(
        person=person,
        reason_class=ReasonClass.HEALTH,
        decision_number=DECISION,
        decision_date=LONG_AGO,
        period=DateRange(LONG_AGO, dt.date(2020, 3, 1)),
    )
    entry = make_entry(scene.summons, person, unit=scene.cell)
    place(scene.site, entry)
    make_event(scene.site, entry, MarkStatus.PRESENT, recorder=scene.clerk)
    make_event(scene.site, scene.first, MarkStatus.LATE, recorder=Actor(user_id=person.user_id, person_id=person.pk))
    write_words(scene, person)
    store_files(scene)
    open_record(actor=make_actor(Role.CLERK, scene.cell), person=person)
    leave(person)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[one.pk for one in (*scene.entries, entry)])
    fold_waiting()
    return Everything(scene, person, officer, AttendanceEvent.objects.count(), Entry.objects.count(), figures())


def import_person(scene: Scene, officer: Actor) -> Person:
    batch = create_import(
        actor=officer,
        client_id=uuid.uuid4(),
        unit=scene.cell,
        name=f"ly lich {NAME}.csv",
        content=table(HEADER, [NAME, "1961", VILLAGE, CODE, "chính thức", "", "", ""]),
        effective_on=LONG_AGO,
    )
    request_apply(actor=officer, batch=batch, skip_problem_rows=False)
    second = ImportBatch.objects.create(
        client_id=uuid.uuid4(),
        unit=scene.cell,
        file_name="lan-hai.csv",
        sha256="0" * 64,
        effective_on=LONG_AGO,
        created_by=make_user(),
    )
    ImportRow.objects.create(batch=second, number=2, values={"full_name": NAME, "birth_year": 1961, "village": VILLAGE})
    words = [1, NAME, "5/3/1961"]
    ImportRow.objects.create(batch=second, number=3, cells=words, values={"full_name": NAME, "birth_year": words[2]})
    ImportRow.objects.create(batch=second, number=9, kind="signature", cells=["", NAME])
    return Person.objects.get(full_name=NAME)


def open_account(person: Person, scene: Scene) -> None:
    user = make_user(username=USERNAME)
    Person.objects.filter(user=user).update(user=None)
    user.email = EMAIL
    user.save()
    person.user = user
    person.save(update_fields=["user"])
    SocialAccount.objects.create(user=user, provider="oidc", uid=USERNAME, extra_data={"name": NAME, "email": EMAIL})
    Authenticator.objects.create(user=user, type="webauthn", data={"name": f"Điện thoại của {NAME}"})
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    period = DateRange(LONG_AGO, LEFT)
    Appointment.objects.create(
        person=person, role=Role.CLERK, unit=scene.cell, title="Văn thư", decision_number=DECISION, period=period
    )
    Client().force_login(user)
    issue(kind=InvitationKind.MAIL, user_ids=[user.pk], client_id=uuid.uuid4(), email=INVITED)


def transfer(person: Person, scene: Scene) -> None:
    Transfer.objects.create(
        client_id=uuid.uuid4(),
        person=person,
        kind=TransferKind.MOVE,
        from_unit=scene.cell,
        to_unit=scene.committee,
        letter_number=DECISION,
        letter_date=LONG_AGO,
        effective_on=LONG_AGO,
        state=TransferState.WITHDRAWN,
        offered_by=make_user(),
    )


def write_words(scene: Scene, person: Person) -> None:
    plan = make_plan(scene.campaign, scene.cell, state=PlanState.RUNNING, signer=NAME.upper())
    Task.objects.create(plan=plan, title=f"Đồng chí {NAME} xuống bản", owner=NAME)
    Target.objects.create(plan=plan, indicator="Tỷ lệ học tập", number=95, measure="%", owner=f"{NAME}, phó bí thư")
    DataRequest.objects.create(
        client_id=uuid.uuid4(),
        person=person,
        unit=scene.cell,
        kind="correction",
        field="village",
        value=VILLAGE,
        reason=f"{NAME} có giấy tờ",
        asked_by=make_user(),
        due_on=LEFT,
    )
    PlanComment.objects.create(plan=plan, part="whole", text=f"Gửi {EMAIL}, {INVITED}.", author=make_user())
    assert person.user
    Job.objects.create(owner=person.user, title=f"Nhập danh sách ly lich {NAME}.csv", message=f"Xong {CODE}")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
            "VALUES ('default', 'nothing', %s, 'succeeded')",
            [json.dumps({"to": EMAIL, "name": NAME}, ensure_ascii=False)],
        )


def store_files(scene: Scene) -> None:
    for name, content in (("quyet dinh.docx", packed(docx("Quyết định"))), ("khac.pdf", b"%PDF-1.4 khong co ai")):
        file = StoredFile(
            client_id=uuid.uuid4(),
            name=f"{NAME} {name}",
            content_type="application/octet-stream",
            size=len(content),
            sha256="0" * 64,
            no_secrecy_declared=True,
            uploaded_by=make_user(),
        )
        file.content.save(f"{uuid.uuid4().hex}-{name}", ContentFile(content))


def packed(content: bytes) -> bytes:
    """The package with the name in its properties alone."""
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("docProps/core.xml", f"<creator>{NAME}</creator>")
    return stream.getvalue()


def leave(person: Person) -> None:
    Membership.objects.filter(person=person).update(period=DateRange(LONG_AGO, LEFT))


def figures() -> list[tuple[object, ...]]:
    return list(Coverage.objects.order_by("unit", "group").values_list())


def erase(world: Everything) -> Erasure:
    secretary = make_actor(Role.SECRETARY, world.scene.cell)
    asked = ask_erasure(actor=world.officer, person=world.person, reason=f"Theo đơn của {NAME}", client_id=uuid.uuid4())
    done = erase_person(actor=secretary, erasure=asked, confirmation=NAME.lower(), reason="Đơn hợp lệ")
    run_deferred()
    return done


def test_the_search_itself_finds_every_trace(everything: Everything) -> None:
    found = in_tables(NEEDLES)
    assert {place.partition(":")[0] for place in found} >= {
        "accounts_invitation.email",
        "accounts_user.email",
        "accounts_user.username",
        "account_emailaddress.email",
        "files_storedfile.name",
        "jobs_job.message",
        "jobs_job.title",
        "organizations_activityexemption.decision_number",
        "organizations_appointment.decision_number",
        "organizations_importbatch.file_name",
        "organizations_importrow.values",
        "organizations_person.code",
        "organizations_person.folded_name",
        "organizations_person.full_name",
        "organizations_person.sort_key",
        "organizations_person.village",
        "plans_plan.signer",
        "privacy_datarequest.reason",
        "privacy_datarequest.value",
        "plans_plancomment.text",
        "plans_target.owner",
        "plans_task.owner",
        "plans_task.title",
        "socialaccount_socialaccount.extra_data",
        "socialaccount_socialaccount.uid",
        "procrastinate_jobs.args",
    }
    assert len(in_files(NEEDLES)) == 1


def test_no_trace_is_left(everything: Everything) -> None:
    user_id = everything.person.user_id
    assert user_id
    erasure = erase(everything)
    assert in_tables(NEEDLES) == []
    assert in_files(NEEDLES) == []
    assert not Session.objects.filter(user_id=user_id).exists()
    assert not Invitation.objects.filter(user_id=user_id).exists()
    assert not any(row.get_decoded().get("_auth_user_id") == str(user_id) for row in Session.objects.all())
    assert erasure.result["files"] == 1


def test_no_figure_changes(everything: Everything) -> None:
    erase(everything)
    assert figures() == everything.figures
    assert AttendanceEvent.objects.count() == everything.events
    assert Entry.objects.count() > everything.log
    assert Membership.objects.filter(person=everything.person, period__contains=dt.date(2025, 1, 1)).count() == 1
    mark_dirty(campaign_id=everything.scene.campaign.pk, entry_ids=[one.pk for one in everything.scene.entries])
    fold_waiting()
    assert figures() == everything.figures
    assert recount(everything.scene.campaign).agrees


def test_the_account_opens_nothing_any_more(everything: Everything) -> None:
    user = everything.person.user
    assert user is not None
    erase(everything)
    user.refresh_from_db()
    assert not user.is_active
    assert not user.has_usable_password()
    assert clock.now() >= user.date_joined
