"""What the chapters of the story share."""

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from tests.e2e.conftest import SignsIn
from tests.e2e.reader import Reader
from tests.e2e.words import vi

CAMPAIGN = "Học tập, quán triệt Chỉ thị số 42-CT/TW tại xã Mường So"
COMMUNE = "Đảng bộ xã Mường So"
OFFICER, APPROVER, CLERK = "muongso.tuyengiao", "muongso.duyet", "muongso.vanthu"
DISTRICT = "tuyengiao"
NO_TARGET = (
    "The plan has no complete target yet. Give at least one target its indicator, number, measure, owner and date."
)


def today() -> dt.date:
    """The day where the organisation works."""
    return dt.datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def day(days: int = 0) -> str:
    """A day as it is typed, so many days from today."""
    return (today() + dt.timedelta(days=days)).strftime("%d/%m/%Y")


@dataclass
class Person:
    """One line of a roll, as the page shows it."""

    entry: str
    name: str
    excluded: bool
    status: str = ""
    made_up: bool = False

    @property
    def attended(self) -> bool:
        """Whether the person was at the first session."""
        return self.status in {"present", "late"}


@dataclass
class Story:
    """Who takes part, and what they did."""

    sits_down: SignsIn
    campaign: str = CAMPAIGN
    taken: dict[str, Person] = field(default_factory=dict)
    untaken: list[Person] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    def opens_campaign(self, reader: Reader, tab: str = "") -> None:
        """Go from the navigation to the campaign, and to one of its parts."""
        reader.go("Roll-outs", self.campaign)
        if tab:
            tabs = reader.page.get_by_role("navigation", name=vi("Parts of the campaign"))
            reader.follow(tabs.get_by_role("link", name=vi(tab)))

    def opens_plan(self, reader: Reader) -> None:
        """Go to the commune's plan."""
        self.opens_campaign(reader, "Plans")
        reader.follow(reader.page.locator("main table").get_by_role("link", name=COMMUNE).first)

    @property
    def everybody(self) -> list[Person]:
        """Everybody on a roll of the session."""
        return [*self.taken.values(), *self.untaken]

    @property
    def to_be_reached(self) -> int:
        """The denominator: summoned and not excluded."""
        return sum(not person.excluded for person in self.everybody)

    @property
    def attended(self) -> int:
        """The numerator of the first-session rate."""
        return sum(person.attended and not person.excluded for person in self.everybody)

    @property
    def reached(self) -> int:
        """The numerator of the coverage: those who were there, and those who made it up."""
        return sum((person.attended or person.made_up) and not person.excluded for person in self.everybody)
