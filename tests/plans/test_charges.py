"""Who is responsible for a unit in a campaign, and who follows it."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, Standing, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment, Membership, Unit
from lantoa.plans import charge_errors, errors
from lantoa.plans.enums import CampaignState, Part
from lantoa.plans.models import Charge
from lantoa.plans.selectors.charges import InCharge, eligible, in_charge
from lantoa.plans.selectors.receivers import receivers_of
from lantoa.plans.services.charges import name_in_charge
from tests.organizations.factories import ALWAYS, make_actor, make_unit, make_user
from tests.plans.factories import make_campaign, make_plan
from tests.privacy.test_restriction import restrict

pytestmark = pytest.mark.django_db

TODAY = clock.today()


def held_by(role: Role, unit: Unit) -> Appointment:
    """A new appointment of a new user."""
    return Appointment.objects.get(person__user=make_user(role, unit))


class Place:
    """A district that leads a campaign, a commune with a secretary, its cell, and a standing follower."""

    def __init__(self) -> None:
        self.district = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
        self.commune = make_unit("Đảng bộ xã", parent=self.district, kind=UnitKind.GRASSROOTS_COMMITTEE)
        self.cell = make_unit("Chi bộ bản", parent=self.commune, kind=UnitKind.CELL)
        self.officer = make_actor(Role.OFFICER, self.district)
        self.secretary = held_by(Role.SECRETARY, self.commune)
        self.follower = held_by(Role.FOLLOWER, self.commune)
        self.campaign = make_campaign(self.district)

    def name(self, **changes: Any) -> bool:
        facts: dict[str, Any] = {
            "actor": self.officer,
            "campaign": self.campaign,
            "unit": self.commune,
            "responsible": None,
            "follower": None,
        }
        return name_in_charge(**{**facts, **changes})

    def found(self, unit: Unit | None = None) -> InCharge:
        chosen = unit or self.commune
        return in_charge(self.campaign, [chosen], TODAY)[chosen.pk]


def names(holders: Any) -> list[str]:
    return [holder.name for holder in holders]


@pytest.fixture
def place() -> Place:
    return Place()


def test_by_default_the_secretary_is_responsible_and_the_nearest_follower_follows(place: Place) -> None:
    assert names(place.found().responsible) == [place.secretary.person.full_name]
    assert names(place.found().following) == [place.follower.person.full_name]
    assert names(place.found(place.cell).following) == [place.follower.person.full_name]
    assert place.found(place.cell).responsible == ()


def test_who_is_named_stands_in_for_the_default_until_the_appointment_ends(place: Place) -> None:
    clerk = held_by(Role.CLERK, place.commune)
    chief = held_by(Role.SECRETARY, place.district)
    assert place.name(responsible=clerk, follower=chief)
    assert [(one.name, one.named) for one in place.found().responsible] == [(clerk.person.full_name, True)]
    assert names(place.found().following) == [chief.person.full_name]
    Appointment.objects.filter(pk__in=[clerk.pk, chief.pk]).update(
        period=DateRange(TODAY - dt.timedelta(days=9), TODAY)
    )
    assert names(place.found().responsible) == [place.secretary.person.full_name]
    assert names(place.found().following) == [place.follower.person.full_name]


def test_naming_gives_no_authority(place: Place) -> None:
    viewer = make_user(Role.OFFICER, place.district)
    before = Actor.of(viewer)
    place.name(follower=Appointment.objects.get(person__user=viewer))
    assert Actor.of(viewer) == before


def test_reminders_of_what_is_overdue_go_to_who_is_named(place: Place) -> None:
    chief = held_by(Role.SECRETARY, place.district)
    user = chief.person.user_id
    assert receivers_of([place.commune], TODAY, place.campaign)[place.commune.pk].above != (user,)
    place.name(follower=chief)
    assert receivers_of([place.commune], TODAY, place.campaign)[place.commune.pk].above == (user,)
    assert receivers_of([place.cell], TODAY, place.campaign)[place.cell.pk].above != (user,)
    assert receivers_of([place.commune], TODAY)[place.commune.pk].above != (user,)


def test_the_same_again_changes_nothing_and_nobody_brings_the_default_back(place: Place) -> None:
    clerk = held_by(Role.CLERK, place.commune)
    assert place.name(responsible=clerk)
    assert not place.name(responsible=clerk)
    assert Entry.objects.filter(action="plans.name_in_charge").count() == 1
    assert place.name(responsible=place.secretary)
    assert place.name()
    assert not Charge.objects.exists()


@pytest.mark.parametrize(("part", "role"), [(Part.RESPONSIBLE, Role.VIEWER), (Part.FOLLOWER, Role.CLERK)])
def test_who_does_not_stand_there_is_not_named(place: Place, part: Part, role: Role) -> None:
    with pytest.raises(charge_errors.NotAnAppointee):
        place.name(**{part.value: held_by(role, place.commune)})
    with pytest.raises(charge_errors.NotAnAppointee):
        place.name(**{part.value: held_by(Role.SECRETARY, place.cell)})
    assert not Charge.objects.exists()


def test_an_appointment_that_has_ended_is_not_offered(place: Place) -> None:
    Appointment.objects.filter(pk=place.secretary.pk).update(period=DateRange(TODAY - dt.timedelta(days=9), TODAY))
    assert place.secretary not in eligible(Part.RESPONSIBLE, place.commune, TODAY)


def test_an_officer_between_names_for_those_below_and_not_for_their_own_unit(place: Place) -> None:
    between = make_actor(Role.OFFICER, place.commune)
    secretary = held_by(Role.SECRETARY, place.cell)
    assert place.name(actor=between, unit=place.cell, responsible=secretary)
    with pytest.raises(NotPermitted):
        place.name(actor=between)
    with pytest.raises(NotPermitted):
        place.name(actor=make_actor(Role.SECRETARY, place.district))


def test_only_a_running_campaign_and_its_units_have_somebody_named(place: Place) -> None:
    with pytest.raises(errors.UnitOutsideCampaign):
        place.name(unit=make_unit("Đảng bộ khác", kind=UnitKind.DISTRICT_COMMITTEE))
    place.campaign.state = CampaignState.FINISHED
    place.campaign.save()
    with pytest.raises(errors.CampaignNotRunning):
        place.name()


def test_a_restricted_name_is_masked(place: Place) -> None:
    place.name(responsible=place.secretary)
    for held in (place.secretary, place.follower):
        Membership.objects.create(person=held.person, unit=place.cell, standing=Standing.FULL, period=ALWAYS)
        restrict(held.person)
    assert place.secretary.person.full_name not in names(place.found().responsible)
    assert place.follower.person.full_name not in names(place.found().following)


def browser_of(role: Role, unit: Unit) -> Client:
    browser = Client()
    browser.force_login(make_user(role, unit))
    return browser


def test_the_cascade_shows_and_names_who_is_in_charge(place: Place) -> None:
    browser = browser_of(Role.OFFICER, place.district)
    page = reverse("plans:cascade", args=[place.campaign.pk])
    assert place.secretary.person.full_name in browser.get(page).content.decode()
    assert "Trực tiếp chịu trách nhiệm" in browser.get(f"{page}?name={place.commune.pk}").content.decode()
    clerk = held_by(Role.CLERK, place.commune)
    url = reverse("plans:charge_name", args=[place.campaign.pk, place.commune.pk])
    assert browser.post(url, {"responsible": clerk.pk}).status_code == 303
    assert "phân công cho đợt này" in browser.get(page).content.decode()
    assert browser.post(url, {"responsible": held_by(Role.SECRETARY, place.cell).pk}).status_code == 422
    place.campaign.state = CampaignState.FINISHED
    place.campaign.save()
    assert browser.post(url, {}).status_code == 422
    assert "Trực tiếp chịu trách nhiệm" not in browser.get(f"{page}?name={place.commune.pk}").content.decode()


@pytest.mark.parametrize("asked", ["", "x", "99999999999999999999", "0"])
def test_a_form_for_no_unit_does_not_open(place: Place, asked: str) -> None:
    browser = browser_of(Role.OFFICER, place.district)
    page = browser.get(reverse("plans:cascade", args=[place.campaign.pk]), {"name": asked}).content.decode()
    assert "Trực tiếp chịu trách nhiệm" not in page


def test_who_may_not_name_sees_no_form_and_no_way(place: Place) -> None:
    browser = browser_of(Role.SECRETARY, place.district)
    page = browser.get(reverse("plans:cascade", args=[place.campaign.pk]), {"name": place.commune.pk}).content.decode()
    assert "Phân công…" not in page
    url = reverse("plans:charge_name", args=[place.campaign.pk, place.commune.pk])
    assert browser.post(url, {}).status_code == 403
    assert (
        browser_of(Role.OFFICER, place.commune)
        .post(reverse("plans:charge_name", args=[place.campaign.pk, place.district.pk]), {})
        .status_code
        == 404
    )


def test_the_page_of_a_units_plan_says_who_is_in_charge(place: Place) -> None:
    plan = make_plan(place.campaign, place.commune)
    url = reverse("plans:plan_detail", args=[plan.pk])
    page = browser_of(Role.OFFICER, place.district).get(url).content.decode()
    assert place.secretary.person.full_name in page
    assert "Phân công…" in page
    assert "Phân công…" not in browser_of(Role.OFFICER, place.commune).get(url).content.decode()


def test_the_workbook_of_what_is_owed_names_nobody(place: Place) -> None:
    browser = browser_of(Role.OFFICER, place.district)
    answer = browser.get(reverse("plans:cascade", args=[place.campaign.pk]), {"format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = {str(cell.value) for row in book.active.iter_rows() for cell in row}
    assert place.commune.name in cells
    assert place.secretary.person.full_name not in cells
