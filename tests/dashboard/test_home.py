"""The first screen of each role."""

import datetime as dt

import pytest
from django.test import Client

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.folding import fold_waiting, mark_dirty
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState, PlanState
from tests.architecture.query_counts import assert_query_count
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_campaign, make_plan

pytestmark = pytest.mark.django_db


def page(client: Client, role: Role | None, unit: Unit | None, address: str = "/") -> str:
    client.force_login(make_user(role, unit))
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def folded(scene: Scene) -> Scene:
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[entry.pk for entry in scene.entries])
    fold_waiting()
    return scene


def test_a_clerk_finds_the_way_straight_to_the_roll(client: Client) -> None:
    scene = folded(make_scene())
    text = page(client, Role.CLERK, scene.committee)
    assert f"/sites/{scene.site.pk}/roll/" in text


def test_an_officer_sees_the_rate_the_bars_and_what_is_late_below(client: Client) -> None:
    scene = folded(make_scene())
    scene.campaign.pilots.add(scene.cell)
    plan = make_plan(scene.campaign, scene.cell, due_on=clock.today() - dt.timedelta(days=3))
    client.force_login(make_user(Role.OFFICER, scene.committee))
    with assert_query_count("dashboard:home"):
        text = client.get("/").content.decode()
    assert scene.cell.name in text
    assert f"/plans/{plan.pk}/" in text
    assert "33" in text
    assert f"/campaigns/{scene.campaign.pk}/coverage/{scene.committee.pk}/" in text


def test_a_secretary_sees_the_plan_that_was_returned(client: Client) -> None:
    scene = make_scene()
    plan = make_plan(scene.campaign, scene.committee, state=PlanState.RETURNED)
    assert f"/plans/{plan.pk}/" in page(client, Role.SECRETARY, scene.committee)


def test_the_address_chooses_the_campaign(client: Client) -> None:
    scene = folded(make_scene())
    older = make_campaign(scene.committee, state=CampaignState.FINISHED, name="Đợt đã xong")
    text = page(client, Role.VIEWER, scene.committee, f"/?campaign={older.pk}")
    assert f'value="{older.pk}" selected' in text
    assert f'value="{scene.campaign.pk}" selected' in page(client, Role.VIEWER, scene.committee, "/?campaign=none")


def test_nobody_summoned_is_said_plainly(client: Client) -> None:
    unit = make_unit()
    make_campaign(unit)
    assert "/summons/" in page(client, Role.OFFICER, unit)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SPEAKER, Role.EDITOR, Role.OFFICER, Role.FOLLOWER])
def test_every_role_has_a_first_screen_before_anything_happened(client: Client, role: Role) -> None:
    page(client, role, make_unit())


def test_somebody_without_an_appointment_is_told_so(client: Client) -> None:
    page(client, None, None)


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/").status_code == 302


def test_it_only_reads(client: Client) -> None:
    client.force_login(make_user())
    assert client.post("/").status_code == 405
