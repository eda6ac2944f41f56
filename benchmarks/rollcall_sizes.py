"""What the roll-call weighs on the line, against its budgets: `python -m benchmarks.rollcall_sizes`.

A roster of 62 people with cards as the server sends it, a batch of 62 marks as the page packs it, its receipts, and the
page itself: everything that its service worker keeps for a browser that needs neither of the spare libraries, packed as
the server sends it to a browser that takes gzip.
"""

import datetime as dt
import gzip
import http.client
import json
import random
import re
from base64 import b32encode
from collections.abc import Iterator

import psycopg

from benchmarks._morning import PEOPLE, SESSION, Morning, build, roster_of, token_of
from benchmarks._phones import BATCHES, batch_json
from benchmarks._stack import Server, installation
from benchmarks.harness import compare
from lantoa.demonstration.names import WAYS

ROSTER, BATCH, SHELL = 1_500, 3_000, 60_000
SITE = 300
"""The last of so many: its numbers have the digits of a server that has been in use."""
PACKED = {"Accept-Encoding": "gzip"}


def main() -> None:
    """Print the sizes; exit code 1 where one breaks its budget."""
    morning = Morning(SITE)
    with installation() as made:
        made.run("manage", "collectstatic", "--no-input")
        build(made.database, morning)
        _name(made.database, morning)
        with made.serving(processes=1) as server:
            kept = [_roster(server), _batch(server, morning), _shell(server)]
    raise SystemExit(0 if all(kept) else 1)


def _name(database: str, morning: Morning) -> None:
    """Names as the demonstration draws them, years of birth, villages, and a card for everybody."""
    chance = random.Random(62)  # noqa: S311 the same list every time
    with psycopg.connect(database) as connection:
        for number in range(morning.entry(SITE, 0), morning.marks + 1):
            name = WAYS[chance.choice(sorted(WAYS))].compose(chance)
            connection.execute(
                "UPDATE organizations_person SET full_name = %s, birth_year = %s, village = %s WHERE id = %s",
                [name, chance.randrange(1950, 2006), f"Bản Nậm {number % 7}", number],
            )
            card = b32encode(chance.randbytes(10)).decode()
            connection.execute(
                "INSERT INTO rollcall_card (number, issued_at, issued_by_id, person_id, unit_id)"
                " SELECT %s, now(), 1, person_id, unit_id FROM plans_summonsentry WHERE person_id = %s",
                [card, number],
            )


def _roster(server: Server) -> bool:
    sent = _fetch(server, "POST", f"/api/v1/rollcall/sites/{SITE}/roster")
    roster = json.loads(gzip.decompress(sent))
    people = roster["people"]
    if len(people) != PEOPLE or not all(card for *_, card in people):
        raise RuntimeError("the roster is not the one that was to be weighed")
    print(f"roster of {len(people)} names, {len({name for _, name, *_ in people})} different, each with a card")
    return compare(f"  {len(sent):,} bytes, to the budget", len(sent), ROSTER, limit=1.0)


def _batch(server: Server, morning: Morning) -> bool:
    marks = batch_json(morning, SITE, first_seq=1, people=range(PEOPLE), when=dt.datetime.now(dt.UTC))
    assert roster_of(SITE).encode() in marks
    assert f'"session_id":{SESSION}'.encode() in marks
    body = gzip.compress(marks, 6, mtime=0)
    receipts = _fetch(server, "POST", BATCHES, body)
    print(f"batch of {PEOPLE} marks, {len(marks):,} bytes unpacked; its receipts are {len(receipts):,} bytes")
    return compare(f"  {len(body):,} bytes, to the budget", len(body), BATCH, limit=1.0)


def _shell(server: Server) -> bool:
    script = _fetch(server, "GET", "/rollcall/sw.js")
    (listed,) = re.findall(r"^const SHELL = (\[.*\]);$", _unpacked(script).decode(), re.MULTILINE)
    sizes = {"the page": len(_fetch(server, "GET", "/rollcall/")), "the service worker": len(script)}
    sizes |= {path: len(_fetch(server, "GET", path)) for path in _strings(listed)}
    total = sum(sizes.values())
    largest = sorted(sizes, key=sizes.__getitem__, reverse=True)[:4]
    print(f"the page in {len(sizes)} answers; the largest: {', '.join(f'{each} {sizes[each]:,}' for each in largest)}")
    return compare(f"  {total:,} bytes, to the budget", total, SHELL, limit=1.0)


def _strings(listed: str) -> Iterator[str]:
    for value in json.loads(listed):
        yield str(value)


def _fetch(server: Server, method: str, path: str, body: bytes = b"") -> bytes:
    """The body of the answer as it went over the wire. Raises RuntimeError where it is no answer to this."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {**PACKED, "Authorization": f"Bearer {token_of(SITE)}", "Content-Type": "application/json"}
    line.request(method, path, body, headers | ({"Content-Encoding": "gzip"} if body else {}))
    answer = line.getresponse()
    content = answer.read()
    line.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}: {_unpacked(content)[:200]!r}")
    return content


def _unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


if __name__ == "__main__":
    main()
