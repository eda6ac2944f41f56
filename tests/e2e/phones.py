"""Phones in the hands of clerks: a server that can be killed, and browsers whose database outlives them."""

import contextlib
import hashlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

import psycopg
from django.conf import settings
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, WebError, expect
from psycopg.rows import TupleRow

from lantoa.config.environment import LOCAL_SECRET
from lantoa.rollcall.card_codes import card_text, new_number
from tests.e2e import installation
from tests.e2e.reader import ARGUMENTS, CHROMIUM, HEIGHTS, PATIENCE, PHONE

HOPE = "window.dispatchEvent(new Event('online'))"
"""What the browser says when it finds a network."""
LOOKS_EVERY = 0.05
LETTERS = "234679CFHJKMNPQRTVX"
PLACES = """
SELECT site.id, site.session_id, site.unit_id, taker.user_id
FROM study_sessions_site site
JOIN study_sessions_studysession held ON held.id = site.session_id
JOIN LATERAL (
    SELECT who.user_id FROM organizations_appointment given JOIN organizations_person who ON who.id = given.person_id
    WHERE given.unit_id = site.unit_id AND given.role IN ('clerk', 'secretary') AND who.user_id IS NOT NULL LIMIT 1
) taker ON true
JOIN LATERAL (
    SELECT count(*) AS people FROM study_sessions_siteunit sits
    JOIN plans_summonsentry entry ON entry.unit_id = sits.unit_id AND entry.campaign_id = held.campaign_id
    WHERE sits.site_id = site.id AND entry.removed_on IS NULL
) list ON true
WHERE held.cancelled_at IS NULL AND list.people > 62
    AND NOT EXISTS (SELECT FROM attendance_rollclosing closing WHERE closing.site_id = site.id)
ORDER BY list.people DESC, site.id
"""
HOLDER = """
SELECT person.id, person.full_name FROM study_sessions_siteunit sits
JOIN study_sessions_studysession held ON held.id = sits.session_id
JOIN plans_summonsentry entry ON entry.unit_id = sits.unit_id AND entry.campaign_id = held.campaign_id
JOIN organizations_person person ON person.id = entry.person_id
WHERE sits.site_id = %s AND held.id = %s AND entry.removed_on IS NULL
    AND NOT EXISTS (SELECT FROM attendance_attendanceevent event WHERE event.entry_id = entry.id)
ORDER BY entry.id DESC LIMIT 1
"""
TODAY = """
UPDATE study_sessions_studysession SET starts_at = now() - interval '1 hour', ends_at = now() + interval '2 hours'
WHERE id = ANY(%s)
"""


@dataclass(frozen=True)
class Place:
    """A site, the unit that keeps it, and who takes its roll."""

    site: int
    session: int
    unit: int
    user: int


