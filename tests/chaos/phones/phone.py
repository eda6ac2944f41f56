"""The phone of the chaos: the page that clerks use, in a real browser, used by its buttons."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, ViewportSize

HANDS = Path(__file__).with_name("hands.js").read_text(encoding="utf-8")
ADDRESS = "/rollcall/"
PATIENCE = 20_000


@dataclass(frozen=True)
class Look:
    """What the page shows once it is at rest, and what lies on the phone.

    `lines` are the names of the list with the state that each line shows, None while no list is open. `events` are
    those of the queue by their ids, as they lie in IndexedDB; of the lists there are the site and the number of each.
    """

    sync: str
    alert: str
    why: str
    address: str
    lines: dict[str, str] | None
    events: dict[str, dict[str, Any]]
    phone: dict[str, Any] | None
    rosters: tuple[dict[str, Any], ...]
    next_seq: int

    def of_site(self, site_id: int) -> list[dict[str, Any]]:
        """The events of a site in the order in which they were made."""
        found = [event for event in self.events.values() if event["site_id"] == site_id]
        return sorted(found, key=lambda event: event["order"])

    def is_listed(self, event: dict[str, Any]) -> bool:
        """Whether the receipt came before the newest list of the event's site, which tells what became of it; what
        waits for an approval is on no list."""
        came = max((one["order"] for one in self.rosters if one["site_id"] == event["site_id"]), default=0)
        counts: bool = event["standing"] == "sent" and event["code"] != "late"
        return counts and event["receipt_order"] < came

    @property
    def waiting(self) -> int:
        """How many events have no receipt."""
        return sum(event["standing"] == "waiting" for event in self.events.values())


class Phone:
    """One browser with one page."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._address = address
        size: ViewportSize = {"width": 360, "height": 640}
        self._context = browser.new_context(service_workers="block", locale="vi-VN", viewport=size)
        self._context.set_default_timeout(PATIENCE)
        self._context.add_init_script(HANDS)
        self.mistakes: list[str] = []
        self._context.on("weberror", lambda error: self.mistakes.append(str(error.error)))
        self._page = self._context.new_page()
        self._page.goto(f"{address}/nothing")

    def begin_anew(self) -> None:
        """Be a phone that was never used."""
        try:
            self._page.evaluate("window.chaos?.forget()")
        except Error:  # a page that never came to rest
            self._change_windows("/nothing")
            self._page.evaluate("chaos.forget()")
        self.mistakes.clear()

    def open(self, address: str = "") -> Look:
        """Open the page and look at it."""
        self._page.evaluate("address => history.replaceState(null, '', address)", f"{ADDRESS}{address}")
        return self.reopen()

    def reopen(self) -> Look:
        """Leave the page, whatever it is at, open it again where it was, and look at it."""
        self._page.reload()
        return self.act("nothing")

    def change_windows(self, address: str = "") -> Look:
        """Close the window, whatever its page is at, and open the page in another one."""
        self._change_windows(f"{ADDRESS}{address}")
        return self.act("nothing")

    def _change_windows(self, address: str) -> None:
        page: Page = self._page
        self._page = self._context.new_page()
        page.close()
        self._page.goto(f"{self._address}{address}")

    def act(self, what: str, *values: object) -> Look:
        """Do something and look at what comes of it."""
        (look,) = self.act_by_turns([what, *values])
        return look

    def act_by_turns(self, *acts: Sequence[object]) -> list[Look]:
        """Do one thing after the other and look at what comes of each."""
        said = self._page.evaluate("acts => chaos.act(acts)", json.dumps(acts))
        return [_look(one) for one in json.loads(said)]

    def begin(self, what: str, *values: object) -> None:
        """Do something and look away."""
        self._page.evaluate("([what, values]) => void chaos.begin(what, ...values)", [what, list(values)])

    def parcel(self) -> str | None:
        """What waits, as a file; None where nothing does."""
        made: str | None = self._page.evaluate("chaos.parcel()")
        return made


def _look(said: dict[str, Any]) -> Look:
    lines = said["lines"]
    return Look(
        sync=said["sync"],
        alert=said["alert"],
        why=said["why"],
        address=said["address"],
        lines=None if lines is None else dict(lines),
        events={event["event_id"]: event for event in said["events"]},
        phone=said["phone"],
        rosters=tuple(said["rosters"]),
        next_seq=said["nextSeq"],
    )
