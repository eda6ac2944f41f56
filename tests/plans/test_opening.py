"""A campaign that begins with its pilot units and is opened to the rest."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TransactionTestCase
from django.urls import reverse

from lantoa.attendance.folding import fold_waiting
from lantoa.attendance.recounting import recount
from lantoa.audit.models import Entry
from lantoa.files.access import can_read
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import SYSTEM
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans import errors, opening_errors
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import Campaign, CampaignUnit, Opening, Plan, SummonsEntry
from lantoa.plans.selectors.campaigns import duties_of, pilots_scope
from lantoa.plans.selectors.cascade import debts_of
from lantoa.plans.selectors.plans_on import cascade_on
from lantoa.plans.selectors.summons import preview_summons
from lantoa.plans.services.campaigns import start_campaign
from lantoa.plans.services.opening import decide_opening, open_due_campaigns, open_to_all
from lantoa.plans.services.summons import freeze_summons
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign, make_rule
from tests.plans.racing import run_at_once
from tests.plans.test_summons_of_guests import stays

pytestmark = pytest.mark.django_db

TODAY = clock.today()


class Pilot:
    """A district with a pilot commune and another one, each with a cell of one member; the pilots have begun."""

    def __init__(self, *, started: bool = True) -> None:
        self.district = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
        self.pilot = make_unit("Đảng bộ xã Mường So", parent=self.district, kind=UnitKind.GRASSROOTS_COMMITTEE)
        self.other = make_unit("Đảng bộ xã Dào San", parent=self.district, kind=UnitKind.GRASSROOTS_COMMITTEE)
        self.cell = make_unit("Chi bộ bản Vàng Pheo", parent=self.pilot, kind=UnitKind.CELL)
        self.other_cell = make_unit("Chi bộ bản Dào San", parent=self.other, kind=UnitKind.CELL)
        self.member = make_person(unit=self.cell)
        self.other_member = make_person(unit=self.other_cell)
        self.officer = make_actor(Role.OFFICER, self.district)
        self.campaign = make_campaign(self.district, state=CampaignState.DRAFT, starts_on=TODAY)
        self.campaign.pilots.set([self.pilot])
        make_rule(self.campaign, UnitKind.DISTRICT_COMMITTEE, plan_due_on=TODAY + dt.timedelta(days=3))
        make_rule(
            self.campaign,
            UnitKind.GRASSROOTS_COMMITTEE,
            plan_due_on=TODAY + dt.timedelta(days=7),
            study_due_on=TODAY + dt.timedelta(days=30),
        )
        if started:
            self.campaign = start_campaign(actor=self.officer, campaign=self.campaign, pilots_first=True)

    def began(self, days_ago: int) -> None:
        """The pilots began so many days ago."""
        Campaign.objects.filter(pk=self.campaign.pk).update(started_at=clock.now() - dt.timedelta(days=days_ago))

    def decide(self, **changes: Any) -> Opening:
        facts: dict[str, Any] = {
            "actor": self.officer,
            "campaign": self.campaign,
            "client_id": uuid.uuid4(),
            "experience": "Nên chia nhỏ theo bản, có tiếng Thái.",
            "holds_from": TODAY,
        }
        return decide_opening(**{**facts, **changes})

    def summon(self, unit: Unit, number: str = "15-CV/HU") -> Any:
        actor = make_actor(Role.OFFICER, unit)
        return freeze_summons(
            actor=actor, client_id=uuid.uuid4(), campaign=self.campaign, unit=unit, number=number, issued_on=TODAY
        )


def units(campaign: Campaign) -> set[str]:
    return set(CampaignUnit.objects.taking_part().filter(campaign=campaign).values_list("name", flat=True))


def test_only_the_pilots_and_what_lies_below_them_owe_anything() -> None:
    place = Pilot()
    assert units(place.campaign) == {place.pilot.name, place.cell.name}
    assert list(Plan.objects.values_list("unit__name", flat=True)) == [place.pilot.name]
    owing = {row.name: (row.plan_left, row.study_left) for row in debts_of(place.campaign)}
    assert set(owing) == {place.pilot.name, place.cell.name}
    assert duties_of(place.campaign).units == 2


def test_a_campaign_without_a_pilot_does_not_begin_with_one() -> None:
    place = Pilot(started=False)
    place.campaign.pilots.clear()
    with pytest.raises(opening_errors.NoPilots):
        start_campaign(actor=place.officer, campaign=place.campaign, pilots_first=True)
    assert Campaign.objects.get().state == CampaignState.DRAFT


def test_a_campaign_whose_only_pilot_stands_elsewhere_today_does_not_begin_with_it() -> None:
    place = Pilot(started=False)
    away = make_unit("Đảng bộ huyện khác", kind=UnitKind.DISTRICT_COMMITTEE)
    Unit.objects.filter(pk=place.pilot.pk).update(parent=away, path=f"{away.path}{place.pilot.pk}.")
    assert pilots_scope(place.campaign) == {}
    with pytest.raises(opening_errors.NoPilots):
        start_campaign(actor=place.officer, campaign=place.campaign, pilots_first=True)


def test_the_letter_of_the_owner_calls_the_pilots_alone() -> None:
    place = Pilot()
    make_person(unit=place.district)
    assert preview_summons(campaign=place.campaign, unit=place.district).total == 1
    place.summon(place.district)
    assert list(SummonsEntry.objects.values_list("person_id", flat=True)) == [place.member.pk]


def test_who_stays_for_a_time_with_a_unit_that_waits_is_called_at_home() -> None:
    place = Pilot()
    stays(place.member, place.cell, place.district)
    place.summon(place.pilot)
    assert SummonsEntry.objects.get().unit == place.cell


def test_a_unit_that_is_not_opened_yet_is_not_summoned_and_told_why() -> None:
    place = Pilot()
    with pytest.raises(opening_errors.UnitNotOpened):
        place.summon(place.other)
    browser = Client()
    browser.force_login(make_user(Role.OFFICER, place.other))
    answer = browser.get(reverse("plans:summons_create", args=[place.campaign.pk, place.other.pk]))
    assert answer.status_code == 409
    assert "đơn vị điểm" in answer.content.decode()


def test_a_unit_outside_the_owners_tree_is_outside_and_not_waiting() -> None:
    place = Pilot()
    with pytest.raises(errors.UnitOutsideCampaign):
        place.summon(make_unit("Đảng bộ huyện khác", kind=UnitKind.DISTRICT_COMMITTEE))


def test_opening_makes_units_plans_and_due_dates_of_the_rest() -> None:
    place = Pilot()
    place.began(10)
    opening = place.decide(campaign=Campaign.objects.get())
    campaign = Campaign.objects.get()
    assert campaign.opened_at is not None
    assert opening.holds_from == TODAY
    assert units(campaign) == set(Unit.objects.values_list("name", flat=True))
    due = dict(Plan.objects.values_list("unit__name", "due_on"))
    assert due[place.pilot.name] == TODAY + dt.timedelta(days=7)
    assert due[place.other.name] == TODAY + dt.timedelta(days=17)
    owed = {row.name: row.study_left for row in debts_of(campaign)}
    assert owed[place.pilot.name] == TODAY + dt.timedelta(days=30)
    assert owed[place.other.name] == TODAY + dt.timedelta(days=40)


def test_no_due_date_of_the_rest_lies_after_the_end() -> None:
    place = Pilot()
    place.began(90)
    place.decide(campaign=Campaign.objects.get())
    assert Plan.objects.get(unit=place.other).due_on == place.campaign.ends_on


def test_the_plans_of_the_pilots_hang_below_the_owners_after_the_opening() -> None:
    place = Pilot()
    assert Plan.objects.get(unit=place.pilot).parent is None
    place.decide()
    assert Plan.objects.get(unit=place.pilot).parent == Plan.objects.get(unit=place.district)
    assert Plan.objects.get(unit=place.other).parent == Plan.objects.get(unit=place.district)


def test_a_pilots_plan_stays_on_its_own_where_nobody_above_owes_one() -> None:
    place = Pilot()
    place.campaign.rules.filter(unit_kind=UnitKind.DISTRICT_COMMITTEE).delete()
    place.decide()
    assert Plan.objects.get(unit=place.pilot).parent is None


def test_a_unit_founded_meanwhile_below_a_pilot_stands_below_its_place_in_the_campaign() -> None:
    place = Pilot()
    CampaignUnit.objects.filter(unit=place.pilot).update(path=f"{place.district.path}9.{place.pilot.pk}.")
    young = make_unit("Chi bộ mới", parent=place.pilot, kind=UnitKind.CELL)
    place.decide()
    assert CampaignUnit.objects.get(unit=young).path == f"{place.district.path}9.{place.pilot.pk}.{young.pk}."


def test_the_same_form_twice_opens_once() -> None:
    place = Pilot()
    client_id = uuid.uuid4()
    first = place.decide(client_id=client_id)
    assert place.decide(client_id=client_id, experience="Khác") == first
    assert Plan.objects.count() == 3
    assert Entry.objects.filter(action="plans.open_to_all").count() == 1


def test_a_form_of_another_campaign_is_refused() -> None:
    place = Pilot()
    client_id = uuid.uuid4()
    place.decide(client_id=client_id)
    with pytest.raises(errors.FormSentBefore):
        place.decide(client_id=client_id, campaign=make_campaign(place.district))


def test_what_is_decided_is_not_decided_again() -> None:
    place = Pilot()
    place.decide(holds_from=TODAY + dt.timedelta(days=3))
    with pytest.raises(opening_errors.OpeningDecided):
        place.decide()


def test_a_campaign_of_all_units_is_not_opened() -> None:
    place = Pilot()
    with pytest.raises(opening_errors.NotLimited):
        place.decide(campaign=make_campaign(place.district))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"experience": "  "}, opening_errors.ExperienceMissing),
        ({"holds_from": TODAY - dt.timedelta(days=1)}, opening_errors.OpeningPassed),
        ({"holds_from": TODAY + dt.timedelta(days=61)}, opening_errors.OpeningAfterEnd),
    ],
)
def test_an_opening_that_cannot_be_is_refused(changes: dict[str, Any], refusal: type[Refusal]) -> None:
    place = Pilot()
    with pytest.raises(refusal):
        place.decide(**changes)
    assert not Opening.objects.exists()


def test_only_a_running_campaign_is_opened() -> None:
    place = Pilot()
    Campaign.objects.update(state=CampaignState.FINISHED)
    with pytest.raises(errors.CampaignNotRunning):
        place.decide()


def test_only_an_officer_of_the_owner_opens() -> None:
    place = Pilot()
    with pytest.raises(NotPermitted):
        place.decide(actor=make_actor(Role.SECRETARY, place.district))


def test_the_clock_opens_on_the_day_and_once() -> None:
    place = Pilot()
    place.began(5)
    day = TODAY + dt.timedelta(days=3)
    place.decide(campaign=Campaign.objects.get(), holds_from=day)
    assert units(place.campaign) == {place.pilot.name, place.cell.name}
    assert open_due_campaigns(day=day - dt.timedelta(days=1)) == 0
    assert open_due_campaigns(day=day) == 1
    assert open_due_campaigns(day=day) == 0
    assert Plan.objects.get(unit=place.other).due_on == TODAY + dt.timedelta(days=15)
    assert not open_to_all(actor=SYSTEM, campaign=place.campaign, day=day)


def test_nobody_but_the_clock_opens_on_a_day() -> None:
    place = Pilot()
    with pytest.raises(NotPermitted):
        open_to_all(actor=place.officer, campaign=place.campaign, day=TODAY)


def test_coverage_counts_who_is_in_scope_and_the_recount_agrees_before_and_after() -> None:
    place = Pilot()
    place.summon(place.pilot)
    fold_waiting()
    before = recount(Campaign.objects.get())
    assert not before.differences
    place.decide()
    place.summon(place.district, number="16-CV/HU")
    fold_waiting()
    after = recount(Campaign.objects.get())
    assert not after.differences
    assert after.rows > before.rows
    assert SummonsEntry.objects.count() == 2


def test_before_the_day_of_the_opening_the_rest_owed_no_plan() -> None:
    place = Pilot()
    place.began(5)
    place.decide(campaign=Campaign.objects.get())
    campaign = Campaign.objects.get()
    then = cascade_on(campaign, place.officer, TODAY - dt.timedelta(days=1))
    assert list(then.values_list("unit__name", flat=True)) == [place.pilot.name]
    assert cascade_on(campaign, place.officer, TODAY).count() == 3


def test_the_experience_and_its_files_are_read_by_every_unit_in_scope() -> None:
    place = Pilot()
    browser = Client()
    browser.force_login(make_user(Role.OFFICER, place.district))
    typed = {
        "client_id": str(uuid.uuid4()),
        "experience": "Nên chia nhỏ theo bản.",
        "holds_from": f"{TODAY:%d/%m/%Y}",
        "no_secrecy_declared": "on",
        "uploads": SimpleUploadedFile("kinh-nghiem.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"),
    }
    url = reverse("plans:campaign_open", args=[place.campaign.pk])
    detail = reverse("plans:campaign_detail", args=[place.campaign.pk])
    answer = browser.post(url, typed)
    assert (answer.status_code, answer["Location"]) == (303, detail), answer.content.decode()
    reader = Client()
    reader.force_login(make_user(Role.SECRETARY, place.other_cell))
    shown = reader.get(detail).content.decode()
    assert "Nên chia nhỏ theo bản." in shown
    assert "kinh-nghiem.pdf" in shown
    file = Opening.objects.get().files.get()
    assert can_read(actor=make_actor(Role.SECRETARY, place.other_cell), file=file)
    stranger = make_actor(Role.OFFICER, make_unit("Đảng bộ huyện khác", kind=UnitKind.DISTRICT_COMMITTEE))
    assert not can_read(actor=stranger, file=file)


def test_the_page_says_whose_deadlines_stand_there() -> None:
    place = Pilot()
    browser = Client()
    browser.force_login(make_user(Role.OFFICER, place.district))
    page, said = reverse("plans:campaign_detail", args=[place.campaign.pk]), "là thời hạn của các đơn vị điểm"
    assert said not in browser.get(page).content.decode()
    place.decide()
    assert said in browser.get(page).content.decode()


def test_a_form_that_lacks_something_comes_back_on_the_campaigns_page() -> None:
    place = Pilot()
    browser = Client()
    browser.force_login(make_user(Role.OFFICER, place.district))
    url = reverse("plans:campaign_open", args=[place.campaign.pk])
    assert browser.post(url, {"client_id": str(uuid.uuid4())}).status_code == 422
    late = {"client_id": str(uuid.uuid4()), "experience": "Gì đó", "holds_from": "1/1/2000"}
    assert browser.post(url, late).status_code == 422
    place.decide()
    assert browser.post(url, {**late, "holds_from": f"{TODAY:%d/%m/%Y}"}).status_code == 422


@pytest.mark.parametrize(("whom", "waiting"), [("pilots", True), ("all", False)])
def test_the_page_asks_with_whom_a_campaign_begins(whom: str, waiting: bool) -> None:
    place = Pilot(started=False)
    browser = Client()
    browser.force_login(make_user(Role.OFFICER, place.district))
    url = reverse("plans:campaign_start", args=[place.campaign.pk])
    assert "2 đơn vị" in browser.get(url).content.decode()
    assert browser.post(url, {"whom": "somebody"}).status_code == 422
    assert browser.post(url, {"whom": whom}).status_code == 303
    assert Campaign.objects.get().is_limited is waiting
    assert Plan.objects.filter(state=PlanState.DRAFT).count() == (1 if waiting else 3)


def test_the_page_of_an_opened_campaign_stays_within_the_budget(django_assert_max_num_queries: Any) -> None:
    place = Pilot()
    place.decide()
    browser = Client()
    browser.force_login(make_user(Role.OFFICER, place.district))
    page = reverse("plans:campaign_detail", args=[place.campaign.pk])
    browser.get(page)
    with django_assert_max_num_queries(15):
        assert "Nên chia nhỏ theo bản" in browser.get(page).content.decode()


class AtOnce(TransactionTestCase):
    """Two officers open at once."""

    def test_the_rest_joins_once(self) -> None:
        place = Pilot()
        second = make_actor(Role.OFFICER, place.district)

        def one() -> None:
            place.decide()

        def other() -> None:
            place.decide(actor=second)

        refused = run_at_once(one, other)
        assert [type(refusal) for refusal in refused if refusal] == [opening_errors.OpeningDecided]
        assert Plan.objects.count() == 3
