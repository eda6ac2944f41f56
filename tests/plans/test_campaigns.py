"""Campaigns: prepared, started once, finished."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import TransactionTestCase

from lantoa.audit.models import Entry
from lantoa.directives.enums import DirectiveClass
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Unit
from lantoa.plans import errors
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import Campaign, CampaignUnit, Plan
from lantoa.plans.rules import RuleInput
from lantoa.plans.selectors.campaigns import duties_of, kinds_and_levels, matching, scope_unit
from lantoa.plans.services.campaigns import (
    change_campaign,
    create_campaign,
    finish_campaign,
    start_campaign,
)
from tests.directives.factories import make_directive, make_sector
from tests.organizations.factories import make_actor, make_unit
from tests.plans.factories import make_campaign, make_rule
from tests.plans.racing import run_at_once

pytestmark = pytest.mark.django_db

STARTS, ENDS = dt.date(2026, 9, 1), dt.date(2026, 12, 31)
LATE = ENDS + dt.timedelta(days=1)


class Phongtho:
    """A district committee with a grassroots committee, its cell, and a grassroots cell."""

    def __init__(self) -> None:
        self.district = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
        self.commune = make_unit("Đảng bộ xã", parent=self.district, kind=UnitKind.GRASSROOTS_COMMITTEE)
        self.cell = make_unit("Chi bộ bản", parent=self.commune, kind=UnitKind.CELL)
        self.grassroots_cell = make_unit("Chi bộ cơ sở", parent=self.district, kind=UnitKind.GRASSROOTS_CELL)
        self.officer = make_actor(Role.OFFICER, self.district)
        self.directive = make_directive(self.district)

    def content(self, **changes: Any) -> dict[str, Any]:
        content: dict[str, Any] = {
            "name": "Quán triệt  Nghị quyết 57",
            "directives": [self.directive],
            "audience": DirectiveClass.GENERAL,
            "sector": None,
            "target_rate": Decimal("95.5"),
            "starts_on": STARTS,
            "ends_on": ENDS,
            "pilots": [self.commune],
            "rules": [
                RuleInput(owed="plan", unit_kind=UnitKind.DISTRICT_COMMITTEE, due_on=dt.date(2026, 9, 15)),
                RuleInput(owed="plan", unit_kind=UnitKind.CELL, due_on=dt.date(2026, 10, 15)),
                RuleInput(owed="study", unit_kind=UnitKind.CELL, due_on=dt.date(2026, 11, 30)),
                RuleInput(owed="study", unit_kind=UnitKind.GRASSROOTS_CELL, due_on=dt.date(2026, 11, 30)),
            ],
        }
        return {**content, **changes}

    def create(self, **changes: Any) -> Campaign:
        owner = changes.pop("owner", self.district)
        client_id = changes.pop("client_id", uuid.uuid4())
        actor = changes.pop("actor", self.officer)
        return create_campaign(actor=actor, client_id=client_id, owner=owner, **self.content(**changes))


@pytest.fixture
def place() -> Phongtho:
    return Phongtho()


def test_a_campaign_is_prepared_with_all_its_parts(place: Phongtho) -> None:
    campaign = place.create()
    assert (campaign.name, campaign.state) == ("Quán triệt Nghị quyết 57", CampaignState.DRAFT)
    assert list(campaign.directives.all()) == [place.directive]
    assert list(campaign.pilots.all()) == [place.commune]
    assert campaign.rules.get(unit_kind=UnitKind.CELL, owed="plan").due_on == dt.date(2026, 10, 15)
    assert not Plan.objects.exists()


def test_the_same_form_twice_prepares_one_campaign(place: Phongtho) -> None:
    client_id = uuid.uuid4()
    first = place.create(client_id=client_id)
    assert place.create(client_id=client_id, name="Tên khác") == first
    assert Campaign.objects.count() == 1


def test_a_form_of_another_unit_is_refused(place: Phongtho) -> None:
    client_id = uuid.uuid4()
    place.create(client_id=client_id)
    officer = make_actor(Role.OFFICER, place.commune)
    with pytest.raises(errors.FormSentBefore):
        place.create(client_id=client_id, actor=officer, owner=place.commune, pilots=[])


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"directives": []}, errors.DirectiveMissing, "directives"),
        ({"audience": DirectiveClass.SECTORAL}, errors.SectorMismatch, "sector"),
        ({"target_rate": Decimal(0)}, errors.TargetRateOutOfRange, "target_rate"),
        ({"target_rate": Decimal("100.1")}, errors.TargetRateOutOfRange, "target_rate"),
        ({"ends_on": STARTS - dt.timedelta(days=1)}, errors.DatesOutOfOrder, "ends_on"),
        ({"rules": [RuleInput(owed="plan", unit_kind="cell", due_on=LATE)]}, errors.DeadlineAfterEnd, None),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    place: Phongtho, changes: dict[str, Any], refusal: type[Refusal], field: str | None
) -> None:
    with pytest.raises(refusal) as caught:
        place.create(**changes)
    assert caught.value.field == field
    assert not Campaign.objects.exists()


def test_a_sector_goes_only_with_a_sectoral_audience(place: Phongtho) -> None:
    sector = make_sector()
    with pytest.raises(errors.SectorMismatch):
        place.create(sector=sector)
    assert place.create(audience=DirectiveClass.SECTORAL, sector=sector).sector == sector


def test_a_directive_of_another_register_is_refused(place: Phongtho) -> None:
    with pytest.raises(errors.DirectiveOutOfReach):
        place.create(directives=[make_directive(make_unit())])


@pytest.mark.parametrize("whose", ["district", "elsewhere"])
def test_a_pilot_stands_below_the_owner(place: Phongtho, whose: str) -> None:
    pilot = place.district if whose == "district" else make_unit()
    with pytest.raises(errors.PilotOutside):
        place.create(pilots=[pilot])


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICER])
def test_only_the_officer_prepares_a_campaign(place: Phongtho, role: Role) -> None:
    with pytest.raises(NotPermitted):
        place.create(actor=make_actor(role, place.district))
    assert Entry.objects.filter(action="plans.create_campaign", code="not_permitted").exists()


def test_an_officer_above_or_below_does_not_lead_the_campaign(place: Phongtho) -> None:
    with pytest.raises(NotPermitted):
        place.create(owner=place.commune, pilots=[])
    campaign = place.create()
    below = make_actor(Role.OFFICER, place.commune)
    with pytest.raises(NotPermitted):
        start_campaign(actor=below, campaign=campaign)
    with pytest.raises(NotPermitted):
        finish_campaign(actor=below, campaign=campaign)
    with pytest.raises(NotPermitted):
        change_campaign(actor=below, campaign=campaign, version=1, **place.content())


def test_a_draft_is_changed_as_a_whole(place: Phongtho) -> None:
    campaign = place.create()
    rules = [RuleInput(owed="nothing", unit_kind=UnitKind.CELL)]
    changed = change_campaign(
        actor=place.officer, campaign=campaign, version=1, **place.content(name="Tên mới", pilots=[], rules=rules)
    )
    assert (changed.name, changed.version) == ("Tên mới", 2)
    assert [rule.unit_kind for rule in changed.rules.all()] == [UnitKind.CELL]
    assert not changed.pilots.exists()


def test_a_stale_change_is_refused_and_a_repeated_one_is_not(place: Phongtho) -> None:
    campaign = place.create()
    content = place.content(name="Tên mới")
    change_campaign(actor=place.officer, campaign=campaign, version=1, **content)
    assert change_campaign(actor=place.officer, campaign=campaign, version=1, **content).version == 2
    with pytest.raises(Stale):
        change_campaign(actor=place.officer, campaign=campaign, version=1, **place.content(name="Tên khác"))


def test_a_started_campaign_is_fixed(place: Phongtho) -> None:
    campaign = place.create()
    start_campaign(actor=place.officer, campaign=campaign)
    with pytest.raises(errors.CampaignNotDraft):
        change_campaign(actor=place.officer, campaign=campaign, version=2, **place.content())


def test_starting_freezes_the_subtree_and_gives_the_plans(place: Phongtho) -> None:
    make_unit("Ngoài huyện", kind=UnitKind.CELL)
    gone = make_unit("Đã giải thể", parent=place.commune)
    Unit.objects.filter(pk=gone.pk).update(in_force=False)
    campaign = start_campaign(actor=place.officer, campaign=place.create())
    frozen = {unit.unit_id: unit for unit in campaign.units.all()}
    assert set(frozen) == {place.district.pk, place.commune.pk, place.cell.pk, place.grassroots_cell.pk}
    cell = frozen[place.cell.pk]
    assert (cell.parent_id, cell.path, cell.name) == (place.commune.pk, place.cell.path, place.cell.name)
    plans = {plan.unit_id: plan for plan in campaign.plans.all()}
    assert set(plans) == {place.district.pk, place.cell.pk}
    assert plans[place.cell.pk].parent == plans[place.district.pk], "the commune owes none: the nearest above does"
    assert plans[place.district.pk].parent is None
    assert plans[place.cell.pk].due_on == dt.date(2026, 10, 15)
    assert {(plan.state, plan.edition, plan.title) for plan in plans.values()} == {
        (PlanState.DRAFT, 1, plans[place.cell.pk].title)
    }
    facts = Entry.objects.get(action="plans.start_campaign").facts
    assert facts == {"units": 4, "plans": 2, "pilots_first": False}


def test_starting_twice_changes_nothing(place: Phongtho) -> None:
    campaign = place.create()
    first = start_campaign(actor=place.officer, campaign=campaign)
    second = start_campaign(actor=place.officer, campaign=campaign)
    assert second.started_at == first.started_at
    assert Plan.objects.count() == 2


def test_a_draft_cannot_be_finished_nor_a_finished_one_started(place: Phongtho) -> None:
    campaign = place.create()
    with pytest.raises(errors.CampaignNeverStarted):
        finish_campaign(actor=place.officer, campaign=campaign)
    start_campaign(actor=place.officer, campaign=campaign)
    finished = finish_campaign(actor=place.officer, campaign=campaign)
    assert finished.state == CampaignState.FINISHED
    assert finish_campaign(actor=place.officer, campaign=campaign).finished_at == finished.finished_at
    with pytest.raises(errors.CampaignOver):
        start_campaign(actor=place.officer, campaign=campaign)


def test_duties_tell_how_many_units_owe_what(place: Phongtho) -> None:
    campaign = place.create()
    before = duties_of(campaign)
    make_unit(parent=place.commune)
    assert kinds_and_levels(place.district)[0][UnitKind.CELL] == 2
    started = start_campaign(actor=place.officer, campaign=campaign)
    make_unit(parent=place.commune)
    after = duties_of(started)
    assert [(row.label, row.units, len(row.owes)) for row in before.rows] == [
        (str(UnitKind.DISTRICT_COMMITTEE.label), 1, 1),
        (str(UnitKind.GRASSROOTS_COMMITTEE.label), 1, 0),
        (str(UnitKind.GRASSROOTS_CELL.label), 1, 1),
        (str(UnitKind.CELL.label), 1, 2),
    ]
    assert (before.units, before.documents) == (4, 2)
    assert after.rows[-1].units == 2, "a unit founded after the start is not in scope"
    assert (after.units, after.documents) == (5, 3)


def test_a_unit_beside_is_not_in_scope(place: Phongtho) -> None:
    campaign = make_campaign(place.commune)
    make_rule(campaign, UnitKind.CELL)
    assert scope_unit(campaign, place.cell).unit == place.cell
    with pytest.raises(errors.UnitOutsideCampaign):
        scope_unit(campaign, place.grassroots_cell)


def test_campaigns_are_found_without_diacritics(place: Phongtho) -> None:
    campaign = make_campaign(place.district, name="Quán triệt Nghị quyết Đại hội")
    make_campaign(place.district, name="Phổ biến Chỉ thị")
    assert list(matching(Campaign.objects.all(), "nghi quyet dai")) == [campaign]


def test_a_draft_is_seen_only_from_above(place: Phongtho) -> None:
    draft = make_campaign(place.district, state=CampaignState.DRAFT)
    clerk = make_actor(Role.CLERK, place.cell)
    assert draft in Campaign.objects.visible_to(place.officer)
    assert draft not in Campaign.objects.visible_to(clerk)
    start_campaign(actor=place.officer, campaign=draft)
    assert draft in Campaign.objects.visible_to(clerk)
    assert draft not in Campaign.objects.visible_to(make_actor(Role.OFFICER, make_unit()))


class TwoAtOnce(TransactionTestCase):
    """Real transactions against each other."""

    def test_two_starts_at_once_give_every_unit_one_plan(self) -> None:
        place = Phongtho()
        campaign = place.create()

        def start() -> Campaign:
            return start_campaign(actor=place.officer, campaign=campaign)

        assert run_at_once(start, start, start) == [None, None, None]
        assert CampaignUnit.objects.count() == 4
        assert Plan.objects.count() == 2

    def test_a_form_sent_twice_at_once_prepares_one_campaign(self) -> None:
        place = Phongtho()
        client_id = uuid.uuid4()

        def create() -> Campaign:
            return place.create(client_id=client_id)

        assert run_at_once(create, create) == [None, None]
        assert Campaign.objects.count() == 1

    def test_a_finish_and_a_start_at_once_leave_one_clean_state(self) -> None:
        place = Phongtho()
        campaign = place.create()
        actor: Actor = place.officer
        outcomes = run_at_once(
            lambda: start_campaign(actor=actor, campaign=campaign),
            lambda: finish_campaign(actor=actor, campaign=campaign),
        )
        campaign.refresh_from_db()
        assert outcomes[0] is None
        assert campaign.state in (CampaignState.RUNNING, CampaignState.FINISHED)
