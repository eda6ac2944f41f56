"""Batches of 62 marks from phones, all that follows from them included: `python -m benchmarks.rollcall_ingest`.

The server and the worker run as an installation runs them, on a PostgreSQL whose commits last, and the load comes from
this process on the same machine. Batches come at a rising even pace; latency counts from when a batch was due. In the
same run, beside it: single marks through the API, a bare insert of the same batches and of the same single marks
through the same stack (the same server and middleware, no token, no fold, no receipt), and a COPY of the same rows
into a table with the same indexes.
`--processes` says how many server processes there are, `--rates` the paces, `--seconds` how long each lasts.
"""

import argparse
import asyncio
import datetime as dt
import itertools
import os
import time
from collections import Counter, deque
from collections.abc import Iterator

import psycopg

from benchmarks._morning import PEOPLE, Counted, Morning, build, count, wait_until_folded
from benchmarks._phones import Check, Run, Sent, batch_of, key_of, load, receipts_checked
from benchmarks._stack import Installation, Server, database_process, installation, processor_seconds
from benchmarks.harness import compare

SITES = 8_000
"""So many that a person is marked once or twice, as in a roll: each mark of a person is folded with those before it."""
TICKED_AT_ONCE = 1_000
"""At so many of them somebody ticks one name after the other."""
CONNECTIONS = 16
RATES = (50, 100, 150, 200, 250, 300)
MOST_A_SECOND = 400
"""So many batches are made beforehand for each second without a pace."""
AIM, AIM_P95 = 200.0, 200.0
"""Batches a second, and milliseconds at that pace."""
AIM_SINGLE, AIM_OF_BARE = 700.0, 0.4
FOLDED_WITHIN = 120.0


def main() -> None:
    """Measure; exit code 1 where an aim is missed or the figures do not agree."""
    options = _options()
    morning = Morning(SITES)
    with installation() as made:
        build(made.database, morning)
        kept = _measure(made, morning, options)
    raise SystemExit(0 if kept else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=2, help="processes of the server (default 2)")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each load lasts (default 8)")
    parser.add_argument("--rates", type=int, nargs="*", default=RATES, help="batches a second, rising")
    return parser.parse_args()


def _measure(made: Installation, morning: Morning, options: argparse.Namespace) -> bool:
    print(
        f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}; {options.processes} server processes, "
        f"{CONNECTIONS} connections, {SITES:,} phones"
    )
    seconds = options.seconds
    rolls, singles = Stock(_rolls(morning)), Stock(_singles(morning))
    with made.serving(processes=options.processes) as server, made.running("worker") as worker:
        wait_until_folded(made.database, within=FOLDED_WITHIN)
        check = receipts_checked(asyncio.run(key_of(server.port, 1)))
        shares = Shares(made, server, worker=worker)
        all_runs = [warm := _send(server, rolls, check, seconds=1.5)]
        assert warm.answered
        paces = {rate: _send(server, rolls, check, seconds=seconds, rate=rate, shares=shares) for rate in options.rates}
        full = _send(server, rolls, check, seconds=seconds, shares=shares)
        wait_until_folded(made.database, within=FOLDED_WITHIN)
        single = _send(server, singles, check, seconds=seconds, shares=shares, name="single marks")
        all_runs += [*paces.values(), full, single]
        folded_after = wait_until_folded(made.database, within=FOLDED_WITHIN)
    counted = count(made.database)
    bare, bare_single = _bare(made, rolls, singles, options)
    copied = _copy(made)
    print(f"folded {folded_after:.1f} s after the last answer: {counted}")
    outcomes = sum((run.outcomes for run in all_runs), Counter[str]())
    print(f"receipts: {dict(+outcomes)}, {sum(run.verified for run in all_runs)} signatures verified")
    print(f"{'single marks, to bare ones':<44} ratio {single.rate / bare_single.rate:10.2f}")
    return _judge(paces, full, single, bare, copied, counted, outcomes)


class Stock:
    """Batches that are made before they are needed, so that the load is as light as it can be."""

    def __init__(self, source: Iterator[Sent]) -> None:
        self._source = source
        self._made: deque[Sent] = deque()

    def fill(self, number: int) -> None:
        """Have so many ready."""
        self._made.extend(itertools.islice(self._source, max(0, number - len(self._made))))

    def __iter__(self) -> Iterator[Sent]:
        return self

    def __next__(self) -> Sent:
        return self._made.popleft() if self._made else next(self._source)


class Shares:
    """Who uses how much of the processors."""

    def __init__(self, made: Installation, server: Server, **others: int) -> None:
        self._processes = {"server": server.process, "PostgreSQL": database_process(made.database), **others}
        self._before: dict[str, float] = {}

    def begin(self) -> None:
        """Count from now."""
        self._before = self._now()

    def since(self, seconds: float) -> str:
        """The cores that each used since, on average."""
        now = self._now()
        return ", ".join(f"{name} {(now[name] - before) / seconds:.2f}" for name, before in self._before.items())

    def _now(self) -> dict[str, float]:
        used = {name: processor_seconds(process) for name, process in self._processes.items()}
        return {**used, "load": time.process_time()}


