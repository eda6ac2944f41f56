"""A session on several days, what else is on at the same time, and the calendar files."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.plans.errors import FormSentBefore
from lantoa.study_sessions import errors, services
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.selectors import neighbours_of
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.factories import make_campaign, make_entry, make_summons
from tests.study_sessions.factories import make_session, make_site, place
from tests.study_sessions.world import World, make_world

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def begins() -> dt.datetime:
    """Half past seven of the day after tomorrow."""
    return timezone.make_aware(dt.datetime.combine(clock.today() + dt.timedelta(days=2), dt.time(7, 30)))


def repeat(world: World, session: StudySession, *days: int, **changes: Any) -> list[StudySession]:
    first = timezone.localdate(session.starts_at)
    values: dict[str, Any] = {"actor": world.officer, "client_id": uuid.uuid4(), **changes}
    return services.repeat_session(session=session, days=[first + dt.timedelta(days=day) for day in days], **values)


def test_each_repetition_is_a_session_of_its_own_with_the_same_sites(world: World, begins: dt.datetime) -> None:
    session = make_session(world.campaign, starts_at=begins)
    site = make_site(session, world.commune, cells=world.cells, name="Nhà văn hoá")
    Site.objects.filter(pk=site.pk).update(address="Bản 1", contact="0213", note="Cửa sau", readiness="ready")
    place(site, world.entry(world.cells[0]))
    session.programme.create(position=1, hour=dt.time(7, 30), title="Chào cờ")
    later = repeat(world, session, 14, 7)
    session.refresh_from_db()
    assert [one.starts_at for one in later] == [begins + dt.timedelta(days=7), begins + dt.timedelta(days=14)]
    assert {one.series for one in later} == {session.series}
    copy = later[0].sites.get()
    assert (copy.name, copy.address, copy.contact, copy.note, copy.readiness, copy.unit) == (
        *("Nhà văn hoá", "Bản 1", "0213", "Cửa sau", "unchecked"),
        world.commune,
    )
    assert {cell.unit for cell in copy.site_units.all()} == set(world.cells)
    assert not later[0].placements.exists()
    assert [(item.position, item.hour, item.title) for item in later[1].programme.all()] == [
        (1, dt.time(7, 30), "Chào cờ")
    ]
    assert later[0].ends_at - later[0].starts_at == session.ends_at - session.starts_at


def test_the_same_form_repeats_once_and_a_second_form_joins_the_series(world: World, begins: dt.datetime) -> None:
    session = make_session(world.campaign, starts_at=begins)
    form = uuid.uuid4()
    first = repeat(world, session, 7, client_id=form)
    assert repeat(world, session, 7, client_id=form) == first
    (joined,) = repeat(world, session, 21)
    assert joined.series == first[0].series == session.client_id
    with pytest.raises(FormSentBefore):
        repeat(world, make_session(world.campaign, starts_at=begins), 7, client_id=form)


def test_a_day_that_has_passed_or_is_its_own_repeats_nothing(world: World, begins: dt.datetime) -> None:
    session = make_session(world.campaign, starts_at=begins)
    with pytest.raises(errors.NothingToRepeat):
        repeat(world, session, 0, -2, -9)
    with pytest.raises(NotPermitted):
        repeat(world, session, 7, actor=make_actor(Role.CLERK, world.district))


def test_the_same_form_with_other_days_is_refused(world: World, begins: dt.datetime) -> None:
    session = make_session(world.campaign, starts_at=begins)
    form = uuid.uuid4()
    repeat(world, session, 7, 14, client_id=form)
    for days in ((7, 14, 21), (14, 21)):
        with pytest.raises(FormSentBefore):
            repeat(world, session, *days, client_id=form)
    assert StudySession.objects.count() == 3


def test_a_make_up_session_is_not_repeated(world: World, begins: dt.datetime) -> None:
    make_up = make_session(world.campaign, starts_at=begins, makes_up=make_session(world.campaign))
    with pytest.raises(errors.NotAFirstSession):
        repeat(world, make_up, 7)
    page = signed_in(world.officer).get(reverse("study_sessions:session_edit", args=[make_up.pk])).content.decode()
    assert reverse("study_sessions:session_repeat", args=[make_up.pk]) not in page


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=actor.person_id))
    return client


def test_the_page_repeats_weekly_or_on_days_that_are_typed(world: World, begins: dt.datetime) -> None:
    session = make_session(world.campaign, starts_at=begins)
    client = signed_in(world.officer)
    url = reverse("study_sessions:session_repeat", args=[session.pk])
    form = {"client_id": str(uuid.uuid4()), "times": "2", "weeks": "1"}
    typed = timezone.localdate(begins) + dt.timedelta(days=3)
    assert client.post(url, {**form, "days": f"{typed:%d/%m/%Y}; "}).status_code == 303
    assert StudySession.objects.filter(series=session.client_id).count() == 4
    page = client.get(reverse("study_sessions:session_detail", args=[session.pk]))
    assert len(page.context["neighbours"].series) == 3
    for wrong in ({"times": "", "days": ""}, {"days": "32/01/2026"}, {"weeks": "0"}, {"times": "x"}):
        assert client.post(url, {**form, "days": "", **wrong}).status_code == 422
    past = {**form, "client_id": str(uuid.uuid4()), "times": "", "days": "01/01/2020"}
    assert client.post(url, past).status_code == 422
    edit = client.get(reverse("study_sessions:session_edit", args=[session.pk])).content.decode()
    assert "ngày/tháng/năm, ví dụ 31/12/2026" in edit
    assert signed_in(make_actor(Role.CLERK, world.district)).post(url, form).status_code == 403


def test_whoever_has_a_place_at_two_sessions_at_once_is_counted_and_not_named(
    world: World, begins: dt.datetime
) -> None:
    session = make_session(world.campaign, starts_at=begins)
    person = make_person("Lò Văn Hai Nơi", unit=world.cells[0])
    place(make_site(session, world.commune), make_entry(world.summons, person, unit=world.cells[0]))
    other_campaign = make_campaign(world.district)
    again = make_entry(make_summons(other_campaign, world.district), person, unit=world.cells[0])
    both = make_session(other_campaign, world.commune, starts_at=begins + HOUR, title="Hội nghị chuyên đề")
    place(make_site(both, world.commune), again)
    after = make_session(other_campaign, world.commune, starts_at=begins + 2 * HOUR)
    place(make_site(after, world.commune), again)
    (clash,) = neighbours_of(session, world.officer).clashes
    assert (clash.session, clash.people, clash.same_room, clash.same_host) == (both, 1, False, False)
    page = signed_in(world.officer).get(reverse("study_sessions:session_detail", args=[session.pk])).content.decode()
    assert "Hội nghị chuyên đề" in page
    assert "Trùng giờ với buổi học khác." in page
    assert person.full_name not in page


def test_one_room_and_one_host_for_two_sessions_at_once_are_pointed_out(world: World, begins: dt.datetime) -> None:
    session = make_session(world.campaign, starts_at=begins)
    for unit in (world.commune, world.alone):
        Site.objects.filter(pk=make_site(session, unit).pk).update(address=f"Nhà văn hoá {unit.pk}")
    hosted = make_session(world.campaign, starts_at=begins)
    room = make_session(world.campaign, world.cells[0], starts_at=begins)
    Site.objects.filter(pk=make_site(room).pk).update(address=f"Nhà văn hoá {world.commune.pk}")
    elsewhere = make_session(world.campaign, world.cells[1], starts_at=begins)
    Site.objects.filter(pk=make_site(elsewhere).pk).update(address=f"Nhà văn hoá {world.alone.pk}")
    make_session(world.campaign, starts_at=begins, cancelled=True)
    found = {one.session: (one.same_room, one.same_host) for one in neighbours_of(session, world.officer).clashes}
    assert found == {hosted: (False, True), room: (True, False)}
    assert found.keys() - {clash.session for clash in neighbours_of(room, world.officer).clashes} == {hosted, room}


def test_a_clash_is_told_however_long_the_series_is(world: World, begins: dt.datetime) -> None:
    session = make_session(world.campaign, starts_at=begins)
    repeat(world, session, *range(1, 36))
    session.refresh_from_db()
    far = make_session(world.campaign, starts_at=begins + dt.timedelta(minutes=90))
    for number in range(30):
        make_session(world.campaign, world.cells[0], starts_at=begins, title=f"Không trùng {number}")
    found = neighbours_of(session, world.officer)
    assert [clash.session for clash in found.clashes] == [far]
    assert len(found.series) == 30


def test_a_session_before_the_whole_series_is_told_of_as_well(world: World, begins: dt.datetime) -> None:
    session = make_session(world.campaign, starts_at=begins)
    made = repeat(world, session, *range(1, 36))
    last = StudySession.objects.get(pk=made[-1].pk)
    clash = make_session(world.campaign, starts_at=last.starts_at)
    assert [one.session for one in neighbours_of(last, world.officer).clashes] == [clash]


def test_a_cancelled_session_clashes_with_none(world: World, begins: dt.datetime) -> None:
    make_session(world.campaign, starts_at=begins)
    assert neighbours_of(make_session(world.campaign, starts_at=begins, cancelled=True), world.officer).clashes == ()


def entries(answer: Any) -> list[Any]:
    assert answer["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_session_is_a_calendar_file(world: World, begins: dt.datetime) -> None:
    session = make_session(world.campaign, starts_at=begins, title="Hội nghị, đợt 1; Mường So")
    Site.objects.filter(pk=make_site(session, world.commune, name="Hội trường").pk).update(address="Bản 1")
    (entry,) = entries(signed_in(world.officer).get(reverse("study_sessions:session_calendar", args=[session.pk])))
    assert (entry["summary"], entry["location"], entry["status"]) == (session.title, "Hội trường, Bản 1", "CONFIRMED")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (session.starts_at, session.ends_at)
    assert entry["uid"] == f"{session.client_id}@lantoa"


def test_the_own_sessions_are_one_calendar_file(world: World, begins: dt.datetime) -> None:
    client = signed_in(world.officer)
    mine = reverse("study_sessions:calendar_mine")
    assert entries(client.get(mine)) == []
    session = make_session(world.campaign, starts_at=begins, cancelled=True)
    for number in range(7):
        make_site(session, world.commune, name=f"Điểm {number}")
    make_session(world.campaign, starts_at=begins - dt.timedelta(days=60))
    make_session(make_campaign(make_unit()), starts_at=begins)
    (entry,) = entries(client.get(mine))
    assert entry["status"] == "CANCELLED"
    assert entry["location"].startswith("Điểm 0; Điểm 1")
    assert "Điểm 5" not in entry["location"]
