"""A clerk takes the roll of 62 people where there is no network, and all of it arrives once, whatever happens."""

from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.e2e.camera import camera, code_of, film
from tests.e2e.phones import HOPE, Clerk, GivesPhone, Place, Server, switched_off
from tests.e2e.reader import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

PEOPLE = 62
BATCHES = "**/api/v1/rollcall/batches"
A_YEAR_AHEAD = """
const shift = 365 * 86_400_000;
const Right = Date;
globalThis.Date = class extends Right {
  constructor(...given) { given.length ? super(...given) : super(Right.now() + shift); }
  static now() { return Right.now() + shift; }
};
"""
WITHOUT_LISTS = """
() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lantoa-rollcall");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const wiping = opening.result.transaction(["rosters"], "readwrite");
    wiping.objectStore("rosters").clear();
    wiping.oncomplete = () => { opening.result.close(); resolve(); };
  };
})
"""
LATER = """
globalThis.minutesLater = 0;
const Right = Date;
globalThis.Date = class extends Right {
  constructor(...given) { given.length ? super(...given) : super(Date.now()); }
  static now() { return Right.now() + globalThis.minutesLater * 60_000; }
};
"""
WATCH = """
const roll = document.querySelector("#roll");
new MutationObserver(() => {
  if (!roll.hidden) globalThis.firstSeen ??= roll.querySelectorAll(".line.is-present").length;
}).observe(roll, { attributes: true, attributeFilter: ["hidden"] });
"""
WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });"


def test_the_browser_is_closed_and_opened_before_the_network_returns(phone: GivesPhone, server: Server) -> None:
    clerk = phone()
    clerk.cut()
    clerk.open_roll()
    present = clerk.tick(PEOPLE)
    clerk.awaits(waiting=PEOPLE, sent=0)
    clerk.turn_off()
    clerk.turn_on(offline=True)
    clerk.page.goto("/rollcall/")
    clerk.awaits(waiting=PEOPLE, sent=0)
    clerk.open_roll()
    expect(clerk.page.locator(".line.is-present")).to_have_count(present)
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=PEOPLE)
    assert server.marks(clerk.device) == (PEOPLE, PEOPLE)


def test_the_answer_is_lost(phone: GivesPhone, server: Server) -> None:
    clerk = phone()
    clerk.open_roll()
    clerk.cut()
    clerk.tick(PEOPLE)
    lost: list[int] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    clerk.page.route(BATCHES, lose, times=1)
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=PEOPLE)
    assert lost == [200]
    assert server.marks(clerk.device) == (PEOPLE, PEOPLE)


def test_two_pages_send_the_same_marks_at_once(phone: GivesPhone, server: Server) -> None:
    clerk = phone(WITHOUT_LOCKS)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(PEOPLE)
    other = clerk.context.new_page()
    other.goto("/rollcall/")
    expect(other.locator("#sync")).to_contain_text(f"chờ gửi {PEOPLE}")
    with psycopg.connect(server.variables["DATABASE_URL"]) as holding:
        holding.execute("LOCK TABLE attendance_attendanceevent IN EXCLUSIVE MODE")
        clerk.cut(off=False)
        server.await_blocked(requests=2)
    clerk.awaits(waiting=0, sent=PEOPLE)
    expect(other.locator("#sync")).to_contain_text(f"chờ gửi 0 · đã gửi {PEOPLE}")
    assert server.marks(clerk.device) == (PEOPLE, PEOPLE)


def test_the_server_is_killed_in_the_middle_of_a_batch(phone: GivesPhone, server: Server) -> None:
    clerk = phone()
    clerk.open_roll()
    clerk.cut()
    clerk.tick(PEOPLE)
    with psycopg.connect(server.variables["DATABASE_URL"]) as holding:
        holding.execute("LOCK TABLE attendance_attendanceevent IN EXCLUSIVE MODE")
        clerk.cut(off=False)
        server.await_blocked()
        server.kill()
    assert server.marks(clerk.device) == (0, 0)
    server.start()
    server.await_answer()
    clerk.page.evaluate(HOPE)
    clerk.awaits(waiting=0, sent=PEOPLE)
    assert server.marks(clerk.device) == (PEOPLE, PEOPLE)


def test_the_clock_of_the_phone_is_a_year_ahead(phone: GivesPhone, server: Server) -> None:
    clerk = phone(A_YEAR_AHEAD)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(PEOPLE)
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=PEOPLE)
    assert server.marks(clerk.device) == (PEOPLE, PEOPLE)


