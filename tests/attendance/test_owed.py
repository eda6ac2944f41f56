"""The page of a unit says what the unit owes: plans to issue or to close, rolls that are open."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState, PlanState
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_campaign, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene(1)


def owed(client: Client, unit: Unit, role: Role, at: Unit) -> str:
    client.force_login(make_user(role, at))
    page = client.get(f"/units/{unit.pk}/").content.decode()
    return page.partition('id="owed"')[2].partition("</section>")[0]


def test_plans_and_rolls_that_wait_are_named(client: Client, scene: Scene) -> None:
    late = make_plan(scene.campaign, scene.committee, state=PlanState.DRAFT)
    late.due_on = clock.today() - dt.timedelta(days=3)
    late.save(update_fields=["due_on"])
    text = owed(client, scene.committee, Role.OFFICER, scene.committee)
    assert f"/plans/{late.pk}/" in text
    assert "quá hạn 3 ngày" in text.lower()
    assert reverse("attendance:roll_detail", args=[scene.site.pk]) in text
    assert scene.site.name in text


def test_who_takes_no_roll_there_gets_no_way_to_it(client: Client, scene: Scene) -> None:
    text = owed(client, scene.committee, Role.VIEWER, scene.committee)
    assert scene.site.name in text
    assert "href" not in text


def test_a_running_plan_past_its_last_day_is_to_be_closed(client: Client, scene: Scene) -> None:
    plan = make_plan(scene.campaign, scene.cell, state=PlanState.RUNNING)
    plan.ends_on = clock.today() - dt.timedelta(days=1)
    plan.starts_on = plan.ends_on - dt.timedelta(days=5)
    plan.due_on = None
    plan.save(update_fields=["starts_on", "ends_on", "due_on"])
    assert f"/plans/{plan.pk}/" in owed(client, scene.cell, Role.OFFICER, scene.committee)


def test_a_plan_without_a_deadline_is_named_without_one(client: Client, scene: Scene) -> None:
    plan = make_plan(scene.campaign, scene.cell, state=PlanState.DRAFT)
    plan.due_on = None
    plan.save(update_fields=["due_on"])
    assert f"/plans/{plan.pk}/" in owed(client, scene.cell, Role.OFFICER, scene.committee)


def test_what_is_over_or_done_is_not_owed(client: Client) -> None:
    unit = make_unit()
    make_plan(make_campaign(unit, state=CampaignState.FINISHED), unit, state=PlanState.DRAFT)
    make_plan(make_campaign(unit), unit, state=PlanState.CLOSED)
    assert "<li" not in owed(client, unit, Role.OFFICER, unit)


def test_an_administrator_is_not_told(client: Client, scene: Scene) -> None:
    assert not owed(client, scene.committee, Role.ADMINISTRATOR, scene.committee)
    client.force_login(make_user(Role.OFFICER, scene.committee))
    past = client.get(f"/units/{scene.committee.pk}/", {"on": "01/01/2020"}).content.decode()
    assert 'id="owed"' not in past
