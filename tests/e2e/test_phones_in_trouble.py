"""What a phone says and does when something is wrong: with its set-up, with the server, with what it keeps."""

import contextlib
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.e2e.phones import HOPE, Clerk, GivesPhone, Place, Server, switched_off

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

READY = "sẵn sàng khi mất mạng"
BATCHES = "**/api/v1/rollcall/batches"
PARCELS = "**/api/v1/rollcall/parcels"
WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });"
ASIDE = """
SELECT count(*) FROM rollcall_quarantinedevent
WHERE device_id = %s AND code = 'device_revoked' AND decision = 'pending'
"""
TAKERS = """
SELECT given.id, who.user_id FROM organizations_appointment given
JOIN organizations_person who ON who.id = given.person_id
WHERE given.unit_id = %s AND given.role IN ('clerk', 'secretary') AND who.user_id IS NOT NULL
"""
SMALL = """
SELECT site.id FROM study_sessions_site site
JOIN study_sessions_siteunit sits ON sits.site_id = site.id
JOIN plans_summonsentry entry ON entry.unit_id = sits.unit_id AND entry.removed_on IS NULL
JOIN study_sessions_studysession held ON held.id = site.session_id AND held.campaign_id = entry.campaign_id
WHERE site.session_id = %s GROUP BY site.id HAVING count(*) BETWEEN 5 AND 30 ORDER BY site.id LIMIT 1
"""
AGED = """
store => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lantoa-rollcall");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const writing = opening.result.transaction([store], "readwrite");
    const kept = writing.objectStore(store);
    kept.getAll().onsuccess = ({ target }) => {
      const receipted_at = new Date(Date.now() - 31 * 86_400_000).toISOString();
      for (const one of target.result) kept.put({ ...one, receipted_at });
    };
    writing.oncomplete = () => { opening.result.close(); resolve(); };
  };
})
"""
"""Gives everything in a store a receipt 31 days old."""
OVERTAKEN = """
() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lantoa-rollcall", 99);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => { opening.result.close(); resolve(); };
})
"""
"""What a page of a later day does in another tab: it changes the database."""
SHORTEST_PAUSES = """
Math.random = () => 0;
globalThis.pauses = [];
const later = window.setTimeout;
window.setTimeout = (work, pause, ...values) => {
  globalThis.pauses.push(pause);
  return later(work, pause, ...values);
};
"""


def test_a_phone_is_ready_once_the_page_itself_is_kept(
    server: Server, driver: Playwright, spare: Place, tmp_path: Path
) -> None:
    with switched_off(Clerk(driver, server, tmp_path, spare)) as clerk:
        lost: list[str] = []

        def lose(route: Route) -> None:
            lost.append(route.request.url)
            route.abort()

        clerk.context.route(lambda url: "lean-qr" in url, lambda route: _of_worker(route, lose))
        clerk.page.goto(f"/rollcall/#code={server.code(spare)}")
        expect(clerk.site).to_contain_text("máy chưa lưu xong trang này")
        expect(clerk.page.locator("#home [data-reload]")).to_be_enabled()
        expect(clerk.site).not_to_contain_text(READY)
        assert lost
        clerk.context.unroute_all()
        clerk.page.locator("#home [data-reload]").click()
        expect(clerk.site).to_contain_text(READY)
        clerk.cut()
        clerk.page.reload()
        expect(clerk.site).to_contain_text(READY)


def test_a_phone_that_has_not_heard_of_its_sites_says_nothing_of_them(
    server: Server, driver: Playwright, spare: Place, tmp_path: Path
) -> None:
    with switched_off(Clerk(driver, server, tmp_path, spare)) as clerk:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        clerk.context.route("**/rollcall/sites", hold)
        with clerk.page.expect_request("**/rollcall/sites"):
            clerk.page.goto(f"/rollcall/#code={server.code(spare)}")
        expect(clerk.page.locator("#home [data-empty]")).to_be_hidden()
        held.pop().fallback()
        expect(clerk.site).to_be_visible()


def _of_worker(route: Route, lose: Callable[[Route], None]) -> None:
    if route.request.service_worker:
        lose(route)
    else:
        route.fallback()


