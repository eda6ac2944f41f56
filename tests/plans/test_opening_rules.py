"""What the rest of a campaign owes by rules that count from an event, from the day on which it is opened to all."""

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from lantoa.directives.facts import COLUMNS, Facts
from lantoa.directives.services.entries import change_directive
from lantoa.kernel import clock
from lantoa.notifications.models import Notification
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import Anchor, CampaignState, PlanState, Wave
from lantoa.plans.models import Campaign, CampaignUnit, Plan, Reminder
from lantoa.plans.selectors.cascade import debts_of
from lantoa.plans.selectors.duties import acts_owed_by, owed_by
from lantoa.plans.services.campaigns import start_campaign
from lantoa.plans.services.opening import decide_opening
from lantoa.plans.services.reminders import send_due_reminders
from lantoa.plans.services.workflow import issue_plan
from lantoa.plans.working_days import is_working_day
from lantoa.study_sessions.enums import SessionMode
from lantoa.study_sessions.services.sessions import set_up_session
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign, owe
from tests.plans.racing import wait_for_a_waiter

pytestmark = pytest.mark.django_db

DISTRICT, COMMUNE, CELL = UnitKind.DISTRICT_COMMITTEE, UnitKind.GRASSROOTS_COMMITTEE, UnitKind.CELL
TODAY = clock.today()


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


class Place:
    """A district with a pilot commune and another one, each with a cell; nothing is owed before a rule says so."""

    def __init__(self) -> None:
        self.district = make_unit("Đảng bộ huyện", kind=DISTRICT)
        self.pilot = make_unit("Đảng bộ xã Mường So", parent=self.district, kind=COMMUNE)
        self.other = make_unit("Đảng bộ xã Dào San", parent=self.district, kind=COMMUNE)
        self.cell = make_unit("Chi bộ bản Vàng Pheo", parent=self.pilot, kind=CELL)
        self.other_cell = make_unit("Chi bộ bản Dào San", parent=self.other, kind=CELL)
        self.officer = make_actor(Role.OFFICER, self.district)
        self.directive = make_directive(self.district, issued_on=day(-40))
        draft = CampaignState.DRAFT
        self.campaign = make_campaign(
            self.district, state=draft, directives=[self.directive], starts_on=day(-20), ends_on=day(200)
        )
        self.campaign.pilots.set([self.pilot])

    def owe(self, owed: str, unit_kind: str = "", **terms: Any) -> None:
        owe(self.campaign, owed, unit_kind=unit_kind, **terms)

    def start(self, days_ago: int = 20) -> None:
        start_campaign(actor=self.officer, campaign=self.campaign, pilots_first=True)
        Campaign.objects.filter(pk=self.campaign.pk).update(started_at=clock.now() - dt.timedelta(days=days_ago))

    def open(self) -> Campaign:
        decide_opening(
            actor=self.officer,
            campaign=Campaign.objects.get(),
            client_id=uuid.uuid4(),
            experience="Nên chia nhỏ theo bản.",
            holds_from=TODAY,
        )
        return Campaign.objects.get()

    def issue(self, unit: Unit, days: int = 0, document: str = "plan") -> None:
        plan = Plan.objects.get(unit=unit, document=document)
        Plan.objects.filter(pk=plan.pk).update(state=PlanState.APPROVED)
        actor = make_actor(Role.OFFICER, unit)
        issue_plan(actor=actor, plan=plan, number=f"{plan.pk}-KH/HU", issued_on=day(days), signer="Bí thư")

    def hold(self, host: Unit, days: int) -> None:
        begins = timezone.make_aware(dt.datetime.combine(day(days), dt.time(8)))
        set_up_session(
            actor=make_actor(Role.OFFICER, host),
            client_id=uuid.uuid4(),
            campaign=self.campaign,
            host=host,
            title="Hội nghị học tập",
            mode=SessionMode.IN_PERSON,
            starts_at=begins,
            ends_at=begins + dt.timedelta(hours=3),
        )

    def correct(self, days: int) -> None:
        """The directive turns out to have been issued on another day."""
        stored = self.directive
        columns = {name: getattr(stored, name) for name in COLUMNS}
        facts = Facts(**{**columns, "issued_on": day(days)}, sectors=tuple(stored.sectors.all()))
        change_directive(actor=self.officer, directive=stored, version=stored.version, facts=facts)


@pytest.fixture
def place() -> Place:
    return Place()


def due(unit: Unit, owed: str = "plan") -> dt.date | None:
    if owed in ("summons", "study"):
        scope = CampaignUnit.objects.get(unit=unit)
        assert getattr(scope, f"owes_{owed}")
        found: dt.date | None = getattr(scope, f"{owed}_due_on")
        return found
    return Plan.objects.get(unit=unit, document=owed).due_on


@pytest.mark.parametrize("owed", ["plan", "summons", "study", "programme", "implementation"])
def test_the_first_day_of_the_rest_is_the_day_of_the_opening(place: Place, owed: str) -> None:
    place.owe(owed, COMMUNE, anchor=Anchor.START, days=30)
    place.start()
    place.open()
    assert (due(place.pilot, owed), due(place.other, owed)) == (day(10), day(30))


