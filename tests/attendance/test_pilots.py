"""The pilot units of a campaign beside the rest, and the order of the units below."""

import pytest
from django.db.models import F
from django.test import Client

from lantoa.attendance.enums import Group
from lantoa.attendance.selectors.coverage import children
from lantoa.attendance.selectors.pilots import Beside, groups_and_pilots, with_pilots
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign
from tests.attendance.factories import make_coverage
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign

pytestmark = pytest.mark.django_db


def beside(campaign: Campaign, unit: Unit, role: Role = Role.OFFICER, at: Unit | None = None) -> Beside | None:
    piloted = with_pilots(Campaign.objects.filter(pk=campaign.pk)).get()
    return groups_and_pilots(piloted, campaign.units.get(unit=unit), make_actor(role, at or unit))[1]


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Sin Suối Hồ")


def test_the_pilots_are_summed_and_taken_from_the_whole(committee: Unit) -> None:
    first, second, other = (make_unit(name, parent=committee) for name in ("Chi bộ A", "Chi bộ B", "Chi bộ C"))
    campaign = make_campaign(committee)
    campaign.pilots.add(first, second)
    make_coverage(campaign, committee, 20, 5, missing=5)
    make_coverage(campaign, first, 8, 2)
    make_coverage(campaign, second, 4, 0)
    make_coverage(campaign, other, 8, 3, missing=5)
    found = beside(campaign, committee)
    assert found is not None
    assert found.units == 2
    assert (found.pilots.reached, found.pilots.denominator) == (12, 14)
    assert (found.rest.reached, found.rest.denominator) == (8, 16)
    assert not found.pilots.coverage.at_least
    assert found.rest.coverage.at_least


def test_a_pilot_below_a_pilot_counts_once(committee: Unit) -> None:
    upper = make_unit("Đảng bộ A", parent=committee)
    lower = make_unit("Chi bộ A1", parent=upper)
    campaign = make_campaign(committee)
    campaign.pilots.add(upper, lower)
    make_coverage(campaign, committee, 10, 0)
    make_coverage(campaign, upper, 6, 0)
    make_coverage(campaign, lower, 6, 0)
    found = beside(campaign, committee)
    assert found is not None
    assert (found.units, found.pilots.summoned, found.rest.summoned) == (1, 6, 4)


def test_within_a_pilot_there_are_no_others_to_compare_with(committee: Unit) -> None:
    upper = make_unit("Đảng bộ A", parent=committee)
    middle = make_unit("Đảng bộ bộ phận A1", parent=upper)
    lower = make_unit("Chi bộ A11", parent=middle)
    campaign = make_campaign(committee)
    campaign.pilots.add(upper, lower)
    for unit, present in ((committee, 10), (upper, 6), (middle, 5), (lower, 4)):
        make_coverage(campaign, unit, present, 0)
    assert beside(campaign, upper) is beside(campaign, middle) is None
    assert beside(campaign, committee) is not None


def test_without_pilots_below_there_is_nothing_to_compare(committee: Unit) -> None:
    cell = make_unit("Chi bộ A", parent=committee)
    campaign = make_campaign(committee)
    make_coverage(campaign, committee, 3, 0)
    make_coverage(campaign, cell, 3, 0)
    assert beside(campaign, committee) is None
    campaign.pilots.add(cell)
    assert beside(campaign, cell) is None


def test_pilots_before_their_summons_are_not_compared(committee: Unit) -> None:
    cell = make_unit("Chi bộ A", parent=committee)
    campaign = make_campaign(committee)
    campaign.pilots.add(cell)
    make_coverage(campaign, committee, 3, 0)
    assert beside(campaign, committee) is None


def test_who_sees_the_unit_alone_is_not_told_of_its_pilots(committee: Unit) -> None:
    cell = make_unit("Chi bộ A", parent=committee)
    campaign = make_campaign(committee)
    campaign.pilots.add(cell)
    make_coverage(campaign, committee, 3, 0)
    make_coverage(campaign, cell, 1, 0)
    assert beside(campaign, committee, Role.CLERK) is None
    assert beside(campaign, committee, Role.VIEWER) is not None


def test_the_page_shows_both_groups_with_what_they_are_made_of(client: Client, committee: Unit) -> None:
    cell = make_unit("Chi bộ A", parent=committee)
    campaign = make_campaign(committee)
    campaign.pilots.add(cell)
    make_coverage(campaign, committee, 17, 6)
    make_coverage(campaign, cell, 7, 2)
    client.force_login(make_user(Role.VIEWER, committee))
    text = client.get(f"/campaigns/{campaign.pk}/coverage/{committee.pk}/").content.decode()
    assert "7/9" in text
    assert "10/14" in text


def test_the_page_says_nothing_of_others_where_all_are_pilots(client: Client, committee: Unit) -> None:
    cell = make_unit("Chi bộ A", parent=committee)
    campaign = make_campaign(committee)
    campaign.pilots.add(cell)
    make_coverage(campaign, committee, 7, 2)
    make_coverage(campaign, cell, 7, 2)
    client.force_login(make_user(Role.VIEWER, committee))
    text = client.get(f"/campaigns/{campaign.pk}/coverage/{committee.pk}/").content.decode()
    assert 'id="pilots"' in text
    assert "0/0" not in text


def test_the_worst_come_first_and_the_silent_apart(client: Client, committee: Unit) -> None:
    campaign_units = {name: make_unit(name, parent=committee) for name in ("Chi bộ A", "Chi bộ B", "Chi bộ C")}
    campaign = make_campaign(committee)
    make_coverage(campaign, campaign_units["Chi bộ A"], 0, 0, missing=9)
    make_coverage(campaign, campaign_units["Chi bộ B"], 9, 1)
    make_coverage(campaign, campaign_units["Chi bộ C"], 0, 10)
    make_coverage(campaign, committee, 9, 11, missing=9)
    rows = children(campaign, committee.pk, Group.ALL, make_actor(Role.VIEWER, committee))
    assert [row.unit_name for row in rows.order_by(F("share"))] == ["Chi bộ C", "Chi bộ B", "Chi bộ A"]
    client.force_login(make_user(Role.VIEWER, committee))
    text = client.get(f"/campaigns/{campaign.pk}/coverage/{committee.pk}/").content.decode()
    places = [text.index(name) for name in ("Chi bộ C", "Chi bộ B", "bars-apart", "Chi bộ A")]
    assert places == sorted(places)


def test_a_silent_unit_whose_people_made_up_is_among_those_that_are_known(committee: Unit) -> None:
    cell, other = (make_unit(name, parent=committee) for name in ("Chi bộ A", "Chi bộ B"))
    campaign = make_campaign(committee)
    make_coverage(campaign, cell, 0, 0, missing=4, made_up=1)
    make_coverage(campaign, other, 3, 1)
    rows = children(campaign, committee.pk, Group.ALL, make_actor(Role.VIEWER, committee)).order_by(F("share"))
    assert [(row.unit_id, row.share) for row in rows] == [(cell.pk, 0.25), (other.pk, 0.75)]  # type: ignore[attr-defined]
