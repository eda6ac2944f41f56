"""Sessions, their sites and places through the use cases."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from lantoa.attendance.enums import MarkStatus
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.errors import FormSentBefore
from lantoa.study_sessions import errors, services
from lantoa.study_sessions.enums import SessionKind, SessionMode
from lantoa.study_sessions.models import Placement, StudySession
from lantoa.study_sessions.selectors import (
    LINE,
    cells_of_session,
    hosts_for,
    plan_in_force,
    readiness_of,
    sessions_of,
    visible_site_ids,
    with_lines,
)
from tests.attendance.factories import make_event
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign, make_entry, make_plan, make_summons
from tests.study_sessions.factories import make_session, make_site, place
from tests.study_sessions.world import Heard, World, listening, make_world

pytestmark = pytest.mark.django_db

TOMORROW = clock.now() + dt.timedelta(days=1)


@pytest.fixture
def world() -> World:
    return make_world()


def set_up(world: World, **changes: Any) -> StudySession:
    values: dict[str, Any] = {
        "actor": world.officer,
        "client_id": uuid.uuid4(),
        "campaign": world.campaign,
        "host": world.district,
        "title": " Hội nghị ",
        "mode": SessionMode.HYBRID,
        "starts_at": TOMORROW,
        "ends_at": TOMORROW + dt.timedelta(hours=3),
        **changes,
    }
    return services.set_up_session(**values)


def test_the_second_submit_of_a_form_gives_the_first_session_back(world: World) -> None:
    client_id = uuid.uuid4()
    first = set_up(world, client_id=client_id)
    assert set_up(world, client_id=client_id) == first
    assert first.title == "Hội nghị"


def test_a_form_that_comes_back_for_another_host_is_told_so(world: World) -> None:
    client_id = uuid.uuid4()
    first = set_up(world, client_id=client_id)
    with pytest.raises(FormSentBefore):
        set_up(world, client_id=client_id, actor=make_actor(Role.OFFICER, world.commune), host=world.commune)
    with pytest.raises(FormSentBefore):
        set_up(world, client_id=client_id, kind=SessionKind.MAKE_UP, makes_up=first)


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.VIEWER, Role.ADMINISTRATOR])
def test_only_officer_and_secretary_set_up_sessions(world: World, role: Role) -> None:
    with pytest.raises(NotPermitted):
        set_up(world, actor=make_actor(role, world.district))


def test_the_officer_above_sets_up_no_session_of_a_unit_below(world: World) -> None:
    with pytest.raises(NotPermitted):
        set_up(world, host=world.commune)


def test_a_campaign_that_does_not_run_takes_no_session(world: World) -> None:
    with pytest.raises(errors.CampaignNotRunning):
        set_up(world, campaign=make_campaign(world.district, state=CampaignState.DRAFT))


def test_a_unit_outside_the_campaign_hosts_none(world: World) -> None:
    beside = make_unit()
    with pytest.raises(errors.HostOutsideCampaign):
        set_up(world, host=beside, actor=make_actor(Role.SECRETARY, beside))


def test_a_session_ends_after_it_begins(world: World) -> None:
    with pytest.raises(errors.TimesOutOfOrder):
        set_up(world, ends_at=TOMORROW)


def test_a_make_up_names_a_held_first_session_of_its_campaign(world: World) -> None:
    first = make_session(world.campaign)
    assert set_up(world, kind=SessionKind.MAKE_UP, makes_up=first).makes_up == first
    for wrong in (
        {"kind": SessionKind.MAKE_UP},
        {"makes_up": first},
        {"kind": SessionKind.MAKE_UP, "makes_up": make_session(make_campaign(world.district))},
        {"kind": SessionKind.MAKE_UP, "makes_up": make_session(world.campaign, cancelled=True)},
        {"kind": SessionKind.MAKE_UP, "makes_up": make_session(world.campaign, makes_up=first)},
    ):
        with pytest.raises(errors.MakeUpWithoutFirst):
            set_up(world, **wrong)


def test_the_plan_is_the_hosts_own(world: World) -> None:
    plan = make_plan(world.campaign, world.district, state=PlanState.RUNNING)
    assert set_up(world, plan=plan).plan == plan
    assert plan_in_force(world.campaign, world.district) == plan
    assert plan_in_force(world.campaign, world.commune) is None
    for other in (
        make_plan(world.campaign, world.commune),
        make_plan(make_campaign(world.district), world.district),
    ):
        with pytest.raises(errors.PlanOfAnother):
            set_up(world, plan=other)


def change(world: World, session: StudySession, **changes: Any) -> StudySession:
    values: dict[str, Any] = {
        "actor": world.officer,
        "session": session,
        "version": session.version,
        "title": session.title,
        "mode": session.mode,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        **changes,
    }
    return services.change_session(**values)


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening() as receiver:
        yield receiver


def test_moving_a_session_tells_everybody_placed(world: World, heard: Heard) -> None:
    session = make_session(world.campaign)
    entry = world.entry(world.cells[0])
    place(make_site(session), entry)
    changed = change(world, session, title="Mới")
    assert (changed.title, changed.version, heard.entry_ids) == ("Mới", 2, [])
    change(world, changed, starts_at=session.starts_at - dt.timedelta(days=1))
    assert heard.entry_ids == [entry.pk]


def test_a_session_with_marks_stays_on_its_day(world: World) -> None:
    session = make_session(world.campaign)
    site, entry = make_site(session), world.entry(world.alone)
    place(site, entry)
    make_event(site, entry, MarkStatus.PRESENT, recorder=make_actor(Role.CLERK, world.district))
    changed = change(world, session, ends_at=session.ends_at + dt.timedelta(hours=1))
    with pytest.raises(errors.PlacesMarked):
        change(world, changed, starts_at=session.starts_at - dt.timedelta(days=1))


def test_the_second_editor_is_told(world: World) -> None:
    session = make_session(world.campaign)
    change(world, session, title="Mới")
    with pytest.raises(Stale):
        change(world, session, version=1, title="Lại khác")


def test_the_same_change_sent_twice_changes_the_session_once(world: World) -> None:
    session = make_session(world.campaign)
    changed = change(world, session, title="Mới")
    assert change(world, session, version=1, title="Mới").version == changed.version


def test_nothing_changes_without_the_right_or_after_the_end(world: World) -> None:
    session = make_session(world.campaign)
    with pytest.raises(NotPermitted):
        change(world, session, actor=make_actor(Role.CLERK, world.district))
    with pytest.raises(errors.SessionIsCancelled):
        change(world, make_session(world.campaign, cancelled=True))
    finished = make_campaign(world.district, state=CampaignState.FINISHED)
    with pytest.raises(errors.CampaignNotRunning):
        change(world, make_session(finished))


def test_a_cancelled_session_frees_its_people_and_stays_cancelled(world: World, heard: Heard) -> None:
    session = make_session(world.campaign)
    entry = world.entry(world.cells[0])
    place(make_site(session), entry)
    cancelled = services.cancel_session(actor=world.officer, session=session)
    assert cancelled.cancelled_at is not None
    assert heard.entry_ids == [entry.pk]
    assert services.cancel_session(actor=world.officer, session=cancelled) == cancelled
    with pytest.raises(NotPermitted):
        services.cancel_session(actor=make_actor(Role.CLERK, world.district), session=cancelled)


def test_a_session_with_marks_or_a_make_up_cannot_be_cancelled(world: World) -> None:
    session = make_session(world.campaign)
    make_up = make_session(world.campaign, makes_up=session)
    with pytest.raises(errors.SessionHasMakeUps):
        services.cancel_session(actor=world.officer, session=session)
    services.cancel_session(actor=world.officer, session=make_up)
    site = make_site(session)
    entry = world.entry(world.cells[0])
    place(site, entry)
    clerk = make_actor(Role.CLERK, world.district)
    make_event(site, entry, MarkStatus.PRESENT, recorder=clerk)
    with pytest.raises(errors.PlacesMarked):
        services.cancel_session(actor=world.officer, session=session)
    make_event(site, entry, MarkStatus.RETRACTED, recorder=clerk)
    assert services.cancel_session(actor=world.officer, session=session).cancelled_at


def test_a_site_takes_free_cells_of_the_host(world: World) -> None:
    session = make_session(world.campaign)
    values: dict[str, Any] = {
        "actor": world.officer,
        "session": session,
        "unit": world.commune,
        "name": "Hội trường",
        "cells": [world.cells[0]],
    }
    site = services.add_site(**values)
    assert services.add_site(**values) == site
    with pytest.raises(errors.SiteNameTaken):
        services.add_site(**{**values, "cells": [world.cells[1]]})
    with pytest.raises(errors.CellElsewhere, match="Chi bộ 1"):
        services.add_site(**{**values, "name": "Khác"})
    with pytest.raises(errors.CellOutsideHost):
        services.add_site(**{**values, "name": "Khác", "cells": [make_unit()]})
    with pytest.raises(errors.SiteOutsideHost):
        services.add_site(**{**values, "name": "Khác", "unit": make_unit(), "cells": []})


def test_a_site_for_each_child_takes_all_free_cells_once(world: World) -> None:
    session = make_session(world.campaign)
    make_site(session, world.district, name="Xã A")
    kept = make_site(session, world.alone, name="Nhà văn hoá")
    made = services.add_sites_for_children(actor=world.officer, session=session)
    assert [(site.name, site.unit) for site in made] == [("Xã A (2)", world.commune)]
    assert [cell.unit for cell in kept.site_units.all()] == [world.alone]
    assert all(cell.site_id for cell in cells_of_session(session))
    assert services.add_sites_for_children(actor=world.officer, session=session) == []


def test_a_cell_that_hosts_has_a_site_for_itself(world: World) -> None:
    session = make_session(world.campaign, world.alone)
    actor = make_actor(Role.SECRETARY, world.alone)
    assert [site.unit for site in services.add_sites_for_children(actor=actor, session=session)] == [world.alone]


def test_everybody_summoned_is_placed_once(world: World, heard: Heard) -> None:
    session = make_session(world.campaign)
    make_site(session, world.commune, cells=world.cells)
    today = clock.today()
    kept = [world.entry(world.cells[0]), world.entry(world.cells[1])]
    world.entry(world.cells[0], removed_on=today - dt.timedelta(days=1))
    later = world.entry(world.cells[0], removed_on=today + dt.timedelta(days=1))
    world.entry(world.alone)
    assert services.place_summoned(actor=world.officer, session=session) == 3
    assert {placement.entry for placement in Placement.objects.all()} == {*kept, later}
    assert services.place_summoned(actor=world.officer, session=session) == 0
    assert len(heard.entry_ids) == 3


def test_the_whole_list_is_never_placed_at_a_make_up(world: World) -> None:
    make_up = make_session(world.campaign, makes_up=make_session(world.campaign))
    with pytest.raises(errors.NotAFirstSession):
        services.place_summoned(actor=world.officer, session=make_up)


def test_people_are_moved_between_the_sites_of_a_session(world: World) -> None:
    session = make_session(world.campaign)
    here, there = make_site(session), make_site(session)
    one, two = world.entry(world.cells[0]), world.entry(world.cells[0])
    place(here, one)
    assert services.place_entries(actor=world.officer, site=there, entries=[one, two]) == 2
    assert services.place_entries(actor=world.officer, site=there, entries=[one, two]) == 0
    assert set(there.placements.values_list("entry_id", flat=True)) == {one.pk, two.pk}
    stranger = make_entry(make_summons(make_campaign(world.district), world.district), make_person())
    with pytest.raises(errors.EntryOfAnotherCampaign):
        services.place_entries(actor=world.officer, site=there, entries=[stranger])


def test_readiness_counts_what_is_missing(world: World) -> None:
    session = make_session(world.campaign, starts_at=TOMORROW)
    site = make_site(session, world.commune, cells=[world.cells[0]])
    placed, _ = world.entry(world.cells[0]), world.entry(world.cells[1])
    place(site, placed)
    readiness = readiness_of(session)
    assert (readiness.placed, readiness.unplaced, readiness.is_ready) == (1, 1, False)
    assert [(cell.name, cell.summoned) for cell in readiness.free_cells] == [("Chi bộ 2", 1), ("Chi bộ cơ sở", 0)]
    assert (readiness.sites, readiness.untaken, readiness.free, readiness.unsummoned) == (1, 1, 2, 1)
    make_actor(Role.CLERK, world.commune)
    site.site_units.create(session=session, unit=world.cells[1])
    services.place_summoned(actor=world.officer, session=session)
    readiness = readiness_of(session)
    assert (readiness.untaken, readiness.unplaced) == (0, 0)
    assert readiness.is_ready


def test_whose_account_is_closed_takes_no_roll(world: World) -> None:
    session = make_session(world.campaign, starts_at=TOMORROW)
    site = make_site(session, world.commune, cells=[world.cells[0]])
    clerk = make_user(Role.CLERK, world.commune)
    assert readiness_of(session).untaken == 0
    clerk.is_active = False
    clerk.save(update_fields=["is_active"])
    assert readiness_of(session).untaken == 1
    (line,) = with_lines(session, [site])
    assert getattr(line, LINE).takers == ()


def test_the_seat_of_somebody_removed_hides_nobody_without_one(world: World) -> None:
    session = make_session(world.campaign, starts_at=TOMORROW)
    site = make_site(session, world.commune, cells=[world.cells[0]])
    removed = world.entry(world.cells[0], removed_on=clock.today())
    place(site, removed)
    world.entry(world.cells[0])
    assert readiness_of(session).unplaced == 1


def test_a_cell_sees_the_session_where_its_people_go_and_only_that_site(world: World) -> None:
    session = make_session(world.campaign)
    site = make_site(session, world.commune, cells=[world.cells[0]])
    make_site(session, world.alone, cells=[world.alone])
    secretary = make_actor(Role.SECRETARY, world.cells[0])
    assert list(sessions_of(secretary)) == [session]
    assert visible_site_ids(session, secretary) == {site.pk}
    assert visible_site_ids(session, world.officer) is None
    assert not sessions_of(make_actor(Role.SECRETARY, world.cells[1])).exists()
    assert list(hosts_for(world.officer, world.campaign)) == [world.district]
