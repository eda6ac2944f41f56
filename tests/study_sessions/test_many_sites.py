"""Many sites at once: made in one step from units, edited as a table, whole or not at all."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.study_sessions import errors, services
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.selectors import kinds_with_free_cells
from lantoa.study_sessions.services import SiteChange
from tests.organizations.factories import make_actor
from tests.study_sessions.factories import make_session, make_site
from tests.study_sessions.world import World, make_world

pytestmark = pytest.mark.django_db
COMMITTEE, ALONE, CELL = UnitKind.GRASSROOTS_COMMITTEE, UnitKind.GRASSROOTS_CELL, UnitKind.CELL


@pytest.fixture
def world() -> World:
    return make_world()


def cells_at(session: StudySession) -> dict[str, list[str]]:
    sites = session.sites.order_by("name")
    return {site.name: [cell.unit.name for cell in site.site_units.order_by("unit__name")] for site in sites}


def add(world: World, session: StudySession, *kinds: UnitKind) -> list[Site]:
    return services.add_sites_for_kinds(actor=world.officer, session=session, kinds=kinds)


def change(site: Site, **changes: Any) -> SiteChange:
    values: dict[str, Any] = {"version": site.version, "name": site.name, "address": site.address, **changes}
    return SiteChange(site_id=site.pk, contact=values.pop("contact", ""), note=values.pop("note", ""), **values)


def save(world: World, session: StudySession, *changes: SiteChange) -> int:
    return services.change_sites(actor=world.officer, session=session, changes=changes)


def test_units_of_the_chosen_kinds_get_a_site_each_with_their_cells(world: World) -> None:
    session = make_session(world.campaign)
    assert kinds_with_free_cells(session) == [
        (UnitKind.DISTRICT_COMMITTEE, 1),
        (COMMITTEE, 1),
        (CELL, 2),
        (ALONE, 1),
    ]
    assert [site.unit for site in add(world, session, COMMITTEE, ALONE)] == [world.alone, world.commune]
    assert cells_at(session) == {"Chi bộ cơ sở": ["Chi bộ cơ sở"], "Xã A": ["Chi bộ 1", "Chi bộ 2"]}
    assert kinds_with_free_cells(session) == []


def test_the_step_again_makes_nothing_twice(world: World) -> None:
    session = make_session(world.campaign)
    assert len(add(world, session, CELL)) == 2
    assert add(world, session, CELL) == []
    assert [site.unit for site in add(world, session, COMMITTEE, CELL, ALONE)] == [world.alone]
    assert session.sites.count() == 3


def test_a_cell_without_such_a_unit_above_it_stays_free(world: World) -> None:
    session = make_session(world.campaign)
    add(world, session, COMMITTEE)
    assert cells_at(session) == {"Xã A": ["Chi bộ 1", "Chi bộ 2"]}
    with pytest.raises(errors.KindNotBelow):
        add(world, session, UnitKind.VILLAGE)
    with pytest.raises(NotPermitted):
        services.add_sites_for_kinds(actor=make_actor(Role.CLERK, world.district), session=session, kinds=[CELL])


def test_a_table_is_saved_whole(world: World) -> None:
    session = make_session(world.campaign)
    first, second = make_site(session, name="Một"), make_site(session, name="Hai")
    kept = make_site(session, name="Ba")
    swapped = (change(first, name=" Hai ", contact="0213 3896", note="Cửa sau"), change(second, name="Một"))
    assert save(world, session, *swapped, change(kept)) == 2
    first.refresh_from_db()
    assert (first.name, first.contact, first.note, first.version) == ("Hai", "0213 3896", "Cửa sau", 2)
    assert list(session.sites.order_by("pk").values_list("name", "version")) == [("Hai", 2), ("Một", 2), ("Ba", 1)]
    assert save(world, session, *swapped) == 0


def test_one_row_that_cannot_be_saved_holds_all_back(world: World) -> None:
    session = make_session(world.campaign)
    first, second = make_site(session, name="Một"), make_site(session, name="Hai")
    make_site(session, name="Ba")
    with pytest.raises(errors.SitesRefused) as refused:
        save(world, session, change(first, name="Ba"), change(second, version=7, note="Mới"))
    problems = refused.value.problems
    assert {pk: type(problem) for pk, problem in problems.items()} == {
        first.pk: errors.SiteNameTaken,
        second.pk: Stale,
    }
    assert list(session.sites.values_list("version", flat=True)) == [1, 1, 1]
    with pytest.raises(errors.SiteGone):
        save(world, session, change(make_site(make_session(world.campaign))))


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=world.officer.person_id))
    return client


def typed(*sites: Site, **changes: str) -> dict[str, Any]:
    values: dict[str, Any] = {"site": [str(site.pk) for site in sites]}
    for site in sites:
        row = {"version": str(site.version), "name": site.name, "address": "", "contact": "", "note": "", **changes}
        values |= {f"site{site.pk}-{name}": value for name, value in row.items()}
    return values


def test_the_page_of_the_table_saves_and_shows_each_problem_at_its_row(world: World, client: Client) -> None:
    session = make_session(world.campaign)
    url = reverse("study_sessions:site_table", args=[session.pk])
    assert client.get(url).status_code == 200
    site = make_site(session, name="Hội trường")
    other = make_site(session, name="Nhà văn hoá")
    assert client.post(url, typed(site, other, note="Có máy phát")).status_code == 303
    stale = client.post(url, typed(site, other, note="Của tôi"))
    assert stale.status_code == 422
    page = stale.content.decode()
    assert page.count("Có máy phát") == page.count("Của tôi") == 2
    again = {name: value.replace("1", "2") if name.endswith("version") else value for name, value in
             typed(site, other, note="Của tôi").items()}  # fmt: skip
    assert client.post(url, again).status_code == 303
    assert client.post(url, typed(site, name="")).status_code == 422
    assert client.post(url, {**typed(site), "site": [str(site.pk), "987654321", "x"]}).status_code == 422
    assert client.post(url, {}).status_code == 303
    assert set(session.sites.values_list("note", flat=True)) == {"Của tôi"}


def test_the_table_has_pages_and_stays_on_the_one_that_was_saved(world: World, client: Client) -> None:
    session = make_session(world.campaign)
    sites = [make_site(session, name=f"Điểm {number:02}") for number in range(45)]
    url = reverse("study_sessions:site_table", args=[session.pk]) + "?page=2"
    assert len(client.get(url).context["forms"]) == 5
    assert client.post(url, typed(sites[44], note="Sửa"))["Location"] == url


def test_the_table_is_the_host_s(world: World) -> None:
    session = make_session(world.campaign)
    clerk = make_actor(Role.CLERK, world.district)
    other = Client()
    other.force_login(User.objects.get(person=clerk.person_id))
    assert other.get(reverse("study_sessions:site_table", args=[session.pk])).status_code == 403


def test_the_page_makes_sites_in_one_step(world: World, client: Client) -> None:
    session = make_session(world.campaign)
    url = reverse("study_sessions:site_kinds", args=[session.pk])
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"kinds": ["village"]}).status_code == 422
    assert client.post(url, {"kinds": ["cell", "grassroots_cell"]}).status_code == 303
    assert session.sites.count() == 3
    world.campaign.state = "finished"
    world.campaign.save(update_fields=["state"])
    fresh = make_session(world.campaign)
    refused = client.post(reverse("study_sessions:site_kinds", args=[fresh.pk]), {"kinds": ["cell"]})
    assert refused.status_code == 422
    table = reverse("study_sessions:site_table", args=[session.pk])
    assert client.post(table, typed(session.sites.all()[0], note=str(uuid.uuid4()))).status_code == 422
