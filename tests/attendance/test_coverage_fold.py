"""The folder: marks become states, states become coverage, and nothing is lost on the way."""

import datetime as dt

import psycopg
import pytest
from django.db import InternalError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from lantoa.attendance import tasks
from lantoa.attendance.enums import Group, MarkMethod, MarkStatus
from lantoa.attendance.folding import fold_campaign, fold_waiting, mark_dirty
from lantoa.attendance.models import Attendance, Coverage, DirtyMark
from lantoa.attendance.rates import Counts
from lantoa.attendance.tasks import fold_coverage
from lantoa.organizations.enums import Role, Standing, UnitKind
from lantoa.organizations.models import ActivityExemption, Unit
from lantoa.organizations.signals import standing_changed
from lantoa.plans.models import Campaign
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.factories import make_campaign, make_entry, make_summons
from tests.study_sessions.factories import make_session, make_site, place

pytestmark = pytest.mark.django_db


def counts(campaign: Campaign, unit: Unit, group: Group = Group.ALL) -> Counts:
    return Counts.of(Coverage.objects.get(campaign=campaign, unit=unit, group=group))


def fold(scene: Scene) -> None:
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[entry.pk for entry in scene.entries])
    fold_campaign(scene.campaign.pk)


def test_folding_gives_every_unit_its_three_rows() -> None:
    scene = make_scene()
    beside = make_unit(parent=scene.committee)
    campaign = make_campaign(scene.committee)
    entry = make_entry(make_summons(campaign, scene.committee), make_person(unit=scene.cell), unit=scene.cell)
    mark_dirty(campaign_id=campaign.pk, entry_ids=[entry.pk])
    fold_campaign(campaign.pk)
    assert Coverage.objects.filter(campaign=campaign).count() == 9
    assert counts(campaign, beside) == Counts()


def test_a_mark_reaches_the_cell_and_every_unit_above() -> None:
    scene = make_scene(3)
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    fold(scene)
    expected = Counts(summoned=3, present=1, not_reported=2, cells_total=1)
    assert counts(scene.campaign, scene.cell) == expected
    assert counts(scene.campaign, scene.committee) == expected


def test_folding_twice_changes_nothing() -> None:
    scene = make_scene(3)
    make_event(scene.site, scene.first, MarkStatus.LATE, recorder=scene.clerk)
    fold(scene)
    before = list(Coverage.objects.order_by("pk").values())
    fold(scene)
    assert list(Coverage.objects.order_by("pk").values()) == before


def test_a_retraction_takes_the_state_away() -> None:
    scene = make_scene(1)
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    fold(scene)
    make_event(scene.site, scene.first, MarkStatus.RETRACTED, recorder=scene.clerk)
    fold(scene)
    assert not Attendance.objects.exists()
    assert counts(scene.campaign, scene.committee) == Counts(summoned=1, not_reported=1, cells_total=1)


def test_members_and_cadres_stand_apart_and_together() -> None:
    scene = make_scene(2)
    cadre = make_entry(scene.summons, make_person(), unit=scene.cell, standing=Standing.CADRE)
    place(scene.site, cadre)
    make_event(scene.site, cadre, MarkStatus.PRESENT, recorder=scene.clerk)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[cadre.pk])
    fold(scene)
    assert counts(scene.campaign, scene.cell, Group.CADRE) == Counts(
        summoned=1, present=1, cells_total=1, cells_reported=1, reported_denominator=1, reported_attended=1
    )
    assert counts(scene.campaign, scene.cell, Group.MEMBER) == Counts(summoned=2, not_reported=2, cells_total=1)
    assert counts(scene.campaign, scene.cell).summoned == 3


def test_somebody_exempt_on_the_day_is_in_no_other_count() -> None:
    scene = make_scene(2)
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    fold(scene)
    day = timezone.localdate(scene.session.starts_at)
    ActivityExemption.objects.create(
        person=scene.first.person, reason_class="health", decision_number="3-QĐ/ĐU", decision_date=day,
        period=DateRange(day - dt.timedelta(days=9), None),
    )  # fmt: skip
    standing_changed.send(sender=ActivityExemption, person_ids=[scene.first.person_id])
    fold_waiting()
    assert counts(scene.campaign, scene.cell) == Counts(summoned=2, excluded=1, not_reported=1, cells_total=1)


def test_a_removal_decided_after_the_session_does_not_exclude() -> None:
    scene = make_scene(1)
    scene.first.removal_decision = "4-QĐ/ĐU"
    scene.first.removed_on = timezone.localdate(scene.session.starts_at) + dt.timedelta(days=2)
    scene.first.save()
    fold(scene)
    assert counts(scene.campaign, scene.cell).excluded == 0
    scene.first.removed_on = timezone.localdate(scene.session.starts_at) - dt.timedelta(days=2)
    scene.first.save()
    fold(scene)
    assert counts(scene.campaign, scene.cell) == Counts(summoned=1, excluded=1)


