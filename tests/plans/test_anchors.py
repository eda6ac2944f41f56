"""Deadlines that count from an event are fixed when it happens, move with it, and take their reminders along."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from lantoa.directives.facts import COLUMNS, Facts
from lantoa.directives.services.entries import change_directive
from lantoa.kernel import clock
from lantoa.notifications.models import Notification
from lantoa.organizations.enums import Role, UnitKind
from lantoa.plans.enums import Anchor, CampaignState, Document, PlanState
from lantoa.plans.models import Campaign, CampaignUnit, Plan, Reminder
from lantoa.plans.selectors.cascade import counts_of, debts_of
from lantoa.plans.services import anchors
from lantoa.plans.services.deadlines import move_plan_deadline, move_rule_deadline
from lantoa.plans.services.reminders import remind_by_hand, send_due_reminders
from lantoa.plans.services.workflow import issue_plan
from lantoa.study_sessions.enums import SessionMode
from lantoa.study_sessions.models import StudySession
from lantoa.study_sessions.services.sessions import cancel_session, change_session, set_up_session
from lantoa.study_sessions.services.sites import add_site, change_site, remove_site
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign, make_plan, owe
from tests.study_sessions.factories import make_session, make_site

pytestmark = pytest.mark.django_db
COMMUNE = UnitKind.COMMUNE_COMMITTEE


class Place:
    """A province with a plan ready to be issued, and a commune and its cell below that wait for it."""

    def __init__(self) -> None:
        self.today = clock.today()
        self.top = make_unit("Đảng bộ tỉnh Lai Châu", kind=UnitKind.PROVINCIAL_COMMITTEE)
        self.commune = make_unit("Đảng bộ xã Dào San", kind=COMMUNE, parent=self.top)
        self.cell = make_unit("Chi bộ bản Sì Choang", parent=self.commune)
        self.officer = make_actor(Role.OFFICER, self.top)
        self.secretary = make_user(Role.SECRETARY, self.commune)
        self.directive = make_directive(self.top, issued_on=self.day(-20))
        self.campaign = make_campaign(self.top, directives=[self.directive])
        self.above = make_plan(self.campaign, self.top, state=PlanState.APPROVED)

    def day(self, days: int) -> dt.date:
        return self.today + dt.timedelta(days=days)

    def wait(self, anchor: Anchor, *, days: int = 10, document: str = "plan") -> Plan:
        owe(self.campaign, document, unit_kind=COMMUNE, anchor=anchor, days=days)
        parent = self.above if document == Document.PLAN else None
        return make_plan(self.campaign, self.commune, document=document, due_on=None, parent=parent)

    def issue(self, days: int = 0, plan: Plan | None = None) -> Plan:
        return issue_plan(
            actor=self.officer,
            plan=plan or self.above,
            number="50-KH/TU",
            issued_on=self.day(days),
            signer="T/M Ban Thường vụ",
        )

    def moment(self, days: int) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(self.day(days), dt.time(8)))

    def hold(self, days: int, **given: Any) -> StudySession:
        begins = self.moment(days)
        values: dict[str, Any] = {
            "actor": make_actor(Role.OFFICER, given.get("host", self.commune)),
            "client_id": uuid.uuid4(),
            "campaign": self.campaign,
            "host": self.commune,
            "title": "Hội nghị học tập",
            "mode": SessionMode.IN_PERSON,
            "starts_at": begins,
            "ends_at": begins + dt.timedelta(hours=3),
        }
        return set_up_session(**{**values, **given})


@pytest.fixture
def place() -> Place:
    return Place()


def due(plan: Plan) -> dt.date | None:
    return Plan.objects.get(pk=plan.pk).due_on


def test_the_issue_of_the_plan_above_fixes_the_deadline_below_and_tells_the_unit(place: Place) -> None:
    plan = place.wait(Anchor.PLAN_ABOVE)
    place.issue(-2)
    assert due(plan) == place.day(8)
    told = Notification.objects.get(receiver=place.secretary)
    assert (told.kind, told.parameters["old"], told.parameters["new"]) == (
        "plans.deadline_moved",
        "",
        place.day(8).isoformat(),
    )


def test_a_study_waits_for_the_study_plan_of_the_nearest_unit_above_that_owes_one(place: Place) -> None:
    owe(place.campaign, "study", unit_kind=UnitKind.CELL, anchor=Anchor.PLAN_ABOVE, days=10)
    CampaignUnit.objects.filter(unit=place.cell).update(plan_above=place.above)
    place.issue()
    assert CampaignUnit.objects.get(unit=place.cell).study_due_on == place.day(10)


def test_a_revision_of_the_plan_above_moves_nothing(place: Place) -> None:
    plan = place.wait(Anchor.PLAN_ABOVE)
    place.issue(-2)
    second = make_plan(
        place.campaign, place.top, state=PlanState.APPROVED, edition=2, revision_reason="Đổi", due_on=None
    )
    issue_plan(actor=place.officer, plan=second, number="51-KH/TU", issued_on=place.today, signer="T/M Ban Thường vụ")
    assert due(plan) == place.day(8)


def test_reminders_begin_when_the_deadline_is_known_and_go_by_it(place: Place) -> None:
    place.wait(Anchor.PLAN_ABOVE, days=1)
    assert send_due_reminders(day=place.today) == 0
    place.issue()
    send_due_reminders(day=place.today)
    assert list(Reminder.objects.values_list("unit", "due_on", "offset")) == [(place.commune.pk, place.day(1), -1)]


def test_what_has_no_deadline_yet_is_owed_but_neither_late_nor_reminded(place: Place) -> None:
    place.wait(Anchor.PLAN_ABOVE)
    (row,) = debts_of(place.campaign).filter(unit=place.commune)
    assert (row.owing, row.waiting, row.next_due) == (True, True, None)
    counts = counts_of(debts_of(place.campaign), place.day(90), place.day(97))
    assert (counts.owing, counts.waiting, counts.overdue) == (2, 1, 1)
    outcome = remind_by_hand(
        actor=place.officer, campaign=place.campaign, client_id=uuid.uuid4(), unit_ids=[place.commune.pk]
    )
    assert (outcome.reminded, outcome.undated) == ((), (place.commune.name,))


def test_a_day_set_by_hand_holds_against_the_rule(place: Place) -> None:
    plan = place.wait(Anchor.PLAN_ABOVE)
    move = move_plan_deadline(
        actor=place.officer, plan=plan, new=place.day(30), reason="Mưa lũ chia cắt", client_id=uuid.uuid4()
    )
    assert move.old is None
    place.issue()
    assert due(plan) == place.day(30)


def test_a_rule_set_to_a_day_counts_from_nothing_any_more(place: Place) -> None:
    plan = place.wait(Anchor.PLAN_ABOVE)
    rule = place.campaign.rules.get()
    move_rule_deadline(
        actor=place.officer,
        campaign=place.campaign,
        rule=rule,
        new=place.day(30),
        reason="Thống nhất một ngày",
        client_id=uuid.uuid4(),
    )
    place.issue()
    assert due(plan) == place.day(30)
    rule.refresh_from_db()
    assert (rule.due_on, rule.anchor, rule.days) == (place.day(30), "", None)


def test_the_first_session_fixes_the_deadline_and_moves_it_and_calling_it_off_takes_it_back(place: Place) -> None:
    plan = place.wait(Anchor.SESSION, document="programme")
    second = place.hold(9)
    assert due(plan) == place.day(19)
    first = place.hold(4)
    assert due(plan) == place.day(14)
    actor = make_actor(Role.OFFICER, place.commune)
    begins = place.moment(6)
    change_session(
        actor=actor,
        session=first,
        version=first.version,
        title=first.title,
        mode=SessionMode.IN_PERSON,
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=3),
    )
    assert due(plan) == place.day(16)
    cancel_session(actor=actor, session=first)
    assert due(plan) == place.day(19)
    cancel_session(actor=actor, session=second)
    assert due(plan) is None


def test_a_site_of_somebody_elses_session_is_a_session_of_who_keeps_it_and_who_goes_there(place: Place) -> None:
    plan = place.wait(Anchor.SESSION, document="programme")
    owe(place.campaign, "summons", unit_kind=UnitKind.CELL, anchor=Anchor.SESSION, days=-3)
    session = place.hold(9, host=place.top)
    site = add_site(actor=place.officer, session=session, unit=place.commune, name="Hội trường", cells=[place.cell])
    assert due(plan) == place.day(19)
    assert CampaignUnit.objects.get(unit=place.cell).summons_due_on == place.day(6)
    site = change_site(
        actor=place.officer, site=site, version=site.version, unit=place.commune, name="Hội trường", cells=[]
    )
    assert CampaignUnit.objects.get(unit=place.cell).summons_due_on is None
    remove_site(actor=place.officer, site=site)
    assert due(plan) is None


def test_a_session_that_another_unit_took_over_moves_the_deadlines_of_those_who_keep_its_sites(place: Place) -> None:
    plan = place.wait(Anchor.SESSION, document="programme")
    owe(place.campaign, "summons", unit_kind=UnitKind.CELL, anchor=Anchor.SESSION, days=-3)
    session = place.hold(9, host=place.top)
    add_site(actor=place.officer, session=session, unit=place.commune, name="Hội trường", cells=[place.cell])
    heir = make_unit("Đảng bộ tỉnh mới", kind=UnitKind.PROVINCIAL_COMMITTEE)
    CampaignUnit.objects.create(
        campaign=place.campaign, unit=heir, path=heir.path, name=heir.name, kind=heir.kind, sort_key="M"
    )
    StudySession.objects.update(host=heir)
    begins = place.moment(12)
    change_session(
        actor=make_actor(Role.OFFICER, heir),
        session=StudySession.objects.get(),
        version=StudySession.objects.get().version,
        title=session.title,
        mode=SessionMode.IN_PERSON,
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=3),
    )
    assert due(plan) == place.day(22)
    assert CampaignUnit.objects.get(unit=place.cell).summons_due_on == place.day(9)


def test_a_make_up_is_no_first_session(place: Place) -> None:
    plan = place.wait(Anchor.SESSION, document="programme")
    make_site(make_session(place.campaign, place.top, makes_up=make_session(place.campaign)), place.commune)
    anchors.settle(place.campaign, Anchor.SESSION)
    assert due(plan) is None


def test_correcting_the_date_of_the_directive_moves_what_counts_from_it(place: Place) -> None:
    plan = place.wait(Anchor.DIRECTIVE, days=30)
    Plan.objects.filter(pk=plan.pk).update(due_on=place.day(10))
    over = make_campaign(place.top, directives=[place.directive], state=CampaignState.FINISHED)
    owe(over, "plan", unit_kind=COMMUNE, anchor=Anchor.DIRECTIVE, days=30)
    kept = make_plan(over, place.commune, due_on=place.day(10))
    prepared = make_campaign(place.top, directives=[place.directive], state=CampaignState.DRAFT)
    owe(prepared, "plan", unit_kind=COMMUNE, anchor=Anchor.DIRECTIVE, days=30)
    stored = place.directive
    columns = {name: getattr(stored, name) for name in COLUMNS}
    facts = Facts(**{**columns, "issued_on": place.day(-15)}, sectors=tuple(stored.sectors.all()))
    change_directive(actor=place.officer, directive=stored, version=stored.version, facts=facts)
    assert (due(plan), due(kept)) == (place.day(15), place.day(10))


def test_what_is_issued_keeps_the_day_that_it_was_due_on(place: Place) -> None:
    plan = place.wait(Anchor.SESSION, document="programme")
    Plan.objects.filter(pk=plan.pk).update(
        due_on=place.day(1), state=PlanState.ISSUED, number="3-CTr/ĐU", issued_on=place.today, signer="Bí thư"
    )
    place.hold(20)
    assert due(plan) == place.day(1)


def test_units_are_told_in_parts(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchors, "TOLD_AT_ONCE", 1)
    other = make_unit("Đảng bộ xã Mường So", kind=COMMUNE, parent=place.top)
    colleague = make_user(Role.SECRETARY, other)
    CampaignUnit.objects.create(
        campaign=place.campaign, unit=other, path=other.path, name=other.name, kind=COMMUNE, sort_key="M", level=1
    )
    place.wait(Anchor.PLAN_ABOVE)
    make_plan(place.campaign, other, due_on=None, parent=place.above)
    place.issue()
    told = set(Notification.objects.values_list("receiver", flat=True))
    assert told == {place.secretary.pk, colleague.pk}


def test_nothing_is_held_where_no_rule_counts_from_the_event(place: Place) -> None:
    assert anchors.hold(place.campaign.pk, Anchor.SESSION) is None
    place.wait(Anchor.SESSION, document="programme")
    assert anchors.hold(place.campaign.pk, Anchor.SESSION) == place.campaign
    Campaign.objects.update(state=CampaignState.FINISHED)
    assert anchors.hold(place.campaign.pk, Anchor.SESSION) is None
