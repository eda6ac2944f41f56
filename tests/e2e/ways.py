"""Ways through the pages that more than one journey takes."""

from tests.e2e.reader import Reader
from tests.e2e.story.setting import COMMUNE, day
from tests.e2e.words import vi

RUNNING = "Học tập, quán triệt Nghị quyết số 57-NQ/TW của Bộ Chính trị"


def open_running_campaign(reader: Reader, tab: str = "") -> None:
    """Go to the campaign that runs in the demonstration, and to one of its parts."""
    reader.go("Roll-outs", RUNNING)
    if tab:
        tabs = reader.page.get_by_role("navigation", name=vi("Parts of the campaign"))
        reader.follow(tabs.get_by_role("link", name=vi(tab)))


def set_up_session(officer: Reader, title: str, *, number: int = 0) -> None:
    """The commune's officer sets up a session of today at one site, for the first of its cells; the next ones, by their
    number, are a day earlier each, for another cell."""
    open_running_campaign(officer, "Sessions")
    officer.go("Set up a study session")
    officer.fill("Name of the session", title)
    officer.fill("Begins on", day(-number))
    officer.fill("Begins at", "00:00")
    officer.fill("Ends at", "23:59")
    officer.press("Set up the session")
    officer.go("Add a site")
    officer.fill("Site", "Nhà văn hóa bản")
    officer.box("Kept by").select_option(label=COMMUNE)
    officer.page.get_by_role("group", name=vi("Cells that go there")).locator("input").nth(number).check()
    officer.press("Add the site")
    officer.press("Put them on the lists")


def open_roll(clerk: Reader, title: str) -> None:
    """The clerk goes to the roll of the one site of that session."""
    clerk.go("Sessions", title)
    clerk.follow(clerk.page.locator("main a[href*='/roll/']").first)