def test_a_revoked_phone_loses_its_lists_and_keeps_its_marks(phone: GivesPhone, server: Server, spare: Place) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(3)
    assert clerk.kept("rosters") > 0
    server.revoke(clerk.device, by=clerk.place.user)
    clerk.cut(off=False)
    expect(clerk.page.locator("#why")).to_contain_text("đã bị thu hồi quyền")
    clerk.awaits(waiting=3, sent=0)
    assert (clerk.kept("rosters"), clerk.kept("events")) == (0, 3)
    expect(clerk.page.locator("#roll")).to_be_hidden()
    assert server.marks(clerk.device) == (0, 0)


def test_a_list_that_the_server_did_not_sign_is_refused(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(place=spare)

    def forge(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"closed":false', '"closed":true ', 1))

    before = clerk.kept("rosters")
    clerk.page.route("**/roster", forge)
    clerk.page.locator("[data-reload]").click()
    expect(clerk.page.locator("#alert")).to_contain_text("không có chữ ký của máy chủ")
    assert clerk.kept("rosters") == before
    expect(clerk.page.locator("#home [data-site]")).to_contain_text("sẵn sàng khi mất mạng")


def test_a_restored_server_takes_marks_of_a_list_that_nobody_has_any_more(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(3)
    clerk.page.evaluate(WITHOUT_LISTS)
    server.forget_lists(clerk.device)
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=3)
    assert server.marks(clerk.device) == (3, 3)


def test_a_phone_that_stays_on_a_roll_hears_that_the_server_was_restored(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(LATER, place=spare)
    clerk.open_roll()
    clerk.tick(3)
    clerk.awaits(waiting=0, sent=3)
    server.be_restored(clerk.device)
    clerk.page.evaluate(f"globalThis.minutesLater = 20; {HOPE}")
    server.await_marks(clerk.device, 3)
    expect(clerk.page.locator("#roll")).to_be_visible()


def test_a_roll_shows_with_its_marks(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    present = clerk.tick(1)
    clerk.page.locator("#back").click()
    clerk.page.evaluate(WATCH)
    clerk.open_roll()
    assert clerk.page.evaluate("globalThis.firstSeen") == present


def test_a_code_that_is_opened_while_a_roll_shows_leaves_the_roll(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.page.evaluate("location.hash = '#code=2222'")
    expect(clerk.page.locator("#alert")).to_contain_text("Mã này không do hệ thống cấp")
    expect(clerk.page.locator("#setting-up")).to_be_visible()
    expect(clerk.page.locator("#roll")).to_be_hidden()
    clerk.page.locator("#back").click()
    expect(clerk.site).to_be_visible()
    expect(clerk.page.locator("#setting-up")).to_be_hidden()


def test_asking_for_a_code_twice_makes_one_phone(
    server: Server, driver: Playwright, spare: Place, tmp_path: Path
) -> None:
    with switched_off(Clerk(driver, server, tmp_path, spare)) as clerk:
        asked: list[str] = []

        def give(route: Route) -> None:
            asked.append(server.code(spare))
            route.fulfill(json={"code": asked[-1]})

        clerk.page.route("**/rollcall/set-up/", give)
        clerk.page.goto("/rollcall/")
        button = clerk.page.locator("#setting-up [data-signed-in]")
        button.evaluate("pressed => { pressed.click(); pressed.click(); }")
        expect(clerk.site).to_be_visible()
        assert len(asked) == 1


def test_a_card_before_the_camera_marks_its_holder(
    server: Server, driver: Playwright, spare: Place, tmp_path: Path
) -> None:
    card, name = server.card(spare)
    arguments = camera(film(tmp_path / "card.y4m", code_of(card)))
    with switched_off(Clerk(driver, server, tmp_path / "phone", spare, arguments=arguments)) as clerk:
        clerk.set_up()
        clerk.await_reader()
        clerk.cut()
        clerk.open_roll()
        clerk.page.locator("#roll [data-scan]").click()
        expect(clerk.page.locator("#scanner [data-said]")).to_have_text(f"Có mặt: {name}", timeout=PATIENCE)
        clerk.page.locator("#scanner [data-leave]").click()
        clerk.awaits(waiting=1, sent=0)
        clerk.cut(off=False)
        clerk.awaits(waiting=0, sent=1)
        assert server.rows("SELECT method FROM attendance_attendanceevent WHERE device_id = %s", clerk.device) == [
            ("scan",)
        ]


def test_what_one_phone_cannot_send_another_carries(
    server: Server, driver: Playwright, spare: Place, tmp_path: Path
) -> None:
    with (
        switched_off(Clerk(driver, server, tmp_path / "one", spare)) as clerk,
        switched_off(Clerk(driver, server, tmp_path / "other", spare)) as other,
    ):
        clerk.set_up()
        clerk.carry(5)
        with clerk.page.expect_download() as saved:
            clerk.page.locator("[data-save]").click()
        other.set_up()
        other.open_carrying()
        other.page.locator("[data-file]").set_input_files(saved.value.path())
        expect(other.page.locator("[data-parcels]")).to_contain_text("Đã gửi")
        assert server.marks(clerk.device) == (5, 5)
        assert server.marks(other.device) == (0, 0)
        clerk.cut(off=False)
        clerk.awaits(waiting=0, sent=5)
        assert server.marks(clerk.device) == (5, 5)


def test_the_browser_sends_what_waits_while_no_page_is_open(phone: GivesPhone, server: Server, spare: Place) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(4)
    clerk.page.goto("about:blank")
    clerk.cut(off=False)
    clerk.call_worker()
    server.await_marks(clerk.device, 4)
    clerk.page.goto("/rollcall/")
    clerk.awaits(waiting=0, sent=4)


def test_a_roll_is_closed_without_a_network(phone: GivesPhone, server: Server) -> None:
    place = server.places()[3]
    clerk = phone(place=place)
    clerk.open_roll()
    clerk.cut()
    clerk.tick(6)
    clerk.page.locator("#roll [data-close]").click()
    form = clerk.page.locator("#closing")
    form.locator(".primary").click()
    expect(form.locator("[data-wrong]")).to_contain_text("chưa điểm danh")
    form.locator("[name=absent_rest]").check()
    form.locator("#guests").fill("5")
    form.locator(".primary").click()
    expect(clerk.page.locator(".line.is-none")).to_have_count(0)
    clerk.awaits(waiting=7, sent=0)
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=7)
    counts = "guests, counts ->> 'present', reported -> 'counts' ->> 'present'"
    closings = server.rows(f"SELECT {counts} FROM attendance_rollclosing WHERE site_id = %s", place.site)
    assert closings == [(5, "6", "6")]


FIRST_VERSION = """
() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lantoa-rollcall", 1);
  opening.onerror = () => reject(opening.error);
  opening.onupgradeneeded = () => {
    const database = opening.result;
    database.createObjectStore("meta");
    database.createObjectStore("rosters", { keyPath: "roster_id" });
    const events = database.createObjectStore("events", { keyPath: "event_id" });
    events.createIndex("standing", "standing");
    events.createIndex("site_id", "site_id");
  };
  opening.onsuccess = () => {
    const writing = opening.result.transaction(["meta", "events"], "readwrite");
    writing.objectStore("meta").put({ device_id: 7, revoked: true, unit: "", user: "" }, "phone");
    writing.objectStore("meta").put(4, "next_seq");
    for (const seq of [1, 2, 3]) {
      const body = { person_id: seq, status: "present", method: "tick", reason: "", roster_id: "", wall_time: "" };
      writing.objectStore("events").put({
        event_id: `0199c0de-0000-7000-8000-00000000000${seq}`, order: seq, seq, device_id: 7, session_id: 1, site_id: 1,
        kind: "mark", body, standing: seq === 3 ? "sent" : "waiting",
      });
    }
    writing.oncomplete = () => { opening.result.close(); resolve(); };
  };
})
"""


@pytest.mark.parametrize("schema", [FIRST_VERSION], ids=["first version"])
def test_an_upgrade_of_the_database_keeps_the_queue(
    schema: str, server: Server, driver: Playwright, tmp_path: Path
) -> None:
    with switched_off(Clerk(driver, server, tmp_path, Place(0, 0, 0, 0))) as clerk:
        clerk.page.goto("/rollcall/manifest.webmanifest")
        clerk.page.evaluate(schema)
        clerk.page.goto("/rollcall/")
        clerk.awaits(waiting=2, sent=1)
        assert clerk.kept("events") == 3
        assert clerk.kept("parcels") == 0
