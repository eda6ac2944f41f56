"""The server of the chaos: the whole application in this process, on a database that nobody else uses.

Its requests run in two threads, since the browser's driver keeps the main one. Copies of the tables are the backups.
"""

import contextlib
import datetime as dt
import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple, ParamSpec, TypeVar

from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.utils import timezone

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.folding.campaigns import fold_campaign
from lantoa.attendance.services.marks import Mark, record_marks
from lantoa.attendance.services.rolls import close_roll
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.rollcall.models import Epoch
from lantoa.rollcall.services.provisioning import provision
from lantoa.study_sessions.models import Site
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.factories import make_campaign, make_entry, make_summons
from tests.rollcall.factories import ROOT, Handset, make_handset
from tests.study_sessions.factories import make_session, make_site, place

Row = tuple[Any, ...]
_of_this_thread = threading.local()
Given = ParamSpec("Given")
Result = TypeVar("Result")
NAMES = (("Lò Văn An", "Giàng A Bình", "Tẩn Mí Chẳng", "Lý Thị Dung"), ("Vàng A Giàng", "Nguyễn Thị Hoà"))
"""The people of each site's list."""
_THREADS = 2
_NUMBERED = {
    "attendance_device": "id",
    "rollcall_provisioning": "id",
    "rollcall_quarantinedevent": "id",
    "attendance_attendanceevent": "arrival",
    "attendance_latechange": "id",
    "attendance_rollclosing": "id",
    "attendance_attendance": "id",
    "attendance_dirtymark": "id",
}
_OTHERS = ("rollcall_phone", "rollcall_roster", "attendance_coverage", "accounts_signinlimit")
_FORGOTTEN = ("audit_entry", "audit_rowchange")
"""They grow with every example, and nothing here reads them."""


