"""Who still owes the study, by unit: whom to ask there, the reminder, and the make-up session in one step."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.errors import NobodyMissed
from lantoa.attendance.selectors.contacts import Contacts, contacts_of
from lantoa.attendance.services.make_ups import remind_of_missed
from lantoa.kernel import clock
from lantoa.notifications.models import Notification
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment, Person
from lantoa.study_sessions.models import StudySession
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_entry
from tests.study_sessions.factories import place

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def cells_clerk(scene: Scene) -> User:
    """The clerk of the cell, who has an address."""
    clerk = make_user(Role.CLERK, scene.cell)
    clerk.email = "thuky@chibo.example"
    clerk.save(update_fields=["email"])
    return clerk


@pytest.fixture
def secretary(scene: Scene) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=scene.secretary.user_id or 0))
    return client


def test_the_list_counts_by_unit_and_says_whom_to_ask(scene: Scene, secretary: Client, cells_clerk: User) -> None:
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.secretary)
    make_user(Role.VIEWER, scene.cell)
    closed = make_user(Role.SECRETARY, scene.cell)
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    answer = secretary.get(reverse("attendance:missed_list", args=[scene.session.pk]))
    (line,) = answer.context["units"].page.object_list
    assert (line.unit, len(line.people), len(line.waiting)) == (scene.cell, 2, 2)
    (contact,) = answer.context["units"].extra["contacts"][scene.cell.pk].people
    assert (contact.user_id, contact.email) == (cells_clerk.pk, "thuky@chibo.example")
    page = answer.content.decode()
    assert "mailto:thuky@chibo.example" in page
    assert contact.name == Person.objects.get(user=cells_clerk).full_name


def test_a_reminder_tells_each_cell_once_a_day_and_names_nobody(scene: Scene, cells_clerk: User) -> None:
    assert [remind_of_missed(actor=scene.secretary, session=scene.session) for _turn in range(2)] == [1, 0]
    told = Notification.objects.get()
    assert (told.receiver, told.kind) == (cells_clerk, "attendance.missed")
    assert told.parameters == {"unit": scene.cell.name, "session": scene.session.title, "people": 3}
    client = Client()
    client.force_login(cells_clerk)
    inbox = client.get(reverse("notifications:inbox")).content.decode()
    assert f"3 đồng chí thuộc {scene.cell.name} vắng" in inbox
    assert scene.first.person.full_name not in inbox


def test_where_a_cell_has_no_account_the_unit_above_it_is_asked(scene: Scene, secretary: Client) -> None:
    second = make_unit("Chi bộ khác", parent=scene.committee)
    place(scene.site, make_entry(scene.summons, make_person(unit=second), unit=second))
    page = secretary.get(reverse("attendance:missed_list", args=[scene.session.pk]))
    found = page.context["units"].extra["contacts"]
    assert {found[unit.pk].unit for unit in (scene.cell, second)} == {scene.committee}
    assert remind_of_missed(actor=scene.secretary, session=scene.session) == 2
    told = {(one.receiver_id, one.parameters["unit"], one.parameters["people"]) for one in Notification.objects.all()}
    assert told == {(actor.user_id, scene.committee.name, 4) for actor in (scene.clerk, scene.secretary)}
    alone = make_unit()
    assert contacts_of([alone]) == {alone.pk: Contacts(None, ())}


def test_where_nobody_has_an_account_nobody_is_told(scene: Scene) -> None:
    Appointment.objects.all().delete()
    assert remind_of_missed(actor=scene.secretary, session=scene.session) == 0
    assert not Notification.objects.exists()


def test_whoever_sets_up_no_make_up_there_reminds_nobody(scene: Scene) -> None:
    for actor in (scene.clerk, make_actor(Role.SECRETARY, make_unit()), make_actor(Role.VIEWER, scene.committee)):
        with pytest.raises(NotPermitted):
            remind_of_missed(actor=actor, session=scene.session)
    for entry in scene.entries:
        make_event(scene.site, entry, MarkStatus.PRESENT, recorder=scene.secretary)
    with pytest.raises(NobodyMissed):
        remind_of_missed(actor=scene.secretary, session=scene.session)
    assert not Notification.objects.exists()


def test_nobody_is_reminded_of_a_session_that_was_not_held(scene: Scene) -> None:
    for change in ({"starts_at": clock.now() + dt.timedelta(hours=1)}, {"cancelled_at": clock.now()}):
        ends = clock.now() + dt.timedelta(hours=2)
        StudySession.objects.filter(pk=scene.session.pk).update(ends_at=ends, **change)
        with pytest.raises(NobodyMissed):
            remind_of_missed(actor=scene.secretary, session=StudySession.objects.get(pk=scene.session.pk))
        StudySession.objects.filter(pk=scene.session.pk).update(starts_at=scene.session.starts_at, cancelled_at=None)
    assert not Notification.objects.exists()


def test_the_page_reminds_and_says_what_came_of_it(scene: Scene, secretary: Client, cells_clerk: User) -> None:
    url = reverse("attendance:missed_remind", args=[scene.session.pk])
    said = []
    for _turn in range(2):
        way = secretary.post(url)
        assert way.status_code == 303
        said.append(secretary.get(way["Location"]).content.decode())
    assert "Đã nhắc 1 người." in said[0]
    assert "Hôm nay những người nhận được nhắc đều đã được nhắc." in said[1]
    for entry in scene.entries:
        make_event(scene.site, entry, MarkStatus.PRESENT, recorder=scene.secretary)
    assert secretary.post(url).status_code == 303


def test_the_make_up_as_it_is_offered_is_set_up_in_one_step(scene: Scene, secretary: Client) -> None:
    form = secretary.get(reverse("attendance:missed_list", args=[scene.session.pk])).context["form"]
    offered = {name: form[name].value() for name in form.fields}
    offered |= {"host": scene.committee.pk, "starts_on": f"{form['starts_on'].value():%d/%m/%Y}", "ends_on": ""}
    sent = {name: str(value) for name, value in offered.items() if value is not None}
    answer = secretary.post(reverse("attendance:make_up_new", args=[scene.session.pk]), sent)
    assert answer.status_code == 303
    made = StudySession.objects.get(makes_up=scene.session)
    begins = scene.session.starts_at.replace(second=0, microsecond=0)
    assert (made.starts_at.time(), made.placements.count()) == (begins.time(), 3)
