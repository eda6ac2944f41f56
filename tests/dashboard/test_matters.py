"""What waits on the first screen beside plans and rolls."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.models import Attendance, Reflection
from lantoa.attendance.services.marks import record_marks
from lantoa.attendance.services.rolls import close_roll
from lantoa.dashboard.duties import waiting_for
from lantoa.dashboard.matters import matters_of
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, TransferKind, UnitEventKind, UnitKind
from lantoa.organizations.models import Transfer, Unit, UnitEventDraft
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import Task
from lantoa.privacy.models import DataRequest
from tests.attendance.factories import make_event, make_scene, mark
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign, make_plan, make_rule, make_summons, owe
from tests.study_sessions.factories import make_session

pytestmark = pytest.mark.django_db
Line = tuple[str, int, str, int, dt.date | None]


def waiting(actor: Actor) -> list[Line]:
    found = matters_of(actor, clock.today())
    return [(matter.kind, matter.key, matter.name, matter.count, matter.due_on) for matter in found]


def in_days(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


@pytest.fixture
def cell() -> Unit:
    return make_unit("Chi bộ bản Sin Suối Hồ", parent=make_unit("Đảng bộ xã Sin Suối Hồ"))


def secretary(unit: Unit) -> Actor:
    return make_actor(Role.SECRETARY, unit)


def test_tasks_that_are_late_or_due_within_a_week_are_counted_by_plan(cell: Unit) -> None:
    plan = make_plan(make_campaign(cell), cell, state=PlanState.RUNNING)
    for title, days in (("Muộn", -2), ("Trong tuần", 7), ("Còn xa", 8)):
        Task.objects.create(plan=plan, title=title, owner="Bí thư", due_on=in_days(days))
    Task.objects.create(plan=plan, title="Xong", owner="Bí thư", due_on=in_days(-5), done_on=in_days(-5))
    Task.objects.create(plan=make_plan(make_campaign(cell), cell), title="Dự thảo", owner="Bí thư", due_on=in_days(-1))
    assert waiting(secretary(cell)) == [("task", plan.pk, cell.name, 2, in_days(-2))]
    assert waiting(make_actor(Role.VIEWER, cell)) == []
    assert cell.parent is not None
    assert waiting(secretary(cell.parent)) == []


def test_a_study_is_owed_until_it_is_held(cell: Unit) -> None:
    assert cell.parent is not None
    campaign = make_campaign(cell.parent)
    make_rule(campaign, UnitKind(cell.kind), owes_plan=False, study_due_on=in_days(4))
    assert waiting(secretary(cell)) == [("study", campaign.pk, cell.name, 1, in_days(4))]
    assert waiting(make_actor(Role.CLERK, cell)) == []
    make_session(campaign, cell)
    assert waiting(secretary(cell)) == []


def test_a_summons_is_owed_until_the_unit_has_issued_it_in_the_campaign(cell: Unit) -> None:
    assert cell.parent is not None
    campaign = make_campaign(cell.parent)
    owe(campaign, "summons", unit_kind=cell.kind, due_on=in_days(-1))
    own = ("summons", campaign.pk, cell.name, 1, in_days(-1))
    assert waiting(secretary(cell)) == [own]
    assert waiting(make_actor(Role.CLERK, cell)) == []
    viewer = make_actor(Role.VIEWER, cell.parent)
    assert waiting(viewer) == [("not_summoned", campaign.pk, campaign.name, 1, in_days(-1))]
    assert waiting_for(viewer, clock.today()).own == ()
    make_summons(make_campaign(cell.parent), cell)
    make_summons(campaign, cell.parent)
    assert waiting(secretary(cell)) == [own]
    make_summons(campaign, cell)
    assert waiting(secretary(cell)) == waiting(viewer) == []


def test_units_directly_below_that_are_late_with_their_study_are_counted(cell: Unit) -> None:
    committee = cell.parent
    assert committee is not None
    other, deeper = make_unit("Chi bộ bản khác", parent=committee), make_unit("Tổ đảng", parent=cell)
    campaign = make_campaign(committee)
    make_rule(campaign, UnitKind(cell.kind), owes_plan=False, study_due_on=in_days(-4))
    assert deeper.kind == committee.kind == cell.kind
    expected = ("behind", campaign.pk, campaign.name, 2, in_days(-4))
    for role in (Role.FOLLOWER, Role.VIEWER, Role.INSPECTOR, Role.APPROVER):
        assert waiting(make_actor(role, committee)) == [expected]
    assert waiting(make_actor(Role.OFFICER, committee)) == [
        ("study", campaign.pk, committee.name, 1, in_days(-4)),
        expected,
    ]
    assert waiting(make_actor(Role.CLERK, committee)) == []
    make_session(campaign, other)
    assert waiting(make_actor(Role.VIEWER, committee))[0][3] == 1


def test_what_is_late_below_does_not_wait_for_the_reader(client: Client, cell: Unit) -> None:
    assert cell.parent is not None
    campaign = make_campaign(cell.parent)
    make_rule(campaign, UnitKind(cell.kind), owes_plan=False, study_due_on=in_days(-4))
    user = make_user(Role.FOLLOWER, cell.parent)
    found = waiting_for(Actor.of(user), clock.today())
    assert (found.own, [line.kind for line in found.behind]) == ((), ["behind"])
    client.force_login(user)
    text = client.get("/").content.decode()
    late = text.split('id="overdue"')[1]
    assert f"/campaigns/{campaign.pk}/units/?state=overdue&amp;owed=study" in late
    assert client.get(found.behind[0].url).status_code == 200


def test_a_finished_campaign_owes_nothing(cell: Unit) -> None:
    campaign = make_campaign(cell, state=CampaignState.FINISHED)
    make_rule(campaign, UnitKind(cell.kind), owes_plan=False, study_due_on=in_days(4))
    plan = make_plan(campaign, cell, state=PlanState.RUNNING)
    Task.objects.create(plan=plan, title="Muộn", owner="Bí thư", due_on=in_days(-2))
    assert waiting(secretary(cell)) == []


def test_letters_lie_at_the_unit_that_is_to_take_people_in(cell: Unit) -> None:
    from_unit = make_unit()
    for name in ("Lò Văn An", "Giàng A Bình"):
        Transfer.objects.create(
            client_id=uuid.uuid4(),
            person=make_person(name, unit=from_unit),
            kind=TransferKind.MOVE,
            from_unit=from_unit,
            to_unit=cell,
            letter_number="01-GGT",
            letter_date=in_days(-1),
            effective_on=in_days(1),
            offered_by=make_user(),
        )
    assert waiting(make_actor(Role.CLERK, cell)) == [("transfer", cell.pk, cell.name, 2, in_days(1))]
    assert waiting(secretary(from_unit)) == []
    assert waiting(make_actor(Role.APPROVER, cell)) == []


def asked(cell: Unit, kind: str, asker: Actor | None = None, person: int | None = None) -> DataRequest:
    return DataRequest.objects.create(
        client_id=uuid.uuid4(),
        person_id=person or make_person(unit=cell).pk,
        unit=cell,
        kind=kind,
        field="village" if kind == "correction" else "",
        value="Huổi Luông" if kind == "correction" else "",
        reason="Theo đơn",
        asked_by_id=asker.user_id if asker and asker.user_id else make_user().pk,
        due_on=in_days(3),
    )


def test_requests_wait_for_whoever_may_decide(cell: Unit) -> None:
    asked(cell, "correction")
    asked(cell, "restriction")
    assert waiting(secretary(cell)) == [("request", 0, "", 2, in_days(3))]
    assert waiting(make_actor(Role.CLERK, cell)) == [("request", 0, "", 1, in_days(3))]
    assert waiting(make_actor(Role.VIEWER, cell)) == []


def test_nobody_is_asked_to_decide_in_their_own_matter(cell: Unit) -> None:
    actor = secretary(cell)
    asked(cell, "correction", asker=actor)
    asked(cell, "restriction", person=actor.person_id)
    assert waiting(actor) == []


def test_an_administrator_finds_prepared_changes_of_units(cell: Unit) -> None:
    draft = UnitEventDraft.objects.create(
        client_id=uuid.uuid4(),
        kind=UnitEventKind.DISSOLVE,
        unit=cell,
        decision_number="15-QĐ/TU",
        decision_date=clock.today(),
        decision_body="Ban Thường vụ",
        effective_on=in_days(2),
        created_by=make_user(),
    )
    assert cell.parent is not None
    administrator = make_actor(Role.ADMINISTRATOR, cell.parent)
    assert waiting(administrator) == [("event", draft.pk, cell.name, 1, in_days(2))]
    assert waiting(secretary(cell.parent)) == []
    draft.given_up_at = clock.now()
    draft.save(update_fields=["given_up_at"])
    assert waiting(administrator) == []


def test_marks_that_wait_for_a_decision_are_counted() -> None:
    scene = make_scene()
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.first), mark(scene.entries[1])])
    assert waiting(scene.secretary) == [("late", 0, "", 2, None)]


def test_recorders_who_disagree_are_counted() -> None:
    scene = make_scene()
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    decisive = make_event(scene.site, scene.first, MarkStatus.ABSENT, recorder=scene.secretary)
    Attendance.objects.create(
        session=scene.session, entry=scene.first, status=MarkStatus.ABSENT, event=decisive, conflict=True
    )
    assert waiting(scene.secretary) == [("conflict", 0, "", 1, None)]
    assert waiting(scene.clerk) == []


def test_papers_wait_for_the_secretary_of_the_cell_alone() -> None:
    scene = make_scene()
    for entry, state in zip(scene.entries, ("handed_in", "handed_in", "passed"), strict=True):
        Reflection.objects.create(entry=entry, state=state, handed_in_on=clock.today(), text="Bài viết")
    line = ("reflection", scene.campaign.pk, scene.campaign.name, 2, None)
    assert waiting(secretary(scene.cell)) == [line]
    assert waiting(make_actor(Role.CLERK, scene.cell)) == []
    assert waiting(make_actor(Role.SECRETARY, scene.committee)) == []


def test_every_line_leads_somewhere(client: Client, cell: Unit) -> None:
    campaign = make_campaign(cell)
    make_rule(campaign, UnitKind(cell.kind), owes_plan=False, study_due_on=in_days(4))
    owe(campaign, "summons", unit_kind=cell.kind, due_on=in_days(3))
    plan = make_plan(campaign, cell, state=PlanState.RUNNING)
    Task.objects.create(plan=plan, title="Muộn", owner="Bí thư", due_on=in_days(-2))
    asked(cell, "correction")
    user = make_user(Role.SECRETARY, cell)
    client.force_login(user)
    text = client.get("/").content.decode()
    for matter in matters_of(Actor.of(user), clock.today()):
        assert f'href="{matter.url}"' in text
        assert client.get(matter.url).status_code == 200