def test_a_campaign_opened_before_its_first_day_counts_from_that_day_for_all(place: Place) -> None:
    place.owe("plan", COMMUNE, anchor=Anchor.START, days=30)
    place.owe("study", CELL, anchor=Anchor.PLAN_ABOVE, days=30)
    place.owe("programme", COMMUNE, anchor=Anchor.PLAN_ABOVE, days=30)
    Campaign.objects.update(starts_on=day(5))
    place.start(3)
    place.open()
    assert {due(place.pilot), due(place.other), due(place.other, "programme")} == {day(35)}


@pytest.mark.parametrize("owed", ["plan", "summons", "study", "programme"])
def test_days_from_the_directive_are_later_by_as_many_as_the_pilots_were_before(place: Place, owed: str) -> None:
    place.owe(owed, COMMUNE, anchor=Anchor.DIRECTIVE, days=60)
    place.start()
    place.open()
    assert (due(place.pilot, owed), due(place.other, owed)) == (day(20), day(40))


@pytest.mark.parametrize("owed", ["plan", "study"])
def test_a_corrected_directive_leaves_the_rest_as_many_days_as_the_pilots(place: Place, owed: str) -> None:
    place.owe(owed, COMMUNE, anchor=Anchor.DIRECTIVE, days=60)
    place.start()
    place.open()
    place.correct(-35)
    assert (due(place.pilot, owed), due(place.other, owed)) == (day(25), day(45))


def test_a_corrected_directive_neither_moves_nor_tells_who_waits_for_the_opening(place: Place) -> None:
    place.owe("study", level=0, anchor=Anchor.DIRECTIVE, days=60)
    place.owe("study", COMMUNE, anchor=Anchor.DIRECTIVE, days=60)
    secretary = make_user(Role.SECRETARY, place.district)
    place.start()
    place.correct(-35)
    waiting = CampaignUnit.objects.get(unit=place.district)
    assert (waiting.wave, waiting.owes_study, waiting.study_due_on) == (Wave.LATER, False, None)
    assert not Notification.objects.filter(receiver=secretary).exists()
    place.open()
    assert (due(place.district, "study"), due(place.other, "study")) == (day(45), day(45))


@pytest.mark.parametrize("anchor", [Anchor.START, Anchor.DIRECTIVE])
def test_working_days_of_the_rest_end_on_working_days(place: Place, anchor: Anchor) -> None:
    owed = ("plan", "summons", "study", "programme", "implementation")
    for days, one in enumerate(owed, start=45):
        place.owe(one, COMMUNE, anchor=anchor, days=days, working_days=True)
    place.start(17)
    place.open()
    assert all(is_working_day(due(place.other, one) or TODAY) for one in owed)
    assert len({due(place.other, one) for one in owed}) == 5


def test_no_day_of_the_rest_counted_from_an_event_lies_after_the_end(place: Place) -> None:
    place.owe("plan", COMMUNE, anchor=Anchor.START, days=210)
    place.owe("study", COMMUNE, anchor=Anchor.DIRECTIVE, days=230)
    place.start()
    place.open()
    assert (due(place.other), due(place.other, "study")) == (day(200), day(200))


def test_the_rest_waits_for_the_plan_above_that_is_made_at_the_opening(place: Place) -> None:
    place.owe("plan", DISTRICT, anchor=Anchor.PLAN_ABOVE, days=15)
    place.owe("plan", COMMUNE, anchor=Anchor.PLAN_ABOVE, days=10)
    place.owe("study", CELL, anchor=Anchor.PLAN_ABOVE, days=20)
    place.start()
    place.open()
    assert due(place.district) == day(15)
    assert (due(place.other), due(place.other_cell, "study")) == (None, None)
    place.issue(place.district)
    place.issue(place.other)
    assert (due(place.other), due(place.other_cell, "study")) == (day(10), day(20))


def test_a_plan_issued_with_a_date_before_the_opening_counts_for_the_rest_from_the_opening(place: Place) -> None:
    place.owe("plan", DISTRICT, due_on=day(30))
    place.owe("plan", COMMUNE, anchor=Anchor.PLAN_ABOVE, days=10)
    place.owe("summons", COMMUNE, anchor=Anchor.PLAN_ABOVE, days=5)
    place.start()
    place.open()
    place.issue(place.district, -7)
    assert (due(place.other), due(place.other, "summons")) == (day(10), day(5))


def test_a_pilot_that_had_no_plan_above_keeps_its_day_when_that_one_is_issued(place: Place) -> None:
    place.owe("plan", DISTRICT, due_on=day(30))
    place.owe("plan", COMMUNE, anchor=Anchor.PLAN_ABOVE, days=30)
    place.owe("study", COMMUNE, anchor=Anchor.PLAN_ABOVE, days=40)
    place.start()
    place.open()
    place.issue(place.district)
    assert Plan.objects.get(unit=place.pilot).parent == Plan.objects.get(unit=place.district)
    assert (due(place.pilot), due(place.pilot, "study")) == (day(10), day(20))
    assert (due(place.other), due(place.other, "study")) == (day(30), day(40))


