"""Rolls where something goes wrong at the desk or on the phone: no mark is lost, and the page says how it is."""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, Route, expect
from playwright.sync_api import Error as PlaywrightError

from lantoa.rollcall.wall_codes import is_code
from tests.e2e.camera import camera, code_of, film
from tests.e2e.conftest import SignsIn
from tests.e2e.installation import Installation
from tests.e2e.phones import HOPE, Clerk, GivesPhone, Place, Server, switched_off
from tests.e2e.reader import HEIGHTS, PATIENCE, WIDE, Reader
from tests.e2e.ways import open_roll, set_up_session
from tests.e2e.words import vi

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

OFFICER, CLERK = "muongso.tuyengiao", "muongso.vanthu"
MARKS = "**/roll/marks/"
RECORDED = """
SELECT event.status, event.late FROM attendance_attendanceevent event
JOIN study_sessions_studysession held ON held.id = event.session_id WHERE held.title = %s ORDER BY event.arrival
"""
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
HOURS_AHEAD = """
globalThis.hoursAhead = 0;
const Right = Date;
globalThis.Date = class extends Right {
  constructor(...given) { given.length ? super(...given) : super(Date.now()); }
  static now() { return Right.now() + globalThis.hoursAhead * 3_600_000; }
};
"""
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
WAITING = "() => Object.keys(localStorage).filter(key => key.startsWith('rollcall:')).length"


@contextlib.contextmanager
def on_a_bad_line(browser: Browser, url: str) -> Iterator[Reader]:
    """The clerk at a browser whose network comes and goes, of which the console may complain."""
    context = browser.new_context(base_url=url, viewport={"width": WIDE, "height": HEIGHTS[WIDE]})
    context.set_default_timeout(PATIENCE)
    mistakes: list[str] = []
    context.on("weberror", lambda error: mistakes.append(str(error.error)))
    try:
        reader = Reader(context, context.new_page())
        reader.sign_in(CLERK)
        yield reader
    finally:
        context.close()
    assert not mistakes, "\n".join(mistakes)


def recorded(installation: Installation, session: str) -> list[tuple[str, bool]]:
    """Status and lateness of each mark of a session, as they arrived."""
    with psycopg.connect(installation.database) as connection:
        return connection.execute(RECORDED, (session,)).fetchall()


def lines_of(page: Page) -> list[Locator]:
    """The first lines of the connected roll."""
    return page.locator(".roll-line").all()[:4]


def tap(line: Locator) -> None:
    line.locator(".roll-tap").click()


def says_that_wait(page: Page, marks: int) -> None:
    """Wait until the open roll says that so many marks wait."""
    words = vi("No connection: {waiting} marks wait on this device and are sent by themselves. Sent: {sent}")
    expect(page.locator("[data-roll-sync]")).to_contain_text(words.split("{sent}")[0].format(waiting=marks).strip())


def says_that_sent(page: Page, marks: int) -> None:
    """Wait until the open roll says that so many marks were sent since it was opened, and none waits."""
    expect(page.locator("[data-roll-sync]")).to_have_text(vi("all sent: {sent}").format(sent=marks), timeout=PATIENCE)


def left_with_marks(clerk: Reader, session: str, marks: int) -> tuple[str, list[str]]:
    """The clerk marks the first people without a network, and the browser dies; its address, and their names."""
    open_roll(clerk, session)
    address = clerk.page.url
    clerk.context.set_offline(True)
    lines = lines_of(clerk.page)[:marks]
    for line in lines:
        tap(line)
    says_that_wait(clerk.page, marks)
    names = [line.locator(".roll-name").inner_text() for line in lines]
    with contextlib.suppress(PlaywrightError), clerk.page.expect_event("crash"):
        clerk.page.goto("chrome://crash")
    clerk.page.close()
    clerk.context.set_offline(False)
    clerk.page = clerk.context.new_page()
    return address, names


def test_marks_that_were_made_without_a_network_are_sent_once(
    sits_down: SignsIn, browser: Browser, installation: Installation
) -> None:
    session = "Buổi học khi mạng chập chờn"
    set_up_session(sits_down(OFFICER), session, number=1)
    with on_a_bad_line(browser, installation.url) as clerk:
        open_roll(clerk, session)
        first, second, third, _fourth = lines_of(clerk.page)
        clerk.context.set_offline(True)
        for line in (first, second, third, third):
            tap(line)
        says_that_wait(clerk.page, 4)

        def lose(route: Route) -> None:
            route.fetch()
            route.abort("connectionreset")

        clerk.page.route(MARKS, lose, times=1)
        with clerk.page.expect_event("requestfailed"):
            clerk.context.set_offline(False)
        clerk.page.evaluate(HOPE)
        says_that_sent(clerk.page, 4)
        assert clerk.page.evaluate(WAITING) == 0
        clerk.page.reload()
        for line, value in ((first, "present"), (second, "present"), (third, "")):
            expect(line).to_have_attribute("data-value", value)
    assert [status for status, _late in recorded(installation, session)] == [*["present"] * 3, "retracted"]