class Answer(NamedTuple):
    """What the server sends back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Place:
    """A site and, by name, the people on its list."""

    site_id: int
    session_id: int
    people: dict[str, int]


@dataclass(frozen=True)
class Backup:
    """The tables as they stood: rows as JSON, and the last number that each drew."""

    rows: dict[str, str | None]
    numbers: dict[str, int | None]


class Dies:
    """Ends the process's connection in place of the statement of that number: what `kill -9` does to a transaction."""

    def __init__(self, statement: int) -> None:
        self._left = statement

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Pass a statement on, or die."""
        self._left -= 1
        if self._left < 0:
            if connection.connection is not None:
                connection.connection.close()
            raise OperationalError("killed")
        return execute(sql, params, many, context)


class Server:
    """The application with one session of one committee: two sites, a clerk, a secretary, and a colleague's phone."""

    def __init__(self) -> None:
        logging.getLogger("django.request").setLevel(logging.CRITICAL)
        self._threads = ThreadPoolExecutor(_THREADS, "server")
        self._handset: Handset
        self._clock = dt.timedelta()
        self.places: list[Place] = []
        self.run(self._begin)
        self.first = self.backup()

    def close(self) -> None:
        """End its threads and their connections."""
        both = threading.Barrier(_THREADS)

        def end() -> None:
            both.wait()
            connection.close()

        for done in [self._threads.submit(end) for _ in range(_THREADS)]:
            done.result()
        self._threads.shutdown()

    def run(self, work: Callable[Given, Result], *values: Given.args, **named: Given.kwargs) -> Result:
        """Do something where the application runs."""
        return self._submit(work, *values, **named).result()

    def _submit(self, work: Callable[Given, Result], *values: Given.args, **named: Given.kwargs) -> "Future[Result]":
        ahead = self._clock

        def at_its_time() -> Result:
            with clock.supposing(timezone.now() + ahead) if ahead else contextlib.nullcontext():
                return work(*values, **named)

        return self._threads.submit(at_its_time)

    def set_clock(self, ahead: dt.timedelta) -> None:
        """Let its clock be so far ahead of the right time, or behind it."""
        self._clock = ahead

    def rows(self, statement: str, *values: Any) -> list[Row]:
        """What the database answers."""
        return self.run(_rows, statement, values)

    # -- what the network brings --

    def deliver(
        self, method: str, path: str, headers: dict[str, str], body: bytes, *, dies: int | None = None
    ) -> "Future[Answer]":
        """A request on its way; with `dies` the process is killed in place of that statement."""
        return self._submit(_answer, method, path, headers, body, dies)

    # -- what people do elsewhere --

    def code(self) -> str:
        """A code by which the clerk sets up a phone."""
        return self.run(lambda: provision(actor=self._clerk, unit=self._unit)[1])

    def mark_on_the_web(self, place: Place, entry_id: int, status: str, *, by_secretary: bool) -> None:
        """A mark on the connected page."""
        actor = self._secretary if by_secretary else self._clerk
        self.run(_mark, actor, place.site_id, entry_id, status)

    def mark_on_another_phone(self, place: Place, entry_id: int, status: str) -> None:
        """A mark by the colleague's phone."""
        handset = self._handset
        said: Any = {"session_id": place.session_id, "site_id": place.site_id}
        body = handset.batch([handset.event(entry_id, status)], **said)
        self.run(lambda: handset.post("batches", body))

    def close_on_the_web(self, place: Place, *, absent_rest: bool) -> None:
        """The secretary closes the roll."""
        self.run(_close, self._secretary, place.site_id, absent_rest)

    def carry(self, parcel: str) -> "Future[Answer]":
        """The colleague's phone hands in somebody's parcel."""
        headers = {"Authorization": f"Bearer {self._handset.token}", "Content-Type": "application/json"}
        return self.deliver("POST", f"{ROOT}/parcels", headers, parcel.encode())

    def revoke(self) -> None:
        """Every phone but the colleague's is revoked."""
        self.rows(
            "UPDATE rollcall_phone SET revoked_at = now() WHERE device_id <> %s AND revoked_at IS NULL RETURNING 1",
            self._handset.phone.pk,
        )

    def decide(self, *, accept: bool) -> None:
        """Somebody decides about all late marks."""
        decision = "accepted" if accept else "rejected"
        self.rows("UPDATE attendance_latechange SET decision = %s WHERE decision = 'pending' RETURNING 1", decision)
        self.rows(
            "INSERT INTO attendance_dirtymark (campaign_id, entry_id) "
            "SELECT %s, e.entry_id FROM attendance_attendanceevent e WHERE e.late RETURNING 1",
            self.campaign_id,
        )

    def fold(self) -> None:
        """The folder takes its turn."""
        self.run(fold_campaign, self.campaign_id)

    def fold_and_die(self, statement: int) -> None:
        """The folder takes its turn, and is killed in place of that statement."""
        self.run(_fold_and_die, self.campaign_id, statement)

    def be_patient(self) -> None:
        """Forget whom it made wait."""
        self.rows("DELETE FROM accounts_signinlimit RETURNING 1")

    # -- backups --

    def backup(self) -> Backup:
        """A copy of everything that phones change."""
        return self.run(_copied)

    def restore(self, backup: Backup, *, epoch: str = "") -> None:
        """Put a copy back, with another epoch, as `lantoa restore` does; with the same one the phones are not told."""
        self.run(_put_back, backup)
        self.epoch = epoch or str(uuid.uuid4())
        self.rows("UPDATE rollcall_epoch SET value = %s RETURNING 1", self.epoch)

    def begin_anew(self) -> None:
        """Be as before the example."""
        self.set_clock(dt.timedelta())
        self.restore(self.first)
        self._handset.numbers = iter(range(1, 10_000))

    def _begin(self) -> None:
        Epoch.objects.get_or_create(pk=1)  # tests with real transactions empty the table
        self._unit = make_unit("Đảng bộ xã Sin Suối Hồ", kind=UnitKind.GRASSROOTS_COMMITTEE)
        cell = make_unit("Chi bộ bản Sin Suối Hồ", parent=self._unit)
        campaign = make_campaign(self._unit)
        summons = make_summons(campaign, self._unit)
        session = make_session(campaign, self._unit, starts_at=clock.now() - dt.timedelta(minutes=30))
        for names in NAMES:
            site = make_site(session, self._unit, cells=[] if self.places else [cell])
            people = {name: make_entry(summons, make_person(name, unit=cell), unit=cell) for name in names}
            place(site, *people.values())
            self.places.append(Place(site.pk, session.pk, {name: entry.pk for name, entry in people.items()}))
        first = Site.objects.select_related("unit", "session").get(pk=self.places[0].site_id)
        self._handset = make_handset(first, make_actor(Role.CLERK, self._unit).user_id or 0)
        self.campaign_id = campaign.pk
        self._clerk, self._secretary = make_actor(Role.CLERK, self._unit), make_actor(Role.SECRETARY, self._unit)


