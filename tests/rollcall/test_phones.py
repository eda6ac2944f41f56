"""Phones: which are listed, revoking and naming them, and the code for a new one."""

import datetime as dt
import random
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from lantoa.accounts.models import User
from lantoa.attendance.models import AttendanceEvent
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Person
from lantoa.organizations.restricting import MASK
from lantoa.privacy.models import DataRequest
from lantoa.rollcall.codes import digest_of
from lantoa.rollcall.models import Phone, Provisioning
from lantoa.rollcall.selectors.phone_lists import missing_numbers, state_of
from lantoa.rollcall.services.phones import rename_phone, revoke_phone
from tests.attendance.factories import Scene
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.rollcall.factories import arrived, make_handset
from tests.rollcall.phones import make_phone

pytestmark = pytest.mark.django_db
LIST = reverse("rollcall:device_list")


@pytest.fixture
def phone(scene: Scene) -> Phone:
    return make_phone(scene.committee, scene.clerk)


def hear(phone: Phone, numbers: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rollcall_phone SET heard = int8multirange(%s::int8range) WHERE device_id = %s", [numbers, phone.pk]
        )


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=actor.person_id))
    return client


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SECRETARY, Role.CLERK, Role.ADMINISTRATOR])
def test_a_phone_is_revoked_once_and_stays_so(scene: Scene, phone: Phone, role: Role) -> None:
    actor = make_actor(role, scene.committee)
    first = revoke_phone(actor=actor, phone=phone)
    assert not first.is_good(clock.now())
    again = revoke_phone(actor=scene.secretary, phone=phone)
    assert (again.revoked_at, again.revoked_by_id) == (first.revoked_at, actor.user_id)
    (entry,) = Entry.objects.filter(action="rollcall.revoke_phone")
    assert (entry.actor_id, entry.unit_id) == (actor.user_id, scene.committee.pk)


@pytest.mark.parametrize("role", [Role.APPROVER, Role.INSPECTOR, Role.VIEWER, Role.FOLLOWER])
def test_nobody_else_revokes_or_renames(scene: Scene, phone: Phone, role: Role) -> None:
    actor = make_actor(role, scene.committee)
    with pytest.raises(NotPermitted):
        revoke_phone(actor=actor, phone=phone)
    with pytest.raises(NotPermitted):
        rename_phone(actor=actor, phone=phone, label="Máy khác")
    phone.refresh_from_db()
    assert (phone.revoked_at, phone.label) == (None, "Máy của chi bộ")


def test_an_administrator_does_not_rename(scene: Scene, phone: Phone) -> None:
    with pytest.raises(NotPermitted):
        rename_phone(actor=make_actor(Role.ADMINISTRATOR, scene.committee), phone=phone, label="Máy khác")


def test_renaming_is_on_record_without_the_name(scene: Scene, phone: Phone) -> None:
    for _twice in range(2):
        assert rename_phone(actor=scene.secretary, phone=phone, label="Máy của chị Hoa").label == "Máy của chị Hoa"
    (entry,) = Entry.objects.filter(action="rollcall.rename_phone")
    assert "Hoa" not in str(entry.facts)


def test_phones_are_seen_by_who_takes_the_roll_and_by_who_looks_after_accounts(scene: Scene, phone: Phone) -> None:
    make_phone(scene.cell, make_actor(Role.CLERK, scene.cell), label="Máy của bản")
    seen = {
        role: set(Phone.objects.visible_to(make_actor(role, scene.committee)).values_list("label", flat=True))
        for role in Role
    }
    own = {"Máy của chi bộ"}
    assert {role for role, labels in seen.items() if labels == own} == {Role.OFFICER, Role.SECRETARY, Role.CLERK}
    assert seen[Role.ADMINISTRATOR] == own | {"Máy của bản"}
    assert not set().union(*(seen[role] for role in (Role.VIEWER, Role.APPROVER, Role.INSPECTOR)))


def test_a_phone_has_a_state_in_words() -> None:
    now = clock.now()
    day = dt.timedelta(days=1)
    phone = Phone(created_at=now - 30 * day, expires_at=now + day, last_seen_at=now - 6 * day)
    looks = [str(state_of(phone, now).label)]
    phone.last_seen_at = now - 8 * day
    looks.append(str(state_of(phone, now).label))
    phone.last_seen_at = None
    looks.append(str(state_of(phone, now).label))
    phone.expires_at = now
    looks.append(str(state_of(phone, now).label))
    phone.revoked_at = now
    looks.append(str(state_of(phone, now).label))
    assert looks == ["đang dùng", "nhiều ngày chưa thấy", "nhiều ngày chưa thấy", "hết hạn", "đã thu hồi"]


def test_numbers_that_never_arrived_are_counted(scene: Scene) -> None:
    handset = make_handset(scene.site, scene.clerk.user_id)
    marks = [handset.event(scene.first) for _ in range(9)]
    handset.send(marks[1], marks[0])
    handset.send(marks[4], handset.event(10**9))
    other = make_phone(scene.committee, scene.secretary)
    assert missing_numbers([handset.phone.pk, other.pk]) == {handset.phone.pk: 6, other.pk: 0}
    handset.post("batches", handset.batch(marks[5:8], [handset.closing()]))
    assert missing_numbers([handset.phone.pk]) == {handset.phone.pk: 3}
    handset.send(*marks)
    assert missing_numbers([handset.phone.pk]) == {handset.phone.pk: 0}


