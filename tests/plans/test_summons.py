"""The summons: who is called, once, by whom, and who is taken off the list."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import TransactionTestCase

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.directives.enums import DirectiveClass
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, Standing, UnitKind
from lantoa.organizations.errors import NotPermitted, PurposeMissing
from lantoa.organizations.models import Membership, Unit
from lantoa.plans import errors, summons_errors
from lantoa.plans.enums import AdditionReason, CampaignState, RemovalReason, SummonsReason
from lantoa.plans.models import Campaign, Summons, SummonsEntry
from lantoa.plans.selectors.campaigns import scope_unit
from lantoa.plans.selectors.summons import (
    branch_counts,
    entries_at,
    list_counts,
    preview_names,
    preview_summons,
    units_with_entries,
)
from lantoa.plans.services.additions import add_to_summons
from lantoa.plans.services.summons import export_summons, freeze_summons, remove_from_summons
from lantoa.plans.signals import entries_changed
from tests.directives.factories import make_sector
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.factories import make_campaign, make_entry, make_summons
from tests.plans.racing import run_at_once

pytestmark = pytest.mark.django_db

ISSUED = dt.date(2026, 9, 10)
MOVED = RemovalReason.MOVED


class Commune:
    """A committee of two cells: a leader, a member and a cadre in the first, a member in the second."""

    def __init__(self) -> None:
        self.district = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
        self.commune = make_unit("Đảng bộ xã", parent=self.district, kind=UnitKind.GRASSROOTS_COMMITTEE)
        self.first = make_unit("Chi bộ bản A", parent=self.commune)
        self.second = make_unit("Chi bộ bản B", parent=self.commune)
        self.leader = make_person("Lò Văn An", unit=self.first, is_manager=True)
        self.member = make_person("Giàng A Páo", unit=self.first, standing=Standing.PROBATIONARY)
        self.cadre = make_person("Tẩn Mý Dao", unit=self.first, standing=Standing.CADRE)
        self.other = make_person("Vàng A Sử", unit=self.second)
        self.officer = make_actor(Role.OFFICER, self.commune)

    def freeze(self, campaign: Campaign, unit: Unit | None = None, **changes: Any) -> Summons:
        arguments: dict[str, Any] = {"client_id": uuid.uuid4(), "number": "15-CV/ĐU", "issued_on": ISSUED, **changes}
        arguments.setdefault("actor", self.officer)
        return freeze_summons(campaign=campaign, unit=unit or self.commune, **arguments)


@pytest.fixture
def place() -> Commune:
    return Commune()


def on_list(summons: Summons) -> dict[int, tuple[int, str, str]]:
    rows = summons.entries.values_list("person_id", "unit_id", "standing", "reason")
    return {person_id: (unit_id, standing, reason) for person_id, unit_id, standing, reason in rows}


def test_a_general_audience_calls_members_and_cadres_with_cell_and_reason(place: Commune) -> None:
    make_person(unit=make_unit(parent=place.district))
    summons = place.freeze(make_campaign(place.district))
    assert on_list(summons) == {
        place.leader.pk: (place.first.pk, Standing.FULL, SummonsReason.MEMBER),
        place.member.pk: (place.first.pk, Standing.PROBATIONARY, SummonsReason.MEMBER),
        place.cadre.pk: (place.first.pk, Standing.CADRE, SummonsReason.CADRE),
        place.other.pk: (place.second.pk, Standing.FULL, SummonsReason.MEMBER),
    }


def test_a_strategic_audience_calls_leaders_and_managers(place: Commune) -> None:
    summons = place.freeze(make_campaign(place.district, audience=DirectiveClass.STRATEGIC))
    assert on_list(summons) == {place.leader.pk: (place.first.pk, Standing.FULL, SummonsReason.MANAGER)}


def test_a_sectoral_audience_calls_the_cadres_and_members_of_the_sector(place: Commune) -> None:
    sector = make_sector()
    for person in (place.cadre, place.other):
        person.sector = sector
        person.save(update_fields=["sector"])
    campaign = make_campaign(place.district, audience=DirectiveClass.SECTORAL, sector=sector)
    assert {reason for _, _, reason in on_list(place.freeze(campaign)).values()} == {SummonsReason.SECTOR}
    assert set(SummonsEntry.objects.values_list("person", flat=True)) == {place.cadre.pk, place.other.pk}


def test_whoever_left_before_today_is_not_called(place: Commune) -> None:
    membership = Membership.objects.get(person=place.other)
    membership.period = type(membership.period)(dt.date(2011, 1, 1), clock.today())
    membership.save(update_fields=["period"])
    assert place.other.pk not in on_list(place.freeze(make_campaign(place.district)))


def test_the_list_follows_the_tree_of_the_campaign(place: Commune) -> None:
    campaign = make_campaign(place.district)
    founded_later = make_unit(parent=place.commune)
    make_person(unit=founded_later)
    assert founded_later.pk not in {unit_id for unit_id, _, _ in on_list(place.freeze(campaign)).values()}


def test_the_same_form_twice_freezes_one_list(place: Commune) -> None:
    campaign, client_id = make_campaign(place.district), uuid.uuid4()
    first = place.freeze(campaign, client_id=client_id)
    assert place.freeze(campaign, client_id=client_id) == first
    assert Summons.objects.count() == 1
    with pytest.raises(errors.FormSentBefore):
        place.freeze(make_campaign(place.district), client_id=client_id)


def test_nobody_stands_on_two_lists_of_a_campaign(place: Commune) -> None:
    campaign = make_campaign(place.district)
    cell_secretary = make_actor(Role.SECRETARY, place.first)
    below = place.freeze(campaign, place.first, actor=cell_secretary)
    above = place.freeze(campaign)
    assert (below.entries.count(), above.entries.count()) == (3, 1)
    with pytest.raises(errors.NobodyToSummon):
        place.freeze(campaign, number="16-CV/ĐU")
    assert Summons.objects.count() == 2, "a letter that calls nobody is not kept"
    newcomer = make_person(unit=place.second)
    assert set(on_list(place.freeze(campaign, number="16-CV/ĐU"))) == {newcomer.pk}


def test_a_list_is_frozen_only_in_a_running_campaign_and_inside_it(place: Commune) -> None:
    for state in (CampaignState.DRAFT, CampaignState.FINISHED):
        with pytest.raises(errors.CampaignNotRunning):
            place.freeze(make_campaign(place.district, state=state))
    with pytest.raises(errors.UnitOutsideCampaign):
        place.freeze(make_campaign(place.first))
    with pytest.raises(errors.SummonsNumberMissing) as caught:
        place.freeze(make_campaign(place.district), number="  ")
    assert caught.value.field == "number"


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OFFICER, Role.SECRETARY)])
def test_only_officer_and_secretary_summon(place: Commune, role: Role) -> None:
    campaign = make_campaign(place.district)
    with pytest.raises(NotPermitted):
        place.freeze(campaign, actor=make_actor(role, place.commune))
    assert Entry.objects.get(action="plans.freeze_summons").code == "not_permitted"


def test_only_the_own_unit_summons(place: Commune) -> None:
    campaign = make_campaign(place.district)
    for unit in (place.district, place.first):
        with pytest.raises(NotPermitted):
            place.freeze(campaign, unit)


def test_freezing_tells_the_apps_above_and_the_log_without_names(place: Commune) -> None:
    heard: list[tuple[int, list[int]]] = []

    def hear(*, campaign_id: int, entry_ids: list[int], **_: Any) -> None:
        heard.append((campaign_id, entry_ids))

    entries_changed.connect(hear)
    campaign = make_campaign(place.district)
    summons = place.freeze(campaign)
    entries_changed.disconnect(hear)
    assert heard == [(campaign.pk, sorted(summons.entries.values_list("pk", flat=True)))]
    assert Entry.objects.get(action="plans.freeze_summons").facts == {"persons": 4}


def test_a_person_is_taken_off_the_list_by_a_decision(place: Commune) -> None:
    entry = place.freeze(make_campaign(place.district)).entries.get(person=place.other)
    heard: list[list[int]] = []

    def hear(*, entry_ids: list[int], **_: Any) -> None:
        heard.append(entry_ids)

    entries_changed.connect(hear)
    day = clock.today()
    removed = remove_from_summons(actor=place.officer, entry=entry, decision=" 12-QĐ/ĐU ", removed_on=day, reason=MOVED)
    again = remove_from_summons(actor=place.officer, entry=entry, decision="12-QĐ/ĐU", removed_on=day, reason=MOVED)
    entries_changed.disconnect(hear)
    assert (removed.removal_decision, removed.removed_on) == ("12-QĐ/ĐU", day)
    assert again == removed
    assert heard == [[entry.pk]], "the second time nothing happens"
    with pytest.raises(errors.RemovedAlready):
        remove_from_summons(actor=place.officer, entry=entry, decision="13-QĐ/ĐU", removed_on=day, reason=MOVED)


def test_a_removal_needs_a_decision_that_has_been_taken(place: Commune) -> None:
    entry = place.freeze(make_campaign(place.district)).entries.get(person=place.other)
    with pytest.raises(errors.RemovalUndecided):
        remove_from_summons(actor=place.officer, entry=entry, decision=" ", removed_on=clock.today(), reason=MOVED)
    tomorrow = clock.today() + dt.timedelta(days=1)
    with pytest.raises(errors.DecisionInFuture):
        remove_from_summons(actor=place.officer, entry=entry, decision="12-QĐ/ĐU", removed_on=tomorrow, reason=MOVED)
    below = make_actor(Role.OFFICER, place.second)
    with pytest.raises(NotPermitted):
        remove_from_summons(actor=below, entry=entry, decision="12-QĐ/ĐU", removed_on=clock.today(), reason=MOVED)


def test_nobody_is_taken_off_a_list_of_a_finished_campaign(place: Commune) -> None:
    campaign = make_campaign(place.district, state=CampaignState.FINISHED)
    entry = make_entry(make_summons(campaign, place.commune), place.other, unit=place.second)
    with pytest.raises(errors.CampaignNotRunning):
        remove_from_summons(
            actor=place.officer, entry=entry, decision="12-QĐ/ĐU", removed_on=clock.today(), reason=MOVED
        )


def test_the_preview_counts_by_cell_members_and_cadres_apart(place: Commune) -> None:
    campaign = make_campaign(place.district)
    make_entry(make_summons(campaign, place.first), place.leader)
    preview = preview_summons(campaign=campaign, unit=place.commune)
    assert [(cell.name, cell.members, cell.cadres, cell.already, cell.total) for cell in preview.cells] == [
        ("Chi bộ bản A", 1, 1, 1, 2),
        ("Chi bộ bản B", 1, 0, 0, 1),
    ]
    assert (preview.members, preview.cadres, preview.already, preview.total) == (2, 1, 1, 3)


@pytest.mark.parametrize(
    ("audience", "reason"),
    [(DirectiveClass.STRATEGIC, SummonsReason.MANAGER.value), (DirectiveClass.GENERAL, "")],
)
def test_the_preview_gives_the_reason_where_there_is_one_for_all(
    place: Commune, audience: DirectiveClass, reason: str
) -> None:
    preview = preview_summons(campaign=make_campaign(place.district, audience=audience), unit=place.commune)
    assert preview.cells[0].reason == reason


def test_the_preview_names_only_to_those_who_may_see_names(place: Commune) -> None:
    campaign = make_campaign(place.district)
    make_entry(make_summons(campaign, place.first), place.leader)
    rows = list(preview_names(campaign=campaign, unit=place.commune, actor=place.officer))
    assert [row.person.full_name for row in rows] == ["Lò Văn An", "Tẩn Mý Dao", "Giàng A Páo", "Vàng A Sử"]
    assert [(row.listed, row.listed_by) for row in rows] == [(True, "Chi bộ bản A"), *[(False, None)] * 3]
    above = make_actor(Role.OFFICER, place.district)
    assert not preview_names(campaign=campaign, unit=place.commune, actor=above)


def test_lists_are_counted_by_branch_down_the_frozen_tree(place: Commune) -> None:
    campaign = make_campaign(place.district)
    place.freeze(campaign)
    entry = SummonsEntry.objects.get(person=place.other)
    remove_from_summons(actor=place.officer, entry=entry, decision="12-QĐ/ĐU", removed_on=clock.today(), reason=MOVED)
    top = scope_unit(campaign, place.district)
    total = list_counts(campaign, top)
    assert (total.total, total.members, total.cadres, total.removed) == (4, 3, 1, 1)
    [branch] = branch_counts(campaign, top, make_actor(Role.VIEWER, place.district))
    assert (branch.unit.unit, branch.counts) == (place.commune, total)
    cells = branch_counts(campaign, scope_unit(campaign, place.commune), place.officer)
    assert [(cell.unit.unit_id, cell.counts.total) for cell in cells] == [(place.first.pk, 3), (place.second.pk, 1)]


def test_rows_open_at_the_cell_and_its_direct_superior_only(place: Commune) -> None:
    campaign = make_campaign(place.district)
    place.freeze(campaign)
    own = entries_at(campaign, place.commune, place.officer)
    assert own.count() == 4
    assert units_with_entries(own) == [(place.first.pk, "Chi bộ bản A"), (place.second.pk, "Chi bộ bản B")]
    above = make_actor(Role.OFFICER, place.district)
    assert not entries_at(campaign, place.commune, above).exists(), "a figure opens to the units beneath"
    assert entries_at(campaign, place.second, above).count() == 1, "and last to rows"
    beside = make_actor(Role.OFFICER, place.first)
    assert not entries_at(campaign, place.second, beside).exists()


def test_an_export_by_name_states_its_purpose(place: Commune) -> None:
    campaign = make_campaign(place.district)
    place.freeze(campaign)
    with pytest.raises(PurposeMissing) as caught:
        export_summons(actor=place.officer, campaign=campaign, unit=place.commune, purpose=" x ")
    assert caught.value.field == "purpose"
    above = make_actor(Role.OFFICER, place.district)
    with pytest.raises(NotPermitted):
        export_summons(actor=above, campaign=campaign, unit=place.commune, purpose="Danh sách đón đại biểu")
    rows = export_summons(actor=place.officer, campaign=campaign, unit=place.commune, purpose="Danh sách đón đại biểu")
    assert rows.count() == 4
    assert Entry.objects.get(outcome=Outcome.EXPORTED).facts["count"] == 4


class TwoAtOnce(TransactionTestCase):
    """Real transactions against each other."""

    def test_two_units_that_freeze_at_once_do_not_double_anybody(self) -> None:
        place = Commune()
        campaign = make_campaign(place.district)
        secretary = make_actor(Role.SECRETARY, place.first)
        outcomes = run_at_once(
            lambda: place.freeze(campaign),
            lambda: place.freeze(campaign, place.first, actor=secretary),
        )
        assert SummonsEntry.objects.count() == 4
        assert {type(outcome) for outcome in outcomes} <= {type(None), errors.NobodyToSummon}

    def test_a_form_sent_twice_at_once_freezes_one_list(self) -> None:
        place = Commune()
        campaign, client_id = make_campaign(place.district), uuid.uuid4()
        outcomes = run_at_once(*[lambda: place.freeze(campaign, client_id=client_id)] * 3)
        assert outcomes == [None, None, None]
        assert (Summons.objects.count(), SummonsEntry.objects.count()) == (1, 4)

    def test_two_removals_at_once_leave_one_decision(self) -> None:
        place = Commune()
        entry = place.freeze(make_campaign(place.district)).entries.get(person=place.other)

        def remove(decision: str) -> None:
            remove_from_summons(
                actor=place.officer,
                entry=entry,
                decision=decision,
                removed_on=clock.today(),
                reason=MOVED,
            )

        outcomes = run_at_once(lambda: remove("1-QĐ/ĐU"), lambda: remove("2-QĐ/ĐU"))
        assert {type(outcome) for outcome in outcomes} == {type(None), errors.RemovedAlready}


def add(place: Commune, summons: Summons, **changes: Any) -> int:
    arguments: dict[str, Any] = {
        "actor": place.officer,
        "summons": summons,
        "decision": " 14-QĐ/ĐU ",
        "added_on": clock.today(),
        "reason": AdditionReason.JOINED,
        **changes,
    }
    return add_to_summons(**arguments)


def test_those_who_joined_since_are_added_by_one_decision_once(place: Commune) -> None:
    summons = place.freeze(make_campaign(place.district))
    joined = make_person("Lý Thị Mới", unit=place.second, standing=Standing.CADRE)
    make_person(unit=make_unit(parent=place.district))
    assert add(place, summons) == 1
    entry = SummonsEntry.objects.get(person=joined)
    assert (entry.unit, entry.standing, entry.reason) == (place.second, "cadre", "cadre")
    assert (entry.added_on, entry.addition_decision, entry.addition_reason) == (clock.today(), "14-QĐ/ĐU", "joined")
    assert add(place, summons) == 0, "the same form sent again"
    assert Entry.objects.filter(action="plans.add_to_summons", outcome=Outcome.DONE).count() == 1
    with pytest.raises(summons_errors.NobodyToAdd):
        add(place, summons, decision="15-QĐ/ĐU")


def test_some_of_them_are_chosen(place: Commune) -> None:
    summons = place.freeze(make_campaign(place.district))
    first, second = make_person(unit=place.first), make_person(unit=place.second)
    assert add(place, summons, person_ids=[first.pk, place.leader.pk]) == 1
    assert not SummonsEntry.objects.filter(person=second).exists()
    outside = make_person(unit=make_unit(parent=place.district))
    with pytest.raises(summons_errors.NotCalled):
        add(place, summons, person_ids=[second.pk, outside.pk])
    assert not SummonsEntry.objects.filter(person=second).exists()


def test_an_addition_cites_a_decision_that_is_neither_to_come_nor_older_than_the_letter(place: Commune) -> None:
    summons = place.freeze(make_campaign(place.district))
    make_person(unit=place.first)
    with pytest.raises(summons_errors.AdditionUndecided):
        add(place, summons, decision=" ")
    with pytest.raises(errors.DecisionInFuture):
        add(place, summons, added_on=clock.today() + dt.timedelta(days=1))
    with pytest.raises(summons_errors.AdditionBeforeLetter):
        add(place, summons, added_on=ISSUED - dt.timedelta(days=1))


def test_only_the_unit_of_the_letter_adds_to_it_while_the_roll_out_runs(place: Commune) -> None:
    campaign = make_campaign(place.district)
    summons = place.freeze(campaign)
    make_person(unit=place.first)
    for actor in (make_actor(Role.OFFICER, place.district), make_actor(Role.CLERK, place.commune)):
        with pytest.raises(NotPermitted):
            add(place, summons, actor=actor)
    campaign.state = CampaignState.FINISHED
    campaign.save(update_fields=["state"])
    with pytest.raises(errors.CampaignNotRunning):
        add(place, summons)


def test_a_sectoral_audience_adds_nobody_else(place: Commune) -> None:
    sector = make_sector()
    place.cadre.sector = sector
    place.cadre.save(update_fields=["sector"])
    summons = place.freeze(make_campaign(place.district, audience=DirectiveClass.SECTORAL, sector=sector))
    make_person(unit=place.first)
    with pytest.raises(summons_errors.NobodyToAdd):
        add(place, summons)
