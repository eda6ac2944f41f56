"""Checking in by the wall code: who may open it, who is marked, and what a photo of it is worth later."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.attendance.enums import DeviceKind, LateDecision, MarkMethod, MarkStatus, Rank
from lantoa.attendance.errors import CampaignIsFinished, NotOnTheList, SessionWasCancelled
from lantoa.attendance.folding.states import fold_states
from lantoa.attendance.models import AttendanceEvent, LateChange
from lantoa.attendance.services.marks import Outcomes, record_marks
from lantoa.attendance.services.review import settle_conflict
from lantoa.attendance.services.rolls import close_roll
from lantoa.attendance.services.self_marks import record_self
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment, Person
from lantoa.plans.enums import CampaignState
from lantoa.rollcall.card_codes import card_text
from lantoa.rollcall.card_errors import CardReplaced, CardWrong
from lantoa.rollcall.models import Card, Wall
from lantoa.rollcall.services.cards import replace_cards
from lantoa.rollcall.services.walls import check_in_by_account, check_in_by_card, close_wall, open_wall
from lantoa.rollcall.wall_codes import STEP, code_of, step_of
from lantoa.rollcall.wall_errors import NotCalled, NotYou, WallClosed, WallOutOfHours
from lantoa.study_sessions.models import Site
from tests.attendance.factories import Scene, make_scene, mark
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.racing import run_at_once
from tests.study_sessions.factories import make_site

pytestmark = pytest.mark.django_db
TYPE, HERE = reverse("rollcall:check_in"), reverse("rollcall:check_in_here")


@pytest.fixture
def wall(scene: Scene) -> Wall:
    return open_wall(actor=scene.clerk, site=scene.site)


def card_of(scene: Scene, person: Person | None = None) -> str:
    card = Card.objects.create(
        number=f"{'A' * 10}{Card.objects.count():06}".translate(str.maketrans("0189", "ABCD")),
        person=person or scene.first.person,
        unit=scene.cell,
        issued_by_id=scene.secretary.user_id or 0,
    )
    return card_text(card.number)


def account_of(person: Person) -> Actor:
    person.user = User.objects.create_user(username=f"nguoi{person.pk}", password=None)
    person.save(update_fields=["user"])
    return Actor(person.user.pk, person.pk)


def photo(wall: Wall, moment: dt.datetime | None = None) -> str:
    step = step_of(moment or clock.now())
    return reverse("rollcall:check_in_scan", args=[wall.site_id, step, code_of(wall.key, step)])


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("role", [Role.APPROVER, Role.VIEWER, Role.INSPECTOR, Role.ADMINISTRATOR])
def test_others_neither_open_nor_close_a_wall(scene: Scene, role: Role) -> None:
    actor = make_actor(role, scene.committee)
    with pytest.raises(NotPermitted):
        open_wall(actor=actor, site=scene.site)
    with pytest.raises(NotPermitted):
        close_wall(actor=actor, site=scene.site)


def test_an_open_wall_keeps_its_key_and_a_closed_one_gets_another(scene: Scene, wall: Wall) -> None:
    assert open_wall(actor=scene.clerk, site=scene.site).key == wall.key
    assert open_wall(actor=scene.secretary, site=scene.site).key == wall.key
    assert close_wall(actor=scene.clerk, site=scene.site)
    assert not close_wall(actor=scene.clerk, site=scene.site)
    assert open_wall(actor=scene.clerk, site=scene.site).key != wall.key
    assert Wall.objects.count() == 1


def test_a_wall_is_not_opened_where_nothing_is_recorded_any_more(scene: Scene) -> None:
    scene.campaign.state = CampaignState.FINISHED
    scene.campaign.save()
    site = Site.objects.get(pk=scene.site.pk)
    with pytest.raises(CampaignIsFinished):
        open_wall(actor=scene.clerk, site=site)
    scene.session.cancelled_at = clock.now()
    scene.session.save()
    with pytest.raises(SessionWasCancelled):
        open_wall(actor=scene.clerk, site=Site.objects.get(pk=scene.site.pk))


def test_who_shows_a_card_is_present_by_their_own_word(scene: Scene, wall: Wall) -> None:
    done = check_in_by_card(actor=SYSTEM, site=scene.site, card=card_of(scene).lower())
    assert (done.given_name, done.outcome) == ("An", Outcomes.ACCEPTED)
    event = AttendanceEvent.objects.get()
    assert (event.status, event.method, event.rank) == (MarkStatus.PRESENT, MarkMethod.SELF, Rank.SELF)
    assert (event.device.kind, event.device.user_id) == (DeviceKind.SELF, scene.clerk.user_id)
    assert (event.entry_id, event.site_id, event.said_by) == (scene.first.pk, scene.site.pk, None)
    assert fold_states(scene.session.pk)[scene.first.pk].status == MarkStatus.PRESENT


def test_checking_in_again_changes_nothing(scene: Scene, wall: Wall) -> None:
    card = card_of(scene)
    person = account_of(scene.first.person)
    assert check_in_by_card(actor=SYSTEM, site=scene.site, card=card).outcome == Outcomes.ACCEPTED
    assert check_in_by_card(actor=SYSTEM, site=scene.site, card=card).outcome == Outcomes.DUPLICATE
    assert check_in_by_account(actor=person, site=scene.site).outcome == Outcomes.DUPLICATE
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_check_one_person_in_at_once_leave_one_mark() -> None:
    scene = make_scene()
    open_wall(actor=scene.clerk, site=scene.site)
    card = card_of(scene)
    outcomes = run_at_once(*[lambda: check_in_by_card(actor=SYSTEM, site=scene.site, card=card)] * 2)
    assert outcomes == [None, None]
    assert AttendanceEvent.objects.get().device.last_seq == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_at_two_walls_at_once_leaves_one_mark() -> None:
    scene = make_scene()
    other = make_site(scene.session, scene.committee, cells=[make_unit()], name="Điểm cầu khác")
    open_wall(actor=scene.clerk, site=scene.site)
    open_wall(actor=scene.secretary, site=other)
    card = card_of(scene)
    outcomes = run_at_once(
        lambda: check_in_by_card(actor=SYSTEM, site=scene.site, card=card),
        lambda: check_in_by_card(actor=SYSTEM, site=other, card=card),
    )
    assert outcomes == [None, None]
    assert AttendanceEvent.objects.count() == 1


def test_who_is_signed_in_is_recorded_by_their_own_account(scene: Scene, wall: Wall) -> None:
    person = account_of(scene.first.person)
    assert check_in_by_account(actor=person, site=scene.site).outcome == Outcomes.ACCEPTED
    event = AttendanceEvent.objects.get()
    assert (event.recorder_id, event.said_by, event.device.user_id) == (
        person.user_id,
        person.user_id,
        scene.clerk.user_id,
    )


def test_of_somebody_on_another_sites_list_it_is_recorded_that_they_are_here(scene: Scene) -> None:
    other = make_site(scene.session, scene.committee, cells=[make_unit()], name="Điểm cầu khác")
    open_wall(actor=scene.clerk, site=other)
    check_in_by_card(actor=SYSTEM, site=other, card=card_of(scene))
    assert AttendanceEvent.objects.get().site_id == other.pk


def test_whoever_is_on_no_list_is_told_so(scene: Scene, wall: Wall) -> None:
    stranger = make_person(unit=scene.cell)
    with pytest.raises(NotCalled):
        check_in_by_card(actor=SYSTEM, site=scene.site, card=card_of(scene, stranger))
    with pytest.raises(NotYou):
        check_in_by_account(actor=SYSTEM, site=scene.site)
    nobody = User.objects.create_user(username="khong.co.nguoi", password=None)
    with pytest.raises(NotYou):
        check_in_by_account(actor=Actor(nobody.pk, None), site=scene.site)
    with pytest.raises(NotOnTheList):
        record_self(
            site=scene.site, entry_id=0, opener_id=scene.clerk.user_id or 0, recorder_id=scene.clerk.user_id or 0
        )
    assert not AttendanceEvent.objects.exists()


def test_wrong_and_replaced_cards_are_refused_and_the_refusal_is_on_record(scene: Scene, wall: Wall) -> None:
    card = card_of(scene)
    with pytest.raises(CardWrong):
        check_in_by_card(actor=SYSTEM, site=scene.site, card=card[:-1] + ("A" if card[-1] != "A" else "B"))
    officer = make_actor(Role.OFFICER, scene.cell)
    replace_cards(actor=officer, unit=scene.cell, card_ids=[Card.objects.get().pk])
    with pytest.raises(CardReplaced):
        check_in_by_card(actor=SYSTEM, site=scene.site, card=card)
    refused = Entry.objects.filter(action="rollcall.check_in_by_card").order_by("pk")
    assert list(refused.values_list("code", "unit_id")) == [
        ("card_wrong", scene.committee.pk),
        ("card_replaced", scene.committee.pk),
    ]
    assert not AttendanceEvent.objects.exists()


def test_nobody_checks_in_where_no_wall_is_open(scene: Scene) -> None:
    card = card_of(scene)
    with pytest.raises(WallClosed):
        check_in_by_card(actor=SYSTEM, site=scene.site, card=card)
    open_wall(actor=scene.clerk, site=scene.site)
    close_wall(actor=scene.clerk, site=scene.site)
    with pytest.raises(WallClosed):
        check_in_by_card(actor=SYSTEM, site=scene.site, card=card)


@pytest.mark.parametrize("away", [dt.timedelta(hours=-3), dt.timedelta(hours=13)])
def test_a_wall_ends_with_its_session(scene: Scene, wall: Wall, away: dt.timedelta) -> None:
    edge = scene.session.starts_at if away < dt.timedelta(0) else scene.session.ends_at
    card = card_of(scene)
    with clock.supposing(edge + away):
        with pytest.raises(WallClosed):
            check_in_by_card(actor=SYSTEM, site=scene.site, card=card)
        with pytest.raises(WallOutOfHours):
            open_wall(actor=scene.clerk, site=scene.site)


def test_a_wall_ends_with_the_appointment_of_whoever_opened_it(scene: Scene, wall: Wall) -> None:
    Appointment.objects.filter(person__user_id=scene.clerk.user_id or 0).delete()
    with pytest.raises(WallClosed):
        check_in_by_card(actor=SYSTEM, site=scene.site, card=card_of(scene))


def test_after_closing_it_waits_for_an_approval(scene: Scene, wall: Wall) -> None:
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    done = check_in_by_card(actor=SYSTEM, site=scene.site, card=card_of(scene))
    assert done.outcome == Outcomes.LATE
    assert LateChange.objects.get().decision == LateDecision.PENDING
    assert fold_states(scene.session.pk)[scene.first.pk].status == MarkStatus.ABSENT


def test_a_card_against_the_absence_of_whoever_opened_the_wall_is_a_conflict(scene: Scene, wall: Wall) -> None:
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.first, MarkStatus.ABSENT)])
    check_in_by_card(actor=SYSTEM, site=scene.site, card=card_of(scene))
    state = fold_states(scene.session.pk)[scene.first.pk]
    assert (state.status, state.conflict) == (MarkStatus.ABSENT, True)


def test_a_secretary_settles_what_others_say_but_not_that_they_were_there_themselves(scene: Scene) -> None:
    open_wall(actor=scene.secretary, site=scene.site)
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.first, MarkStatus.ABSENT)])
    check_in_by_card(actor=SYSTEM, site=scene.site, card=card_of(scene))
    person = scene.first.person
    Person.objects.filter(user_id=scene.secretary.user_id or 0).update(user=None)
    Person.objects.filter(pk=person.pk).update(user_id=scene.secretary.user_id)
    with pytest.raises(NotPermitted):
        settle_conflict(actor=scene.secretary, session=scene.session, entry=scene.first, status=MarkStatus.PRESENT)
    Person.objects.filter(pk=person.pk).update(user=None)
    settled = settle_conflict(
        actor=scene.secretary, session=scene.session, entry=scene.first, status=MarkStatus.PRESENT
    )
    assert settled.status == MarkStatus.PRESENT


def test_a_photo_leads_on_for_a_minute_and_the_card_is_then_typed(scene: Scene, wall: Wall, client: Client) -> None:
    seen = client.get(photo(wall))
    assert (seen.status_code, seen["Location"]) == (302, HERE)
    page = words(client.get(HERE))
    assert scene.session.title in page
    assert "Lò Văn An" not in page
    sent = client.post(HERE, {"card": card_of(scene)})
    assert sent.status_code == 303
    assert "Đã ghi nhận đồng chí An có mặt" in words(client.get(HERE))
    assert AttendanceEvent.objects.count() == 1


def test_a_forwarded_photo_fails_after_its_time(scene: Scene, wall: Wall, client: Client) -> None:
    address = photo(wall)
    with clock.supposing(clock.now() + dt.timedelta(seconds=2 * STEP)):
        response = client.get(address)
        assert response.status_code == 422
        assert "Mã này không còn dùng được" in words(response)
        assert client.get(HERE).status_code == 302
        assert client.post(HERE, {"card": card_of(scene)}).status_code == 302
    assert not AttendanceEvent.objects.exists()


def test_the_page_behind_the_code_opens_in_that_browser_alone_and_not_for_long(
    scene: Scene, wall: Wall, client: Client
) -> None:
    client.get(photo(wall))
    assert Client().get(HERE).status_code == 302
    client.cookies["check_in"] = str(scene.site.pk)
    assert client.get(HERE).status_code == 302


def test_a_code_is_typed_with_the_number_of_the_site(scene: Scene, wall: Wall, client: Client) -> None:
    code = code_of(wall.key, step_of(clock.now()))
    typed = client.post(TYPE, {"site": str(scene.site.pk), "code": f"{code[:3]} {code[3:]}"})
    assert (typed.status_code, typed["Location"]) == (302, HERE)
    for site, wrong in ((scene.site.pk, "1"), (scene.site.pk, "x" * 6), (0, code), ("", ""), (2**63 - 1, code)):
        assert client.post(TYPE, {"site": str(site), "code": wrong}).status_code == 422


def test_who_signs_in_checks_in_by_the_account(scene: Scene, wall: Wall, client: Client) -> None:
    person = account_of(scene.first.person)
    client.get(photo(wall))
    assert f"?next={HERE}" in words(client.get(HERE))
    client.force_login(User.objects.get(pk=person.user_id or 0))
    assert "Tôi, Lò Văn An, có mặt" in words(client.get(HERE))
    assert client.post(HERE, {"by": "account"}).status_code == 303
    assert AttendanceEvent.objects.get().recorder_id == person.user_id


def test_an_account_of_somebody_else_is_told_why_it_does_not_count(scene: Scene, wall: Wall, client: Client) -> None:
    client.force_login(make_user())
    client.get(photo(wall))
    response = client.post(HERE, {"by": "account"})
    assert response.status_code == 422
    assert "không có trong danh sách" in words(response)
    assert client.post(HERE, {"card": ""}).status_code == 422
    wrong = client.post(HERE, {"card": "LT1 ABC"})
    assert wrong.status_code == 422
    assert "Đây không phải thẻ của hệ thống này" in words(wrong)


def test_codes_cannot_be_guessed(scene: Scene, wall: Wall, client: Client) -> None:
    statuses = [client.post(TYPE, {"site": str(scene.site.pk), "code": "000000"}).status_code for _ in range(22)]
    assert set(statuses[:20]) == {422}
    assert statuses[-1] == 429
    good = client.get(photo(wall))
    assert good.status_code == 429
    assert int(good["Retry-After"]) > 0
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert elsewhere.get(photo(wall)).status_code == 302


def test_cards_cannot_be_guessed_either(scene: Scene, wall: Wall, client: Client) -> None:
    client.get(photo(wall))
    statuses = [client.post(HERE, {"card": f"LT1{'A' * 26}"}).status_code for _ in range(22)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_people_who_check_in_rightly_never_wait(scene: Scene, wall: Wall, client: Client) -> None:
    statuses = {client.get(photo(wall)).status_code for _ in range(25)}
    assert statuses == {302}


def test_the_wall_page_opens_draws_and_closes(scene: Scene) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=scene.clerk.user_id or 0))
    address = reverse("rollcall:wall_detail", args=[scene.site.pk])
    assert "data-wall" not in client.get(address).content.decode()
    assert client.post(reverse("rollcall:wall_open", args=[scene.site.pk])).status_code == 303
    page = client.get(address)
    assert f'data-key="{Wall.objects.get().key}"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert 'id="idle"' not in page.content.decode()
    assert client.post(reverse("rollcall:wall_close", args=[scene.site.pk])).status_code == 303
    assert "Đã đóng mã" in words(client.get(address))
    scene.session.cancelled_at = clock.now()
    scene.session.save()
    client.post(reverse("rollcall:wall_open", args=[scene.site.pk]))
    assert re.search("hủy|huỷ", words(client.get(address)))


def test_no_wall_key_is_asked_from_the_roll_page_of_others(scene: Scene) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=make_actor(Role.VIEWER, scene.committee).user_id or 0))
    assert client.get(reverse("rollcall:wall_detail", args=[scene.site.pk])).status_code == 403
