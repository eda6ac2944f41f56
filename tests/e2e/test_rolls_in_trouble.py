"""Rolls on a phone where something goes wrong: no mark is lost, and the page says how it is."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Playwright, expect

from tests.e2e.camera import camera, code_of, film
from tests.e2e.phones import HOPE, Clerk, GivesPhone, Place, Server, switched_off
from tests.e2e.reader import PATIENCE
from tests.e2e.words import vi

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

FULL_DISK = """
globalThis.isFull = false;
for (const name of ["put", "add"]) {
  const original = IDBObjectStore.prototype[name];
  IDBObjectStore.prototype[name] = function (...values) {
    if (globalThis.isFull) throw new DOMException("The disk is full.", "QuotaExceededError");
    return original.apply(this, values);
  };
}
"""
SET_CLOCK = """
const Right = Date;
const shift = () => window.isSecureContext ? Number(localStorage.getItem("test-days") ?? 0) * 86_400_000 : 0;
globalThis.Date = class extends Right {
  constructor(...given) { given.length ? super(...given) : super(Date.now()); }
  static now() { return Right.now() + shift(); }
};
"""
"""A clock that is so many days ahead, also once the page is opened anew."""
OVER = """
() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lantoa-rollcall");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const writing = opening.result.transaction(["rosters"], "readwrite");
    const rosters = writing.objectStore("rosters");
    rosters.getAll().onsuccess = ({ target }) => {
      for (const one of target.result) rosters.put({ ...one, expires_at: "2026-01-01T00:00:00Z" });
    };
    writing.oncomplete = () => { opening.result.close(); resolve(); };
  };
})
"""
"""The time of every list is long over."""
TAPPED_TWICE = "tap => { tap.click(); tap.click(); }"
NOTHING_MARKED = "Chưa ghi gì cả"
CLOSED = "This roll is closed. What you change here waits until the officer or the secretary approves it."


def unmarked(clerk: Clerk) -> list[Locator]:
    """The lines of the first two people without a mark, wherever they stand later."""
    lines = clerk.page.locator(".line.is-none").all()[:2]
    return [clerk.page.locator(f".line[data-search='{line.get_attribute('data-search')}']") for line in lines]


def fill_in_closing(clerk: Clerk) -> Locator:
    """Open the closing and say that all others are absent; the button that closes."""
    clerk.page.locator("#roll [data-close]").click()
    form = clerk.page.locator("#closing")
    form.locator("[name=absent_rest]").check()
    return form.locator(".primary")


def test_two_taps_close_a_roll_once_and_the_page_says_when_the_server_knows(phone: GivesPhone, server: Server) -> None:
    place = server.places()[3]
    clerk = phone(place=place)
    standing = clerk.page.locator("#roll [data-standing]")
    clerk.open_roll()
    clerk.cut()
    clerk.tick(2)
    fill_in_closing(clerk).evaluate(TAPPED_TWICE)
    expect(standing).to_contain_text("máy sẽ báo máy chủ khi có mạng")
    clerk.awaits(waiting=3, sent=0)
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=3)
    expect(standing).to_have_text(vi(CLOSED))
    clerk.page.locator("#roll [data-close]").click()
    expect(clerk.page.locator("#closing")).to_be_hidden()
    assert server.rows("SELECT count(*) FROM attendance_rollclosing WHERE site_id = %s", place.site) == [(1,)]


def test_every_mark_can_be_undone_though_a_name_was_tapped_twice(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.cut()
    first, second = unmarked(clerk)
    first.locator(".tap").click()
    expect(first).to_have_class(re.compile("is-present"))
    second.locator(".tap").evaluate(TAPPED_TWICE)
    expect(second).to_have_class(re.compile("is-present"))
    undo = clerk.page.locator("#roll [data-undo]")
    undo.click()
    expect(second).to_have_class(re.compile("is-none"))
    for _ in range(2):
        undo.evaluate("button => button.click()")
    expect(first).to_have_class(re.compile("is-none"))
    expect(undo).to_be_disabled()


def test_what_another_page_took_back_is_no_obstacle_to_undoing(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    clerk.cut()
    first, second = unmarked(clerk)
    for line in (first, second):
        line.locator(".tap").click()
        expect(line).to_have_class(re.compile("is-present"))
    other = clerk.context.new_page()
    other.goto(clerk.page.url)
    there = other.locator(f".line[data-search='{second.get_attribute('data-search')}']")
    there.locator(".tap").click()
    expect(there).to_have_class(re.compile("is-none"))
    clerk.page.evaluate(HOPE)
    expect(second).to_have_class(re.compile("is-none"))
    undo = clerk.page.locator("#roll [data-undo]")
    for _ in range(2):
        undo.evaluate("button => button.click()")
    expect(first).to_have_class(re.compile("is-none"))


def test_that_nothing_was_marked_is_said_until_something_is(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(FULL_DISK, place=spare)
    clerk.open_roll()
    clerk.cut()
    present = clerk.page.locator(".line.is-present").count()
    clerk.page.evaluate("globalThis.isFull = true")
    tap = clerk.page.locator(".line.is-none .tap").first
    tap.click()
    alert = clerk.page.locator("#alert")
    expect(alert).to_contain_text(NOTHING_MARKED)
    count = clerk.page.locator("#roll [data-count]")
    count.evaluate("place => { place.textContent = 'not drawn anew'; }")
    clerk.page.evaluate(HOPE)
    expect(count).not_to_have_text("not drawn anew")
    expect(alert).to_contain_text(NOTHING_MARKED)
    fill_in_closing(clerk).click()
    wrong = clerk.page.locator("#closing [data-wrong]")
    expect(wrong).to_contain_text(NOTHING_MARKED)
    expect(wrong).to_be_in_viewport(ratio=1)
    clerk.page.locator("#closing [data-leave]").click()
    clerk.page.evaluate("globalThis.isFull = false")
    tap.click()
    expect(alert).to_be_hidden()
    expect(clerk.page.locator(".line.is-present")).to_have_count(present + 1)


def test_a_card_that_could_not_be_marked_is_not_said_to_be_and_is_taken_again(
    server: Server, driver: Playwright, spare: Place, tmp_path: Path
) -> None:
    card, name = server.card(spare)
    arguments = camera(film(tmp_path / "card.y4m", code_of(card)))
    with switched_off(Clerk(driver, server, tmp_path / "phone", spare, FULL_DISK, arguments)) as clerk:
        clerk.set_up()
        clerk.await_reader()
        clerk.cut()
        clerk.open_roll()
        clerk.page.evaluate("globalThis.isFull = true")
        clerk.page.locator("#roll [data-scan]").click()
        sheet = clerk.page.locator("#scanner")
        wrong, said = sheet.locator("[data-wrong]"), sheet.locator("[data-said]")
        expect(wrong).to_contain_text(NOTHING_MARKED, timeout=PATIENCE)
        expect(wrong).to_be_in_viewport(ratio=1)
        expect(said).to_have_text("")
        clerk.page.evaluate("globalThis.isFull = false")
        expect(said).to_have_text(f"Có mặt: {name}", timeout=PATIENCE)
        expect(wrong).to_be_hidden()
        sheet.locator("[data-leave]").click()
        clerk.awaits(waiting=1, sent=0)


def test_a_newer_list_shows_what_became_of_a_mark_of_this_phone(
    server: Server, driver: Playwright, spare: Place, tmp_path: Path
) -> None:
    with (
        switched_off(Clerk(driver, server, tmp_path / "one", spare)) as clerk,
        switched_off(Clerk(driver, server, tmp_path / "other", spare)) as other,
    ):
        clerk.set_up()
        clerk.open_roll()
        line, _second = unmarked(clerk)
        there = other.page.locator(f".line[data-search='{line.get_attribute('data-search')}']")
        line.locator(".tap").click()
        clerk.awaits(waiting=0, sent=1)
        other.set_up()
        other.open_roll()
        there.locator(".tap").click()
        other.page.locator("#choices [data-value=absent]").click()
        other.awaits(waiting=0, sent=1)
        with clerk.page.expect_response(f"**/sites/{spare.site}/roster"):
            clerk.page.locator("#back").click()
        expect(clerk.page.locator("#home [data-reload]")).to_be_enabled()
        clerk.open_roll()
        expect(line).to_have_class(re.compile("is-absent"))
        line.locator(".tap").click()
        expect(clerk.page.locator("#choices")).to_be_visible()
        clerk.page.locator("#choices [data-leave]").click()
        there.locator(".tap").click()
        other.awaits(waiting=0, sent=2)


def set_clock(clerk: Clerk, days: int) -> None:
    """Set the phone's clock so many days ahead, and open its page anew."""
    clerk.page.evaluate("days => localStorage.setItem('test-days', days)", days)
    clerk.page.goto("/rollcall/")


