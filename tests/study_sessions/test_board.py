"""The board of all sites: sums, worst first, filters, and a refresh that costs little and keeps nobody signed in."""

import datetime as dt
import gzip
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.accounts.models import Session, User
from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.services.rolls import close_roll
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.study_sessions import rolls, services
from lantoa.study_sessions.enums import HeadcountBasis, RollProgress, SiteReadiness
from lantoa.study_sessions.models import Site
from lantoa.study_sessions.selectors import board_lines, board_totals, sites_of_board
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import make_actor, make_unit
from tests.study_sessions.factories import make_session, make_site, place

pytestmark = pytest.mark.django_db
ASKING = {"HX-Request": "true", "X-Background": "1"}


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=actor.person_id))
    return client


@pytest.fixture
def client(scene: Scene) -> Client:
    return signed_in(scene.secretary)


def url(scene: Scene) -> str:
    return reverse("study_sessions:session_board", args=[scene.session.pk])


def tell(scene: Scene, site: Site, state: SiteReadiness, note: str = "") -> None:
    services.check_site(actor=scene.secretary, site=site, client_id=uuid.uuid4(), state=state, note=note)


def count(scene: Scene, site: Site, members: int, others: int = 0) -> None:
    services.count_heads(
        actor=scene.secretary,
        site=site,
        client_id=uuid.uuid4(),
        members=members,
        others=others,
        basis=HeadcountBasis.COUNTED,
    )


def names(answer: Any) -> list[str]:
    return [site.name for site in answer.context["table"].page.object_list]


def five_sites(scene: Scene) -> None:
    """One of each trouble, made in the order of their names; the scene's own site comes last: its roll is closed."""
    troubled, unbegun, uncounted, fine = (
        make_site(scene.session, name=name) for name in ("Có sự cố", "Chưa điểm danh", "Chưa đếm", "Ổn")
    )
    tell(scene, troubled, SiteReadiness.PROBLEM, "Mất điện ở hội trường")
    tell(scene, fine, SiteReadiness.READY)
    for site in (uncounted, fine):
        make_event(site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    count(scene, unbegun, 10, 2)
    count(scene, fine, 30, 5)
    tell(scene, scene.site, SiteReadiness.PROBLEM, "Đã xử lý")
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)


def test_the_worst_site_stands_first(scene: Scene, client: Client) -> None:
    five_sites(scene)
    ranked = names(client.get(url(scene)))
    assert ranked[:3] == ["Có sự cố", "Chưa điểm danh", "Chưa đếm"]
    scene.session.ends_at = clock.now() + dt.timedelta(hours=1)
    scene.session.save(update_fields=["ends_at"])
    during = names(client.get(url(scene)))
    assert during[:3] == ranked[:3]
    assert set(during[3:]) == {"Ổn", scene.site.name}


def test_before_it_begins_a_site_that_nobody_checked_comes_before_a_ready_one(scene: Scene, client: Client) -> None:
    session = make_session(scene.campaign, starts_at=clock.now() + dt.timedelta(days=1))
    tell(scene, make_site(session, name="Sẵn sàng"), SiteReadiness.READY)
    make_site(session, name="Chưa kiểm tra")
    answer = client.get(reverse("study_sessions:session_board", args=[session.pk]))
    assert names(answer) == ["Chưa kiểm tra", "Sẵn sàng"]


def test_the_sums_are_those_of_all_sites_whatever_is_filtered(scene: Scene, client: Client) -> None:
    five_sites(scene)
    for query in ({}, {"readiness": "ready"}, {"q": "khong co"}):
        totals = client.get(url(scene), query).context["totals"]
        assert (totals.sites, totals.ready, totals.problems, totals.unchecked) == (5, 1, 2, 2)
        assert (totals.closed, totals.open, totals.missing) == (1, 2, 2)
        assert (totals.members, totals.others, totals.counted, totals.placed) == (40, 7, 2, 3)


