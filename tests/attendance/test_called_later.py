"""Whoever is put on a list after it was frozen, in the rate: by the fold, by the recount and by SQL of its own."""

import datetime as dt
import importlib
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from lantoa.attendance.coverage_states import first_state
from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.errors import NobodyMissed
from lantoa.attendance.folding import fold_waiting, mark_dirty
from lantoa.attendance.models import Coverage, DirtyMark
from lantoa.attendance.rates import Counts
from lantoa.attendance.recounting import recount
from lantoa.attendance.selectors.coverage import people
from lantoa.attendance.selectors.missed import missed_of
from lantoa.attendance.selectors.rolls import roll_of
from lantoa.attendance.services.make_ups import set_up_make_up
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.plans.enums import AdditionReason
from lantoa.plans.models import CampaignUnit, SummonsEntry
from lantoa.plans.services.additions import add_to_summons
from lantoa.study_sessions.enums import SessionMode
from lantoa.study_sessions.errors import AddedLater
from lantoa.study_sessions.models import Placement, StudySession
from lantoa.study_sessions.selectors import cells_of_session
from lantoa.study_sessions.services import cancel_session, place_entries, place_summoned, set_up_session
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import make_actor, make_person
from tests.plans.factories import make_entry, make_summons
from tests.study_sessions.factories import make_session, make_site, place

pytestmark = pytest.mark.django_db

DENOMINATOR = """
SELECT count(*) FROM plans_summonsentry e JOIN plans_summons s ON s.id = e.summons_id
WHERE e.campaign_id = %s
  AND (EXISTS (
        SELECT FROM study_sessions_placement p JOIN study_sessions_studysession h ON h.id = p.session_id
        WHERE p.entry_id = e.id AND h.kind = 'first' AND h.cancelled_at IS NULL
          AND (h.starts_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date >= coalesce(e.added_on, '-infinity'::date))
    OR NOT EXISTS (
        SELECT FROM plans_summonsentry o, study_sessions_placement p, study_sessions_studysession h
        WHERE o.unit_id = e.unit_id AND o.campaign_id = e.campaign_id AND p.entry_id = o.id AND h.id = p.session_id
          AND h.kind = 'first' AND h.cancelled_at IS NULL
          AND (h.starts_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date < coalesce(e.added_on, s.issued_on)))
"""
"""Who is in the denominator of a campaign where nobody is exempt or removed."""


def ago(days: int) -> dt.datetime:
    return clock.now() - dt.timedelta(days=days)


def held(scene: Scene, days_ago: int) -> None:
    """The scene's session was held so many days ago, and everybody of its list came."""
    scene.session.starts_at, scene.session.ends_at = ago(days_ago), ago(days_ago) + dt.timedelta(hours=2)
    scene.session.save(update_fields=["starts_at", "ends_at"])
    scene.summons.issued_on = timezone.localdate(ago(days_ago + 5))
    scene.summons.save(update_fields=["issued_on"])
    for entry in scene.entries:
        make_event(scene.site, entry, MarkStatus.PRESENT, recorder=scene.clerk)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[entry.pk for entry in scene.entries])


def add(scene: Scene, days_ago: int) -> SummonsEntry:
    """Somebody joins the cell and is added by a decision of so many days ago."""
    person = make_person("Lý Thị Mới", unit=scene.cell)
    added = add_to_summons(
        actor=scene.secretary,
        summons=scene.summons,
        decision="14-QĐ/ĐU",
        added_on=timezone.localdate(ago(days_ago)),
        reason=AdditionReason.JOINED,
    )
    assert added == 1
    return SummonsEntry.objects.get(person=person)


def counts(scene: Scene) -> Counts:
    """The cell's kept counts, after the fold, the recount and the count by SQL agree."""
    fold_waiting()
    result = recount(scene.campaign)
    assert result.agrees, [str(each) for each in result.differences]
    found = Counts.of(Coverage.objects.get(campaign=scene.campaign, unit=scene.cell, group="all"))
    with connection.cursor() as cursor:
        cursor.execute(DENOMINATOR, [scene.campaign.pk])
        assert found.summoned - found.excluded == cursor.fetchone()[0]
    return found


