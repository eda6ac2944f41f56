"""Rolls of 62 from 1,000 sites, or with `--full` a nation's 31,000: `python -m benchmarks.national_morning`.

Every phone sends its roll in one, two or three batches, each after the receipts of the one before. Of the tries some
lose their answer (the phone hangs up and never hears), some break off in the middle of the body, and some are sent
twice at once; the phone tries again after a pause with jitter, with the very same bytes, until it holds a receipt for
every event. The server and the worker run as an installation runs them, on a PostgreSQL whose commits last.

Afterwards queries of our own count that every mark is there once and that coverage says what the marks say, for every
unit up to the root. The limits are 5 minutes from the first batch until the root's figures are complete (a reduced run:
the same pace), nothing lost, nothing doubled, and memory that does not grow with the number of sites.
"""

import argparse
import asyncio
import datetime as dt
import heapq
import itertools
import os
import random
import resource
import time
from collections import Counter
from dataclasses import dataclass, field

import psycopg

from benchmarks._morning import ROOT_UNIT, Morning, build, count, wait_until_folded
from benchmarks._phones import Line, Sent, batch_of, outcomes_of
from benchmarks._stack import Installation, Server, installation, peak_memory
from benchmarks.harness import compare

FULL, REDUCED = 31_000, 1_000
WITHIN = 300.0
CONNECTIONS = 24
LOST, BROKEN, TWICE = 0.05, 0.02, 0.03
"""Of the tries: the answer is lost; the body breaks off; the batch is sent twice at once."""
PAUSE = (0.2, 2.0)
"""Seconds before a phone tries again; before its next batch, a tenth of that."""
FOLDED_WITHIN = 300.0
MOST_MEMORY = {"server": 500.0, "worker": 300.0, "load": 300.0}
"""MB, each with its children."""
Answer = tuple[int, dict[bytes, bytes], bytes]
"""Status, headers and body."""


