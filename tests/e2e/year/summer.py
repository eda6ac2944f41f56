"""Summer: one conference at more than 300 sites, its roll, and a make-up session that lifts the coverage."""

import re

from playwright.sync_api import expect

from tests.e2e.reader import PATIENCE, PHONE, Reader
from tests.e2e.story.figures import await_fold
from tests.e2e.story.setting import CLERK, COMMUNE, OFFICER, Story, day
from tests.e2e.story.studying import await_sent, choose_mark, line_of, lines_of
from tests.e2e.words import vi
from tests.e2e.year.setting import Year, figure

CONFERENCE = "Hội nghị trực tuyến toàn huyện quán triệt Kết luận số 01-KL/TW"
SITE = "Chi bộ Cơ quan xã Mường So"
LEAST_SITES = 300
ASKS_EVERY = 20_000
"""Milliseconds after which the board asks again by itself."""


def summon(story: Story, district: Reader) -> int:
    """The district calls everybody; how many."""
    story.opens_campaign(district, "Summons")
    district.go("Summon")
    called = figure(district.stat("Would be called"))
    district.fill("Number and notation", "205-CV/HU")
    district.fill("Date of issue", day())
    district.press("Freeze the list")
    assert figure(district.stat("On this list")) == called
    return called


def set_up(story: Story, district: Reader, called: int) -> None:
    """In one step every cell gets a site, and everybody a place; the board shows them all."""
    story.opens_campaign(district, "Sessions")
    district.go("Set up a study session")
    district.fill("Name of the session", CONFERENCE)
    district.fill("Begins on", day())
    district.fill("Begins at", "00:00")
    district.fill("Ends at", "23:59")
    district.press("Set up the session")
    district.go("Sites as a table")
    cells = (vi("cell under a grassroots committee"), vi("grassroots cell"))
    for kind in district.page.get_by_role("group", name=vi("One site for each")).locator("label").all():
        if kind.inner_text().strip().lower().startswith(cells):
            kind.locator("input").check()
    district.press("Make the sites")
    _open_conference(story, district)
    district.press("Put them on the lists")
    district.go("Board of the sites")
    sites, placed = _board(district)
    assert sites >= LEAST_SITES
    assert placed == called


def hand_over(story: Story, district: Reader) -> None:
    """One of the sites is kept by the commune, whose clerk can sign in."""
    _open_conference(story, district)
    _find_site(district)
    district.go("Change")
    district.box("Kept by").select_option(label=f"– {COMMUNE}")
    district.press("Save the site")


def report(story: Story, year: Year, district: Reader) -> None:
    """The clerk says that the site is ready and how many are there; the district's board says so unasked."""
    _open_conference(story, district)
    district.page.clock.install()
    district.go("Board of the sites")
    clerk = year.sits_down(CLERK, width=PHONE)
    clerk.go("Sessions", CONFERENCE, SITE)
    clerk.choose("ready")
    clerk.press("Note the state")
    clerk.fill("Members and cadres", "7")
    clerk.fill("Others", "2")
    clerk.box("How it was counted").select_option("counted")
    clerk.press("Note the headcount")
    district.page.clock.fast_forward(ASKS_EVERY)
    for label, figure_there in (("Sites ready", "1"), ("Members there", "7")):
        shown = district.page.locator("[data-board] .stat").filter(has_text=vi(label)).locator(".stat-value")
        expect(shown).to_have_text(figure_there, timeout=PATIENCE)
    clerk.leave()


def take(year: Year) -> tuple[int, str]:
    """The clerk marks all but one present and closes; how many were there, and who was not."""
    clerk = year.sits_down(CLERK, width=PHONE)
    clerk.go("Sessions", CONFERENCE)
    clerk.follow(clerk.page.get_by_role("link", name=re.compile(rf"{vi('Open the roll')}.*{SITE}")))
    people = [person for person in lines_of(clerk) if not person.excluded]
    missing, *there = people
    for person in there:
        line_of(clerk, person).locator(".roll-tap").click()
    choose_mark(clerk, missing, "excused-work")
    await_sent(clerk)
    clerk.go("Close the roll")
    clerk.fill("Others present, on no list", "2")
    clerk.press("Close the roll")
    clerk.says("This roll is closed.")
    clerk.leave()
    return len(there), missing.name


def make_up(story: Story, year: Year, district: Reader, there: int, missing: str) -> None:
    """The commune gives its own another day; the coverage rises by one, the first-session rate does not."""
    commune = year.sits_down(OFFICER)
    _open_conference(story, commune)
    commune.go("Who missed it", "Set up a make-up session")
    title = commune.box("Name of the session").input_value()
    commune.fill("Begins on", day())
    commune.fill("Begins at", "00:01")
    commune.fill("Ends at", "23:59")
    commune.press("Set up the make-up session")
    clerk = year.sits_down(CLERK, width=PHONE)
    clerk.go("Sessions", title)
    clerk.follow(clerk.page.locator("main a[href*='/roll/']").first)
    [person] = [person for person in lines_of(clerk) if person.name == missing]
    line_of(clerk, person).locator(".roll-tap").click()
    await_sent(clerk)
    clerk.leave()
    story.opens_campaign(district, "Coverage")
    await_fold(district, f"{there + 1}/")
    assert f"{there}/" in district.text
    assert vi("at least") in district.text.lower()


def _open_conference(story: Story, reader: Reader) -> None:
    story.opens_campaign(reader, "Sessions")
    reader.go(CONFERENCE)


def _find_site(reader: Reader) -> None:
    reader.go("Board of the sites")
    reader.page.get_by_role("searchbox").first.fill(SITE)
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    reader.go(SITE)


def _board(reader: Reader) -> tuple[int, int]:
    """Sites and people with a place, as the board sums them."""
    return _second_figure(reader, "Sites with a problem"), _second_figure(reader, "Members there")


def _second_figure(reader: Reader, label: str) -> int:
    """Of how many: what stands below the figure."""
    shown = reader.page.locator("[data-board] .stat").filter(has_text=vi(label)).inner_text().replace(vi(label), "")
    _first, second, *_rest = re.findall(r"\d[\d.]*", shown)
    return figure(second)


def tell(year: Year, story: Story) -> int:
    """The whole chapter; how many were called."""
    district = year.district
    called = summon(story, district)
    set_up(story, district, called)
    hand_over(story, district)
    report(story, year, district)
    there, missing = take(year)
    story.opens_campaign(district, "Coverage")
    await_fold(district, f"{there}/")
    year.recount()
    make_up(story, year, district, there, missing)
    year.recount()
    return called