@pytest.mark.parametrize("days_ago", [5, 4])
def test_an_addition_before_the_session_or_on_its_day_is_in_the_denominator(days_ago: int) -> None:
    scene = make_scene(3)
    held(scene, 4)
    add(scene, days_ago)
    assert counts(scene) == Counts(summoned=4, present=3, not_reported=1, cells_total=1)


def test_an_addition_after_the_session_moves_no_rate() -> None:
    scene = make_scene(3)
    held(scene, 4)
    before = counts(scene)
    late = add(scene, 3)
    after = counts(scene)
    assert after == Counts(
        summoned=4, excluded=1, present=3, cells_total=1, cells_reported=1, reported_denominator=3, reported_attended=3
    )
    assert (after.attended, after.summoned - after.excluded) == (before.attended, before.summoned - before.excluded)
    lines = people(CampaignUnit.objects.get(unit=scene.cell, campaign=scene.campaign), names=True, reasons=False)
    (line,) = (one for one in lines if one.entry_id == late.pk)
    assert (line.excluded, line.reached, first_state(line).symbol) == (True, False, "plus-lg")


def test_a_make_up_of_who_was_called_later_moves_no_rate_either() -> None:
    scene = make_scene(3)
    held(scene, 4)
    late = add(scene, 3)
    again = make_site(make_session(scene.campaign, makes_up=scene.session), cells=[scene.cell])
    place(again, late)
    make_event(again, late, MarkStatus.PRESENT, recorder=scene.clerk)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[late.pk])
    found = counts(scene)
    assert (found.made_up, found.excluded, found.reached) == (0, 1, 3)


def test_who_was_called_later_is_on_the_list_for_the_make_up() -> None:
    scene = make_scene(3)
    held(scene, 4)
    late = add(scene, 3)
    (cell,) = missed_of(scene.session)
    assert [(one.entry, one.called_later, bool(one.label)) for one in cell.waiting] == [(late, True, True)]
    made = set_up_make_up(
        actor=scene.secretary,
        client_id=uuid.uuid4(),
        session=scene.session,
        host=scene.committee,
        title="Học bù",
        mode=SessionMode.IN_PERSON,
        starts_at=clock.now() + dt.timedelta(days=2),
        ends_at=clock.now() + dt.timedelta(days=2, hours=2),
    )
    assert Placement.objects.get(session=made).entry == late
    (cell,) = missed_of(scene.session, path=scene.committee.path)
    assert cell.waiting == ()


def test_a_place_at_a_later_first_session_brings_them_in() -> None:
    scene = make_scene(3)
    held(scene, 4)
    late = add(scene, 3)
    later = make_site(make_session(scene.campaign, scene.committee, starts_at=ago(1)), cells=[scene.cell])
    place_entries(actor=scene.secretary, site=later, entries=[late])
    make_event(later, late, MarkStatus.LATE, recorder=scene.clerk)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[late.pk])
    found = counts(scene)
    assert (found.excluded, found.present, found.late) == (0, 3, 1)


def test_a_cancelled_session_was_none() -> None:
    scene = make_scene(3)
    scene.session.starts_at = ago(4)
    scene.session.save(update_fields=["starts_at"])
    scene.summons.issued_on = timezone.localdate(ago(9))
    scene.summons.save(update_fields=["issued_on"])
    add(scene, 3)
    assert counts(scene).excluded == 1
    cancel_session(actor=scene.secretary, session=scene.session)
    assert counts(scene).excluded == 0


def test_a_second_letter_after_the_session_calls_later_too() -> None:
    scene = make_scene(3)
    held(scene, 4)
    second = make_summons(scene.campaign, scene.committee, issued_on=timezone.localdate(ago(2)))
    late = make_entry(second, make_person(unit=scene.cell), unit=scene.cell)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[late.pk])
    assert counts(scene).excluded == 1
    place(scene.site, late)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[late.pk])
    found = counts(scene)
    assert (found.excluded, found.not_reported) == (0, 1)


def test_nobody_gets_a_place_at_a_session_before_their_addition() -> None:
    scene = make_scene(3)
    held(scene, 4)
    late = add(scene, 3)
    with pytest.raises(AddedLater):
        place_entries(actor=scene.secretary, site=scene.site, entries=[late])
    assert place_summoned(actor=scene.secretary, session=scene.session) == 0
    assert sum(cell.summoned for cell in cells_of_session(scene.session)) == 3
    place(scene.site, late)
    assert [line.excluded for line in roll_of(scene.site).lines if line.entry_id == late.pk] == [True]