def main() -> None:
    """Replay; exit code 1 where a limit is broken or the figures do not agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help=f"all {FULL:,} sites")
    parser.add_argument("--sites", type=int, help="so many sites")
    parser.add_argument("--processes", type=int, default=2, help="processes of the server (default 2)")
    options = parser.parse_args()
    morning = Morning(options.sites or (FULL if options.full else REDUCED))
    with installation() as made:
        started = time.perf_counter()
        build(made.database, morning)
        took = time.perf_counter() - started
        print(f"{morning.sites:,} sites, {morning.marks:,} people called, built in {took:.1f} s")
        kept = _replay(made, morning, options.processes)
    raise SystemExit(0 if kept else 1)


@dataclass
class Phones:
    """All phones: what each has to send next and when. Only those that wait to try again are kept."""

    morning: Morning
    when: dt.datetime
    untouched: list[int]
    waiting: list[tuple[float, int, int, int]] = field(default_factory=list)
    """When, site, first person, try."""
    tried: Counter[str] = field(default_factory=Counter)
    receipts: Counter[str] = field(default_factory=Counter)
    most_tries: int = 0
    busy: int = 0

    @classmethod
    def of(cls, morning: Morning) -> "Phones":
        """The phones of a morning, in an order by chance that is the same each time."""
        order = list(range(1, morning.sites + 1))
        random.Random(5).shuffle(order)  # noqa: S311 the same each time
        return cls(morning, dt.datetime.now(dt.UTC), order)

    def next(self) -> tuple[int, int, int] | float | None:
        """The next site, first person and try; seconds to wait where all wait; None at the end."""
        if self.waiting and (self.waiting[0][0] <= time.perf_counter() or not self.untouched):
            if (pause := self.waiting[0][0] - time.perf_counter()) > 0:
                return pause
            _due, site, first, number = heapq.heappop(self.waiting)
            return site, first, number
        if self.untouched:
            return self.untouched.pop(), 0, 1
        return PAUSE[0] if self.busy else None

    def later(self, site: int, first: int, number: int, pause: float) -> None:
        """The phone goes on after a pause."""
        heapq.heappush(self.waiting, (time.perf_counter() + pause, site, first, number))

    def batch(self, site: int, first: int) -> tuple[Sent, int]:
        """The batch that begins with a person of the list, and with whom the next one begins."""
        parts = 1 + (site % 5 == 0) + (site % 10 == 0)
        last = min(self.morning.people, first + -(-self.morning.people // parts))
        sent = batch_of(
            self.morning, site, first_seq=first + 1, people=range(first, last), when=self.when, compresslevel=1
        )
        return sent, last


def _replay(made: Installation, morning: Morning, processes: int) -> bool:
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}; {processes} server processes")
    phones = Phones.of(morning)
    with made.serving(processes=processes) as server, made.running("worker") as worker:
        wait_until_folded(made.database, within=2 * FOLDED_WITHIN)
        watch = Watch(made, server, worker, morning)
        took = asyncio.run(_send_all(server, phones, watch))
        visible = watch.until_visible()
        watch.look()
    counted = count(made.database)
    print(
        f"all receipts after {took:.1f} s ({morning.sites / took:.0f} sites/s, {morning.marks / took:,.0f} marks/s), "
        f"all visible at the root after {visible:.1f} s"
    )
    print(f"tries: {dict(phones.tried)}, at most {phones.most_tries} for a batch; receipts: {dict(phones.receipts)}")
    print(f"most marks waiting for the folder: {watch.most_waiting:,}")
    print(counted)
    in_full = visible * FULL / morning.sites
    kept = [
        compare("seconds until all is visible, in full", in_full, WITHIN, limit=1.0),
        *(
            compare(f"memory of {name}: {watch.memory[name]:.0f} MB", watch.memory[name], most, limit=1.0)
            for name, most in MOST_MEMORY.items()
        ),
    ]
    sound = counted.agrees_with(events=morning.marks) and counted.people == morning.marks
    print("every mark once, every figure" if sound else "THE FIGURES DO NOT AGREE")
    return all(kept) and sound


async def _send_all(server: Server, phones: Phones, watch: "Watch") -> float:
    """Seconds until every phone has all its receipts."""
    watch.begin()
    watching = asyncio.create_task(watch.keep_looking())
    chances = [random.Random(number) for number in range(CONNECTIONS)]  # noqa: S311 the same each time
    await asyncio.gather(*(_carry(server.port, phones, chance) for chance in chances))
    watching.cancel()
    return time.perf_counter() - watch.started


async def _carry(port: int, phones: Phones, chance: random.Random) -> None:
    """Send what is next, until there is nothing more, over one connection (and a second for what is sent twice)."""
    line, other = Line(port), Line(port)
    while (turn := phones.next()) is not None:
        if isinstance(turn, float):
            await asyncio.sleep(min(turn, 0.05))
            continue
        site, first, number = turn
        phones.busy += 1
        sent, following = phones.batch(site, first)
        phones.most_tries = max(phones.most_tries, number)
        if await _try(line, other, phones, sent, chance):
            if following < phones.morning.people:
                phones.later(site, following, 1, chance.uniform(*PAUSE) / 10)
        else:
            phones.later(site, first, number + 1, chance.uniform(*PAUSE))
        phones.busy -= 1
    await line.close()
    await other.close()


async def _try(line: Line, other: Line, phones: Phones, sent: Sent, chance: random.Random) -> bool:
    """Whether the phone now holds a receipt for each event of the batch."""
    fate = chance.random()
    try:
        if fate < LOST:
            phones.tried["answer lost"] += 1
            await line.tell(sent.request, linger=chance.uniform(0, 0.05))
            return False
        if fate < LOST + BROKEN:
            phones.tried["broken off"] += 1
            await line.tell(sent.request[: -sent.size // 2], linger=0)
            return False
        if fate < LOST + BROKEN + TWICE:
            phones.tried["sent twice at once"] += 1
            answers = await asyncio.gather(line.ask(sent.request), other.ask(sent.request), return_exceptions=True)
            noted = [_noted(phones, sent, answer) for answer in map(_heard, answers)]
            return all(noted)
        phones.tried["whole"] += 1
        return _noted(phones, sent, await line.ask(sent.request))
    except (OSError, EOFError):
        phones.tried["connection failed"] += 1
        return False


def _heard(answer: Answer | BaseException) -> Answer:
    """The answer; raises what a try at once with another failed with, once both have ended and no line waits."""
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _noted(phones: Phones, sent: Sent, answer: Answer) -> bool:
    status, _headers, body = answer
    if status != 200:
        phones.tried[f"status {status}"] += 1
        return False
    found = outcomes_of(body)
    phones.receipts.update({word: number for word, number in found.items() if number})
    return found["accepted"] + found["duplicate"] == sent.events


class Watch:
    """Looks now and then at the folder's marks and at the memory of everybody."""

    EVERY = 3.0

    def __init__(self, made: Installation, server: Server, worker: int, morning: Morning) -> None:
        self._database = made.database
        self._processes = {"server": server.process, "worker": worker}
        self._marks = morning.marks
        self.started = 0.0
        self.most_waiting = 0
        self.memory: dict[str, float] = {}

    def begin(self) -> None:
        """The clock runs from now."""
        self.started = time.perf_counter()

    async def keep_looking(self) -> None:
        """Look every few seconds, and say how far the morning is."""
        for turn in itertools.count(1):
            await asyncio.sleep(self.EVERY)
            reported = await asyncio.to_thread(self.look)
            if turn % 10 == 0:
                memory = ", ".join(f"{name} {size:.0f} MB" for name, size in self.memory.items())
                print(
                    f"  {time.perf_counter() - self.started:5.0f} s: {reported:,} visible at the root; peaks: {memory}"
                )

    def look(self) -> int:
        """Note what there is; how many people the root says have been marked."""
        self.memory = {name: peak_memory(process) for name, process in self._processes.items()}
        self.memory["load"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with psycopg.connect(self._database, autocommit=True) as connection:
            (waiting,) = connection.execute("SELECT count(*) FROM attendance_dirtymark").fetchone() or (0,)
            self.most_waiting = max(self.most_waiting, waiting)
            (marked,) = connection.execute(
                "SELECT coalesce(sum(present + late + excused + absent), 0) FROM attendance_coverage"
                " WHERE unit_id = %s AND person_group = 'all'",
                [ROOT_UNIT],
            ).fetchone() or (0,)
        return int(marked)

    def until_visible(self) -> float:
        """Seconds from the beginning until the root's coverage counts everybody; at most a few minutes after."""
        until = time.perf_counter() + FOLDED_WITHIN
        while self.look() < self._marks and time.perf_counter() < until:
            time.sleep(0.1)
        return time.perf_counter() - self.started


if __name__ == "__main__":
    main()