def test_a_clock_that_jumps_ahead_without_a_network_seals_the_lists_and_wipes_none(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(SET_CLOCK, place=spare)
    clerk.open_roll()
    clerk.cut()
    present = clerk.tick(2)
    lists = clerk.kept("rosters")
    clerk.page.locator("#back").click()
    set_clock(clerk, 400)
    expect(clerk.site).not_to_contain_text("sẵn sàng khi mất mạng")
    clerk.site.click()
    expect(clerk.page.locator("#alert")).to_contain_text("Hãy chỉnh lại ngày giờ")
    assert (clerk.kept("rosters"), clerk.kept("events")) == (lists, 2)
    set_clock(clerk, 0)
    expect(clerk.site).to_contain_text("sẵn sàng khi mất mạng")
    clerk.open_roll()
    expect(clerk.page.locator(".line.is-present")).to_have_count(present)
    clerk.tick(1)
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=3)
    assert server.marks(clerk.device) == (3, 3)


def test_a_roll_opens_where_there_is_a_network_though_the_clock_has_jumped_ahead(
    phone: GivesPhone, spare: Place
) -> None:
    clerk = phone(SET_CLOCK, place=spare)
    clerk.cut()
    set_clock(clerk, 400)
    expect(clerk.site).not_to_contain_text("sẵn sàng khi mất mạng")
    clerk.cut(off=False)
    clerk.open_roll()
    clerk.tick(1)
    clerk.awaits(waiting=0, sent=1)


def test_lists_that_are_over_by_a_clock_that_may_be_right_are_wiped_also_without_a_network(
    phone: GivesPhone, spare: Place
) -> None:
    clerk = phone(SET_CLOCK, place=spare)
    clerk.cut()
    assert clerk.kept("rosters") > 0
    set_clock(clerk, 20)
    expect(clerk.site).not_to_contain_text("sẵn sàng khi mất mạng")
    assert clerk.kept("rosters") == 0


def test_lists_whose_end_the_server_has_seen_are_wiped_also_without_a_network(phone: GivesPhone, spare: Place) -> None:
    clerk = phone(place=spare)
    clerk.cut()
    assert clerk.kept("rosters") > 0
    clerk.page.evaluate(OVER)
    clerk.page.reload()
    expect(clerk.site).not_to_contain_text("sẵn sàng khi mất mạng")
    assert clerk.kept("rosters") == 0
