"""The open work of units that end goes to the unit that takes over, on the day of the event; what is done stays."""

import datetime as dt

import pytest

from lantoa.attendance.folding import fold_campaign, mark_dirty
from lantoa.attendance.models import Coverage, RollClosing
from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit, UnitHandover
from lantoa.organizations.selectors.courses import course_of
from lantoa.organizations.services.event_drafts import prepare_merger
from lantoa.organizations.services.handovers import hand_over_due
from lantoa.organizations.tasks import begin_day
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import CampaignUnit, Plan, SummonsEntry
from lantoa.plans.selectors.campaigns import scope_unit
from lantoa.study_sessions.models import SiteUnit
from tests.organizations.events import TURN, dissolve, merge, new, order
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign, make_entry, make_plan, make_summons
from tests.study_sessions.factories import make_session, make_site

pytestmark = pytest.mark.django_db
COMMITTEE = UnitKind.COMMUNE_COMMITTEE


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def first(district: Unit) -> Unit:
    return make_unit("Đảng bộ xã Hoang Thèn", parent=district, kind=COMMITTEE)


@pytest.fixture
def second(district: Unit) -> Unit:
    return make_unit("Đảng bộ xã Bản Lang", parent=district, kind=COMMITTEE)


@pytest.fixture
def actor(district: Unit) -> Actor:
    return make_actor(Role.ADMINISTRATOR, district)


def works(actor: Actor, units: list[Unit], successor: Unit) -> list[tuple[str, int | None, bool]]:
    """What the preview of a merger says about open work: what, where to, whether it gives a reason."""
    draft = prepare_merger(**order(actor, TURN), units=units, successor=successor)
    return [(str(work.kind), work.heir_id, bool(str(work.remark))) for work in course_of(draft).work]


def test_open_rollouts_go_to_the_heir_and_finished_ones_stay(actor: Actor, first: Unit, second: Unit) -> None:
    running, draft = make_campaign(first), make_campaign(first, state=CampaignState.DRAFT)
    over = make_campaign(first, state=CampaignState.FINISHED)
    assert works(actor, [first, second], second) == [("đợt học tập", second.pk, False)] * 2
    merge(actor, [first, second], second)
    for campaign in (running, draft, over):
        campaign.refresh_from_db()
    assert (running.owner, draft.owner, over.owner) == (second, second, first)
    assert running.version == 2


def test_the_one_plan_goes_on_with_all_of_its_editions(actor: Actor, district: Unit, first: Unit, second: Unit) -> None:
    campaign = make_campaign(district)
    old = make_plan(campaign, first, state=PlanState.SUPERSEDED)
    plan = make_plan(campaign, first, state=PlanState.RUNNING, edition=2, revision_reason="Bổ sung")
    merge(actor, [first, second], new("Đảng bộ xã Mới", district, COMMITTEE))
    merged = Unit.objects.get(name="Đảng bộ xã Mới")
    assert set(Plan.objects.filter(pk__in=[old.pk, plan.pk]).values_list("unit", flat=True)) == {merged.pk}


def test_a_closed_plan_stays_with_the_unit_of_its_day(actor: Actor, district: Unit, first: Unit, second: Unit) -> None:
    plan = make_plan(make_campaign(district), first, state=PlanState.CLOSED)
    over = make_plan(make_campaign(district, state=CampaignState.FINISHED), first, state=PlanState.RUNNING)
    merge(actor, [first, second], second)
    for one in (plan, over):
        one.refresh_from_db()
        assert one.unit == first


def test_a_unit_with_a_plan_of_its_own_gets_no_second_one(
    actor: Actor, district: Unit, first: Unit, second: Unit
) -> None:
    campaign = make_campaign(district)
    plan, own = make_plan(campaign, first), make_plan(campaign, second)
    below = make_plan(campaign, make_unit(parent=first), parent=plan)
    assert works(actor, [first, second], second) == [("kế hoạch", None, True)]
    merge(actor, [first, second], second)
    plan.refresh_from_db()
    below.refresh_from_db()
    assert (plan.unit, below.parent) == (first, own)


