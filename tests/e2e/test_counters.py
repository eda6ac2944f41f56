"""The counters of the portal while many read at once, and when the server is killed."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.e2e.installation import Installation
from tests.e2e.phones import Server

pytestmark = pytest.mark.xdist_group("e2e")
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1)"
READERS, VIEWS = 200, 5
PATIENCE, LOOKS_EVERY = 30, 0.1
KEPT = """
SELECT agent, sum(views)::int FROM visits_opencount WHERE kind = %s AND object_id = %s GROUP BY agent
"""
ADDED_UP = "SELECT coalesce(sum(views), 0)::int FROM visits_totalcount WHERE kind = %s AND object_id = %s"
AN_ARTICLE = """
SELECT portal.id, article.page_ptr_id
FROM portal_portalsite portal JOIN wagtailcore_site site ON site.id = portal.site_id
JOIN wagtailcore_page first ON first.id = site.root_page_id
JOIN wagtailcore_page page ON starts_with(page.path, first.path)
JOIN portal_articlepage article ON article.page_ptr_id = page.id
WHERE site.is_default_site LIMIT 1
"""
"""A portal, and an article that stands there."""
WRITTEN = """
SELECT coalesce(sum((counted ->> 4)::int), 0)::int
FROM visits_visitbatch, jsonb_array_elements(content -> 'counts') AS counted WHERE counted ->> 1 = 'site'
"""


async def _ask(port: int, path: str, agent: str, answered: Callable[[], object], times: int, pause: float = 0) -> None:
    """One reader with a connection of their own, who reads so many times."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for _time in range(times):
            request = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {agent}\r\nContent-Length: 0\r\n\r\n"
            writer.write(request.encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 204"), head
            answered()
            await asyncio.sleep(pause)
    finally:
        writer.close()


def await_counted(counted: Callable[[], Counter[int]], wanted: Counter[int]) -> None:
    """Wait until the worker has brought so many, and no other number at the end."""
    deadline = time.monotonic() + PATIENCE
    while (found := counted()) != wanted:
        assert time.monotonic() < deadline, f"{found} came of {wanted}"
        time.sleep(LOOKS_EVERY)


def test_the_counters_are_exact_while_two_hundred_read_at_once(installation: Installation) -> None:
    """A fifth of them are robots. The figures come by the worker, and stay what they are."""
    port = urlsplit(installation.url).port or 0
    with psycopg.connect(installation.database, autocommit=True) as database:
        ((site, article),) = database.execute(AN_ARTICLE).fetchall()

        def kept(kind: str, number: int) -> Counter[int]:
            return Counter(dict(database.execute(KEPT, [kind, number]).fetchall()))

        async def read() -> None:
            path, agents = f"/dem/{site}/article/{article}.gif", [PHONE, PHONE, PHONE, PHONE, ROBOT]
            count = itertools.count()
            asking = (_ask(port, path, agents[n % 5], lambda: next(count), VIEWS) for n in range(READERS))
            await asyncio.gather(*asking)
            assert next(count) == READERS * VIEWS

        before = kept("site", site), kept("article", article)
        ((added_up_before,),) = database.execute(ADDED_UP, ["article", article]).fetchall()
        asyncio.run(read())
        wanted = Counter({1: READERS * VIEWS * 4 // 5, 2: READERS * VIEWS // 5})
        await_counted(lambda: kept("article", article) - before[1], wanted)
        asyncio.run(_ask(port, f"/dem/{site}/article/{article}.gif", PHONE, lambda: None, 1))
        wanted[1] += 1  # it comes by the same way, after all that might still have been on it
        await_counted(lambda: kept("article", article) - before[1], wanted)
        assert kept("site", site) - before[0] == wanted
        ((added_up,),) = database.execute(ADDED_UP, ["article", article]).fetchall()
        assert added_up - added_up_before == wanted[1]


def test_a_killed_server_loses_the_views_of_a_few_seconds_at_most(server: Server) -> None:
    """Ten are asked for to be the most that is lost; here it must be less than four."""
    ((site, _article),) = server.rows(AN_ARTICLE)
    moments: list[float] = []

    async def read_until_killed() -> None:
        loop = asyncio.get_running_loop()
        asking = [
            _ask(server.port, f"/dem/{site}.gif", PHONE, lambda: moments.append(time.monotonic()), 10_000, pause=0.05)
            for _reader in range(10)
        ]
        loop.call_later(6, server.kill)
        await asyncio.gather(*asking, return_exceptions=True)

    asyncio.run(read_until_killed())
    killed = max(moments)
    ((written,),) = server.rows(WRITTEN)
    assert sum(moment < killed - 4 for moment in moments) <= written <= len(moments) + 10
