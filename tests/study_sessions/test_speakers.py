"""Who of the register speaks at a session, and what is said against it."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.accounts.models import User
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Unit
from lantoa.organizations.restricting import MASK
from lantoa.speakers.models import Speaker
from lantoa.study_sessions import errors, services
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.selectors import (
    ProgrammeLine,
    clashes_of,
    offered_speakers,
    programme_items,
    programme_of,
    speaker_warnings,
)
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.factories import make_campaign
from tests.privacy.test_restriction import restrict
from tests.speakers.factories import make_speaker
from tests.study_sessions.factories import make_session, make_site
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


@pytest.fixture
def session(world: World, begins: dt.datetime) -> StudySession:
    """A session of the commune with two items, the second of a guest."""
    found = make_session(world.campaign, world.commune, starts_at=begins)
    found.programme.create(position=1, hour=dt.time(7, 30), title="Giới thiệu nghị quyết")
    found.programme.create(position=2, hour=dt.time(9, 0), title="Trao đổi", speaker="Đồng chí khách mời")
    return found


@pytest.fixture
def officer(world: World) -> Actor:
    return make_actor(Role.OFFICER, world.commune)


def speaker_of(unit: Unit, name: str = "Lò Văn Nói", **fields: Any) -> Speaker:
    return make_speaker(make_person(name, unit=unit), unit, **fields)


def choose(officer: Actor, session: StudySession, chosen: dict[int, int | None], version: int = 1) -> StudySession:
    return services.choose_speakers(actor=officer, session=session, version=version, chosen=chosen)


def test_a_speaker_of_the_register_takes_the_place_of_a_guest(
    world: World, session: StudySession, officer: Actor
) -> None:
    speaker = speaker_of(world.commune)
    for _turn in range(2):
        assert choose(officer, session, {1: None, 2: speaker.pk}).version == 2
    said = [(line.speaker, line.speaker_id) for line in programme_of(session)]
    assert said == [("", None), ("Lò Văn Nói", speaker.pk)]
    assert session.programme.get(position=2).speaker == ""
    assert Entry.objects.get(action="study_sessions.choose_speakers").facts == {"items": 1}
    with pytest.raises(Stale):
        choose(officer, session, {1: speaker.pk})
    assert choose(officer, session, {2: None, 9: speaker.pk}, version=2).version == 3
    assert [line.speaker for line in programme_of(session)] == ["", ""]


def test_only_speakers_around_the_host_are_offered(world: World, session: StudySession, officer: Actor) -> None:
    near = [speaker_of(unit, name) for unit, name in ((world.district, "Trên"), (world.commune, "Đây"))]
    near.append(speaker_of(world.cells[0], "Dưới"))
    far = [speaker_of(world.alone, "Bên"), speaker_of(make_unit(parent=world.cells[0]), "Sâu")]
    hidden = speaker_of(world.commune, "Ẩn")
    restrict(hidden.person)
    assert {one.speaker for one in offered_speakers(session)} == set(near)
    for one in (*far, hidden):
        with pytest.raises(errors.SpeakerNotOffered):
            choose(officer, session, {1: one.pk})
    with pytest.raises(NotPermitted):
        choose(world.officer, session, {1: near[0].pk})


def test_whose_recognition_fits_the_day_is_offered_first(
    world: World, session: StudySession, begins: dt.datetime
) -> None:
    day = timezone.localdate(begins)
    lapsed = speaker_of(world.district, "Anh Hết", since=day - dt.timedelta(days=200), until=day)
    make_speaker(make_person(), world.district, since=dt.date(2015, 1, 1), until=dt.date(2016, 1, 1))
    busy = speaker_of(world.commune, "Chị Bận")
    other = make_session(make_campaign(world.district), world.alone, starts_at=begins + HOUR)
    other.programme.create(position=1, title="Nói", recognised=busy)
    found = [(one.speaker, one.covers, one.busy) for one in offered_speakers(session)]
    assert found == [(busy, True, True), (lapsed, False, False)]


def test_a_speaker_who_is_not_recognised_that_day_or_speaks_elsewhere_is_pointed_out(
    world: World, session: StudySession, officer: Actor, begins: dt.datetime
) -> None:
    day = timezone.localdate(begins)
    lapsed = speaker_of(world.commune, "Anh Hết", since=day - dt.timedelta(days=200), until=day)
    busy = speaker_of(world.district, "Chị Bận")
    choose(officer, session, {1: lapsed.pk, 2: busy.pk})
    seen = make_session(world.campaign, world.cells[0], starts_at=begins + HOUR)
    unseen = make_session(world.campaign, world.alone, starts_at=begins - HOUR)
    after = make_session(world.campaign, world.cells[0], starts_at=session.ends_at)
    cancelled = make_session(world.campaign, world.cells[0], starts_at=begins, cancelled=True)
    for other in (seen, unseen, after, cancelled):
        other.programme.create(position=1, title="Nói", recognised=busy)
    found = {one.name: one for one in speaker_warnings(session, programme_items(session), officer)}
    assert (found["Anh Hết"].lapsed, found["Anh Hết"].elsewhere, found["Anh Hết"].unseen) == (True, (), 0)
    assert (found["Chị Bận"].lapsed, found["Chị Bận"].elsewhere, found["Chị Bận"].unseen) == (False, (seen,), 1)
    page = signed_in(officer).get(reverse("study_sessions:session_detail", args=[session.pk])).content.decode()
    assert "Anh Hết: thời hạn công nhận không gồm ngày này." in page
    assert unseen.title not in page
    session.cancelled_at = clock.now()
    assert speaker_warnings(session, programme_items(session), officer) == ()


def test_a_changed_programme_keeps_the_speakers_of_the_same_name(
    world: World, session: StudySession, officer: Actor
) -> None:
    one, twin = speaker_of(world.commune), speaker_of(world.district)
    third = speaker_of(world.commune, "Giàng A Ba")
    session.programme.create(position=3, title="Tổng kết")
    choose(officer, session, {1: one.pk, 2: twin.pk, 3: third.pk})
    lines = [
        ProgrammeLine(dt.time(8), "Giới thiệu nghị quyết", "Lò Văn Nói"),
        ProgrammeLine(None, "Mục mới", "Lò Văn Nói"),
        ProgrammeLine(None, "Mục khác", "Giàng A Ba"),
        ProgrammeLine(None, "Khách", "Người lạ"),
        ProgrammeLine(None, "Chọn sẵn", "", third.pk),
    ]
    values: dict[str, Any] = {name: getattr(session, name) for name in ("title", "mode", "starts_at", "ends_at")}
    services.change_session(actor=officer, session=session, version=2, programme=lines, **values)
    written = list(session.programme.order_by("position").values_list("recognised", "speaker"))
    assert written == [(one.pk, ""), (None, "Lò Văn Nói"), (third.pk, ""), (None, "Người lạ"), (third.pk, "")]
    week_later = timezone.localdate(session.starts_at) + dt.timedelta(days=7)
    (again,) = services.repeat_session(actor=officer, session=session, client_id=uuid.uuid4(), days=[week_later])
    assert again.programme.filter(recognised=third).count() == 2


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=actor.person_id))
    return client


def test_the_form_chooses_for_each_item(world: World, session: StudySession, officer: Actor) -> None:
    speaker = speaker_of(world.commune)
    client, url = signed_in(officer), reverse("study_sessions:session_speakers", args=[session.pk])
    form = client.get(reverse("study_sessions:session_edit", args=[session.pk])).context["speakers_form"]
    assert [field.label for field in form.visible_fields()] == ["07:30 Giới thiệu nghị quyết", "09:00 Trao đổi"]
    assert client.post(url, {"version": "1", "item_1": str(speaker.pk), "item_2": ""}).status_code == 303
    assert client.post(url, {"version": "1", "item_1": "", "item_2": ""}).status_code == 409
    assert client.post(url, {"version": "2", "item_1": "999999"}).status_code == 422
    page = client.get(reverse("study_sessions:session_detail", args=[session.pk])).content.decode()
    assert "Lò Văn Nói" in page
    assert signed_in(make_actor(Role.CLERK, world.commune)).post(url, {}).status_code == 403


def test_a_speaker_who_is_offered_no_more_stays_until_another_is_chosen(
    world: World, session: StudySession, officer: Actor
) -> None:
    speaker = speaker_of(world.commune, since=dt.date(2015, 1, 1), until=dt.date(2016, 1, 1))
    session.programme.filter(position=1).update(recognised=speaker)
    client = signed_in(officer)
    edit = client.get(reverse("study_sessions:session_edit", args=[session.pk])).context["speakers_form"]
    assert edit["item_1"].value() == str(speaker.pk)
    url = reverse("study_sessions:session_speakers", args=[session.pk])
    same = {"version": "1", "item_1": str(speaker.pk), "item_2": ""}
    assert client.post(url, same).status_code == 303
    assert session.programme.get(position=1).recognised == speaker
    StudySession.objects.filter(pk=session.pk).update(cancelled_at=clock.now())
    assert client.post(url, {**same, "item_1": ""}).status_code == 422


def test_a_restricted_speaker_is_masked_in_the_programme(world: World, session: StudySession, officer: Actor) -> None:
    speaker = speaker_of(world.commune)
    choose(officer, session, {1: speaker.pk})
    restrict(speaker.person)
    assert programme_of(session)[0].speaker == str(MASK)


def edit_form(session: StudySession, begins: dt.datetime, **changes: str) -> dict[str, str]:
    local = timezone.localtime(begins)
    return {
        "version": str(session.version),
        "title": session.title,
        "mode": session.mode,
        "starts_on": f"{local:%d/%m/%Y}",
        "starts_hour": f"{local:%H:%M}",
        "ends_hour": f"{local + 2 * HOUR:%H:%M}",
        "programme": "",
        **changes,
    }


def test_a_clash_is_shown_before_a_moved_session_is_saved_and_refuses_nothing(
    world: World, session: StudySession, officer: Actor, begins: dt.datetime
) -> None:
    later = begins + dt.timedelta(days=1)
    busy = speaker_of(world.commune, "Chị Bận")
    choose(officer, session, {1: busy.pk})
    session.refresh_from_db()
    other = make_session(world.campaign, world.commune, starts_at=later, title="Hội nghị trùng")
    other.programme.create(position=1, title="Nói", recognised=busy)
    client, url = signed_in(officer), reverse("study_sessions:session_edit", args=[session.pk])
    form = edit_form(session, later, programme="07:30 Giới thiệu nghị quyết | Chị Bận")
    answer = client.post(url, form)
    assert answer.status_code == 422
    assert [clash.session for clash in answer.context["clashes"]] == [other]
    assert [one.name for one in answer.context["warnings"]] == ["Chị Bận"]
    assert "Hội nghị trùng" in answer.content.decode()
    session.refresh_from_db()
    assert session.starts_at == begins
    assert client.post(url, {**form, "seen": answer.context["form"]["seen"].value()}).status_code == 303
    session.refresh_from_db()
    assert session.starts_at == later


def test_a_new_session_says_what_its_host_has_at_that_time(
    world: World, session: StudySession, officer: Actor, begins: dt.datetime
) -> None:
    client, url = signed_in(officer), reverse("study_sessions:session_new", args=[world.campaign.pk])
    form = edit_form(session, begins, client_id=str(world.campaign.client_id), host=str(world.commune.pk))
    answer = client.post(url, form)
    assert (answer.status_code, [one.session for one in answer.context["clashes"]]) == (422, [session])
    assert client.post(url, {**form, "seen": answer.context["form"]["seen"].value()}).status_code == 303
    free = edit_form(session, begins + dt.timedelta(days=5), client_id=str(world.summons.client_id), host=form["host"])
    assert client.post(url, free).status_code == 303


def test_rooms_of_one_name_and_cells_that_go_to_both_clash(world: World, begins: dt.datetime) -> None:
    first = make_session(world.campaign, starts_at=begins)
    make_site(first, world.commune, cells=world.cells, name="Hội trường")
    same = make_session(world.campaign, world.cells[0], starts_at=begins)
    make_site(same, world.commune, name="Hội trường")
    beside = make_session(world.campaign, world.cells[0], starts_at=begins)
    make_site(beside, world.alone, name="Hội trường")
    both = make_session(make_campaign(world.district), world.cells[1], starts_at=begins)
    make_site(both, world.alone, cells=world.cells)
    found = {one.session: (one.same_room, one.cells) for one in clashes_of(first, world.officer)}
    assert found == {same: (True, 0), both: (False, 2)}
    words = next(one for one in clashes_of(first, world.officer) if one.session == both).shared
    assert words == "2 chi bộ cùng dự cả hai"
    assert Site.objects.count() == 4
