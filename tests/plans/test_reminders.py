"""Reminders: offsets from deadlines, each receiver each of them once."""

import datetime as dt
import uuid
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.accounts.models import User
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.notifications.models import Notification
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment, Unit
from lantoa.plans import deadline_errors, errors
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import Campaign, Plan, Reminder
from lantoa.plans.services.reminders import offset_on, remind_by_hand, remind_due, send_due_reminders
from lantoa.plans.tasks import send_reminders
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign, make_plan, make_rule, owe
from tests.study_sessions.factories import make_session

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 6, 20)


class Place:
    """A district that leads a campaign, a committee that owes a plan, and whoever answers for both."""

    def __init__(self) -> None:
        self.district = make_unit("Đảng bộ huyện Phong Thổ", kind=UnitKind.DISTRICT_COMMITTEE)
        self.unit = make_unit("Đảng bộ xã Dào San", kind=UnitKind.GRASSROOTS_COMMITTEE, parent=self.district)
        self.leader = make_user(Role.OFFICER, self.district)
        self.officer = make_user(Role.OFFICER, self.unit)
        self.secretary = make_user(Role.SECRETARY, self.unit)
        self.campaign = make_campaign(
            self.district, starts_on=DUE - dt.timedelta(days=40), ends_on=DUE + dt.timedelta(days=90)
        )
        self.plan = make_plan(self.campaign, self.unit, due_on=DUE)

    @property
    def own(self) -> set[int]:
        return {self.officer.pk, self.secretary.pk}


@pytest.fixture
def place() -> Place:
    return Place()


def told() -> Counter[int]:
    """How many notifications each user got."""
    return Counter(Notification.objects.values_list("receiver_id", flat=True))


def run_on(days_late: int) -> int:
    return send_due_reminders(actor=SYSTEM, day=DUE + dt.timedelta(days=days_late))


@pytest.mark.parametrize(
    ("days_late", "offset"), [(-8, None), (-7, -7), (-3, -7), (-1, -1), (0, 0), (1, 1), (2, 2), (30, 30)]
)
def test_the_last_offset_that_has_come_has_its_turn(days_late: int, offset: int | None) -> None:
    assert offset_on(days_late) == offset


def test_until_the_deadline_the_officer_and_the_secretary_of_the_unit_are_reminded(place: Place) -> None:
    assert [run_on(late) for late in (-8, -7, -6, -1, 0)] == [0, 1, 0, 1, 1]
    assert told() == Counter(dict.fromkeys(place.own, 3))


def test_a_summons_that_is_owed_leads_to_the_lists_of_the_unit(place: Place) -> None:
    place.plan.delete()
    owe(place.campaign, "summons", unit_kind=UnitKind.GRASSROOTS_COMMITTEE, due_on=DUE)
    assert run_on(0) == 1
    links = set(Notification.objects.values_list("link", flat=True))
    assert links == {f"/campaigns/{place.campaign.pk}/summons/{place.unit.pk}/"}


def test_the_day_after_it_those_above_hear_of_it_too_and_from_then_on_they_alone(place: Place) -> None:
    run_on(1)
    assert told() == Counter(dict.fromkeys({*place.own, place.leader.pk}, 1))
    run_on(2)
    run_on(3)
    assert told() == Counter({**dict.fromkeys(place.own, 1), place.leader.pk: 3})


def test_those_above_hear_once_a_day_of_all_units_that_are_late(place: Place) -> None:
    beside = make_unit("Đảng bộ xã Mù Sang", kind=UnitKind.GRASSROOTS_COMMITTEE, parent=place.district)
    campaign = make_campaign(place.district, starts_on=DUE - dt.timedelta(days=40), ends_on=DUE + dt.timedelta(days=90))
    for unit, late in ((place.unit, 2), (beside, 6)):
        make_plan(campaign, unit, due_on=DUE - dt.timedelta(days=late))
    Campaign.objects.filter(pk=place.campaign.pk).update(state=CampaignState.FINISHED)
    assert [run_on(2), run_on(2), run_on(3)] == [2, 0, 2]
    heard = Notification.objects.filter(receiver=place.leader).order_by("pk")
    assert [(one.kind, one.parameters) for one in heard] == [
        ("plans.late", {"day": "2026-06-22"}),
        ("plans.late", {"day": "2026-06-23"}),
    ]
    assert heard[0].link == f"/campaigns/{campaign.pk}/units/?state=overdue"