def _rows(statement: str, values: tuple[Any, ...]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _answer(method: str, path: str, headers: dict[str, str], body: bytes, dies: int | None) -> Answer:
    if not hasattr(_of_this_thread, "client"):
        _of_this_thread.client = Client(raise_request_exception=False)
    client: Client = _of_this_thread.client
    client.cookies.clear()
    kind = headers.get("Content-Type", "application/octet-stream")
    with contextlib.nullcontext() if dies is None else _killed(dies):
        response = client.generic(method, path, body, content_type=kind, headers=headers)
    return Answer(response.status_code, dict(response.items()), response.content)


@contextlib.contextmanager
def _killed(statement: int) -> Iterator[None]:
    """The process ends in place of that statement, if it comes to it, and another takes its place."""
    try:
        with connection.execute_wrapper(Dies(statement)):
            yield
    finally:
        connection.close()


def _fold_and_die(campaign_id: int, statement: int) -> None:
    with contextlib.suppress(OperationalError), _killed(statement):
        fold_campaign(campaign_id)


def _mark(actor: Actor, site_id: int, entry_id: int, status: str) -> None:
    site = Site.objects.select_related("session__campaign", "unit").get(pk=site_id)
    with contextlib.suppress(Refusal):
        record_marks(actor=actor, site=site, marks=[Mark(entry_id, MarkStatus(status), uuid.uuid4(), clock.now())])


def _close(actor: Actor, site_id: int, absent_rest: bool) -> None:
    site = Site.objects.select_related("session__campaign", "unit").get(pk=site_id)
    with contextlib.suppress(Refusal):
        close_roll(actor=actor, site=site, absent_rest=absent_rest)


def _copied() -> Backup:
    tables = [*_NUMBERED, *_OTHERS]
    copies = ", ".join(f"(SELECT jsonb_agg(t)::text FROM {table} t)" for table in tables)
    numbers = ", ".join(
        f"pg_sequence_last_value(pg_get_serial_sequence('{table}', '{key}'))" for table, key in _NUMBERED.items()
    )
    (row,) = _rows(f"SELECT {copies}, {numbers}", ())
    return Backup(dict(zip(tables, row, strict=False)), dict(zip(_NUMBERED, row[len(tables) :], strict=True)))


def _put_back(backup: Backup) -> None:
    with _without_triggers() as cursor:
        for table in _FORGOTTEN:
            cursor.execute(f"DELETE FROM {table}")
        for table, rows in backup.rows.items():
            cursor.execute(f"DELETE FROM {table}")
            if rows is not None:
                kept = f"SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s)"
                cursor.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE {kept}", [rows])
        settings = ", ".join(
            f"setval(pg_get_serial_sequence('{table}', '{key}'), {max(1, backup.numbers[table] or 1)}, "
            f"{'true' if backup.numbers[table] else 'false'})"
            for table, key in _NUMBERED.items()
        )
        cursor.execute(f"SELECT {settings}")


@contextlib.contextmanager
def _without_triggers() -> Iterator[CursorWrapper]:
    """The guards of the append-only tables refuse everybody."""
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


def unpacked(parcel: str) -> dict[str, Any]:
    """What a parcel holds."""
    content: dict[str, Any] = json.loads(json.loads(parcel)["content"])
    return content
