"""The connected roll, and the code on its wall, where the line is bad and clocks are set: no mark is lost."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from time import monotonic

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from playwright.sync_api import Error as PlaywrightError

from lantoa.rollcall.wall_codes import is_code
from tests.e2e.conftest import SignsIn
from tests.e2e.installation import Installation
from tests.e2e.phones import HOPE
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
HOURS_AHEAD = """
globalThis.hoursAhead = 0;
const Right = Date;
globalThis.Date = class extends Right {
  constructor(...given) { given.length ? super(...given) : super(Date.now()); }
  static now() { return Right.now() + globalThis.hoursAhead * 3_600_000; }
};
"""
PAUSES = """
globalThis.pauses = [];
const later = window.setTimeout;
window.setTimeout = (work, pause, ...values) => {
  if (pause !== 20_000) globalThis.pauses.push(pause);
  return later(work, pause, ...values);
};
"""
"""The pauses that a page makes, but for the longest that it waits for an answer."""
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
        clerk.page.add_init_script(PAUSES)
        clerk.page.reload()
        for times in range(1, 13):
            clerk.page.wait_for_function("times => globalThis.pauses.length >= times", arg=times)
            clerk.page.evaluate(HOPE)
        assert clerk.page.evaluate("Math.max(...globalThis.pauses)") > 60_000, "each try leaves a refusal in the log"
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