def test_where_several_plans_meet_the_new_unit_begins_one_of_its_own(
    actor: Actor, district: Unit, first: Unit, second: Unit
) -> None:
    campaign = make_campaign(district)
    plans = [make_plan(campaign, first, due_on=TURN), make_plan(campaign, second, due_on=TURN + dt.timedelta(days=9))]
    below = make_plan(campaign, make_unit(parent=first), parent=plans[0])
    merge(actor, [first, second], new("Đảng bộ xã Mới", district, COMMITTEE))
    begun = Plan.objects.get(campaign=campaign, unit__name="Đảng bộ xã Mới")
    assert (begun.state, begun.due_on) == (PlanState.DRAFT, TURN + dt.timedelta(days=9))
    below.refresh_from_db()
    assert below.parent == begun
    assert {plan.unit for plan in Plan.objects.filter(pk__in=[plan.pk for plan in plans])} == {first, second}
    assert not Plan.objects.overdue_on(clock.today()).filter(pk__in=[plan.pk for plan in plans]).exists()


def test_a_new_unit_joins_the_rollouts_beside_its_predecessors(
    actor: Actor, district: Unit, first: Unit, second: Unit
) -> None:
    campaign, draft = make_campaign(district), make_campaign(district, state=CampaignState.DRAFT)
    campaign.pilots.add(first)
    draft.pilots.add(first)
    entry = make_entry(make_summons(campaign, first), make_person(unit=first), unit=first)
    mark_dirty(campaign_id=campaign.pk, entry_ids=[entry.pk])
    fold_campaign(campaign.pk)
    merge(actor, [first, second], new("Đảng bộ xã Mới", district, COMMITTEE))
    merged = Unit.objects.get(name="Đảng bộ xã Mới")
    scope = scope_unit(campaign, merged)
    assert (scope.parent, scope.path) == (district, merged.path)
    assert CampaignUnit.objects.filter(campaign=campaign, unit=first).exists()
    assert Coverage.objects.filter(campaign=campaign, unit=merged, summoned=0).count() == 3
    assert set(campaign.pilots.all()) == {first, merged}
    assert set(draft.pilots.all()) == {merged}
    assert SummonsEntry.objects.get(campaign=campaign).unit == first


def test_sessions_to_come_and_open_rolls_go_to_the_heir(
    actor: Actor, district: Unit, first: Unit, second: Unit
) -> None:
    campaign = make_campaign(district)
    coming = make_session(campaign, first, starts_at=clock.now() + dt.timedelta(days=3))
    past = make_session(campaign, first)
    open_roll, closed = make_site(past, first), make_site(past, first)
    site = make_site(coming, first, cells=[first])
    RollClosing.objects.create(site=closed, closed_by=make_user(), counts={}, sha256="0" * 64)
    cancelled = make_site(make_session(campaign, first, cancelled=True), first)
    merge(actor, [first, second], second)
    for row in (coming, past, open_roll, closed, site, cancelled):
        row.refresh_from_db()
    assert (coming.host, past.host) == (second, first)
    assert (site.unit, open_roll.unit, closed.unit, cancelled.unit) == (second, second, first, first)
    assert set(SiteUnit.objects.filter(site=site).values_list("unit", flat=True)) == {first.pk, second.pk}


def test_a_planned_event_hands_over_when_its_day_begins(
    actor: Actor, first: Unit, second: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, day = make_campaign(first), clock.today() + dt.timedelta(days=30)
    dissolve(actor, first, second, day)
    assert hand_over_due(actor=SYSTEM) == 0
    campaign.refresh_from_db()
    assert (campaign.owner, UnitHandover.objects.get().done_at) == (first, None)
    monkeypatch.setattr(clock, "today", lambda: day)
    begin_day(timestamp=0)
    campaign.refresh_from_db()
    assert campaign.owner == second
    assert UnitHandover.objects.get().done_at is not None
    assert hand_over_due(actor=SYSTEM) == 0


def test_a_unit_that_ends_without_an_heir_keeps_its_work(actor: Actor, first: Unit) -> None:
    campaign = make_campaign(first)
    dissolve(actor, first, None)
    campaign.refresh_from_db()
    assert campaign.owner == first