def test_marks_go_on_in_the_name_of_whoever_made_them_while_another_unit_has_the_phone(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(place=spare)
    guest = next(place for place in server.places() if place.unit != spare.unit)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(3)
    server.revoke(clerk.device, by=spare.user)
    clerk.cut(off=False)
    expect(clerk.page.locator("#why")).to_contain_text("đã bị thu hồi quyền")
    clerk.page.locator("#home [data-anew]").click()
    code = type_code(clerk, guest)
    question = clerk.page.locator("#setting-up [data-others]")
    expect(question).to_contain_text("còn 3 lượt ghi chờ gửi")
    question.locator("button").click()
    expect(clerk.page.locator(f'#home [data-site="{guest.site}"]')).to_be_visible()
    clerk.awaits(waiting=0, sent=0, refused=3)
    assert server.rows(ASIDE, clerk.device) == [(3,)]
    assert server.marks(server.device(code)) == (0, 0)
    clerk.page.goto(f"/rollcall/#code={(back := server.code(spare))}")
    expect(clerk.site).to_be_visible()
    clerk.awaits(waiting=0, sent=3)
    assert server.marks(server.device(back)) == (3, 3)
    assert server.rows(ASIDE, clerk.device) == [(0,)]


def test_whoever_takes_the_roll_no_longer_leaves_the_phone_to_another(
    phone: GivesPhone, server: Server, shared: Place
) -> None:
    clerk = phone(place=shared)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(2)
    with dismissed(server, shared):
        clerk.cut(off=False)
        expect(clerk.page.locator("#why")).to_contain_text("không còn nhiệm vụ điểm danh")
        clerk.page.locator("#back").click()
        clerk.page.locator("#home [data-anew]").click()
        code = type_code(clerk, colleague_at(server, shared))
        clerk.page.locator("#setting-up [data-go-on]").click()
        expect(clerk.site).to_contain_text(READY)
        clerk.awaits(waiting=0, sent=0, refused=2)
        expect(clerk.page.locator("#why")).to_be_hidden()
        assert server.rows(ASIDE, clerk.device) == [(2,)]
        clerk.open_roll()
        clerk.tick(1)
        clerk.awaits(waiting=0, sent=1)
    assert server.marks(server.device(code)) == (1, 1)


def test_who_made_a_mark_stays_the_same_when_another_has_the_phone(
    phone: GivesPhone, server: Server, shared: Place
) -> None:
    clerk = phone(place=shared)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(2)
    clerk.context.route(BATCHES, lambda route: route.abort())
    clerk.cut(off=False)
    code = server.code(colleague_at(server, shared))
    clerk.page.goto(f"/rollcall/#code={code}")
    clerk.page.locator("#setting-up [data-go-on]").click()
    clerk.awaits(waiting=0, sent=2)
    clerk.context.unroute(BATCHES)
    assert server.marks(clerk.device) == (2, 2)
    clerk.open_roll()
    clerk.tick(1)
    clerk.awaits(waiting=0, sent=1)
    assert server.marks(server.device(code)) == (1, 1)


def test_a_page_that_still_shows_the_roll_of_another_marks_nobody(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(place=spare)
    guest = next(place for place in server.places() if place.unit != spare.unit)
    clerk.open_roll()
    other = clerk.context.new_page()
    other.goto(f"/rollcall/#code={server.code(guest)}")
    expect(other.locator(f'#home [data-site="{guest.site}"]')).to_be_visible()
    clerk.page.locator(".line.is-none .tap").first.click()
    expect(clerk.page.locator("#alert")).to_contain_text("cài đặt cho người khác hoặc đơn vị khác")
    assert clerk.kept("events") == 0


def test_what_is_said_of_the_phone_as_it_was_leaves_the_new_one_alone(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(WITHOUT_LOCKS, spare)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(2)
    server.revoke(clerk.device, by=spare.user)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    clerk.page.route(BATCHES, hold, times=1)
    with clerk.page.expect_request(BATCHES):
        clerk.cut(off=False)
    other = clerk.context.new_page()
    other.goto(f"/rollcall/#code={(code := server.code(spare))}")
    expect(other.locator(f'#home [data-site="{spare.site}"]')).to_be_visible()
    with clerk.page.expect_response(BATCHES) as answer:
        held[0].continue_()
    assert answer.value.status == 401
    clerk.page.locator("#back").click()
    expect(clerk.site).to_contain_text(READY)
    clerk.awaits(waiting=0, sent=2)
    expect(clerk.page.locator("#home [data-anew]")).to_be_hidden()
    assert server.marks(server.device(code)) == (2, 2)


def test_a_site_over_which_the_server_stumbles_holds_up_no_other(
    phone: GivesPhone, server: Server, twins: tuple[Place, Place]
) -> None:
    bad, good = twins
    clerk = phone(place=bad)

    def stumble(route: Route) -> None:
        body = json.loads(gzip.decompress(route.request.post_data_buffer or b""))
        route.fulfill(status=500) if body["site_id"] == bad.site else route.continue_()

    clerk.context.route(BATCHES, stumble)
    clerk.cut()
    clerk.open_roll()
    clerk.tick(2)
    clerk.page.locator("#back").click()
    clerk.page.locator(f'#home [data-site="{good.site}"]').click()
    expect(clerk.page.locator("#roll .line").first).to_be_visible()
    clerk.tick(1)
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=1)
    assert server.marks(clerk.device) == (1, 1)
    clerk.page.locator("#back").click()
    clerk.awaits(waiting=2, sent=1)
    clerk.page.evaluate(HOPE)
    expect(clerk.page.locator("#why")).to_contain_text("Máy chủ đang gặp sự cố")
    clerk.context.unroute(BATCHES)
    clerk.page.evaluate(HOPE)
    clerk.awaits(waiting=0, sent=3)
    expect(clerk.page.locator("#why")).to_be_hidden()
    assert server.marks(clerk.device) == (3, 3)


def test_a_server_with_another_key_is_still_believed_and_so_are_the_lists_of_before(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.cut()
    present = clerk.tick(2)
    server.change_secret()
    clerk.cut(off=False)
    clerk.page.evaluate(HOPE)
    clerk.awaits(waiting=0, sent=2)
    assert server.marks(clerk.device) == (2, 2)
    clerk.cut()
    clerk.page.reload()
    expect(clerk.page.locator(".line.is-present")).to_have_count(present)
    clerk.tick(1)
    server.forget_lists(clerk.device)
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=3)
    assert server.marks(clerk.device) == (3, 3)


def test_a_parcel_is_sent_once_the_server_has_signed_for_it(pair: tuple[Clerk, Clerk], server: Server) -> None:
    clerk, other = pair
    other.page.route(PARCELS, lambda route: route.fulfill(json={"batches": []}))
    take_in(other, parcel_of(clerk, 2))
    other.awaits(waiting=0, sent=0)
    parcels = other.page.locator("[data-parcels]")
    with other.page.expect_response(PARCELS):
        other.page.evaluate(HOPE)
    expect(parcels).to_contain_text("Đã nhận, chờ gửi")
    other.page.unroute(PARCELS)
    other.page.evaluate(HOPE)
    expect(parcels).to_contain_text("Đã gửi")
    assert server.marks(clerk.device) == (2, 2)


def test_a_parcel_of_which_marks_wait_for_a_decision_says_so(pair: tuple[Clerk, Clerk], server: Server) -> None:
    clerk, other = pair
    file = parcel_of(clerk, 2)
    server.revoke(clerk.device, by=clerk.place.user)
    take_in(other, file)
    expect(other.page.locator("[data-parcels]")).to_contain_text("Trong 2 lượt ghi có 2 lượt chờ quyết định")
    assert server.rows(ASIDE, clerk.device) == [(2,)]


def test_a_parcel_that_the_server_refuses_goes_on_from_the_phone(
    pair: tuple[Clerk, Clerk], server: Server, tmp_path: Path
) -> None:
    clerk, other = pair
    parcel = json.loads(parcel_of(clerk, 2).read_text())
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(parcel | {"mac": "AAAA"}))
    take_in(other, changed)
    parcels = other.page.locator("[data-parcels]")
    expect(parcels).to_contain_text("Máy chủ chưa ghi nhận changed.json")
    with other.page.expect_download() as saved:
        parcels.get_by_text("Lưu thành tệp").click()
    assert json.loads(saved.value.path().read_text()) == parcel | {"mac": "AAAA"}
    with other.page.expect_response(PARCELS):
        parcels.get_by_text("Gửi lại").click()
    expect(parcels).to_contain_text("Máy chủ chưa ghi nhận")


def test_a_parcel_waits_where_the_right_of_its_carrier_ended(
    driver: Playwright, server: Server, spare: Place, shared: Place, tmp_path: Path
) -> None:
    with (
        switched_off(Clerk(driver, server, tmp_path / "one", spare)) as clerk,
        switched_off(Clerk(driver, server, tmp_path / "other", shared)) as other,
    ):
        clerk.set_up()
        other.set_up()
        file = parcel_of(clerk, 2)
        other.open_carrying()
        with dismissed(server, shared):
            with other.page.expect_response(PARCELS) as answer:
                other.page.locator("[data-file]").set_input_files(file)
            assert answer.value.status == 403
            expect(other.page.locator("[data-parcels]")).to_contain_text("Đã nhận, chờ gửi")
        other.page.evaluate(HOPE)
        expect(other.page.locator("[data-parcels]")).to_contain_text("Đã gửi")
        assert server.marks(clerk.device) == (2, 2)


def test_what_was_carried_is_offered_again_to_a_restored_server_and_leaves_the_phone_in_the_end(
    pair: tuple[Clerk, Clerk], server: Server
) -> None:
    clerk, other = pair
    take_in(other, parcel_of(clerk, 2))
    expect(other.page.locator("[data-parcels]")).to_contain_text("Đã gửi")
    server.await_marks(clerk.device, 2)
    server.be_restored(clerk.device)
    other.page.locator("#back").click()
    server.await_marks(clerk.device, 2)
    other.page.evaluate(AGED, "parcels")
    assert other.kept("parcels") == 1
    other.open_roll()
    other.tick(1)
    other.awaits(waiting=0, sent=1)
    assert other.kept("parcels") == 0


def test_what_waits_is_sent_though_an_open_page_does_not_answer(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.context.route(BATCHES, lambda route: route.abort())
    clerk.tick(2)
    clerk.page.goto("/rollcall/manifest.webmanifest")
    clerk.context.unroute(BATCHES)
    clerk.call_worker()
    server.await_marks(clerk.device, 2)


def test_a_page_that_a_newer_one_has_overtaken_asks_to_be_loaded_again(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.page.evaluate(OVERTAKEN)
    clerk.page.locator(".line.is-none .tap").first.click()
    expect(clerk.page.locator("#alert")).to_contain_text("Hãy tải lại trang này")
    with clerk.page.expect_navigation():
        clerk.page.locator("#load-again").click()


def test_what_was_confirmed_30_days_ago_leaves_the_phone_when_it_is_opened(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.tick(2)
    clerk.awaits(waiting=0, sent=2)
    clerk.page.evaluate(AGED, "events")
    clerk.page.locator("#back").click()
    clerk.awaits(waiting=0, sent=0)
    assert clerk.kept("events") == 0


def test_phones_without_anything_to_send_do_not_ask_all_at_once(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(SHORTEST_PAUSES, spare)
    clerk.page.wait_for_function("globalThis.pauses.some(pause => pause > 100_000)")
    assert clerk.page.evaluate("Math.max(...globalThis.pauses.filter(Number.isFinite))") == 150_000


def test_the_reader_of_codes_comes_along_also_where_nobody_has_a_card(phone: GivesPhone, shared: Place) -> None:
    clerk = phone(place=shared)
    clerk.await_reader()


@pytest.fixture(scope="module")
def shared(server: Server) -> Place:
    """A place whose roll two people take."""
    return server.places()[3]


@pytest.fixture(scope="module")
def twins(server: Server) -> tuple[Place, Place]:
    """Two sites of one unit."""
    first = server.places()[1]
    ((site,),) = server.rows(SMALL, first.session)
    server.database.execute("UPDATE study_sessions_site SET unit_id = %s WHERE id = %s", (first.unit, site))
    return first, replace(first, site=site)


@pytest.fixture
def pair(driver: Playwright, server: Server, spare: Place, tmp_path: Path) -> Iterator[tuple[Clerk, Clerk]]:
    """Two phones of one unit."""
    with (
        switched_off(Clerk(driver, server, tmp_path / "one", spare)) as clerk,
        switched_off(Clerk(driver, server, tmp_path / "other", spare)) as other,
    ):
        clerk.set_up()
        other.set_up()
        yield clerk, other


def parcel_of(clerk: Clerk, people: int) -> Path:
    """The marks of so many people as a file; the phone stays without a network."""
    clerk.carry(people)
    with clerk.page.expect_download() as saved:
        clerk.page.locator("[data-save]").click()
    return saved.value.path()


def take_in(clerk: Clerk, file: Path) -> None:
    """Choose a file of another phone."""
    clerk.open_carrying()
    clerk.page.locator("[data-file]").set_input_files(file)


def colleague_at(server: Server, place: Place) -> Place:
    """The place, with another who takes its roll."""
    return replace(place, user=next(user for _given, user in server.rows(TAKERS, place.unit) if user != place.user))


@contextlib.contextmanager
def dismissed(server: Server, place: Place) -> Iterator[None]:
    """Whoever takes the roll of the place takes it no longer, until the end of the block."""
    given = [number for number, user in server.rows(TAKERS, place.unit) if user == place.user]
    until = "UPDATE organizations_appointment SET period = daterange(lower(period), {}) WHERE id = ANY(%s)"
    server.database.execute(until.format("current_date").encode(), (given,))
    try:
        yield
    finally:
        server.database.execute(until.format("NULL").encode(), (given,))


def type_code(clerk: Clerk, place: Place) -> str:
    """Type a code into the page that sets phones up."""
    code = clerk.server.code(place)
    clerk.page.locator("#code").fill(code)
    clerk.page.locator("[data-code-form] button").click()
    return code