def _rolls(morning: Morning) -> Iterator[Sent]:
    """The roll of each site, then what was corrected in it, and so on."""
    when = dt.datetime.now(dt.UTC)
    people = range(morning.people)
    for turn in itertools.count():
        for site in range(1, morning.sites + 1):
            yield batch_of(morning, site, first_seq=turn * morning.people + 1, people=people, when=when)


def _singles(morning: Morning) -> Iterator[Sent]:
    when = dt.datetime.now(dt.UTC)
    for turn in itertools.count(1_000_000):
        for site in range(1, TICKED_AT_ONCE + 1):
            yield batch_of(morning, site, first_seq=turn, people=(turn % morning.people,), when=when)


def _send(
    server: Server,
    stock: Stock,
    check: Check,
    *,
    seconds: float,
    rate: float | None = None,
    shares: Shares | None = None,
    name: str = "as fast as answers come",
) -> Run:
    stock.fill(round(seconds * (rate or MOST_A_SECOND)))
    if shares is not None:
        shares.begin()
    run = asyncio.run(load(server.port, stock, seconds=seconds, connections=CONNECTIONS, check=check, rate=rate))
    if shares is not None:
        offered = name if rate is None else f"offered {rate:.0f} batches/s"
        print(
            f"{offered:<26} answered {run.rate:7.1f}/s   p50 {run.median:8.1f} ms   p95 {run.p95:8.1f} ms   "
            f"cores: {shares.since(run.seconds)}"
        )
    return run


def _bare(made: Installation, rolls: Stock, singles: Stock, options: argparse.Namespace) -> tuple[Run, Run]:
    """The same batches, and the same single marks, to an address that only writes them."""
    with psycopg.connect(made.database) as connection:
        connection.execute("CREATE TABLE bare_event (LIKE attendance_attendanceevent INCLUDING ALL)")
    with made.serving(processes=options.processes, settings="benchmarks._bare_settings") as server:
        shares = Shares(made, server)
        _send(server, rolls, _written, seconds=1.0)
        run = _send(server, rolls, _written, seconds=options.seconds, shares=shares, name="bare insert")
        single = _send(server, singles, _written, seconds=options.seconds, shares=shares, name="bare single marks")
    if run.outcomes or single.outcomes:
        raise RuntimeError(f"the bare insert failed: {run.outcomes + single.outcomes}")
    return run, single


def _written(run: Run, sent: Sent, status: int, _headers: dict[bytes, bytes], body: bytes) -> None:
    if status != 200 or int(body) != sent.events:
        run.outcomes[f"status {status}"] += 1


def _copy(made: Installation) -> float:
    """Rows a second of a COPY into a table with the same indexes, of as many rows as there are."""
    with psycopg.connect(made.database) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE copied_event (LIKE attendance_attendanceevent INCLUDING ALL)")
        with cursor.copy("COPY (SELECT * FROM attendance_attendanceevent LIMIT 100000) TO STDOUT") as out:
            rows = [bytes(block) for block in out]
        connection.commit()
        started = time.perf_counter()
        with cursor.copy("COPY copied_event FROM STDIN") as into:
            into.write(b"".join(rows))
        connection.commit()
    rate = len(rows) / (time.perf_counter() - started)
    print(f"{'COPY of the same rows':<26} {rate:,.0f} rows/s ({len(rows):,} rows)")
    return rate


def _judge(
    paces: dict[int, Run], full: Run, single: Run, bare: Run, copied: float, counted: Counted, outcomes: Counter[str]
) -> bool:
    marks = full.rate * PEOPLE
    print(f"{'marks a second, to COPY':<44} ratio {marks / copied:10.2f}")
    print(f"{'batches a second, to a bare insert':<44} ratio {full.rate / bare.rate:10.2f}")
    held = [rate for rate, run in paces.items() if run.p95 <= AIM_P95 and run.rate >= 0.97 * rate]
    print(f"highest pace with p95 within {AIM_P95:.0f} ms: {max(held, default=0)} batches/s")
    kept = [
        compare("aim of batches a second, to the pace held", AIM, max(held, default=0), limit=1.0),
        compare("aim of the bare insert, to ours", AIM_OF_BARE, full.rate / bare.rate, limit=1.0),
        compare("aim of single marks a second, to ours", AIM_SINGLE, single.rate, limit=1.0),
    ]
    sound = counted.agrees_with(events=outcomes["accepted"]) and set(+outcomes) == {"accepted"}
    print("every mark once, every receipt, every figure" if sound else "THE FIGURES DO NOT AGREE")
    return all(kept) and sound


if __name__ == "__main__":
    main()
