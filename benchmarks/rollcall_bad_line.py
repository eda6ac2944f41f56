"""Rolls over a bad line: 64 kbit/s, a second for the round trip, a tenth of the packets lost.

`python -m benchmarks.rollcall_bad_line` puts a proxy of its own between simulated phones and the real server. To every
connection it is a line of its own:

* each direction carries 64 kbit/s, one packet of at most 1,400 bytes after the other, and takes half a second;
* each packet is lost with a chance of one in ten, those of the handshake too. TCP sends it again after its timeout,
  which begins at 1.5 s here (the round trip and its spread, RFC 6298) and doubles; what comes after it waits for it:
  a batch is so few packets that its losses are not found out any faster;
* a packet that is lost seven times in a row breaks the connection, and besides one connection in twenty breaks for
  good within its first ten seconds (a cell tower is left, an address changes): both ends see a reset.

The phone keeps the page's rules: it hangs up after 60 s without an answer, and tries again after a pause that doubles
from 2 s and is by chance between a half and one and a half of itself. Time runs faster here by `--speed`: the delays,
the timeouts and the pauses shrink alike, so that a line of minutes is seen in seconds; the server's own time does not
shrink and counts for more. The limit: 99.9 % of the batches have their receipts within 10 tries.
"""

import argparse
import asyncio
import datetime as dt
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from benchmarks._morning import Morning, build, count
from benchmarks._phones import Line, Sent, batch_of, outcomes_of
from benchmarks._stack import Server, installation
from benchmarks.harness import compare

PHONES, AT_ONCE, SPEED = 1_000, 100, 10.0
BYTES_A_SECOND, ONE_WAY, LOSS = 64_000 / 8, 0.5, 0.1
PACKET = 1_400
FIRST_TIMEOUT, MOST_LOSSES = 1.5, 7
BREAKS = 0.05
PATIENCE, FIRST_PAUSE, LONGEST_PAUSE = 60.0, 2.0, 300.0
MOST_TRIES, SHARE = 10, 0.999


def main() -> None:
    """Send the rolls; exit code 1 where too many do not come through, or one is lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=PHONES, help=f"how many send a roll (default {PHONES})")
    parser.add_argument("--speed", type=float, default=SPEED, help=f"how much faster time runs (default {SPEED:.0f})")
    options = parser.parse_args()
    morning = Morning(options.phones)
    with installation() as made:
        build(made.database, morning)
        with made.serving(processes=1) as server:
            tries = asyncio.run(_morning(server, morning, options.speed))
        counted = count(made.database)
    through = sum(tries[number] for number in range(1, MOST_TRIES + 1))
    spread = ", ".join(f"{number}: {tries[number]}" for number in sorted(tries))
    print(f"batches by the tries that they took (0: given up): {spread}")
    print(f"{through / options.phones:.2%} through within {MOST_TRIES} tries")
    print(f"{counted.events:,} events, {counted.events_once:,} ids, about {counted.people:,} people")
    sound = counted.events == counted.events_once and counted.people == counted.events >= through * morning.people
    print("nothing lost that had a receipt, nothing doubled" if sound else "THE FIGURES DO NOT AGREE")
    kept = compare("share asked for, to that which came", SHARE, through / options.phones, limit=1.0)
    raise SystemExit(0 if kept and sound else 1)


@dataclass(frozen=True)
class Pace:
    """Time as it runs here: `speed` seconds of the line in one of ours."""

    speed: float

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of the line."""
        await asyncio.sleep(seconds / self.speed)


async def _morning(server: Server, morning: Morning, speed: float) -> Counter[int]:
    """How many batches took how many tries; 0 tries are those that were given up."""
    pace, when = Pace(speed), dt.datetime.now(dt.UTC)
    lines: set[asyncio.Task[None]] = set()
    chance = random.Random(64)  # noqa: S311 a line need not be secret

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.add(asyncio.create_task(_carry(server.port, reader, writer, pace, chance)))

    proxy = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = int(proxy.sockets[0].getsockname()[1])
    gate, tries = asyncio.Semaphore(AT_ONCE), Counter[int]()

    async def take(site: int) -> None:
        async with gate:
            sent = batch_of(morning, site, first_seq=1, people=range(morning.people), when=when)
            tries[await _phone(port, sent, pace, random.Random(site))] += 1  # noqa: S311 the same each time

    async with proxy:
        await asyncio.gather(*(take(site) for site in range(1, morning.sites + 1)))
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
    return tries


async def _phone(port: int, sent: Sent, pace: Pace, chance: random.Random) -> int:
    """Send until every event has a receipt; the tries that it took, 0 where they were too many."""
    pause = FIRST_PAUSE
    for number in range(1, MOST_TRIES + 1):
        line = Line(port)
        with suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(PATIENCE / pace.speed):
                status, _headers, body = await line.ask(sent.request)
            outcomes = outcomes_of(body)
            if status == 200 and outcomes["accepted"] + outcomes["duplicate"] == sent.events:
                await line.close()
                return number
        await line.close()
        await pace.sleep(pause * (0.5 + chance.random()))
        pause = min(2 * pause, LONGEST_PAUSE)
    return 0


async def _carry(
    port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pace: Pace, chance: random.Random
) -> None:
    """What the proxy does with a connection: carry it over a line of its own to the server's port."""
    ends = [writer]
    try:
        await _handshake(pace, chance)
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port)
        ends.append(server_writer)
        lasts = chance.uniform(0, 10) / pace.speed if chance.random() < BREAKS else None
        async with asyncio.timeout(lasts), asyncio.TaskGroup() as both:
            both.create_task(_direction(reader, server_writer, pace, chance))
            both.create_task(_direction(server_reader, writer, pace, chance))
    except (ConnectionError, TimeoutError, ExceptionGroup):
        for end in ends:
            end.transport.abort()
    finally:
        for end in ends:
            end.close()


async def _handshake(pace: Pace, chance: random.Random) -> None:
    """A round trip before the first byte, each of its packets as easily lost as any. Raises ConnectionError."""
    for _ in range(2):
        await pace.sleep(ONE_WAY + _held_up(chance))


async def _direction(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pace: Pace, chance: random.Random
) -> None:
    """Carry bytes one way, packet by packet, until that end says no more. Raises ConnectionError."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    clock = asyncio.get_running_loop().time

    async def deliver() -> None:
        while (packet := await under_way.get())[1]:
            await asyncio.sleep(packet[0] - clock())
            writer.write(packet[1])
            await writer.drain()
        writer.close()

    delivering = asyncio.create_task(deliver())
    arrives = 0.0
    try:
        while content := await reader.read(PACKET):
            await pace.sleep(len(content) / BYTES_A_SECOND)
            arrives = max(arrives, clock() + (ONE_WAY + _held_up(chance)) / pace.speed)
            under_way.put_nowait((arrives, content))
        under_way.put_nowait((arrives, b""))
        await delivering
    finally:
        delivering.cancel()


def _held_up(chance: random.Random) -> float:
    """Seconds by which losses hold a packet up, with those behind it. Raises ConnectionError after too many."""
    held, timeout = 0.0, FIRST_TIMEOUT
    for _ in range(MOST_LOSSES):
        if chance.random() >= LOSS:
            return held
        held += timeout
        timeout *= 2
    raise ConnectionResetError


if __name__ == "__main__":
    main()