class Server:
    """A web server that keeps its port, and the database that it writes to."""

    def __init__(self, variables: dict[str, str], port: int) -> None:
        self.variables, self.port = variables, port
        self.url = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.database = psycopg.connect(variables["DATABASE_URL"], autocommit=True)
        self._places: list[Place] = []

    def start(self) -> None:
        """Begin to serve."""
        command = [sys.executable, "-m", "lantoa", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.variables, start_new_session=True)

    def become_newer(self) -> None:
        """Serve another version of the page of phones from now on: the one of an installation that is no demonstration,
        with the same secret."""
        self.kill()
        given = {
            "LANTOA_DEMO": "0",
            "LANTOA_SECRET_KEY": LOCAL_SECRET,
            "LANTOA_HOSTS": "127.0.0.1",
            "LANTOA_HTTPS": "0",
        }
        self.variables = {**self.variables, **given}
        self.start()
        self.await_answer()

    def change_secret(self) -> None:
        """Serve with another secret from now on, so with another key."""
        self.kill()
        self.variables = {**self.variables, "LANTOA_SECRET_KEY": secrets.token_hex(32)}
        self.start()
        self.await_answer()

    def kill(self) -> None:
        """`kill -9`, with all that it started; where it runs at all."""
        process, self.process = self.process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def rows(self, query: str, *values: object) -> list[TupleRow]:
        """What the database answers."""
        return self.database.execute(query.encode(), values).fetchall()

    def places(self) -> list[Place]:
        """Sites of this very hour with more than 62 people each, the largest first."""
        if not self._places:
            self._places = [Place(*row) for row in self.rows(PLACES)]
            self.database.execute(TODAY.encode(), ([place.session for place in self._places],))
        return self._places

    def code(self, place: Place) -> str:
        """A code by which a phone is set up there."""
        code = "".join(secrets.choice(LETTERS) for _ in range(32))
        digest = hashlib.sha256(code.encode()).hexdigest()
        self.database.execute(
            "INSERT INTO rollcall_provisioning (unit_id, user_id, code_sha256, created_at, expires_at)"
            " VALUES (%s, %s, %s, now(), now() + interval '1 day')",
            (place.unit, place.user, digest),
        )
        return code

    def device(self, code: str) -> int:
        """The phone that was set up by the code."""
        query = "SELECT phone_id FROM rollcall_provisioning WHERE code_sha256 = %s"
        ((device,),) = self.rows(query, hashlib.sha256(code.encode()).hexdigest())
        return int(device)

    def marks(self, device: int) -> tuple[int, int]:
        """How many marks of a phone there are, and of how many people."""
        query = "SELECT count(*), count(DISTINCT entry_id) FROM attendance_attendanceevent WHERE device_id = %s"
        ((marks, people),) = self.rows(query, device)
        return marks, people

    def card(self, place: Place) -> tuple[str, str]:
        """The text of a new card, and the name of whoever on the list of the place has it and no mark."""
        assert settings.SECRET_KEY == LOCAL_SECRET, "The server does not know cards of another secret."
        number = new_number()
        ((person, name),) = self.rows(HOLDER, place.site, place.session)
        self.database.execute(
            "INSERT INTO rollcall_card (number, person_id, unit_id, issued_at, issued_by_id)"
            " VALUES (%s, %s, %s, now(), %s)",
            (number, person, place.unit, place.user),
        )
        return card_text(number), str(name)

    def revoke(self, device: int, *, by: int) -> None:
        """End a phone."""
        said = "UPDATE rollcall_phone SET revoked_at = now(), revoked_by_id = %s WHERE device_id = %s"
        self.database.execute(said, (by, device))

    def forget_lists(self, device: int) -> None:
        """Know no list of a phone any more, as after a restore."""
        self.database.execute("DELETE FROM rollcall_roster WHERE device_id = %s", (device,))

    def be_restored(self, device: int) -> None:
        """Know no mark of a phone any more and have another epoch, as after a restore from the day before."""
        with self.database.transaction():
            self.database.execute("SET LOCAL session_replication_role = replica")
            self.database.execute("DELETE FROM attendance_attendanceevent WHERE device_id = %s", (device,))
            self.database.execute("UPDATE rollcall_epoch SET value = gen_random_uuid()")

    def await_marks(self, device: int, number: int) -> None:
        """Wait until so many marks of a phone are there, each of another person."""
        deadline = monotonic() + PATIENCE / 1000
        while self.marks(device) != (number, number):
            assert monotonic() < deadline, f"{self.marks(device)} marks have come of {number}."
            sleep(LOOKS_EVERY)

    def await_answer(self) -> None:
        """Wait until pages come."""
        assert self.process is not None
        installation.await_answer(self.process, self.port)

    def await_blocked(self, requests: int = 1) -> None:
        """Wait until so many requests wait for a lock before they write."""
        deadline = monotonic() + PATIENCE / 1000
        while len(self.rows("SELECT DISTINCT pid FROM pg_locks WHERE NOT granted")) < requests:
            assert monotonic() < deadline, "Nothing waits for a lock."
            sleep(LOOKS_EVERY)