@pytest.mark.parametrize(("issued", "expected"), [(-5, 10), (None, None)])
def test_a_unit_founded_below_a_pilot_counts_from_the_opening_where_the_plan_above_was_issued(
    place: Place, issued: int | None, expected: int | None
) -> None:
    for kind in (COMMUNE, CELL):
        for owed in ("plan", "programme"):
            place.owe(owed, kind, anchor=Anchor.PLAN_ABOVE, days=10)
    place.owe("study", CELL, anchor=Anchor.PLAN_ABOVE, days=10)
    place.start()
    if issued is not None:
        place.issue(place.pilot, issued)
    young = make_unit("Chi bộ mới", parent=place.pilot, kind=CELL)
    place.open()
    wanted = None if expected is None else day(expected)
    assert (due(young), due(young, "study"), due(young, "programme")) == (wanted, wanted, None)
    if issued is not None:
        assert due(place.cell) == day(issued + 10)


def test_a_session_set_up_before_the_opening_counts_for_the_rest_but_from_the_opening_at_the_earliest(
    place: Place,
) -> None:
    place.owe("programme", DISTRICT, anchor=Anchor.SESSION, days=10)
    place.owe("summons", DISTRICT, anchor=Anchor.SESSION, days=-3)
    place.owe("programme", COMMUNE, anchor=Anchor.SESSION, days=10)
    place.start()
    place.hold(place.district, -15)
    assert CampaignUnit.objects.get(unit=place.district).summons_due_on is None
    place.open()
    assert due(place.district, "programme") == day(10)
    assert due(place.other, "programme") is None
    place.hold(place.other, 6)
    assert due(place.other, "programme") == day(16)


def test_a_session_after_the_opening_counts_as_it_stands(place: Place) -> None:
    place.owe("programme", DISTRICT, anchor=Anchor.SESSION, days=10)
    place.start()
    place.hold(place.district, 8)
    place.open()
    assert due(place.district, "programme") == day(18)


def test_who_waits_owes_nothing_anywhere(place: Place) -> None:
    for owed in ("plan", "summons", "study", "programme"):
        for level in range(3):
            owe(place.campaign, owed, level=level, anchor=Anchor.START, days=18)
    place.start()
    campaign = Campaign.objects.get()
    officer = make_actor(Role.OFFICER, place.district)
    assert not debts_of(campaign).filter(unit__in=[place.district, place.other, place.other_cell]).exists()
    assert (owed_by(place.district, officer, TODAY), acts_owed_by(place.district, officer, TODAY)) == ([], [])
    send_due_reminders(day=TODAY)
    assert set(Reminder.objects.values_list("unit", flat=True)) <= {place.pilot.pk, place.cell.pk}
    place.open()
    assert debts_of(Campaign.objects.get()).filter(owing=True).count() == 5
    assert len(owed_by(place.district, officer, TODAY)) == 2
    assert len(acts_owed_by(place.district, officer, TODAY)) == 2


def test_a_unit_that_ended_while_it_waited_is_asked_for_nothing(place: Place) -> None:
    lower = make_unit("Đảng bộ cụm", parent=place.district, kind=DISTRICT)
    Unit.objects.filter(pk=place.pilot.pk).update(parent=lower, path=f"{lower.path}{place.pilot.pk}.")
    place.owe("plan", DISTRICT, due_on=day(30))
    place.owe("plan", COMMUNE, due_on=day(30))
    place.start()
    Unit.objects.filter(pk=lower.pk).update(in_force=False)
    place.open()
    assert not Plan.objects.filter(unit=lower).exists()
    assert Plan.objects.get(unit=place.pilot).parent == Plan.objects.get(unit=place.district)


def test_a_kind_of_the_rest_that_has_rules_of_its_own_follows_them_alone(place: Place) -> None:
    place.owe("study", COMMUNE, anchor=Anchor.START, days=30)
    for level in range(3):
        owe(place.campaign, "plan", level=level, anchor=Anchor.START, days=10)
    place.start()
    place.open()
    owing = {row.name: (row.plan_due, row.study_due) for row in debts_of(Campaign.objects.get())}
    assert owing == {
        place.district.name: (day(10), None),
        place.pilot.name: (None, day(10)),
        place.other.name: (None, day(30)),
        place.cell.name: (day(-10), None),
        place.other_cell.name: (day(10), None),
    }


class AtOnce(TransactionTestCase):
    """A campaign starts while the date of its directive is corrected."""

    def test_the_deadlines_follow_the_corrected_date(self) -> None:
        place = Place()
        place.owe("plan", COMMUNE, anchor=Anchor.DIRECTIVE, days=60)

        def correct() -> None:
            try:
                place.correct(-35)
            finally:
                connection.close()

        thread = threading.Thread(target=correct)
        with transaction.atomic():
            place.start()
            thread.start()
            wait_for_a_waiter()
        thread.join()
        assert due(place.pilot) == day(25)
