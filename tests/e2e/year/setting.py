"""What the chapters of the year share."""

import re
import subprocess
import sys
from dataclasses import dataclass

from playwright.sync_api import Locator

from tests.demonstration.database import environment
from tests.e2e.conftest import SignsIn
from tests.e2e.installation import Installation
from tests.e2e.reader import Reader
from tests.e2e.story.setting import DISTRICT, Story
from tests.e2e.words import capital, vi

_STRIKE = (
    "from lantoa.kernel import clock; from lantoa.plans.services.reminders import send_due_reminders; "
    "print(send_due_reminders(day=clock.today()))"
)


@dataclass
class Year:
    """Who works, and at which installation."""

    sits_down: SignsIn
    installation: Installation

    @property
    def district(self) -> Reader:
        """The district's officer, at a browser of their own."""
        return self.sits_down(DISTRICT)

    def story(self, campaign: str) -> Story:
        """What the chapters of the story need for that campaign."""
        return Story(self.sits_down, campaign)

    def strike(self) -> int:
        """Let the clock strike the hour of the reminders; how many it sent."""
        return int(self._run("manage", "shell", "-c", _STRIKE).splitlines()[-1])

    def recount(self) -> None:
        """Every campaign counted again from the marks agrees with the figures that the pages show."""
        said = self._run("recount")
        assert "differences" not in said, said

    def _run(self, *arguments: str) -> str:
        variables = environment(self.installation.database, self.installation.data)
        command = [sys.executable, "-m", "lantoa", *arguments]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


LINES = 3
"""So many lines has the table of rules of a new campaign."""


@dataclass(frozen=True)
class Rule:
    """What units of one kind owe, and by when: on a day, or so many days from an event."""

    kind: str
    owed: str
    value: str
    when: str = "fixed"


def prepare(
    officer: Reader, *, name: str, audience: str, directive: str, dates: tuple[str, str], sector: str = ""
) -> None:
    """Open the form of a new campaign and fill in everything but what the units owe."""
    officer.go("Roll-outs", "Prepare a campaign")
    officer.fill("Name of the campaign", name)
    officer.page.locator("main label").filter(has_text=directive).locator("input").check()
    officer.choose(audience)
    if sector:
        officer.box("Sector").select_option(label=sector)
    officer.fill("Begins on", dates[0])
    officer.fill("Ends on", dates[1])


def rule(officer: Reader, rule: Rule) -> None:
    """Say what the units of one kind owe, on the next free line of the table."""
    line = next(number for number in range(1, LINES + 1) if not _cell(officer, number, "what is owed").input_value())
    _cell(officer, line, "units").select_option(label=capital(vi(rule.kind)))
    _cell(officer, line, "what is owed").select_option(rule.owed)
    _cell(officer, line, "day or number of days").fill(rule.value)
    _cell(officer, line, "how the deadline is counted").select_option(rule.when)


def _cell(officer: Reader, line: int, name: str) -> Locator:
    return officer.box(vi(f"Rule %(n)d: {name}") % {"n": line})


def start(officer: Reader) -> None:
    """Keep the campaign that was filled in, and start it."""
    officer.press("Keep as a draft")
    officer.go("Start…")
    officer.press("Start the campaign")
    officer.says_nothing_of("This campaign is being prepared.")


def told(reader: Reader, campaign: str) -> Locator:
    """Open the inbox; what it says of the campaign."""
    reader.follow(reader.page.get_by_role("link", name=re.compile(f"^{vi('Inbox')}")).locator("visible=true").first)
    return reader.page.locator("main tbody tr").filter(has_text=campaign)


def figure(text: str) -> int:
    """A whole number as a Vietnamese page writes it."""
    return int(text.replace(".", ""))