def test_an_addition_stands_at_once_on_the_lists_of_the_sessions_to_come() -> None:
    scene = make_scene(2)
    coming = set_up_session(
        actor=scene.secretary,
        client_id=uuid.uuid4(),
        campaign=scene.campaign,
        host=scene.committee,
        title="Hội nghị tuần tới",
        mode=SessionMode.IN_PERSON,
        starts_at=clock.now() + dt.timedelta(days=6),
        ends_at=clock.now() + dt.timedelta(days=6, hours=2),
    )
    site = make_site(coming, cells=[scene.cell])
    unplaced = add(scene, 0)
    assert not Placement.objects.filter(entry=unplaced).exists(), "nobody is placed there yet"
    place_summoned(actor=scene.secretary, session=coming)
    person = make_person("Vàng Thị Sua", unit=scene.cell)
    add_to_summons(
        actor=make_actor(Role.OFFICER, scene.committee),
        summons=scene.summons,
        decision="15-QĐ/ĐU",
        added_on=clock.today(),
        reason=AdditionReason.RETURNED,
    )
    assert Placement.objects.filter(entry__person=person).values_list("site", flat=True).get() == site.pk
    assert counts(scene).not_reported == 4


def test_figures_kept_by_the_rule_of_before_are_counted_anew() -> None:
    scene = make_scene(3)
    held(scene, 4)
    second = make_summons(scene.campaign, scene.committee, issued_on=timezone.localdate(ago(2)))
    late = make_entry(second, make_person(unit=scene.cell), unit=scene.cell)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[late.pk])
    now = counts(scene)
    before = {"excluded": 0, "not_reported": 1, "cells_reported": 0, "reported_denominator": 0, "reported_attended": 0}
    Coverage.objects.filter(campaign=scene.campaign).exclude(group="cadre").update(**before)
    assert not recount(scene.campaign).agrees
    migration = importlib.import_module("lantoa.attendance.migrations.0005_count_anew")
    with connection.cursor() as cursor:
        cursor.execute(migration.COUNT_ANEW)
    assert DirtyMark.objects.count() == 1, "one mark counts a whole cell"
    assert counts(scene) == now


def make_up_of(scene: Scene, starts_at: dt.datetime) -> StudySession:
    """A make-up of the scene's session, set up by its secretary for everybody who waits for one."""
    return set_up_make_up(
        actor=scene.secretary,
        client_id=uuid.uuid4(),
        session=scene.session,
        host=scene.committee,
        title="Học bù",
        mode=SessionMode.IN_PERSON,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
    )


def test_a_make_up_recorded_afterwards_leaves_out_who_was_added_after_it() -> None:
    scene = make_scene(3)
    held(scene, 4)
    with pytest.raises(NobodyMissed):
        make_up_of(scene, ago(2))
    add(scene, 1)
    with pytest.raises(NobodyMissed):
        make_up_of(scene, ago(2))
    absent = make_entry(scene.summons, make_person(unit=scene.cell), unit=scene.cell)
    place(scene.site, absent)
    made = make_up_of(scene, ago(2))
    assert Placement.objects.get(session=made).entry == absent


def test_who_was_called_by_a_second_letter_is_on_the_list_for_the_make_up() -> None:
    scene = make_scene(3)
    held(scene, 4)
    second = make_summons(scene.campaign, scene.committee, issued_on=timezone.localdate(ago(2)))
    late = make_entry(second, make_person(unit=scene.cell), unit=scene.cell)
    make_entry(second, make_person(unit=scene.cell), unit=scene.cell, removed_on=clock.today())
    (cell,) = missed_of(scene.session)
    assert [(one.entry, one.called_later) for one in cell.waiting] == [(late, True)]
    with pytest.raises(NobodyMissed):
        make_up_of(scene, ago(3))
    made = make_up_of(scene, ago(1))
    assert Placement.objects.get(session=made).entry == late


def test_who_was_added_later_and_taken_off_again_makes_nothing_up() -> None:
    scene = make_scene(3)
    held(scene, 4)
    late = add(scene, 3)
    late.removed_on, late.removal_decision = clock.today(), "15-QĐ/ĐU"
    late.save(update_fields=["removed_on", "removal_decision"])
    assert missed_of(scene.session) == []