def test_marks_that_waited_while_somebody_closed_the_roll_become_late_changes(
    sits_down: SignsIn, browser: Browser, installation: Installation
) -> None:
    session = "Buổi học được chốt khi còn dấu chờ gửi"
    set_up_session(sits_down(OFFICER), session, number=2)
    with on_a_bad_line(browser, installation.url) as clerk:
        address, _names = left_with_marks(clerk, session, 3)
        other = sits_down(CLERK)
        open_roll(other, session)
        other.go("Close the roll")
        other.page.locator("main [name=absent_rest]").check()
        other.press("Close the roll")
        other.says("This roll is closed.")
        clerk.page.goto(address)
        words = vi(
            "{sent} marks that waited on this device were sent. Late changes, which wait for an approval: {late}."
        )
        expect(clerk.page.locator("[data-roll-left]")).to_contain_text(words.format(sent=3, late=3))
        assert clerk.page.evaluate(WAITING) == 0
        clerk.go("Show the roll anew")
        expect(clerk.page.locator(".roll-flag")).to_have_count(3)
        expect(clerk.page.locator("[data-roll-left]")).to_be_hidden()
    late = [status for status, late in recorded(installation, session) if late]
    assert late == ["present"] * 3


def test_marks_of_a_session_that_was_cancelled_are_named_and_kept(
    sits_down: SignsIn, browser: Browser, installation: Installation
) -> None:
    session = "Buổi học bị hủy khi còn dấu chờ gửi"
    officer = sits_down(OFFICER)
    set_up_session(officer, session, number=3)
    with on_a_bad_line(browser, installation.url) as clerk:
        address, names = left_with_marks(clerk, session, 2)
        officer.page.goto("/")
        officer.go("Sessions", session)
        officer.confirm("Cancel the session")
        officer.says("This session was cancelled.")
        clerk.page.goto(address)
        left = clerk.page.locator("[data-roll-left]")
        expect(left).to_contain_text(vi("This session has been cancelled, so nobody can be marked at it."))
        for name in names:
            expect(left.locator("li").filter(has_text=name)).to_contain_text(vi("present"))
        expect(left).to_contain_text(
            vi("Nothing is deleted. Write these names down and give them to the officer or the secretary.")
        )
        assert clerk.page.evaluate(WAITING) == 2
    assert recorded(installation, session) == []


def test_a_clock_that_is_set_back_turns_no_order_around(
    sits_down: SignsIn, browser: Browser, installation: Installation
) -> None:
    session = "Buổi học khi đồng hồ bị chỉnh lùi"
    set_up_session(sits_down(OFFICER), session, number=4)
    with on_a_bad_line(browser, installation.url) as clerk:
        open_roll(clerk, session)
        clerk.page.route(MARKS, lambda route: route.abort("connectionreset"))
        line = lines_of(clerk.page)[0]
        tap(line)
        says_that_wait(clerk.page, 1)
        clerk.page.clock.set_fixed_time(dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
        clerk.page.reload()
        expect(line).to_have_attribute("data-value", "present")
        tap(line)
        says_that_wait(clerk.page, 2)
        clerk.page.unroute(MARKS)
        clerk.page.evaluate(HOPE)
        says_that_sent(clerk.page, 2)
        clerk.page.reload()
        expect(line).to_have_attribute("data-value", "")
    assert [status for status, _late in recorded(installation, session)] == ["present", "retracted"]


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
    unmarked = clerk.page.locator(".line.is-none").all()
    first, second = (clerk.page.locator(".line").filter(has_text=line.inner_text()) for line in unmarked[:2])
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
    unmarked = clerk.page.locator(".line.is-none").all()
    names = [line.locator(".name").inner_text() for line in unmarked[:2]]
    first, second = (clerk.page.locator(".line").filter(has_text=name).first for name in names)
    for line in (first, second):
        line.locator(".tap").click()
        expect(line).to_have_class(re.compile("is-present"))
    other = clerk.context.new_page()
    other.goto(clerk.page.url)
    there = other.locator(".line").filter(has_text=names[1]).first
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
        name = clerk.page.locator(".line.is-none .name").last.inner_text()
        line, there = (one.page.locator(".line").filter(has_text=name).last for one in (clerk, other))
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


def set_ahead(page: Page, *, hours: int) -> None:
    """Set the clock of the machine while the wall shows, and wait until it has drawn twice since."""
    page.evaluate("hours => { globalThis.hoursAhead = hours; }", hours)
    left = page.locator("[data-wall-left]")
    for _ in range(2):
        shown = left.evaluate("bar => bar.value")
        page.wait_for_function("shown => document.querySelector('[data-wall-left]').value !== shown", arg=shown)


def await_good_code(page: Page) -> None:
    """Wait until the wall shows a code that the server takes."""
    key = page.locator("[data-wall]").get_attribute("data-key") or ""
    deadline = monotonic() + PATIENCE / 1000
    while not is_code(key, page.locator("[data-wall-code]").inner_text().replace(" ", ""), now=dt.datetime.now(dt.UTC)):
        assert monotonic() < deadline, "The wall shows no good code."


def test_the_code_on_the_wall_stays_right_when_the_clock_is_set(
    sits_down: SignsIn, browser: Browser, installation: Installation
) -> None:
    session = "Buổi học có mã trên tường"
    set_up_session(sits_down(OFFICER), session, number=0)
    with on_a_bad_line(browser, installation.url) as clerk:
        open_roll(clerk, session)
        clerk.context.add_init_script(HOURS_AHEAD)
        clerk.go("Wall code")
        clerk.press("Open the wall code")
        doubt = clerk.page.locator("[data-wall-doubt]")
        await_good_code(clerk.page)
        clerk.context.set_offline(True)
        set_ahead(clerk.page, hours=-1)
        await_good_code(clerk.page)
        expect(doubt).to_be_visible()
        set_ahead(clerk.page, hours=2)
        clerk.context.set_offline(False)
        expect(doubt).to_be_hidden(timeout=2 * PATIENCE)
        await_good_code(clerk.page)
