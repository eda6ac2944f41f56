"""The pages of a portal: `python -m benchmarks.portal`, or with `--full` 5,000 articles and 100,000 documents.

The server runs as an installation runs it, without copies of pages, and is asked by this process on the same machine
for articles, the first page, the list of documents, searches and suggestions; beside them, in the same run, a bare
Wagtail page (a title and a text) through the same server and middleware. Latencies are those of one reader after
another, the rate is that of several at once; the processor's time says what a request costs whatever else runs.
"""

import argparse
import asyncio
import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import psycopg

from benchmarks._phones import Run, Sent, load
from benchmarks._stack import Installation, Server, database_process, installation, processor_seconds
from benchmarks.harness import compare
from benchmarks.search import QUESTIONS

FULL, REDUCED = (5_000, 100_000), (500, 5_000)
"""Articles and documents."""
AT_ONCE = 8
SEARCH_BUDGET = 50.0
BARE, UNCACHED = "benchmarks._bare_wagtail.settings", "benchmarks._uncached_settings"
TYPED = ("ng", "ngh", "nghi q", "nghị quyết", "dang", "đảng v", "57", "57-n", "chuyen doi s", "hoa", "xyz", "phat tri")


@dataclass(frozen=True)
class Measured:
    """What one kind of page took, in milliseconds, and how many of them came a second."""

    name: str
    median: float
    p95: float
    rate: float
    server: float
    database: float

    @property
    def processor(self) -> float:
        """What a request costs the processors."""
        return self.server + self.database

    def __str__(self) -> str:
        return (
            f"{self.name:<22} p50 {self.median:7.1f} ms   p95 {self.p95:7.1f} ms   {self.rate:7.1f}/s   "
            f"processor {self.server:6.1f} ms server, {self.database:6.1f} ms PostgreSQL"
        )


def main() -> None:
    """Build, measure; exit code 1 where a search takes longer than the budget at p95."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help=f"{FULL[0]:,} articles and {FULL[1]:,} documents")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each load lasts (default 5)")
    parser.add_argument("--processes", type=int, default=1, help="processes of the server (default 1)")
    options = parser.parse_args()
    articles, documents = FULL if options.full else REDUCED
    with installation() as made:
        started = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks._portal", str(articles), str(documents)]
        subprocess.run(command, env={**made.environment, "DJANGO_SETTINGS_MODULE": BARE}, check=True)  # noqa: S603 ours
        print(f"{articles:,} articles and {documents:,} documents built in {time.perf_counter() - started:.0f} s")
        kept = _measure(made, options)
    raise SystemExit(0 if kept else 1)


def _measure(made: Installation, options: argparse.Namespace) -> bool:
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}; {options.processes} server process(es)")
    with made.serving(processes=options.processes, settings=BARE) as server:
        bare = _measured(made, server, "bare Wagtail page", ["/bare/"], options.seconds)
    with made.serving(processes=options.processes, settings=UNCACHED) as server:
        pages = {
            name: _measured(made, server, name, addresses, options.seconds)
            for name, addresses in _addresses(made.database).items()
        }
    for name, measured in pages.items():
        compare(f"{name} over the bare page, p50", measured.median, bare.median)
        compare(f"{name} over the bare page, processor", measured.processor, bare.processor)
    return compare("p95 of a search over its budget", pages["search"].p95, SEARCH_BUDGET, limit=1.0)


def _addresses(database: str) -> dict[str, list[str]]:
    """What is asked for, by the name of the page."""
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT url_path FROM portal_articlepage JOIN wagtailcore_page page ON page.id = page_ptr_id ORDER BY 1"
        ).fetchall()
    # The first part of `url_path` is the first page of the site.
    articles = [f"/cong/{path.split('/', 2)[2]}" for (path,) in random.Random(7).sample(rows, 100)]  # noqa: S311
    return {
        "article": articles,
        "first page": ["/cong/"],
        "list of documents": ["/cong/van-ban/"],
        "search": [f"/cong/tim-kiem/?{urlencode({'q': text})}" for text in QUESTIONS],
        "suggestions": [f"/cong/goi-y/?{urlencode({'q': text})}" for text in TYPED],
    }


def _measured(made: Installation, server: Server, name: str, addresses: Sequence[str], seconds: float) -> Measured:
    """One after another for the latencies, then several at once for the rate."""
    _load(server, addresses, seconds / 5, 1)
    processes = (server.process, database_process(made.database))
    before = [processor_seconds(process) for process in processes]
    one = _load(server, addresses, seconds, 1)
    spent = [processor_seconds(process) - used for process, used in zip(processes, before, strict=True)]
    many = _load(server, addresses, seconds, AT_ONCE)
    costs = [1000 * used / one.answered for used in spent]
    measured = Measured(name, one.median, one.p95, many.rate, *costs)
    print(measured)
    return measured


def _load(server: Server, addresses: Sequence[str], seconds: float, connections: int) -> Run:
    run = asyncio.run(load(server.port, _requests(addresses), seconds=seconds, connections=connections, check=_read))
    if run.outcomes:
        raise RuntimeError(f"the server answered {run.outcomes}")
    return run


def _requests(addresses: Sequence[str]) -> Iterator[Sent]:
    chance = random.Random(5)  # noqa: S311 the same order each time
    asked = chance.sample(addresses, len(addresses))
    for address in itertools.cycle(asked):
        yield Sent(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), 0, 0)


def _read(run: Run, _sent: Sent, status: int, _headers: dict[bytes, bytes], _body: bytes) -> None:
    if status != 200:
        run.outcomes[f"status {status}"] += 1


if __name__ == "__main__":
    main()
