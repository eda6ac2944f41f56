"""Moving a deadline moves its reminders, and those concerned are told."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from lantoa.accounts.models import User
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.notifications.models import Notification
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.plans import deadline_errors, errors
from lantoa.plans.enums import CampaignState, Deadline, PlanState
from lantoa.plans.models import Campaign, CampaignRule, CampaignUnit, DeadlineMove, Plan, Reminder
from lantoa.plans.services import deadlines
from lantoa.plans.services.deadlines import move_plan_deadline, move_rule_deadline
from lantoa.plans.services.reminders import send_due_reminders
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign, make_plan, make_rule, owe

pytestmark = pytest.mark.django_db
KIND = UnitKind.GRASSROOTS_COMMITTEE


class Place:
    """A campaign whose committees owe a plan and a study in twenty days."""

    def __init__(self) -> None:
        self.today = clock.today()
        self.due = self.today + dt.timedelta(days=20)
        self.district = make_unit("Đảng bộ huyện Phong Thổ", kind=UnitKind.DISTRICT_COMMITTEE)
        self.unit = make_unit("Đảng bộ xã Dào San", kind=KIND, parent=self.district)
        self.other = make_unit("Đảng bộ xã Mường So", kind=KIND, parent=self.district)
        self.secretary = make_user(Role.SECRETARY, self.unit)
        self.colleague = make_user(Role.SECRETARY, self.other)
        self.campaign = make_campaign(self.district)
        self.plan_rule, self.study_rule = make_rule(self.campaign, KIND, plan_due_on=self.due, study_due_on=self.due)
        self.plan = make_plan(self.campaign, self.unit, due_on=self.due)
        self.others_plan = make_plan(self.campaign, self.other, due_on=self.due)
        self.leader = make_actor(Role.OFFICER, self.district)

    def day(self, days: int) -> dt.date:
        return self.today + dt.timedelta(days=days)

    def move_rule(self, to: int, deadline: Deadline = Deadline.PLAN, **given: Any) -> DeadlineMove:
        values: dict[str, Any] = {
            "actor": self.leader,
            "campaign": self.campaign,
            "rule": self.plan_rule if deadline is Deadline.PLAN else self.study_rule,
            "new": self.day(to),
            "reason": "Mưa lũ chia cắt",
            "client_id": uuid.uuid4(),
        }
        return move_rule_deadline(**{**values, **given})

    def move_plan(self, to: int, **given: Any) -> DeadlineMove:
        values: dict[str, Any] = {
            "actor": self.leader,
            "plan": self.plan,
            "new": self.day(to),
            "reason": "Mưa lũ chia cắt",
            "client_id": uuid.uuid4(),
        }
        return move_plan_deadline(**{**values, **given})

    def reminders(self) -> set[tuple[int, str, dt.date, int | None]]:
        return set(Reminder.objects.values_list("unit_id", "deadline", "due_on", "offset"))


@pytest.fixture
def place() -> Place:
    return Place()


def days_of_rules() -> dict[str, dt.date | None]:
    return dict(CampaignRule.objects.values_list("owed", "due_on"))


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(receiver=user).values_list("kind", flat=True))


def test_reminders_of_the_new_day_are_sent_and_those_of_the_old_day_that_were_not_are_not(place: Place) -> None:
    CampaignUnit.objects.update(owes_study=False)
    send_due_reminders(day=place.day(13))
    place.move_plan(40)
    for days in (19, 20, 21, 22, 33, 39):
        send_due_reminders(day=place.day(days))
    of_unit = {row[2:] for row in place.reminders() if row[0] == place.unit.pk}
    assert of_unit == {(place.due, -7), (place.day(40), -7), (place.day(40), -1)}
    of_other = {row[3] for row in place.reminders() if row[0] == place.other.pk}
    assert {-7, -1, 0, 1, 2} <= of_other


def test_a_deadline_moved_there_and_back_repeats_no_reminder(place: Place) -> None:
    CampaignUnit.objects.update(owes_study=False)
    send_due_reminders(day=place.day(13))
    place.move_plan(40)
    place.move_plan(20)
    send_due_reminders(day=place.day(13))
    assert told(place.secretary) == ["plans.deadline_moved", "plans.deadline_moved", "plans.reminder"]


def test_moving_a_rule_moves_every_plan_that_has_its_day_and_is_still_owed(place: Place) -> None:
    Plan.objects.filter(pk=place.others_plan.pk).update(due_on=place.day(30), due_by_hand=True)
    before = Plan.objects.get(pk=place.plan.pk).version
    place.move_rule(25)
    assert days_of_rules() == {"plan": place.day(25), "study": place.due}
    moved, own = Plan.objects.get(pk=place.plan.pk), Plan.objects.get(pk=place.others_plan.pk)
    assert (moved.due_on, moved.version, own.due_on) == (place.day(25), before + 1, place.day(30))
    assert (told(place.secretary), told(place.colleague)) == (["plans.deadline_moved"], [])


def test_a_unit_whose_plan_had_the_new_day_before_is_told_nothing(place: Place) -> None:
    Plan.objects.filter(pk=place.others_plan.pk).update(due_on=place.day(25))
    place.move_rule(25)
    assert (told(place.secretary), told(place.colleague)) == (["plans.deadline_moved"], [])


def test_an_issued_plan_keeps_the_day_that_it_was_due_on(place: Place) -> None:
    Plan.objects.filter(pk=place.others_plan.pk).update(
        state=PlanState.ISSUED, number="7-KH/ĐU", issued_on=place.today, signer="T/M Đảng ủy"
    )
    place.move_rule(25)
    assert Plan.objects.get(pk=place.others_plan.pk).due_on == place.due
    assert told(place.colleague) == []


def test_moving_the_study_of_a_kind_tells_every_unit_of_it_that_has_not_held_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "TOLD_AT_ONCE", 1)
    place.move_rule(30, Deadline.STUDY)
    assert days_of_rules() == {"plan": place.due, "study": place.day(30)}
    assert Plan.objects.get(pk=place.plan.pk).due_on == place.due
    assert told(place.secretary) == told(place.colleague) == ["plans.deadline_moved"]


def test_a_moved_plan_tells_its_unit_alone_and_is_on_record(place: Place) -> None:
    move = place.move_plan(30)
    assert (told(place.secretary), told(place.colleague)) == (["plans.deadline_moved"], [])
    entry = Entry.objects.get(action="plans.move_plan_deadline")
    assert (entry.unit_id, entry.object_id) == (place.unit.pk, str(move.pk))
    assert entry.facts["to"] == place.day(30).isoformat()


def test_the_same_form_again_changes_nothing(place: Place) -> None:
    form = uuid.uuid4()
    first = place.move_rule(25, client_id=form)
    assert place.move_rule(26, client_id=form) == first
    assert days_of_rules()["plan"] == place.day(25)
    assert told(place.secretary) == ["plans.deadline_moved"]
    place.move_plan(30, client_id=form)
    assert Plan.objects.get(pk=place.plan.pk).due_on == place.day(25)


def test_the_form_of_another_campaign_is_refused(place: Place) -> None:
    form = uuid.uuid4()
    place.move_rule(25, client_id=form)
    with pytest.raises(errors.FormSentBefore):
        place.move_rule(25, client_id=form, campaign=make_campaign(place.district))


@pytest.mark.parametrize(
    ("to", "given", "refusal"),
    [
        (25, {"reason": "  "}, deadline_errors.DeadlineReasonNeeded),
        (20, {}, deadline_errors.DeadlineSame),
        (-1, {}, deadline_errors.DeadlinePassed),
        (400, {}, errors.DeadlineAfterEnd),
    ],
)
def test_a_day_that_cannot_be_kept_is_refused(
    place: Place, to: int, given: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        place.move_rule(to, **given)
    with pytest.raises(refusal):
        place.move_plan(to, **given)
    assert not DeadlineMove.objects.exists()


def test_only_what_is_owed_by_a_day_can_be_moved(place: Place) -> None:
    with pytest.raises(deadline_errors.NoSuchDeadline):
        place.move_rule(25, rule=owe(make_campaign(place.district), "plan", unit_kind=KIND, due_on=place.due))
    with pytest.raises(deadline_errors.NoSuchDeadline):
        place.move_rule(25, rule=owe(place.campaign, "nothing", unit_kind=UnitKind.CELL))
    revision = make_plan(place.campaign, place.unit, edition=2, revision_reason="Đổi", document="programme")
    with pytest.raises(deadline_errors.NoSuchDeadline):
        place.move_plan(25, plan=revision)
    Plan.objects.filter(pk=place.others_plan.pk).update(
        state=PlanState.ISSUED, number="7-KH/ĐU", issued_on=place.today, signer="T/M Đảng ủy"
    )
    with pytest.raises(deadline_errors.NoSuchDeadline):
        place.move_plan(25, plan=place.others_plan)


def test_only_the_officer_who_leads_a_running_campaign_moves_its_deadlines(place: Place) -> None:
    for actor in (make_actor(Role.SECRETARY, place.district), make_actor(Role.OFFICER, place.unit)):
        with pytest.raises(NotPermitted):
            place.move_rule(25, actor=actor)
        with pytest.raises(NotPermitted):
            place.move_plan(25, actor=actor)
    Campaign.objects.update(state=CampaignState.FINISHED)
    with pytest.raises(errors.CampaignNotRunning):
        place.move_rule(25)


class TestPage:
    """The page on which a deadline is moved."""

    @pytest.fixture
    def client(self, place: Place, client: Client) -> Client:
        client.force_login(User.objects.get(person=place.leader.person_id))
        return client

    def form(self, place: Place, which: str, **given: str) -> dict[str, str]:
        day = place.day(30).strftime("%d/%m/%Y")
        return {"which": which, "new": day, "reason": "Mưa lũ", "client_id": str(uuid.uuid4()), **given}

    def test_it_offers_the_rules_and_the_plan_that_the_address_names(self, place: Place, client: Client) -> None:
        address = f"/campaigns/{place.campaign.pk}/deadlines/"
        for asked, offered in (("", False), (f"?plan={place.plan.pk}", True), ("?plan=²", False), ("?plan=9", False)):
            page = client.get(address + asked).content.decode()
            assert f'value="rule.{place.plan_rule.pk}"' in page
            assert f'value="rule.{place.study_rule.pk}"' in page
            assert ('value="unit"' in page) == offered

    def test_it_moves_a_rule_or_one_plan(self, place: Place, client: Client) -> None:
        address = f"/campaigns/{place.campaign.pk}/deadlines/"
        assert client.post(address, self.form(place, f"rule.{place.study_rule.pk}")).status_code == 303
        assert client.post(f"{address}?plan={place.plan.pk}", self.form(place, "unit")).status_code == 303
        assert days_of_rules()["study"] == place.day(30)
        assert Plan.objects.get(pk=place.plan.pk).due_on == place.day(30)
        page = client.get(f"/campaigns/{place.campaign.pk}/units/").content.decode()
        assert page.count("Mưa lũ") == 2

    def test_a_day_moved_for_one_unit_is_shown_to_those_who_see_that_unit(self, place: Place) -> None:
        place.move_plan(30, reason="Mưa lũ chia cắt")
        place.move_rule(30, Deadline.STUDY, reason="Hoãn chung")
        for user, reasons in ((place.secretary, {"Mưa lũ chia cắt", "Hoãn chung"}), (place.colleague, {"Hoãn chung"})):
            reader = Client()
            reader.force_login(user)
            page = reader.get(f"/campaigns/{place.campaign.pk}/units/")
            assert {move.reason for move in page.context["moves"]} == reasons

    def test_what_is_wrong_comes_back(self, place: Place, client: Client) -> None:
        address = f"/campaigns/{place.campaign.pk}/deadlines/"
        yesterday = place.day(-1).strftime("%d/%m/%Y")
        for wrong in (self.form(place, "unit"), self.form(place, f"rule.{place.plan_rule.pk}", new=yesterday)):
            assert client.post(address, wrong).status_code == 422
        assert not DeadlineMove.objects.exists()

    def test_a_campaign_that_does_not_run_has_no_form(self, place: Place, client: Client) -> None:
        Campaign.objects.update(state=CampaignState.FINISHED)
        assert 'name="reason"' not in client.get(f"/campaigns/{place.campaign.pk}/deadlines/").content.decode()
