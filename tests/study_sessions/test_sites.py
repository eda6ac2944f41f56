"""Sites of a session: changed, removed, and what the log of marks holds fast."""

from collections.abc import Iterator
from typing import Any

import pytest

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.models import RollClosing
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import Stale
from lantoa.plans.models import SummonsEntry
from lantoa.study_sessions import errors, services
from lantoa.study_sessions.models import Site
from tests.attendance.factories import make_event
from tests.organizations.factories import make_actor, make_user
from tests.study_sessions.factories import make_session, make_site, place
from tests.study_sessions.world import Heard, World, listening, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening() as receiver:
        yield receiver


def site_with_people(world: World) -> tuple[Site, list[SummonsEntry]]:
    session = make_session(world.campaign)
    site = make_site(session, world.commune, cells=world.cells)
    entries = [world.entry(cell) for cell in world.cells]
    place(site, *entries)
    return site, entries


def change_site(world: World, site: Site, **changes: Any) -> Site:
    values: dict[str, Any] = {
        "actor": world.officer,
        "site": site,
        "version": site.version,
        "unit": site.unit,
        "name": site.name,
        "cells": world.cells,
        **changes,
    }
    return services.change_site(**values)


def test_a_cell_taken_off_a_site_takes_its_people_along(world: World) -> None:
    site, entries = site_with_people(world)
    changed = change_site(world, site, cells=[world.cells[1], world.alone], name="Nhà văn hoá", address=" Bản ")
    assert (changed.name, changed.address, changed.version) == ("Nhà văn hoá", "Bản", 2)
    assert list(site.placements.values_list("entry_id", flat=True)) == [entries[1].pk]
    assert set(site.site_units.values_list("unit_id", flat=True)) == {world.cells[1].pk, world.alone.pk}
    with pytest.raises(Stale):
        change_site(world, site, version=1)


def test_the_same_change_sent_twice_changes_the_site_once(world: World) -> None:
    site, _entries = site_with_people(world)
    assert change_site(world, site, name="Nhà văn hoá", cells=[world.cells[0]]).version == 2
    assert change_site(world, site, version=1, name="Nhà văn hoá", cells=[world.cells[0]]).version == 2
    with pytest.raises(Stale):
        change_site(world, site, version=1, name="Hội trường", cells=[world.cells[0]])


def test_a_cell_whose_people_have_marks_stays_at_its_site(world: World) -> None:
    site, entries = site_with_people(world)
    make_event(site, entries[0], MarkStatus.ABSENT, recorder=make_actor(Role.CLERK, world.commune))
    with pytest.raises(errors.PlacesMarked):
        change_site(world, site, cells=[world.cells[1]])
    with pytest.raises(errors.PlacesMarked):
        services.remove_site(actor=world.officer, site=site)


@pytest.mark.parametrize("trace", ["retracted mark", "closed roll", "visitor"])
def test_a_site_to_which_the_log_refers_stays(world: World, trace: str) -> None:
    site, entries = site_with_people(world)
    clerk = make_actor(Role.CLERK, site.unit)
    if trace == "closed roll":
        site.placements.all().delete()
        RollClosing.objects.create(site=site, closed_by=make_user(), counts={}, sha256="0" * 64)
    elif trace == "visitor":
        visitor = world.entry(world.alone)
        place(make_site(site.session, world.district), visitor)
        make_event(site, visitor, MarkStatus.PRESENT, recorder=clerk)
    else:
        make_event(site, entries[0], MarkStatus.PRESENT, recorder=clerk)
        make_event(site, entries[0], MarkStatus.RETRACTED, recorder=clerk)
    with pytest.raises(errors.SiteUsed):
        services.remove_site(actor=world.officer, site=site)
    assert Site.objects.filter(pk=site.pk).exists()


def test_a_removed_site_frees_cells_and_people(world: World, heard: Heard) -> None:
    site, entries = site_with_people(world)
    session = site.session
    services.remove_site(actor=world.officer, site=site)
    assert not session.sites.exists()
    assert set(heard.entry_ids) == {entry.pk for entry in entries}