def test_what_a_phone_that_was_set_up_anew_sends_again_has_arrived(scene: Scene) -> None:
    before, anew = (make_handset(scene.site, scene.clerk.user_id) for _ in range(2))
    marks = [before.event(scene.first), before.event(10**9)]
    before.post("batches", before.batch(marks, [closing := before.closing(absent_rest=True)]))
    again = [each | {"seq": next(anew.numbers), "roster_id": str(anew.roster_id)} for each in (*marks, closing)]
    answer = anew.post("batches", anew.batch(again[:2], again[2:])).json()
    assert [receipt["outcome"] for receipt in answer["receipts"]] == ["duplicate", "quarantined", "duplicate"]
    carried = anew.event(scene.first)
    anew.send(carried | {"seq": 5})
    assert missing_numbers([anew.phone.pk]) == {anew.phone.pk: 1}


def test_numbers_with_more_holes_than_a_phone_makes_are_kept_up_to_a_bound(scene: Scene) -> None:
    handset = make_handset(scene.site, scene.clerk.user_id)
    numbers = random.sample(range(1, 2**50), 1_000)
    for first in range(0, 1_000, 200):
        handset.send(*(handset.event(scene.first, seq=number) for number in numbers[first : first + 200]))
    assert 400 < len(arrived(handset.phone)) < 1_000
    assert AttendanceEvent.objects.count() == 1_000
    handset.send(handset.event(scene.first, seq=2**53 - 1))
    assert AttendanceEvent.objects.count() == 1_001


def test_the_page_says_what_each_phone_last_said(scene: Scene, phone: Phone) -> None:
    Phone.objects.filter(pk=phone.pk).update(waiting=12, refused=1, client="1.4.0")
    hear(phone, "[3,4]")
    page = signed_in(scene.secretary).get(LIST).content.decode()
    for words in (phone.label, "phiên bản 1.4.0", "chờ gửi 12 · cần xem 1", "2 số thứ tự", scene.committee.label):
        assert words in page


def test_an_empty_page_says_how_to_begin(scene: Scene) -> None:
    page = signed_in(scene.clerk).get(LIST).content.decode()
    assert "Chưa cài đặt điện thoại nào." in page


def test_whoever_neither_takes_a_roll_nor_looks_after_accounts_has_no_page(scene: Scene) -> None:
    assert signed_in(make_actor(Role.VIEWER, scene.committee)).get(LIST).status_code == 403


def test_a_restricted_owner_is_not_named(scene: Scene, phone: Phone) -> None:
    person = Person.objects.get(user=scene.clerk.user_id)
    DataRequest.objects.create(
        client_id=uuid.uuid4(), person=person, unit=scene.committee, kind="restriction", reason="Theo đơn",
        asked_by=make_user(), due_on=clock.today(), state="done",
    )  # fmt: skip
    page = signed_in(scene.secretary).get(LIST).content.decode()
    assert str(MASK) in page
    assert person.full_name not in page


def test_the_code_is_shown_once_as_a_square_and_for_typing(scene: Scene) -> None:
    client = signed_in(scene.clerk)
    asked = {"unit": scene.committee.pk, "client_id": uuid.uuid4()}
    answer = client.post(reverse("rollcall:device_set_up"), asked)
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r'device-letters">([^<]+)<', answer.content.decode())
    assert found is not None
    made = Provisioning.objects.get()
    assert (made.code_sha256, made.unit, made.user_id) == (digest_of(found[1]), scene.committee, scene.clerk.user_id)
    assert "http://testserver/rollcall/" in answer.content.decode()
    assert found[1] not in client.get(LIST).content.decode()
    assert found[1] in client.post(reverse("rollcall:device_set_up"), asked).content.decode()
    assert Provisioning.objects.count() == 1


def test_nobody_sets_a_phone_up_for_another_unit(scene: Scene) -> None:
    other = make_unit()
    client = signed_in(scene.clerk)
    for unit in (other.pk, "x", "", 2**70):
        asked = {"unit": unit, "client_id": uuid.uuid4()}
        assert client.post(reverse("rollcall:device_set_up"), asked).status_code == 422
    administrator = signed_in(make_actor(Role.ADMINISTRATOR, scene.committee))
    assert administrator.post(reverse("rollcall:device_set_up"), {"unit": scene.committee.pk}).status_code == 403
    assert not Provisioning.objects.exists()


def test_a_name_that_is_empty_is_asked_for_again(scene: Scene, phone: Phone) -> None:
    client = signed_in(scene.clerk)
    url = reverse("rollcall:device_rename", args=[phone.pk])
    answer = client.post(url, {"label": "  "})
    assert answer.status_code == 422
    assert f"rename_{phone.pk}_label_error" in answer.content.decode()
    assert client.post(url, {"label": "<b>Máy & ba</b>"}).status_code == 303
    assert escape("<b>Máy & ba</b>") in client.get(LIST).content.decode()


def test_revoking_on_the_page(scene: Scene, phone: Phone) -> None:
    client = signed_in(scene.secretary)
    url = reverse("rollcall:device_revoke", args=[phone.pk])
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 303
    page = client.get(LIST).content.decode()
    assert "đã thu hồi" in page
    assert url not in page
    stranger = signed_in(make_actor(Role.CLERK, make_unit()))
    assert stranger.post(url).status_code == 404