def test_the_board_is_narrowed_by_state_roll_and_words_without_diacritics(scene: Scene, client: Client) -> None:
    five_sites(scene)
    assert names(client.get(url(scene), {"readiness": "ready"})) == ["Ổn"]
    assert set(names(client.get(url(scene), {"roll": "missing"}))) == {"Có sự cố", "Chưa điểm danh"}
    assert names(client.get(url(scene), {"q": "chua dem"})) == ["Chưa đếm"]
    assert names(client.get(url(scene), {"readiness": "?", "roll": "?"})) == names(client.get(url(scene)))
    assert "Mất điện ở hội trường" in client.get(url(scene)).content.decode()
    assert client.get(url(scene), {"format": "xlsx"})["Content-Type"].endswith("sheet")
    assert names(client.get(url(scene), {"roll": "closed", "readiness": "unchecked"})) == []


def test_a_refresh_is_a_packed_part_of_the_page_with_no_name_in_it(scene: Scene, client: Client) -> None:
    five_sites(scene)
    answer = client.get(url(scene), headers={**ASKING, "Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    text = gzip.decompress(answer.content).decode()
    assert "<html" not in text
    assert "csrf" not in text.lower()
    assert "Có sự cố" in text
    people = [entry.person.full_name for entry in scene.entries]
    people += [User.objects.get(person=actor.person_id).person.full_name for actor in (scene.clerk, scene.secretary)]
    assert not [name for name in people if name in text]


def test_a_refresh_that_finds_nothing_new_is_empty(scene: Scene, client: Client) -> None:
    tag = client.get(url(scene), headers=ASKING)["ETag"]
    asking = {**ASKING, "If-None-Match": tag}
    again = client.get(url(scene), headers=asking)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert client.get(url(scene), {"readiness": "ready"}, headers=asking).status_code == 200


@pytest.mark.parametrize("change", ["readiness", "headcount", "first mark", "closing", "name", "place"])
def test_whatever_changes_on_the_board_makes_the_refresh_new(scene: Scene, client: Client, change: str) -> None:
    tag = client.get(url(scene), headers=ASKING)["ETag"]
    match change:
        case "readiness":
            tell(scene, scene.site, SiteReadiness.PROBLEM, "Mất điện")
        case "headcount":
            count(scene, scene.site, 0)
        case "first mark":
            make_event(scene.site, scene.first, MarkStatus.ABSENT, recorder=scene.clerk)
        case "closing":
            close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
        case "name":
            Site.objects.filter(pk=scene.site.pk).update(name="Tên khác")
        case _:
            scene.site.placements.all()[0].delete()
    answer = client.get(url(scene), headers={**ASKING, "If-None-Match": tag})
    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_a_board_that_asks_by_itself_keeps_nobody_signed_in(scene: Scene, client: Client) -> None:
    def last_use() -> dt.datetime | None:
        return Session.objects.get(pk=client.cookies["sessionid"].value).last_seen_at

    before = last_use()
    with clock.supposing(clock.now() + dt.timedelta(minutes=5)):
        assert client.get(url(scene), headers=ASKING).status_code == 200
        assert last_use() == before
        assert client.get(url(scene)).status_code == 200
        assert last_use() == clock.now()


def test_whoever_keeps_one_site_sees_a_board_of_that_one(scene: Scene) -> None:
    own = make_site(scene.session, scene.cell, name="Nhà văn hoá bản")
    make_site(scene.session, name="Nơi khác")
    place(own)
    actor = make_actor(Role.SECRETARY, scene.cell)
    sites = sites_of_board(scene.session, actor)
    assert {site.name for site in sites} == {own.name, scene.site.name}
    assert board_totals(sites).sites == 2
    assert signed_in(make_actor(Role.OFFICER, make_unit())).get(url(scene)).status_code == 404


def test_without_a_roll_call_no_roll_has_begun(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolls, "_progress", rolls._progress[:1])
    sites = sites_of_board(scene.session, scene.secretary)
    assert board_totals(sites).rolls == {RollProgress.CLOSED: 0, RollProgress.OPEN: 0, RollProgress.MISSING: 1}
    assert [site.pk for site in board_lines(sites, scene.session)] == [scene.site.pk]
