"""Activities besides conferences: recorded, corrected, taken back, and summed by kind and by unit."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lantoa.attendance.recounting import recount
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, SpokenLanguage
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.standpoints import sight_of
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import FormSentBefore
from lantoa.study_sessions import errors, services
from lantoa.study_sessions.enums import ActivityKind, HeadcountBasis
from lantoa.study_sessions.models import Activity
from lantoa.study_sessions.reach import Narrowing, Sums, activities_in, campaign_reach, reach_of
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign
from tests.plans.racing import wait_for_a_waiter
from tests.study_sessions.world import World, make_world

pytestmark = pytest.mark.django_db

FACTS = services.ActivityFacts(
    kind=ActivityKind.VILLAGE_MEETING,
    place="  Nhà  văn hóa bản Sin Chải ",
    held_at=clock.now() - dt.timedelta(days=2),
    languages=(SpokenLanguage.HMONG, SpokenLanguage.VIETNAMESE),
    audience="Bà con trong bản",
    headcount=64,
    basis=HeadcountBasis.COUNTED,
    note="Hỏi về đường điện",
)


@pytest.fixture
def world() -> World:
    return make_world()


def record(world: World, **changes: Any) -> Activity:
    unit = changes.get("unit", world.cells[0])
    values: dict[str, Any] = {
        "actor": make_actor(Role.CLERK, unit),
        "client_id": uuid.uuid4(),
        "unit": unit,
        "campaign": world.campaign,
        "facts": FACTS,
        **changes,
    }
    return services.record_activity(**values)


def correct(world: World, activity: Activity, **changes: Any) -> Activity:
    values: dict[str, Any] = {
        "actor": make_actor(Role.SECRETARY, activity.unit),
        "activity": activity,
        "version": activity.version,
        "campaign": activity.campaign,
        "facts": FACTS,
        **changes,
    }
    return services.correct_activity(**values)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SECRETARY, Role.CLERK])
def test_those_who_take_the_roll_of_a_unit_record_its_activities(world: World, role: Role) -> None:
    activity = record(world, actor=make_actor(role, world.cells[0]))
    assert (activity.place, activity.headcount, activity.spoken) == ("Nhà văn hóa bản Sin Chải", 64, "Mông, Tiếng Việt")


@pytest.mark.parametrize("role", [Role.APPROVER, Role.VIEWER, Role.FOLLOWER, Role.ADMINISTRATOR, Role.SPEAKER])
def test_nobody_else_does(world: World, role: Role) -> None:
    activity = record(world)
    actor = make_actor(role, world.cells[0])
    with pytest.raises(NotPermitted):
        record(world, actor=actor)
    with pytest.raises(NotPermitted):
        correct(world, activity, actor=actor)
    with pytest.raises(NotPermitted):
        services.take_back_activity(actor=actor, activity=activity, reason="Nhập nhầm")


def test_the_officer_above_records_none_for_a_unit_below(world: World) -> None:
    with pytest.raises(NotPermitted):
        record(world, actor=world.officer)


def test_the_same_form_twice_records_once(world: World) -> None:
    client_id, actor = uuid.uuid4(), make_actor(Role.CLERK, world.cells[0])
    first = record(world, client_id=client_id, actor=actor)
    assert record(world, client_id=client_id, actor=actor) == first
    with pytest.raises(FormSentBefore):
        record(world, client_id=client_id, actor=actor, campaign=None)
    assert Activity.objects.count() == 1


class TwoAtOnce(TransactionTestCase):
    """Real transactions against each other."""

    def test_a_form_without_a_roll_out_that_is_sent_again_meanwhile_gives_the_first_activity(self) -> None:
        world, client_id = make_world(), uuid.uuid4()
        actor = make_actor(Role.CLERK, world.cells[0])

        def send() -> Activity:
            return record(world, client_id=client_id, actor=actor, campaign=None)

        def send_again() -> Activity:
            try:
                return send()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                first = send()
                again = pool.submit(send_again)
                wait_for_a_waiter()
            assert again.result() == first


def test_an_activity_may_belong_to_no_roll_out(world: World) -> None:
    assert record(world, campaign=None).campaign is None


def test_a_finished_roll_out_takes_no_activity_and_keeps_those_it_has(world: World) -> None:
    activity, free = record(world), record(world, campaign=None)
    world.campaign.state = CampaignState.FINISHED
    world.campaign.save(update_fields=["state"])
    with pytest.raises(errors.ActivityCampaignNotRunning):
        record(world)
    for changed, changes in (
        (activity, {"facts": replace(FACTS, headcount=1)}),
        (activity, {"campaign": None}),
        (free, {"campaign": world.campaign}),
    ):
        with pytest.raises(errors.ActivityCampaignNotRunning):
            correct(world, changed, **changes)
    with pytest.raises(errors.ActivityCampaignNotRunning):
        services.take_back_activity(actor=make_actor(Role.CLERK, activity.unit), activity=activity, reason="Nhập nhầm")
    activity.refresh_from_db()
    assert (activity.headcount, activity.campaign, activity.taken_back_at) == (64, world.campaign, None)


def test_a_unit_outside_the_roll_out_has_no_activity_in_it(world: World) -> None:
    with pytest.raises(errors.ActivityOutsideCampaign):
        record(world, unit=make_unit())


def test_people_are_counted_once_they_have_come(world: World) -> None:
    with pytest.raises(errors.ActivityToCome):
        record(world, facts=replace(FACTS, held_at=clock.now() + dt.timedelta(hours=1)))


def test_a_correction_is_logged_with_the_figure_before(world: World) -> None:
    corrected = correct(world, record(world), facts=replace(FACTS, headcount=46, basis=HeadcountBasis.BOOK))
    assert (corrected.headcount, corrected.basis, corrected.version) == (46, "book", 2)
    assert Entry.objects.get(action="study_sessions.correct_activity").facts == {"headcount": 46, "before": 64}


def test_a_correction_sent_twice_corrects_once_and_an_old_one_is_told(world: World) -> None:
    activity, facts = record(world), replace(FACTS, headcount=46)
    correct(world, activity, facts=facts)
    assert correct(world, activity, version=1, facts=facts).version == 2
    with pytest.raises(Stale):
        correct(world, activity, version=1, facts=replace(FACTS, headcount=47))


def test_what_is_taken_back_counts_for_nothing_and_stays_with_its_reason(world: World) -> None:
    activity, actor = record(world), make_actor(Role.CLERK, world.cells[0])
    with pytest.raises(errors.TakingBackUnexplained):
        services.take_back_activity(actor=actor, activity=activity, reason="  ")
    gone = services.take_back_activity(actor=actor, activity=activity, reason="Nhập  hai lần")
    assert (gone.taken_back_reason, gone.version) == ("Nhập hai lần", 2)
    assert services.take_back_activity(actor=actor, activity=activity, reason="Nhập hai lần").version == 2
    with pytest.raises(errors.ActivityIsTakenBack):
        services.take_back_activity(actor=actor, activity=activity, reason="Lý do khác")
    with pytest.raises(errors.ActivityIsTakenBack):
        correct(world, activity)
    assert campaign_reach(world.campaign, world.officer) == ()


def test_reach_is_never_in_the_rate(world: World) -> None:
    record(world)
    assert recount(world.campaign).agrees
    assert recount(world.campaign).rows == 0


def test_sums_go_up_the_tree_by_one_query(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for unit, kind, people in (
        (world.cells[0], ActivityKind.VILLAGE_MEETING, 64),
        (world.cells[0], ActivityKind.CONTEST, 30),
        (world.cells[1], ActivityKind.CONTEST, 20),
        (world.commune, ActivityKind.PERFORMANCE, 300),
        (world.district, ActivityKind.MOBILE_TEAM, 7),
    ):
        record(world, unit=unit, facts=replace(FACTS, kind=kind, headcount=people))
    sight = sight_of(world.officer, "")
    assert sight.unit == world.district
    with django_assert_num_queries(1):
        reach = reach_of(activities_in(world.officer, sight, Narrowing()), sight)
    assert reach.total == Sums(5, 421)
    assert [(line.kind, line.sums) for line in reach.kinds] == [
        ("village_meeting", Sums(1, 64)),
        ("contest", Sums(2, 50)),
        ("performance", Sums(1, 300)),
        ("mobile_team", Sums(1, 7)),
    ]
    assert [(line.unit, line.sums, line.is_own) for line in reach.units] == [
        (world.district, Sums(1, 7), True),
        (world.commune, Sums(4, 414), False),
    ]


def test_the_rows_are_narrowed_by_kind_roll_out_and_days(world: World) -> None:
    old = replace(FACTS, held_at=clock.now() - dt.timedelta(days=40), kind=ActivityKind.CLUB)
    first, second = record(world, facts=old), record(world, campaign=None)
    sight, today = sight_of(world.officer, ""), clock.today()

    def rows(**asked: Any) -> set[Activity]:
        return set(activities_in(world.officer, sight, Narrowing(**asked)))

    assert rows() == {first, second}
    assert rows(kind="club") == {first}
    assert rows(campaign=world.campaign) == {first}
    assert rows(since=today - dt.timedelta(days=10)) == {second}
    assert rows(until=today - dt.timedelta(days=10)) == {first}


@pytest.mark.parametrize("asked", ["abc", "999999999999999999999999", "0", "²"])
def test_a_unit_that_is_none_leads_to_the_readers_own(world: World, asked: str) -> None:
    assert sight_of(world.officer, asked).unit == world.district


def test_somebody_sees_the_activities_of_own_unit_and_below(world: World) -> None:
    record(world), record(world, unit=world.alone)
    commune = make_actor(Role.VIEWER, world.commune)
    sight = sight_of(commune, str(world.district.pk))
    assert sight.unit == world.commune
    assert [one.unit for one in activities_in(commune, sight, Narrowing())] == [world.cells[0]]
    below = sight_of(commune, str(world.cells[0].pk))
    assert (below.unit, below.choices) == (world.cells[0], (world.commune, world.cells[0]))


def test_who_sees_no_counts_sees_no_activities(world: World) -> None:
    speaker = make_actor(Role.SPEAKER, world.commune)
    sight = sight_of(speaker, "")
    rows = activities_in(speaker, sight, Narrowing())
    assert (sight.unit, list(rows), reach_of(rows, sight).total) == (None, [], Sums())


def signed_in(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def typed(of: Unit, **changes: Any) -> dict[str, Any]:
    return {
        "client_id": str(uuid.uuid4()),
        "unit": str(of.pk),
        "kind": "club",
        "campaign": "",
        "place": "Nhà văn hóa bản",
        "held_on": "20/11/2026",
        "held_hour": "19h30",
        "languages": ["dao", "vi"],
        "audience": "Hội viên phụ nữ",
        "headcount": "25",
        "basis": "estimated",
        "note": "",
        **changes,
    }


def test_the_list_shows_sums_and_rows_and_gives_a_workbook(world: World) -> None:
    activity = record(world)
    reader, url = signed_in(Role.VIEWER, world.district), reverse("study_sessions:activity_list")
    page = reader.get(url).content.decode()
    assert activity.place in page
    assert "64" in page
    assert reader.get(url, {"format": "xlsx"})["Content-Type"].endswith("sheet")
    narrowed = reader.get(url, {"unit": str(world.alone.pk), "kind": "club", "since": "31/02/2026", "campaign": "x"})
    assert narrowed.status_code == 200
    assert activity.place not in narrowed.content.decode()


def test_the_list_of_who_sees_no_counts_is_empty(world: World) -> None:
    assert signed_in(Role.SPEAKER, world.commune).get(reverse("study_sessions:activity_list")).status_code == 200


def test_an_activity_is_recorded_from_the_page_of_its_roll_out(world: World) -> None:
    clerk = signed_in(Role.CLERK, world.cells[0])
    panel = clerk.get(reverse("plans:campaign_detail", args=[world.campaign.pk])).content.decode()
    url = reverse("study_sessions:activity_new")
    assert f"{url}?campaign={world.campaign.pk}" in panel
    assert clerk.get(url, {"campaign": world.campaign.pk}).context["form"]["campaign"].value() == str(world.campaign.pk)
    answer = clerk.post(url, typed(world.cells[0], campaign=str(world.campaign.pk)))
    activity = Activity.objects.get()
    assert (answer.status_code, activity.headcount, activity.languages) == (303, 25, ["dao", "vi"])
    panel = clerk.get(reverse("plans:campaign_detail", args=[world.campaign.pk])).content.decode()
    assert f"?campaign={world.campaign.pk}" in panel


@pytest.mark.parametrize(
    ("field", "value"),
    [("headcount", "-1"), ("headcount", "nhiều"), ("languages", []), ("held_on", "31/12/2026"), ("basis", ""),
     ("unit", "999999"), ("campaign", "999999"), ("place", ""), ("held_hour", "25h")],
)  # fmt: skip
def test_a_mistake_stands_beside_its_field(world: World, field: str, value: Any) -> None:
    answer = signed_in(Role.CLERK, world.cells[0]).post(
        reverse("study_sessions:activity_new"), typed(world.cells[0], **{field: value})
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Activity.objects.count() == 0


def test_an_activity_is_corrected_and_taken_back_on_its_page(world: World) -> None:
    activity = record(world)
    clerk = signed_in(Role.CLERK, world.cells[0])
    values = typed(world.cells[0], version="1", campaign=str(world.campaign.pk))
    url = reverse("study_sessions:activity_correct", args=[activity.pk])
    assert clerk.post(url, values | {"headcount": ""}).status_code == 422
    assert clerk.post(url, values | {"held_on": "31/12/2026"}).status_code == 422
    assert clerk.post(url, values).status_code == 303
    stale = clerk.post(url, values | {"headcount": "99"})
    assert stale.status_code == 409
    assert [(one.name, one.theirs, one.mine) for one in stale.context["differences"]] == [("headcount", "25", "99")]
    back = reverse("study_sessions:activity_take_back", args=[activity.pk])
    assert clerk.post(back, {"reason": ""}).status_code == 422
    assert clerk.post(back, {"reason": "Nhập hai lần"}).status_code == 303
    assert clerk.post(back, {"reason": "Khác"}).status_code == 422
    page = clerk.get(reverse("study_sessions:activity_detail", args=[activity.pk]))
    assert not page.context["may_change"]
    assert "Nhập hai lần" in page.content.decode()


def test_the_page_of_a_draft_roll_out_says_nothing_of_activities(world: World) -> None:
    draft = make_campaign(world.district, state=CampaignState.DRAFT)
    page = signed_in(Role.OFFICER, world.district).get(reverse("plans:campaign_detail", args=[draft.pk]))
    assert reverse("study_sessions:activity_new") not in page.content.decode()
