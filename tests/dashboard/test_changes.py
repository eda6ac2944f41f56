"""What the first screen says has changed."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from lantoa.attendance.services.rolls import close_roll
from lantoa.dashboard.changes import SHOWN, changes_of
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitEventKind
from lantoa.organizations.models import Unit, UnitEvent, UnitLink
from lantoa.plans.enums import CampaignState, Deadline, Document, PlanState, PlanStep
from lantoa.plans.models import Campaign, DeadlineMove, Plan, Transition
from tests.attendance.factories import make_scene
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign, make_plan, make_summons

pytestmark = pytest.mark.django_db
LONG_AGO = dt.timedelta(days=8)


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Sin Suối Hồ")


def old_campaign(owner: Unit) -> Campaign:
    """One that started so long ago that its start is no news."""
    campaign = make_campaign(owner)
    campaign.started_at = clock.now() - LONG_AGO
    campaign.save(update_fields=["started_at"])
    return campaign


def took(
    plan: Plan, step: PlanStep, ago: dt.timedelta = dt.timedelta(hours=1), after: PlanState = PlanState.DRAFT
) -> None:
    Transition.objects.create(plan=plan, step=step, from_state=PlanState.DRAFT, to_state=after, at=clock.now() - ago)


def news(actor: Actor, *campaigns: Campaign) -> list[tuple[str, int, str]]:
    return [(change.kind, change.key, change.where) for change in changes_of(actor, campaigns, clock.now())]


def test_steps_of_plans_here_and_directly_below_are_told(committee: Unit) -> None:
    below = make_unit("Chi bộ A", parent=committee)
    deeper, beside = make_unit("Tổ đảng", parent=below), make_unit("Nơi khác")
    campaign = old_campaign(committee)
    plans = {unit: make_plan(campaign, unit) for unit in (committee, below, deeper, beside)}
    took(plans[committee], PlanStep.RETURN, dt.timedelta(hours=3))
    took(plans[below], PlanStep.ISSUE)
    took(plans[below], PlanStep.SUBMIT, LONG_AGO)
    took(plans[deeper], PlanStep.ISSUE)
    took(plans[beside], PlanStep.ISSUE)
    assert news(make_actor(Role.OFFICER, committee), campaign) == [
        ("issue", plans[below].pk, below.name),
        ("return", plans[committee].pk, committee.name),
    ]
    assert news(make_actor(Role.CLERK, committee)) == [("return", plans[committee].pk, committee.name)]
    assert news(make_actor(Role.EDITOR, committee)) == []
    assert news(make_actor(Role.ADMINISTRATOR, committee)) == []


def test_the_kind_of_a_document_is_named_where_it_is_no_plan(committee: Unit) -> None:
    campaign = old_campaign(committee)
    took(make_plan(campaign, committee, document=Document.PROGRAMME), PlanStep.ISSUE)
    took(make_plan(campaign, committee), PlanStep.ISSUE, dt.timedelta(hours=2))
    found = changes_of(make_actor(Role.OFFICER, committee), [campaign], clock.now())
    assert [str(change.text) for change in found] == ["Chương trình hành động: đã ban hành", "Kế hoạch đã ban hành"]


def test_a_superseded_edition_is_not_told_as_issued_nor_a_ready_document_as_submitted(committee: Unit) -> None:
    campaign = old_campaign(committee)
    for step, after in ((PlanStep.ISSUE, PlanState.SUPERSEDED), (PlanStep.SUBMIT, PlanState.APPROVED)):
        took(make_plan(make_campaign(committee), committee), step, after=after)
    (change,) = changes_of(make_actor(Role.OFFICER, committee), [campaign], clock.now())
    assert str(change.text) == "Kế hoạch đã hoàn tất để ban hành"


def test_rolls_and_summonses_are_told() -> None:
    scene = make_scene()
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    found = news(make_actor(Role.FOLLOWER, scene.committee))
    assert set(found) == {
        ("roll", scene.session.pk, scene.committee.name),
        ("summons", scene.summons.pk, scene.committee.name),
    }
    assert news(make_actor(Role.OFFICER, make_unit())) == []


def moved(campaign: Campaign, **whose: object) -> None:
    DeadlineMove.objects.create(
        client_id=uuid.uuid4(),
        campaign=campaign,
        deadline=Deadline.PLAN,
        old=clock.today(),
        new=clock.today() + dt.timedelta(days=3),
        reason="Mưa lũ",
        moved_by=make_user(),
        **whose,
    )


def test_moved_deadlines_are_told_to_whom_they_concern(committee: Unit) -> None:
    campaign, elsewhere = old_campaign(committee), old_campaign(committee)
    moved(campaign, unit_kind=committee.kind)
    moved(elsewhere, unit_kind=committee.kind)
    moved(campaign, unit=make_unit())
    moved(campaign, unit=committee)
    found = news(make_actor(Role.SECRETARY, committee), campaign)
    assert sorted(found) == [("deadline", campaign.pk, ""), ("deadline", campaign.pk, committee.name)]


def test_campaigns_that_began_or_ended_are_told(committee: Unit) -> None:
    fresh = make_campaign(committee)
    ended = make_campaign(committee, state=CampaignState.FINISHED)
    ended.started_at = clock.now() - LONG_AGO
    draft = make_campaign(committee, state=CampaignState.DRAFT)
    found = news(make_actor(Role.VIEWER, committee), fresh, ended, draft)
    assert sorted(found) == [("finished", ended.pk, committee.name), ("started", fresh.pk, committee.name)]


def test_an_administrator_is_told_of_units_that_changed(committee: Unit) -> None:
    heir = make_unit("Chi bộ mới", parent=committee)
    for days in (1, 20, -3):
        event = UnitEvent.objects.create(
            kind=UnitEventKind.FOUND,
            decision_number=f"{days}-QĐ/ĐU",
            decision_date=clock.today(),
            decision_body="Đảng ủy xã",
            effective_on=clock.today() - dt.timedelta(days=days),
        )
        UnitLink.objects.create(event=event, predecessor=None, successor=heir)
    assert news(make_actor(Role.ADMINISTRATOR, committee)) == [("unit", heir.pk, heir.name)]
    assert news(make_actor(Role.ADMINISTRATOR, make_unit())) == []


def test_only_the_latest_are_shown(committee: Unit) -> None:
    campaign = old_campaign(committee)
    plan = make_plan(campaign, committee)
    for hours in range(SHOWN + 3):
        took(plan, PlanStep.SUBMIT, dt.timedelta(hours=hours))
    latest = make_summons(campaign, committee)
    found = news(make_actor(Role.OFFICER, committee), campaign)
    assert len(found) == SHOWN
    assert found[0] == ("summons", latest.pk, committee.name)


def test_every_line_leads_to_a_page_that_its_reader_may_open(client: Client) -> None:
    scene = make_scene()
    took(make_plan(scene.campaign, scene.committee), PlanStep.START)
    moved(scene.campaign, unit=scene.committee)
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    user = make_user(Role.VIEWER, scene.committee)
    client.force_login(user)
    text = client.get("/").content.decode()
    found = changes_of(Actor.of(user), [scene.campaign], clock.now())
    assert len(found) == 5
    for change in found:
        assert f'href="{change.url}"' in text
        assert change.about in text
        assert change.icon in text
        assert client.get(change.url).status_code == 200


@pytest.mark.parametrize(("role", "told"), [(Role.VIEWER, True), (Role.ADMINISTRATOR, True), (Role.SPEAKER, False)])
def test_whose_role_sees_nothing_is_told_of_no_changes(client: Client, role: Role, told: bool) -> None:
    client.force_login(make_user(role, make_unit()))
    assert ('id="changes"' in client.get("/").content.decode()) is told
