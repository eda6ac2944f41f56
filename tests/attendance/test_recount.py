"""The recount agrees with the fold whatever happened, and finds what is wrong where something is."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantoa.attendance.enums import Group, LateDecision, MarkMethod, MarkStatus
from lantoa.attendance.folding import fold_waiting, mark_dirty
from lantoa.attendance.models import Attendance, Coverage, LateChange
from lantoa.attendance.recounting import RecountResult, recount
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, Standing, UnitKind
from lantoa.organizations.models import ActivityExemption
from lantoa.organizations.signals import standing_changed
from lantoa.plans.models import Campaign, SummonsEntry
from lantoa.plans.signals import entries_changed
from lantoa.study_sessions.models import Placement, Site
from lantoa.study_sessions.signals import tell_placements_changed
from tests.attendance.factories import make_event, make_scene
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.factories import make_campaign, make_entry, make_summons
from tests.study_sessions.factories import make_session, make_site, place

pytestmark = pytest.mark.django_db


def folded_scene() -> Campaign:
    scene = make_scene(3)
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[entry.pk for entry in scene.entries])
    fold_waiting()
    return scene.campaign


def test_a_folded_campaign_agrees() -> None:
    result = recount(folded_scene())
    assert result.agrees
    assert (result.rows, result.pending) == (6, 0)


def test_a_figure_that_was_changed_by_hand_is_found() -> None:
    campaign = folded_scene()
    Coverage.objects.filter(unit=campaign.owner, group=Group.ALL).update(present=2, not_reported=1)
    result = recount(campaign)
    assert [str(each) for each in result.differences] == [
        f"{campaign.owner.name} [all] present: kept 2, counted 1",
        f"{campaign.owner.name} [all] not_reported: kept 1, counted 2",
    ]
    assert result.as_json()["agrees"] is False


def test_a_state_that_was_changed_by_hand_is_found() -> None:
    campaign = folded_scene()
    Attendance.objects.update(status=MarkStatus.ABSENT, conflict=True)
    (difference,) = recount(campaign).differences
    assert (difference.kept, difference.counted) == ("absent, in conflict", "present")


def test_missing_rows_are_found() -> None:
    campaign = folded_scene()
    Coverage.objects.all().delete()
    Attendance.objects.all().delete()
    result = recount(campaign)
    assert ("present", 0, 1) in {(each.figure, each.kept, each.counted) for each in result.differences}
    assert "none" in {each.kept for each in result.differences}


def test_somebody_summoned_outside_the_scope_is_found() -> None:
    campaign = folded_scene()
    outside = make_entry(make_summons(campaign, campaign.owner), make_person(), unit=make_unit())
    assert recount(campaign).differences[0].about == f"entry {outside.pk}"


@pytest.mark.django_db(transaction=True)
def test_the_recount_reads_one_picture_and_writes_nothing() -> None:
    campaign = folded_scene()
    assert recount(campaign).agrees


class World:
    """A district with two committees, three cells and a unit with people of its own, at sessions at two sites."""

    def __init__(self) -> None:
        district = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
        upland, lowland = (
            make_unit(f"Đảng bộ xã {name}", parent=district, kind=UnitKind.GRASSROOTS_COMMITTEE)
            for name in ("trên", "dưới")
        )
        self.units = [make_unit(parent=upland), make_unit(parent=upland), make_unit(parent=lowland), lowland]
        self.campaign = make_campaign(district)
        summons = make_summons(self.campaign, district)
        self.entries = [
            make_entry(summons, make_person(), unit=unit, standing=Standing.CADRE if number == 2 else Standing.FULL)
            for unit in self.units
            for number in range(3)
        ]
        mark_dirty(campaign_id=self.campaign.pk, entry_ids=[entry.pk for entry in self.entries])
        first = make_session(self.campaign)
        second = make_session(self.campaign, starts_at=first.starts_at - dt.timedelta(days=2))
        make_up = make_session(self.campaign, makes_up=first)
        self.sites = [make_site(session) for session in (first, second, make_up)]
        place(self.sites[0], *self.entries)
        place(self.sites[2], *self.entries[::2])
        self.recorders = [make_actor(Role.CLERK, district), make_actor(Role.SECRETARY, district)]

    def act(self, step: dict[str, Any]) -> None:
        """Do one step; unknown combinations are harmless."""
        getattr(self, str(step["do"]))(self.entries[int(step["entry"])], self.sites[int(step["site"])], step)

    def mark(self, entry: SummonsEntry, site: Site, step: dict[str, Any]) -> None:
        """Record a mark, in time or late."""
        late = LateDecision(step["late"]) if step["late"] else None
        recorder: Actor = self.recorders[int(step["recorder"])]
        make_event(
            site, entry, MarkStatus(step["status"]), recorder=recorder, method=MarkMethod(step["method"]), late=late
        )
        mark_dirty(campaign_id=self.campaign.pk, entry_ids=[entry.pk])

    def decide(self, entry: SummonsEntry, site: Site, step: dict[str, Any]) -> None:
        """Accept or reject what waits."""
        waiting = LateChange.objects.filter(event__entry=entry, decision=LateDecision.PENDING)
        waiting.update(decision=LateDecision.ACCEPTED if step["recorder"] else LateDecision.REJECTED)
        mark_dirty(campaign_id=self.campaign.pk, entry_ids=[entry.pk])

    def close(self, entry: SummonsEntry, site: Site, step: dict[str, Any]) -> None:
        """Mark whoever has no mark as absent, as closing a roll does."""
        unmarked = Placement.objects.filter(site=site).exclude(entry__events__site=site)
        for placement in unmarked.select_related("entry"):
            make_event(site, placement.entry, MarkStatus.ABSENT, recorder=self.recorders[0])
            mark_dirty(campaign_id=self.campaign.pk, entry_ids=[placement.entry_id])

    def exempt(self, entry: SummonsEntry, site: Site, step: dict[str, Any]) -> None:
        """Exempt the person around today, or end the exemption."""
        day = timezone.localdate(site.session.starts_at)
        if not ActivityExemption.objects.filter(person=entry.person).delete()[0]:
            ActivityExemption.objects.create(
                person=entry.person, reason_class="health", decision_number="1-QĐ/ĐU", decision_date=day,
                period=DateRange(day, day + dt.timedelta(days=1 + int(step["recorder"]))),
            )  # fmt: skip
        standing_changed.send(sender=ActivityExemption, person_ids=[entry.person_id])

    def remove(self, entry: SummonsEntry, site: Site, step: dict[str, Any]) -> None:
        """Take the person off the list, before or after the session."""
        entry.removed_on = timezone.localdate(site.session.starts_at) + dt.timedelta(days=int(step["recorder"]) * 2 - 1)
        entry.removal_decision = "2-QĐ/ĐU"
        entry.save(update_fields=["removed_on", "removal_decision"])
        entries_changed.send(sender=SummonsEntry, campaign_id=self.campaign.pk, entry_ids=[entry.pk])

    def add(self, entry: SummonsEntry, site: Site, step: dict[str, Any]) -> None:
        """Say that the person was added to the list, before or after the session."""
        entry.added_on = timezone.localdate(site.session.starts_at) + dt.timedelta(days=int(step["recorder"]) * 2 - 1)
        entry.addition_decision, entry.addition_reason = "5-QĐ/ĐU", "joined"
        entry.save(update_fields=["added_on", "addition_decision", "addition_reason"])
        entries_changed.send(sender=SummonsEntry, campaign_id=self.campaign.pk, entry_ids=[entry.pk])

    def seat(self, entry: SummonsEntry, site: Site, step: dict[str, Any]) -> None:
        """Put the person on the site's list."""
        Placement.objects.get_or_create(entry=entry, session=site.session, defaults={"site": site})
        tell_placements_changed(site.session, [entry.pk])

    def cancel(self, entry: SummonsEntry, site: Site, step: dict[str, Any]) -> None:
        """Cancel the session, or hold it after all."""
        session = site.session
        session.cancelled_at = None if session.cancelled_at else session.ends_at
        session.save(update_fields=["cancelled_at"])
        tell_placements_changed(session, [each.pk for each in self.entries])

    def fold(self, entry: SummonsEntry, site: Site, step: dict[str, Any]) -> None:
        """Let the folder run."""
        fold_waiting()

    def check(self) -> None:
        """Kept and counted are the same, and every row is the sum of those below plus its own people."""
        fold_waiting()
        result: RecountResult = recount(self.campaign)
        assert result.agrees, [str(each) for each in result.differences]
        peopled = [unit.pk for unit in self.units]
        for row in Coverage.objects.filter(campaign=self.campaign).exclude(unit__in=peopled):
            below = list(Coverage.objects.filter(campaign=self.campaign, parent=row.unit_id, group=row.group))
            if below:
                assert row.summoned == sum(each.summoned for each in below)
                assert row.present == sum(each.present for each in below)
                assert row.cells_reported == sum(each.cells_reported for each in below)


STEPS = st.fixed_dictionaries(
    {
        "do": st.sampled_from(
            ["mark"] * 6 + ["fold"] * 2 + ["decide", "close", "exempt", "remove", "add", "seat", "cancel"]
        ),
        "entry": st.integers(0, 11),
        "site": st.sampled_from([0, 0, 1, 2]),
        "status": st.sampled_from([status.value for status in MarkStatus]),
        "method": st.sampled_from([method.value for method in MarkMethod]),
        "recorder": st.integers(0, 1),
        "late": st.sampled_from(["", "", "", "pending", "accepted", "rejected"]),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, min_size=1, max_size=25))
def test_whatever_happens_the_recount_agrees(steps: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        world = World()
        for step in steps:
            world.act(step)
        world.check()
        transaction.set_rollback(True)
