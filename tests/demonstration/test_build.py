"""The demonstration holds the district's published figures, and its kept coverage agrees with a recount."""

import pytest

from lantoa.attendance.models import DirtyMark
from lantoa.attendance.recounting import recount
from lantoa.demonstration.build import build, is_built
from lantoa.demonstration.staff import SIGN_INS
from lantoa.organizations.enums import Role, Standing, Tree, UnitKind
from lantoa.organizations.models import Appointment, Membership, Unit
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import Campaign, Plan

pytestmark = pytest.mark.django_db
MEMBERS = (Standing.FULL, Standing.PROBATIONARY)


def _progress(part: str, done: int, total: int) -> None:
    assert part
    assert 0 <= done <= total


def test_the_district_is_as_it_was_published_and_every_figure_can_be_counted_again() -> None:
    assert not is_built()
    build(_progress)
    assert is_built()

    district = Unit.objects.get(kind=UnitKind.DISTRICT_COMMITTEE)
    grassroots = Unit.objects.filter(parent=district)
    block = grassroots.get(kind=UnitKind.GRASSROOTS_COMMITTEE)
    communes = grassroots.filter(kind=UnitKind.COMMUNE_COMMITTEE)
    assert Unit.objects.filter(tree=Tree.ADMINISTRATIVE, parent__code="109").count() == 17
    assert grassroots.count() == 62
    assert grassroots.filter(kind=UnitKind.GRASSROOTS_CELL).exists()
    assert Unit.objects.filter(kind=UnitKind.CELL, parent=block).count() == 21
    assert Unit.objects.filter(kind=UnitKind.CELL, parent__in=communes).count() == 251
    assert Membership.objects.filter(standing__in=MEMBERS).count() == 3_517
    assert Membership.objects.filter(standing=Standing.CADRE).exists()

    for wanted in SIGN_INS:
        assert Appointment.objects.filter(person__user__username=wanted.username, role=wanted.role).exists()
    assert {wanted.role for wanted in SIGN_INS} == set(Role)
    assert set(Campaign.objects.values_list("state", flat=True)) == set(CampaignState)
    running = Plan.objects.filter(campaign__state=CampaignState.RUNNING)
    assert {PlanState.RETURNED, PlanState.SUBMITTED, PlanState.RUNNING} <= set(running.values_list("state", flat=True))

    assert not DirtyMark.objects.exists()
    for campaign in Campaign.objects.all():
        assert recount(campaign).differences == ()