def test_a_make_up_reaches_who_missed_the_first_session() -> None:
    scene = make_scene(2)
    make_event(scene.site, scene.first, MarkStatus.EXCUSED, recorder=scene.clerk)
    make_event(scene.site, scene.entries[1], MarkStatus.PRESENT, recorder=scene.clerk)
    again = make_site(make_session(scene.campaign, scene.committee, makes_up=scene.session), cells=[scene.cell])
    for entry in scene.entries:
        make_event(again, entry, MarkStatus.PRESENT, recorder=scene.clerk)
    fold(scene)
    found = counts(scene.campaign, scene.committee)
    assert (found.made_up, found.reached, found.attended) == (1, 2, 1)


def test_a_cancelled_session_counts_for_nothing() -> None:
    scene = make_scene(1)
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    scene.session.cancelled_at = scene.session.ends_at
    scene.session.save()
    fold(scene)
    assert counts(scene.campaign, scene.cell) == Counts(summoned=1, not_reported=1, cells_total=1)


def test_the_best_of_several_first_sessions_counts() -> None:
    scene = make_scene(1)
    make_event(scene.site, scene.first, MarkStatus.ABSENT, recorder=scene.clerk)
    second = make_site(make_session(scene.campaign, scene.committee), cells=[scene.cell])
    place(second, scene.first)
    make_event(second, scene.first, MarkStatus.LATE, recorder=scene.clerk)
    fold(scene)
    assert counts(scene.campaign, scene.cell).late == 1


def test_people_of_a_unit_that_has_cells_below_are_counted_once() -> None:
    scene = make_scene(1)
    own = make_entry(scene.summons, make_person(), unit=scene.committee)
    place(scene.site, own)
    for entry in (own, scene.first):
        make_event(scene.site, entry, MarkStatus.PRESENT, recorder=scene.clerk)
        mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[entry.pk])
        fold_campaign(scene.campaign.pk)
    fold(scene)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[own.pk])
    fold_campaign(scene.campaign.pk)
    assert counts(scene.campaign, scene.committee) == Counts(
        summoned=2, present=2, cells_total=2, cells_reported=2, reported_denominator=2, reported_attended=2
    )


def test_folding_takes_only_the_marks_of_its_campaign() -> None:
    scene, other = make_scene(1), make_scene(1)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[scene.first.pk])
    mark_dirty(campaign_id=other.campaign.pk, entry_ids=[other.first.pk])
    assert fold_campaign(scene.campaign.pk) == 1
    assert list(DirtyMark.objects.values_list("campaign_id", flat=True)) == [other.campaign.pk]
    assert fold_coverage(timestamp=0) == 1


def test_after_a_long_fold_the_folder_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three times as long as it was at work, but two seconds at the most."""
    scene = make_scene(1)
    moments = iter([0.0, 1.5, 3.4, 3.5, 3.6, 3.8, 4.0, 4.1])
    monkeypatch.setattr(tasks, "monotonic", lambda: next(moments))
    folder = tasks.Folder()

    def folded() -> int:
        mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[scene.first.pk])
        return folder.fold()

    assert [folded(), folded(), folded(), folded(), folded()] == [1, 0, 2, 0, 2]


def test_a_folder_that_fails_in_the_middle_loses_nothing() -> None:
    scene = make_scene(1)
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[scene.first.pk])
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION break_down() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RAISE EXCEPTION USING ERRCODE = ''XX000'', MESSAGE = ''the power is gone''; END'"
        )
        cursor.execute("CREATE TRIGGER break_down BEFORE UPDATE ON attendance_coverage EXECUTE FUNCTION break_down()")
    with pytest.raises(InternalError, match="the power is gone"), transaction.atomic():
        fold_campaign(scene.campaign.pk)
    assert DirtyMark.objects.count() == 1
    assert not Attendance.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER break_down ON attendance_coverage")
    assert fold_campaign(scene.campaign.pk) == 1
    assert counts(scene.campaign, scene.committee).present == 1


def test_a_second_folder_leaves_the_campaign_to_the_first() -> None:
    scene = make_scene(1)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[scene.first.pk])
    settings = connection.get_connection_params()
    wanted = {key: settings[key] for key in ("host", "port", "user", "password", "dbname") if settings.get(key)}
    with psycopg.connect(**wanted) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('lantoa.fold', %s))", [scene.campaign.pk])
        assert fold_campaign(scene.campaign.pk) == 0
    assert fold_campaign(scene.campaign.pk) == 1


def test_a_settled_conflict_is_what_counts() -> None:
    scene = make_scene(1)
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk, method=MarkMethod.SHEET)
    make_event(scene.site, scene.first, MarkStatus.ABSENT, recorder=make_actor(Role.CLERK, scene.committee))
    fold(scene)
    assert Attendance.objects.get().conflict
    make_event(scene.site, scene.first, MarkStatus.ABSENT, recorder=scene.secretary, method=MarkMethod.SETTLED)
    fold(scene)
    assert not Attendance.objects.get().conflict
    assert counts(scene.campaign, scene.committee).absent == 1


def test_rows_carry_the_tree_of_the_campaigns_day() -> None:
    scene = make_scene(1)
    fold(scene)
    other = make_unit(kind=UnitKind.GRASSROOTS_COMMITTEE)
    Unit.objects.filter(pk=scene.cell.pk).update(parent=other, path=f"{other.path}{scene.cell.pk}.")
    fold(scene)
    row = Coverage.objects.get(unit=scene.cell, group=Group.ALL)
    assert (row.parent_id, row.path) == (scene.committee.pk, scene.cell.path)
