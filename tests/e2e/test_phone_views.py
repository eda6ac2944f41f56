"""Every view of the page that phones keep: axe finds nothing, nothing runs off the edge, a finger finds its target."""

from itertools import product

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.axe import AXE, FORGET, THEMES, Round, misshapen, problems_of, resize
from tests.e2e.installation import Installation
from tests.e2e.reader import PATIENCE, PHONE, WIDE, Reader, reading
from tests.e2e.ways import set_up_session
from tests.e2e.words import vi

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

OFFICER = "muongso.tuyengiao"
SMALL = """least => [...document.querySelectorAll("a[href], button, input, summary")]
    .map(element => element.matches("[type=checkbox], [type=file]") ? element.closest("label") : element)
    .filter(element => element.checkVisibility())
    .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
    .filter(([, {width, height}]) => width < least || height < least)
    .map(([html, {width, height}]) => `${html} is ${width} × ${height}`)"""
"""What is smaller than a finger; of a box its label counts."""
FINGER = 44
BATCHES = "**/api/v1/rollcall/batches"


def look_at_phone(reader: Reader, title: str, found: Round) -> None:
    """Let axe read a view of the phone's page at both widths and in both colour schemes, which it takes from the
    device; nothing to be tapped is smaller than a finger."""
    for width, scheme in product((PHONE, WIDE), ("light", "dark")):
        resize(reader, width)
        reader.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        reader.page.evaluate(FORGET)
        problems = [*misshapen(reader), *reader.page.evaluate(SMALL, FINGER), *problems_of(reader, THEMES[0], WIDE)]
        found.problems += [f"{title} at {width} {scheme}: {problem}" for problem in problems]


def _be_a_hotel(route: Route) -> None:
    """Answer as the network of a hotel does before somebody signs in."""
    route.fulfill(status=200, content_type="text/html", body="<p>Welcome</p>")


def test_axe_finds_nothing_on_a_phone_at_work(browser: Browser, installation: Installation) -> None:
    found = Round()
    session = "Buổi học trên điện thoại"
    with reading(browser, installation.url, bypass_policy=True) as officer:
        officer.sign_in(OFFICER)
        set_up_session(officer, session)
    with reading(browser, installation.url, width=PHONE, bypass_policy=True) as reader:
        reader.sign_in("muongso.vanthu")
        page = reader.page
        page.goto("/rollcall/")
        page.evaluate(AXE)
        page.locator("#setting-up [data-signed-in]").click()
        site = page.locator("#home .site").filter(has_text=session)
        expect(site).to_contain_text(vi("ready without a network"), timeout=PATIENCE)
        look_at_phone(reader, "home", found)
        page.route(BATCHES, _be_a_hotel)
        site.click()
        page.locator(".line.is-none .tap").first.click()
        expect(page.locator("#why")).to_have_text(vi("No connection. What waits is sent by itself."))
        page.locator(".line.is-none .more").first.click()
        look_at_phone(reader, "choices", found)
        page.locator("#choices [data-value=late]").click()
        for waiting, choice in ((2, "reason=health"), (3, "value=absent")):
            expect(page.locator(".line.is-waiting")).to_have_count(waiting)
            page.locator(".line.is-none .more").first.click()
            page.locator(f"#choices [data-{choice}]").click()
        expect(page.locator(".line.is-waiting")).to_have_count(4)
        look_at_phone(reader, "roll", found)
        page.locator("#roll [data-scan]").click()
        expect(page.locator("#scanner [data-said]")).to_have_text(vi("No camera could be used."))
        look_at_phone(reader, "scanner", found)
        page.locator("#scanner [data-leave]").click()
        page.locator("#roll [data-close]").click()
        page.locator("#closing .primary").click()
        expect(page.locator("#closing [data-wrong]")).to_be_visible()
        look_at_phone(reader, "closing", found)
        page.locator("#closing [name=absent_rest]").check()
        page.locator("#closing .primary").click()
        expect(page.locator("#roll [data-standing]")).to_be_visible()
        look_at_phone(reader, "closed", found)
        page.locator("#back").click()
        page.locator("#home [data-carry]").click()
        page.locator("#carrying [data-show]").click()
        expect(page.locator("#carrying canvas")).to_be_visible()
        look_at_phone(reader, "carrying", found)
        page.unroute(BATCHES)
    assert not found.problems, "\n".join(found.problems)