@dataclass
class Clerk:
    """One phone: the page on it, and the folder that keeps what is on it while it is off."""

    driver: Playwright
    server: Server
    folder: Path
    place: Place
    script: str = ""
    arguments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.mistakes: list[str] = []
        self.context: BrowserContext
        self.page: Page
        self.device = 0
        self.turn_on()

    def turn_on(self, *, offline: bool = False) -> None:
        """Open the browser on whatever it kept."""
        self.context = self.driver.chromium.launch_persistent_context(
            self.folder,
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, *self.arguments],
            base_url=self.server.url,
            viewport={"width": PHONE, "height": HEIGHTS[PHONE]},
            has_touch=True,
            offline=offline,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("weberror", self._note)
        if self.script:
            self.context.add_init_script(self.script)
        self.page = self.context.pages[0]

    def turn_off(self) -> None:
        """Close the browser."""
        self.context.close()

    def set_up(self) -> None:
        """Open the address of a QR code where there is a network, and wait until the page and the list are kept."""
        code = self.server.code(self.place)
        self.page.goto(f"/rollcall/#code={code}")
        expect(self.site).to_contain_text("sẵn sàng khi mất mạng")
        self.device = self.server.device(code)

    def open_roll(self) -> None:
        """The roll of the place."""
        self.site.click()
        expect(self.page.locator("#roll .line").first).to_be_visible()

    def await_reader(self) -> None:
        """Wait until the reader of QR codes, which comes after the lists, is kept."""
        kept = "() => caches.match(document.querySelector('#app').dataset.wasm).then(Boolean)"
        deadline = monotonic() + PATIENCE / 1000
        while not self.page.evaluate(kept):
            assert monotonic() < deadline, "The reader of QR codes did not come."

    def call_worker(self) -> None:
        """What the browser does when it finds a network: it calls the service worker."""
        devices = self.context.new_cdp_session(self.page)
        found: list[str] = []
        devices.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
        )
        devices.send("ServiceWorker.enable")
        self.page.wait_for_timeout(100)
        devices.send(
            "ServiceWorker.dispatchSyncEvent",
            {"origin": self.server.url, "registrationId": found[0], "tag": "queue", "lastChance": True},
        )

    def cut(self, *, off: bool = True) -> None:
        """Cut the network, or mend it."""
        self.context.set_offline(off)

    def tick(self, people: int) -> int:
        """Tap the names of the first people without a mark, as fast as the page takes them; returns how many are
        present then, with those whom others have marked."""
        before = int(self.page.evaluate(TAP, people))
        expect(self.page.locator(".line.is-present")).to_have_count(before + people)
        return before + people

    def carry(self, people: int) -> None:
        """Mark the first people without a network, and open the page by which another phone may carry the marks."""
        self.open_roll()
        self.cut()
        self.tick(people)
        self.page.locator("#back").click()
        self.open_carrying()

    def open_carrying(self) -> None:
        """The page by which a phone gives away its marks, or takes those of another."""
        self.page.locator("[data-carry]").click()

    def awaits(self, *, waiting: int, sent: int, refused: int = 0) -> None:
        """Wait until the page says so."""
        words = f"chờ gửi {waiting} · đã gửi {sent} · cần xem {refused}"
        expect(self.page.locator("#sync")).to_have_text(words, timeout=PATIENCE)

    @property
    def site(self) -> Locator:
        """The button of the place on the list of sites."""
        return self.page.locator(f'#home [data-site="{self.place.site}"]')

    def kept(self, store: str) -> int:
        """How many things lie in a store of the phone's database."""
        return int(self.page.evaluate(COUNT, store))

    def _note(self, error: WebError) -> None:
        self.mistakes.append(str(error.error))


TAP = """
people => {
  const before = document.querySelectorAll(".line.is-present").length;
  for (const tap of [...document.querySelectorAll(".line.is-none .tap")].slice(0, people)) tap.click();
  return before;
}
"""
COUNT = """
store => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lantoa-rollcall");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const counting = opening.result.transaction(store).objectStore(store).count();
    counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
  };
})
"""


class GivesPhone(Protocol):
    """Gives a clerk a phone of their own."""

    def __call__(self, script: str = "", place: Place | None = None) -> Clerk:
        """A phone, by default at a place for 62 people, on whose pages the script runs first."""


@contextlib.contextmanager
def switched_off(clerk: Clerk) -> Iterator[Clerk]:
    """The clerk, whose phone is switched off at the end; no script of the page may have failed meanwhile."""
    try:
        yield clerk
    finally:
        clerk.turn_off()
    assert not clerk.mistakes, "\n".join(clerk.mistakes)