def test_who_follows_the_unit_hears_of_it_instead_of_the_officers_above(place: Place) -> None:
    follower = make_user(Role.FOLLOWER, place.unit)
    run_on(2)
    assert told() == Counter({follower.pk: 1})


def test_where_nobody_stands_above_the_unit_itself_goes_on_hearing_of_it(place: Place) -> None:
    Appointment.objects.filter(unit=place.district).delete()
    run_on(2)
    assert told() == Counter(dict.fromkeys(place.own, 1))


def test_the_same_day_again_sends_nothing(place: Place) -> None:
    assert [run_on(0), run_on(0)] == [1, 0]
    assert set(told().values()) == {1}


def test_what_was_sent_costs_no_transaction_any_more(place: Place) -> None:
    run_on(-5)
    with CaptureQueriesContext(connection) as captured:
        assert [run_on(-5), run_on(-4)] == [0, 0]
    assert len(captured) == 2 * 3, "the campaigns, the rules, the units that wait"


def test_a_unit_where_nobody_can_sign_in_is_reminded_once_somebody_can(place: Place) -> None:
    Appointment.objects.filter(unit=place.unit).delete()
    assert run_on(0) == 0
    secretary = make_user(Role.SECRETARY, place.unit)
    assert run_on(0) == 1
    assert told() == Counter({secretary.pk: 1})


def test_who_has_left_the_post_or_may_not_sign_in_is_not_reminded(place: Place) -> None:
    with clock.supposing(dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)):
        held = Appointment.objects.get(person__user=place.officer)
        held.period = type(held.period)(held.period.lower, DUE)
        held.save(update_fields=["period"])
    User.objects.filter(pk=place.secretary.pk).update(is_active=False)
    assert run_on(0) == 0


def test_issuing_the_plan_ends_its_reminders(place: Place) -> None:
    run_on(-7)
    Plan.objects.filter(pk=place.plan.pk).update(
        state=PlanState.ISSUED, number="12-KH/ĐU", issued_on=DUE, signer="T/M Đảng ủy"
    )
    assert [run_on(late) for late in (-1, 0, 1, 2)] == [0, 0, 0, 0]


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.FINISHED])
def test_only_a_running_campaign_reminds(place: Place, state: CampaignState) -> None:
    Campaign.objects.filter(pk=place.campaign.pk).update(state=state)
    assert run_on(0) == 0
    assert remind_due(actor=SYSTEM, campaign=place.campaign, unit_ids=[place.unit.pk], day=DUE) == 0


def test_a_unit_that_has_ended_owes_nothing_any_more(place: Place) -> None:
    Unit.objects.filter(pk=place.unit.pk).update(in_force=False)
    assert run_on(0) == 0


def test_the_study_has_reminders_of_its_own_until_it_was_held(place: Place) -> None:
    Plan.objects.all().delete()
    make_rule(place.campaign, UnitKind.GRASSROOTS_COMMITTEE, owes_plan=False, study_due_on=DUE)
    assert run_on(-1) == 1
    assert set(Notification.objects.values_list("link", flat=True)) == {f"/campaigns/{place.campaign.pk}/"}
    make_session(place.campaign, place.unit)
    assert run_on(0) == 0


def test_a_reminder_leads_to_the_plan_and_may_be_silenced_by_campaign(place: Place) -> None:
    run_on(-7)
    one = Notification.objects.filter(receiver=place.officer).get()
    assert one.link == f"/plans/{place.plan.pk}/"
    assert one.about == ("plans.campaign", place.campaign.pk)
    assert one.parameters == {"unit": place.unit.name, "deadline": "plan", "due": "2026-06-20", "days": 7}


def test_nobody_but_the_clock_sends_what_is_due(place: Place) -> None:
    with pytest.raises(NotPermitted):
        remind_due(actor=Actor.of(place.leader), campaign=place.campaign, unit_ids=[place.unit.pk], day=DUE)


def test_the_clock_reminds_by_day_and_never_at_night(place: Place) -> None:
    night, morning = (dt.datetime(2026, 6, 19, hour, 30, tzinfo=dt.UTC) for hour in (20, 23))
    Plan.objects.update(due_on=DUE)
    with clock.supposing(night):
        assert send_reminders.func(timestamp=0) == 0
    with clock.supposing(morning + dt.timedelta(hours=1)):
        assert send_reminders.func(timestamp=0) == 1


