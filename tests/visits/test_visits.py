"""Views are counted once, folded into sums, and closed by the day."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError, connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lantoa.kernel import clock
from lantoa.visits import buffer as buffers
from lantoa.visits import subjects as registered
from lantoa.visits.buffer import Buffer, Reader
from lantoa.visits.enums import Agent
from lantoa.visits.folding import close_days, fold_waiting
from lantoa.visits.models import DailySum, DaySalt, OpeningBalance, Presence, TotalCount, VisitBatch
from lantoa.visits.selectors import DayCounts, curve, most_viewed_statement, site_counts, views_of
from tests.visits.test_agents import PHONE

ROBOT = "Googlebot/2.1"
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = dt.datetime(2026, 11, 26, 12, tzinfo=HERE)
SITE_ID = 7
SITE_URL, LEAFLET_URL = f"/dem/{SITE_ID}.gif", f"/dem/{SITE_ID}/leaflet/5.gif"


@pytest.fixture(autouse=True)
def _subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites below 10 and leaflets below 100."""

    def below(limit: int) -> registered.Existing:
        def existing(ids: Collection[int]) -> list[int]:
            return [number for number in ids if number < limit]

        return existing

    monkeypatch.setattr(registered, "_KINDS", {"site": below(10), "leaflet": below(100)})


@pytest.fixture
def buffer(monkeypatch: pytest.MonkeyPatch) -> Buffer:
    """The buffer of this process, empty, which writes when the test says so."""
    fresh = Buffer()
    monkeypatch.setattr("lantoa.visits.beacons.BUFFER", fresh)
    return fresh


def at(*day: int, hour: int = 12, minute: int = 0) -> dt.datetime:
    year, month, number = day
    return dt.datetime(year, month, number, hour, minute, tzinfo=HERE)


def one_view(buffer: Buffer, *, address: str = "10.0.0.1") -> None:
    buffer.add([("site", SITE_ID)], Agent.READER, reader=Reader(SITE_ID, address, PHONE))


def read(buffer: Buffer, moment: dt.datetime, *, times: int = 1, address: str = "10.0.0.1", leaflet: int = 0) -> None:
    """So many views by one reader, written and folded."""
    with clock.supposing(moment):
        for _time in range(times):
            subjects = [("site", SITE_ID), *([("leaflet", leaflet)] if leaflet else [])]
            buffer.add(subjects, Agent.READER, reader=Reader(SITE_ID, address, PHONE))
        assert buffer.write()
        fold_waiting()


def most_viewed(*leaflets: int, days: int, limit: int) -> list[tuple[int, int]]:
    """What the statement that pages join gives of these leaflets."""
    among = TotalCount.objects.filter(kind="leaflet", object_id__in=leaflets).order_by().values("object_id")
    with connection.cursor() as cursor:
        cursor.execute(*most_viewed_statement("leaflet", days=days, limit=limit, among=among))
        return [(number, int(views)) for number, views in cursor.fetchall()]


