"""The first screen of each role."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import translation

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.folding import fold_waiting, mark_dirty
from lantoa.dashboard.duties import deadline, waiting_for
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState, Document, PlanPart, PlanState
from lantoa.plans.models import PlanComment
from lantoa.ui.states import Tone
from tests.architecture.query_counts import assert_query_count
from tests.attendance.factories import Scene, make_event, make_scene, noon
from tests.organizations.factories import make_actor, make_unit, make_user
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


def test_the_kind_of_a_document_is_named_where_it_is_no_plan() -> None:
    scene = make_scene()
    due = clock.today() - dt.timedelta(days=3)
    programme = make_plan(scene.campaign, scene.cell, document=Document.PROGRAMME, due_on=due)
    (late,) = waiting_for(make_actor(Role.VIEWER, scene.committee), clock.today()).below
    assert late.about == f"Chương trình hành động · {scene.campaign.name}"
    programme.state, programme.submitted_at = PlanState.RETURNED, clock.now()
    programme.save(update_fields=["state", "submitted_at"])
    PlanComment.objects.create(plan=programme, part=PlanPart.WHOLE, text="Bổ sung chỉ tiêu", author=make_user())
    lines = waiting_for(make_actor(Role.SECRETARY, scene.cell), clock.today()).own
    assert "Sửa văn bản bị trả lại: chương trình hành động (1 ý kiến)" in [line.text for line in lines]


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


@pytest.mark.parametrize(("days", "tone"), [(-1, Tone.DANGER), (0, Tone.WARNING), (7, Tone.WARNING), (8, Tone.NEUTRAL)])
def test_a_deadline_is_louder_the_nearer_it_is(days: int, tone: Tone) -> None:
    day = clock.today()
    state = deadline(day + dt.timedelta(days=days), day)
    assert state is not None
    assert state.tone == tone


def test_what_has_no_deadline_shows_none() -> None:
    assert deadline(None, clock.today()) is None


def test_late_things_are_counted() -> None:
    with clock.supposing(noon()):  # the session of the scene was held this morning
        scene = make_scene()
        make_plan(scene.campaign, scene.committee, due_on=clock.today() - dt.timedelta(days=1))
        assert waiting_for(make_actor(Role.SECRETARY, scene.committee), clock.today()).late == 1


def test_a_returned_plan_says_how_many_comments_it_has() -> None:
    scene = make_scene()
    plan = make_plan(scene.campaign, scene.committee, state=PlanState.RETURNED, submitted_at=clock.now())
    PlanComment.objects.create(plan=plan, part=PlanPart.WHOLE, text="Chưa có chỉ tiêu.", author=make_user())
    with translation.override("en"):
        lines = waiting_for(make_actor(Role.SECRETARY, scene.committee), clock.today()).own
    assert "Correct the returned plan (1 comment)" in [line.text for line in lines]