class TestByHand:
    """What somebody above sends."""

    @pytest.fixture
    def officer(self, place: Place) -> Actor:
        place.plan.due_on = clock.today() + dt.timedelta(days=20)
        place.plan.save(update_fields=["due_on"])
        return Actor.of(place.leader)

    def ask(self, place: Place, actor: Actor, *units: Unit, client_id: uuid.UUID | None = None) -> object:
        return remind_by_hand(
            actor=actor,
            campaign=place.campaign,
            client_id=client_id or uuid.uuid4(),
            unit_ids=[unit.pk for unit in units],
        )

    def test_the_unit_is_reminded_and_the_act_is_on_record(self, place: Place, officer: Actor) -> None:
        outcome = remind_by_hand(
            actor=officer, campaign=place.campaign, client_id=uuid.uuid4(), unit_ids=[place.unit.pk]
        )
        assert outcome.reminded == (place.unit.name,)
        assert told() == Counter(dict.fromkeys(place.own, 1))
        assert Entry.objects.get(action="plans.remind_by_hand").facts == {"units": [place.unit.pk], "of": 1}

    def test_the_same_form_again_reminds_nobody_and_says_the_same(self, place: Place, officer: Actor) -> None:
        form = uuid.uuid4()
        first = self.ask(place, officer, place.unit, client_id=form)
        assert self.ask(place, officer, place.unit, client_id=form) == first
        assert Reminder.objects.count() == 1

    def test_a_form_of_another_campaign_is_refused(self, place: Place, officer: Actor) -> None:
        form = uuid.uuid4()
        self.ask(place, officer, place.unit, client_id=form)
        other = make_campaign(place.district)
        with pytest.raises(errors.FormSentBefore):
            remind_by_hand(actor=officer, campaign=other, client_id=form, unit_ids=[place.unit.pk])

    def test_it_says_who_was_not_reminded_and_why(self, place: Place, officer: Actor) -> None:
        done = make_unit("Đảng bộ xã Mường So", kind=UnitKind.GRASSROOTS_COMMITTEE, parent=place.district)
        empty = make_unit("Đảng bộ xã Vàng Ma Chải", kind=UnitKind.GRASSROOTS_COMMITTEE, parent=place.district)
        place.campaign = make_campaign(place.district)
        for unit in (place.unit, empty):
            make_plan(place.campaign, unit, due_on=clock.today())
        self.ask(place, officer, place.unit)
        outcome = remind_by_hand(
            actor=officer,
            campaign=place.campaign,
            client_id=uuid.uuid4(),
            unit_ids=[place.unit.pk, done.pk, empty.pk],
        )
        assert outcome.reminded == ()
        assert outcome.today_already == (place.unit.name,)
        assert outcome.owing_nothing == (done.name,)
        assert outcome.nobody_there == (empty.name,)

    def test_who_was_reminded_by_the_clock_today_is_left_alone(self, place: Place, officer: Actor) -> None:
        place.plan.due_on = clock.today()
        place.plan.save(update_fields=["due_on"])
        send_due_reminders(day=clock.today())
        outcome = remind_by_hand(
            actor=officer, campaign=place.campaign, client_id=uuid.uuid4(), unit_ids=[place.unit.pk]
        )
        assert outcome.today_already == (place.unit.name,)

    def test_only_officers_above_and_followers_remind(self, place: Place, officer: Actor) -> None:
        for actor in (Actor.of(place.officer), make_actor(Role.INSPECTOR, place.district)):
            with pytest.raises(NotPermitted):
                self.ask(place, actor, place.unit)
        self.ask(place, make_actor(Role.FOLLOWER, place.unit), place.unit)
        assert told() == Counter(dict.fromkeys(place.own, 1))

    def test_a_unit_outside_the_campaign_is_refused(self, place: Place, officer: Actor) -> None:
        stranger = make_unit("Chi bộ mới", parent=place.unit)
        with pytest.raises(NotPermitted):
            self.ask(place, officer, stranger)

    def test_nothing_ticked_and_too_much_ticked_are_refused(self, place: Place, officer: Actor) -> None:
        with pytest.raises(deadline_errors.NoUnitChosen):
            self.ask(place, officer)
        with pytest.raises(deadline_errors.TooManyUnits):
            remind_by_hand(actor=officer, campaign=place.campaign, client_id=uuid.uuid4(), unit_ids=range(1, 502))

    def test_a_finished_campaign_reminds_nobody(self, place: Place, officer: Actor) -> None:
        Campaign.objects.update(state=CampaignState.FINISHED)
        with pytest.raises(errors.CampaignNotRunning):
            self.ask(place, officer, place.unit)