def recounted() -> Counter[tuple[str, int, int]]:
    """All views by kind, object and agent, added up by a query of the tests' own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, object_id, agent, sum(n) FROM ("
            "SELECT kind, object_id, agent, views AS n FROM visits_opencount UNION ALL "
            "SELECT kind, object_id, agent, views FROM visits_dailysum) a GROUP BY 1, 2, 3"
        )
        return Counter({(kind, number, agent): int(n) for kind, number, agent, n in cursor.fetchall()})


@pytest.mark.django_db
class TestBeacon:
    def test_a_view_is_counted_without_a_query_or_a_cookie(
        self, client: Client, buffer: Buffer, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(0):
            drawn = client.get(LEAFLET_URL, headers={"user-agent": PHONE})
            told = client.post(LEAFLET_URL, headers={"user-agent": PHONE})
        assert (drawn.status_code, drawn["Content-Type"], drawn.content[:6]) == (200, "image/gif", b"GIF89a")
        assert (told.status_code, told.content) == (204, b"")
        assert drawn["Cache-Control"] == told["Cache-Control"] == "no-store"
        assert not drawn.cookies
        assert not told.cookies
        assert buffer.write()
        assert fold_waiting() == 4
        assert recounted() == {("site", SITE_ID, 1): 2, ("leaflet", 5, 1): 2}
        assert views_of("leaflet", [5, 6]) == {5: 2}

    def test_robots_and_previews_are_counted_apart(self, client: Client, buffer: Buffer) -> None:
        for said in (PHONE, ROBOT, ROBOT, "facebookexternalhit/1.1"):
            client.get(SITE_URL, headers={"user-agent": said})
        assert buffer.write()
        fold_waiting()
        assert recounted() == {("site", SITE_ID, 1): 1, ("site", SITE_ID, 2): 2, ("site", SITE_ID, 3): 1}
        assert site_counts(SITE_ID).total == 1
        assert Presence.objects.count() == 1

    @pytest.mark.parametrize(
        "address", ["/dem/1/nonsense/5.gif", f"/dem/{2**63}.gif", f"/dem/1/leaflet/{2**64}.gif", "/dem/x.gif"]
    )
    def test_what_cannot_be_counted_is_not_found(self, client: Client, buffer: Buffer, address: str) -> None:
        assert client.get(address, headers={"user-agent": PHONE}).status_code == 404
        assert buffer.write()
        assert not VisitBatch.objects.exists()

    def test_subjects_that_there_are_not_are_left_out(self, client: Client, buffer: Buffer) -> None:
        for address in ("/dem/10.gif", f"/dem/{SITE_ID}/leaflet/100.gif", f"/dem/{SITE_ID}/leaflet/99.gif"):
            client.post(address, headers={"user-agent": PHONE})
        assert buffer.write()
        fold_waiting()
        assert recounted() == {("site", SITE_ID, 1): 2, ("leaflet", 99, 1): 1}
        assert set(Presence.objects.values_list("site_id", flat=True)) == {SITE_ID}

    def test_nothing_of_the_reader_is_kept_but_a_mark(self, client: Client, buffer: Buffer) -> None:
        client.get(SITE_URL, headers={"user-agent": PHONE}, REMOTE_ADDR="203.0.113.77")
        assert buffer.write()
        written = str(VisitBatch.objects.get().content)
        assert "203.0.113" not in written
        assert "Android" not in written
        fold_waiting()
        assert VisitBatch.objects.get().content is None


@pytest.mark.django_db(transaction=True)
class TestWriting:
    def test_what_was_perhaps_written_counts_once(self, buffer: Buffer) -> None:
        one_view(buffer)

        def written_and_not_heard(execute: Callable[..., Any], sql: str, *asked: Any) -> Any:
            result = execute(sql, *asked)
            if "INTO visits_visitbatch" in sql:
                raise OperationalError("the line broke")
            return result

        with connection.execute_wrapper(written_and_not_heard):
            assert not buffer.write()
        assert fold_waiting() == 1
        one_view(buffer)
        assert buffer.write()
        assert buffer.write()
        fold_waiting()
        assert recounted() == {("site", SITE_ID, 1): 2}

    def test_without_the_database_the_counts_wait(self, buffer: Buffer) -> None:
        def gone(*_asked: Any) -> Any:
            raise OperationalError("no database")

        with connection.execute_wrapper(gone):
            for _second in range(3):
                one_view(buffer)
                assert not buffer.write()
        assert buffer.write()
        fold_waiting()
        assert recounted() == {("site", SITE_ID, 1): 3}

    def test_many_readers_do_not_fill_the_memory(self, buffer: Buffer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(buffers, "MOST_READERS", 3)
        for reader in (1, 2, 3, 4, 5, 1):
            one_view(buffer, address=f"10.0.0.{reader}")
        assert buffer.write()
        fold_waiting()
        assert recounted() == {("site", SITE_ID, 1): 6}
        assert Presence.objects.count() == 3

    def test_a_folded_batch_stays_an_hour(self, buffer: Buffer) -> None:
        read(buffer, NOON)
        for minutes, left in ((59, 1), (61, 0)):
            with clock.supposing(NOON + dt.timedelta(minutes=minutes)):
                assert fold_waiting() == 0
            assert VisitBatch.objects.count() == left


@pytest.mark.django_db
class TestFigures:
    def test_the_counters_of_a_site_over_days_and_months(self, buffer: Buffer) -> None:
        read(buffer, at(2026, 9, 30), times=100)
        read(buffer, at(2026, 10, 31), times=20)
        read(buffer, at(2026, 11, 1), times=3)
        read(buffer, at(2026, 11, 26, hour=11), times=4)
        read(buffer, NOON - dt.timedelta(minutes=4), times=2, address="10.0.0.2")
        for close_first in (False, True):
            with clock.supposing(NOON):
                if close_first:
                    assert close_days() == 3
                counts = site_counts(SITE_ID)
            assert (counts.online, counts.today, counts.this_month, counts.last_month) == (1, 6, 9, 20)
            assert (counts.total, counts.opening) == (129, None)

    def test_an_opening_balance_is_in_the_total_and_the_last_one_holds(self, buffer: Buffer) -> None:
        read(buffer, NOON, times=5)
        for views in (28_000_000, 28_386_823):
            OpeningBalance.objects.create(site_id=SITE_ID, views=views, entered_by_id=1)
        counts = site_counts(SITE_ID)
        assert (counts.total, counts.opening) == (28_386_828, 28_386_823)

    def test_the_curve_has_every_day(self, buffer: Buffer) -> None:
        read(buffer, at(2026, 11, 24), times=3)
        read(buffer, at(2026, 11, 24), times=1, address="10.0.0.2")
        read(buffer, at(2026, 11, 26), times=2)
        expected = [
            DayCounts(dt.date(2026, 11, 24), 4, 0, 0, 2),
            DayCounts(dt.date(2026, 11, 25), 0, 0, 0, 0),
            DayCounts(dt.date(2026, 11, 26), 2, 0, 0, 1),
        ]
        days = {"first": dt.date(2026, 11, 24), "last": dt.date(2026, 11, 26)}
        assert curve("site", SITE_ID, **days) == expected
        with clock.supposing(NOON):
            close_days()
        assert curve("site", SITE_ID, **days) == expected

    def test_the_most_read_of_the_last_days(self, buffer: Buffer) -> None:
        read(buffer, at(2026, 11, 1), times=50, leaflet=1)
        read(buffer, at(2026, 11, 25), times=2, leaflet=2)
        read(buffer, at(2026, 11, 26), times=3, leaflet=3)
        read(buffer, at(2026, 11, 26), times=4, leaflet=2)
        with clock.supposing(NOON):
            assert most_viewed(1, 2, 3, days=7, limit=5) == [(2, 6), (3, 3)]
            assert most_viewed(1, 2, 3, days=26, limit=2) == [(1, 50), (2, 6)]
            assert most_viewed(1, 3, days=26, limit=2) == [(1, 50), (3, 3)]


@pytest.mark.django_db
class TestClosing:
    def test_a_day_is_closed_once_and_its_readers_are_forgotten(self, buffer: Buffer) -> None:
        read(buffer, at(2026, 11, 25, hour=23, minute=59), times=3)
        with clock.supposing(at(2026, 11, 26, hour=0, minute=14)):
            assert close_days() == 0
        with clock.supposing(at(2026, 11, 26, hour=0, minute=16)):
            assert close_days() == 1
            assert close_days() == 0
        assert not Presence.objects.exists()
        assert not DaySalt.objects.exists()
        closed = DailySum.objects.get()
        assert (closed.day, closed.views, closed.visitors) == (dt.date(2026, 11, 25), 3, 1)

    def test_what_comes_to_light_later_is_added(self, buffer: Buffer) -> None:
        read(buffer, at(2026, 11, 25), times=3)
        with clock.supposing(NOON):
            close_days()
        read(buffer, at(2026, 11, 25), times=2)
        with clock.supposing(NOON):
            assert close_days() == 1
        assert recounted() == {("site", SITE_ID, 1): 5}
        assert site_counts(SITE_ID).total == 5

    @pytest.mark.parametrize("statement", ["UPDATE {} SET views = 0", "DELETE FROM {}", "TRUNCATE {}"])
    @pytest.mark.parametrize("table", ["visits_dailysum", "visits_openingbalance"])
    def test_history_only_grows(self, statement: str, table: str) -> None:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(table))

    def test_the_same_reader_has_another_mark_the_next_day(self, buffer: Buffer) -> None:
        read(buffer, at(2026, 11, 25))
        read(buffer, at(2026, 11, 26))
        marks = Presence.objects.values_list("mark", flat=True)
        assert len(set(marks)) == 2


@pytest.mark.django_db(transaction=True)
def test_counts_are_exact_while_readers_writers_and_folders_work_at_once(buffer: Buffer) -> None:
    """20 threads of readers, a fifth of them robots, two that write and two that fold, all at the same time."""
    over = threading.Event()

    def read_all(number: int) -> None:
        agent = Agent.READER if number % 5 else Agent.ROBOT
        for view in range(200):
            seen = [("site", SITE_ID), ("leaflet", (view * number) % 40)]
            buffer.add(seen, agent, reader=Reader(SITE_ID, f"10.0.1.{number}", PHONE))

    def repeat(work: Callable[[], object]) -> None:
        try:
            while not over.is_set():
                work()
        finally:
            connection.close()

    with ThreadPoolExecutor(24) as threads:
        working = [threads.submit(repeat, work) for work in (buffer.write, buffer.write, fold_waiting, fold_waiting)]
        reading = [threads.submit(read_all, number) for number in range(20)]
        for reader in reading:
            reader.result()
        over.set()
        for worker in working:
            worker.result()
    assert buffer.write()
    fold_waiting()
    expected = Counter({("site", SITE_ID, 1): 3200, ("site", SITE_ID, 2): 800})
    for number in range(20):
        expected.update(("leaflet", (view * number) % 40, 1 if number % 5 else 2) for view in range(200))
    assert recounted() == expected
    assert Presence.objects.count() == 16
