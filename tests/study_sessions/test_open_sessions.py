"""Whoever sets up a session says whether it is open to the public; nothing is, unless somebody said so."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.study_sessions import services
from lantoa.study_sessions.models import StudySession
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_user
from tests.study_sessions.factories import make_session
from tests.study_sessions.test_pages import form
from tests.study_sessions.test_services import change, set_up
from tests.study_sessions.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_it_is_opened_when_it_is_set_up_or_later_and_closed_again(world: World) -> None:
    assert set_up(world, is_public=True).is_public
    session = set_up(world)
    assert not session.is_public
    opened = change(world, session, is_public=True)
    assert (opened.is_public, opened.version) == (True, 2)
    assert change(world, opened, title="Tên khác").is_public
    assert not change(world, StudySession.objects.get(pk=session.pk), is_public=False).is_public


def test_what_is_held_again_is_open_as_the_first_was(world: World) -> None:
    begins = clock.now() + dt.timedelta(days=2)
    for is_public in (True, False):
        session = make_session(world.campaign, starts_at=begins)
        StudySession.objects.filter(pk=session.pk).update(is_public=is_public)
        again = services.repeat_session(
            actor=world.officer, session=session, client_id=session.client_id, days=[(begins + dt.timedelta(7)).date()]
        )
        assert [one.is_public for one in again] == [is_public]


def test_the_form_has_a_box_for_it_and_the_page_says_so(scene: Scene) -> None:
    client = Client()
    client.force_login(make_user(Role.SECRETARY, scene.committee))
    new = reverse("study_sessions:session_new", args=[scene.campaign.pk])
    place = client.post(new, form(scene, is_public="on"))["Location"]
    session = StudySession.objects.get(title="Hội nghị mới")
    assert session.is_public
    assert "có trong lịch của cổng thông tin" in client.get(place).content.decode()
    edit = reverse("study_sessions:session_edit", args=[session.pk])
    assert client.get(edit).context["form"]["is_public"].value() is True
    assert client.post(edit, form(scene, version="1")).status_code == 303
    lost = client.post(edit, form(scene, version="1", is_public="on"))
    assert ("không", "có") in [(each.theirs, each.mine) for each in lost.context["differences"]]
    assert "có trong lịch của cổng thông tin" not in client.get(place).content.decode()
