"""The pages of a portal: `python -m benchmarks.portal`, or with `--full` 5,000 articles and 100,000 documents.

The server runs as an installation runs it and is asked by this process on the same machine for articles, the first
page, the list of documents, searches and suggestions: without copies of pages, with the copies that it keeps itself,
and behind nginx with the configuration that we ship (no TLS). Beside them, in the same run, a bare Wagtail page (a
title and a text) through the same server and middleware. Latencies are those of one reader after another, the rate is
that of several at once; the processor's time says what a request costs whatever else runs.
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

from benchmarks import _nginx
from benchmarks._phones import Line, Run, Sent, load
from benchmarks._stack import Installation, Server, database_process, installation, processor_seconds
from benchmarks.harness import compare
from benchmarks.search import QUESTIONS

FULL, REDUCED = (5_000, 100_000), (500, 5_000)
"""Articles and documents."""
AT_ONCE = 8
SEARCH_BUDGET = 50.0
BARE, UNCACHED = "benchmarks._bare_wagtail.settings", "benchmarks._uncached_settings"
CACHED = "lantoa.config.settings"
Pages = dict[str, "Measured"]
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
            f"{self.name:<32} p50 {self.median:7.1f} ms   p95 {self.p95:7.1f} ms   {self.rate:7.1f}/s   "
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
        made.run("manage", "collectstatic", "--noinput", "--verbosity", "0")
        started = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks._portal", str(articles), str(documents)]
        subprocess.run(command, env={**made.environment, "DJANGO_SETTINGS_MODULE": BARE}, check=True)  # noqa: S603 ours
        print(f"{articles:,} articles and {documents:,} documents built in {time.perf_counter() - started:.0f} s")
        kept = _measure(made, options)
    raise SystemExit(0 if kept else 1)


def _measure(made: Installation, options: argparse.Namespace) -> bool:
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}; {options.processes} server process(es)")
    addresses, seconds = _addresses(made.database), options.seconds
    database = database_process(made.database)
    with made.serving(processes=options.processes, settings=BARE) as server:
        bare = _measured("bare Wagtail page", server, ["/bare/"], seconds, (server.process,), database)
    with made.serving(processes=options.processes, settings=UNCACHED) as server:
        uncached = _all_pages("uncached", server, addresses, seconds, (server.process,), database)
    with made.serving(processes=options.processes, settings=CACHED) as server:
        ways = [uncached, _all_pages("own copies", server, addresses, seconds, (server.process,), database)]
        if _nginx.program() is None:
            print("behind nginx: not measured, for nginx is missing (apt-get install nginx-light)")
        else:
            with _nginx.before(server, made.folder / "nginx") as proxy:
                processes = (proxy.process, server.process)
                ways.append(_all_pages("behind nginx", proxy, addresses, seconds, processes, database))
    for pages in ways:
        for measured in pages.values():
            compare(f"{measured.name}: p50 over the bare page", measured.median, bare.median)
            compare(f"{measured.name}: processor", measured.processor, bare.processor)
            compare(f"{measured.name}: requests/s", measured.rate, bare.rate)
    return compare("p95 of an uncached search over its budget", uncached["search"].p95, SEARCH_BUDGET, limit=1.0)


def _all_pages(
    way: str,
    server: Server,
    addresses: dict[str, list[str]],
    seconds: float,
    processes: Sequence[int],
    database: int,
) -> Pages:
    return {
        name: _measured(f"{name}, {way}", server, some, seconds, processes, database)
        for name, some in addresses.items()
    }


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


def _measured(
    name: str, server: Server, addresses: Sequence[str], seconds: float, processes: Sequence[int], database: int
) -> Measured:
    """One after another for the latencies, then several at once for the rate; each address was asked for before."""
    asyncio.run(_each(server, addresses))
    before = _used(processes), _used([database])
    one = _load(server, addresses, seconds, 1)
    serving, database_used = _used(processes) - before[0], _used([database]) - before[1]
    many = _load(server, addresses, seconds, AT_ONCE)
    cost = 1000 / one.answered
    measured = Measured(name, one.median, one.p95, many.rate, serving * cost, database_used * cost)
    print(measured)
    return measured


def _used(processes: Sequence[int]) -> float:
    return sum(map(processor_seconds, processes))


async def _each(server: Server, addresses: Sequence[str]) -> None:
    line = Line(server.port)
    for sent in itertools.islice(_requests(addresses), len(addresses)):
        await line.ask(sent.request)
    await line.close()


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
