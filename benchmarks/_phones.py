"""What phones send, made beforehand or on the way, and a light client that sends it over connections that stay open."""

import asyncio
import datetime as dt
import gzip
import json
import random
import statistics
import time
import uuid
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks._morning import SESSION, Morning, roster_of, token_of

BATCHES = "/api/v1/rollcall/batches"
STATUSES = ("present", "present", "present", "present", "present", "present", "late", "excused", "absent", "present")
OUTCOMES = ("accepted", "duplicate", "quarantined")
VERIFIED = 25
"""Of so many signatures one is verified: each costs the load as much as sending a batch."""


@dataclass(frozen=True)
class Sent:
    """One batch as it goes over the wire, and how many events it holds."""

    request: bytes
    events: int
    size: int


def batch_of(
    morning: Morning, site: int, *, first_seq: int, people: Sequence[int], when: dt.datetime, compresslevel: int = 6
) -> Sent:
    """The marks of these people (from 0 on) of a site's list, numbered from `first_seq`. The same again for the same
    arguments: a retry sends what was sent before."""
    content = batch_json(morning, site, first_seq=first_seq, people=people, when=when)
    body = gzip.compress(content, compresslevel, mtime=0)
    return Sent(request_of(token_of(site), body), len(people), len(body))


def batch_json(morning: Morning, site: int, *, first_seq: int, people: Sequence[int], when: dt.datetime) -> bytes:
    """The same as JSON: keys, and the spread of moments and statuses, as the page writes them."""
    chance = random.Random(site * 1_000_003 + first_seq)  # noqa: S311 the same each time
    began = when - dt.timedelta(minutes=20)
    monotonic = chance.randrange(60_000, 5_000_000)
    roster, offset = roster_of(site), 0
    events = []
    for place, person in enumerate(people):
        offset += chance.randrange(900, 15_000)
        moment = began + dt.timedelta(milliseconds=offset)
        status = STATUSES[(person + first_seq) % len(STATUSES)]
        events.append(
            f'{{"event_id":"{_uuid7(moment, chance)}","seq":{first_seq + place},'
            f'"person_id":{morning.entry(site, person)},"status":"{status}","method":"tick",'
            f'"reason":"{"work" if status == "excused" else ""}","wall_time":"{_written(moment)}",'
            f'"monotonic_ms":{monotonic + offset},"roster_id":"{roster}","card":""}}'
        )
    return (
        f'{{"batch_id":"{uuid.UUID(int=chance.getrandbits(128), version=4)}","sent_at":"{_written(when)}",'
        f'"server_epoch":"{uuid.UUID(int=0)}","waiting":{len(people)},"refused":0,"client":"1.0",'
        f'"session_id":{SESSION},"site_id":{site},"events":[{",".join(events)}],"closings":[]}}'
    ).encode()


def request_of(token: str, body: bytes) -> bytes:
    """The bytes of a POST with a packed body, as a browser on a kept connection sends it."""
    return (
        f"POST {BATCHES} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\nAccept-Encoding: gzip\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def _uuid7(moment: dt.datetime, chance: random.Random) -> str:
    raw = int(moment.timestamp() * 1000).to_bytes(6, "big") + chance.randbytes(10)
    number = int.from_bytes(raw, "big") & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return str(uuid.UUID(int=number))


def _written(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


class Line:
    """A connection to the server that is opened anew when it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, dict[bytes, bytes], bytes]:
        """Status, headers (in small letters) and body of the answer, unpacked. Raises OSError, EOFError."""
        reader, writer = self._streams = self._streams or await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head[:-4].split(b"\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
            body = await reader.readexactly(int(headers.get(b"content-length", b"0")))
        except BaseException:
            await self.close()
            raise
        packed = headers.get(b"content-encoding") == b"gzip"
        return int(first.split()[1]), headers, gzip.decompress(body) if packed else body

    async def tell(self, request: bytes, *, linger: float) -> None:
        """Send, wait a little, and hang up before any answer: to the phone it is lost. Raises OSError."""
        _, writer = self._streams = self._streams or await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(request)
        await writer.drain()
        await asyncio.sleep(linger)
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def public_key(key: dict[str, Any]) -> ec.EllipticCurvePublicKey:
    """The server's key from the JWK that it tells phones."""
    x, y = (int.from_bytes(_bytes(key[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def is_signed(key: ec.EllipticCurvePublicKey, body: bytes, signature: str) -> bool:
    """Whether the signature is the server's over these bytes."""
    raw = _bytes(signature)
    parts = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        key.verify(parts, body, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def key_of(port: int, site: int) -> ec.EllipticCurvePublicKey:
    """The key as the phone of a site is told it."""
    line = Line(port)
    status, _headers, body = await line.ask(
        f"GET /api/v1/rollcall/devices/self HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token_of(site)}\r\n"
        "\r\n".encode()
    )
    await line.close()
    if status != 200:
        raise RuntimeError(f"devices/self answered {status}: {body[:200]!r}")
    return public_key(json.loads(body)["public_key"])


@dataclass
class Run:
    """What became of one load. Latencies in milliseconds; `seconds` from its first request to its last answer."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    verified: int = 0

    @property
    def answered(self) -> int:
        """How many answers came."""
        return len(self.latencies)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds

    @property
    def median(self) -> float:
        """Half of the answers came within this."""
        return statistics.median(self.latencies)

    @property
    def p95(self) -> float:
        """All but a twentieth of the answers came within this."""
        return sorted(self.latencies)[min(self.answered - 1, round(self.answered * 0.95))]


Check = Callable[[Run, Sent, int, dict[bytes, bytes], bytes], None]
"""Notes in the run what an answer says."""


def receipts_checked(key: ec.EllipticCurvePublicKey) -> Check:
    """Counts the outcomes of each answer's receipts, and verifies the signature under one of some."""

    def check(run: Run, sent: Sent, status: int, headers: dict[bytes, bytes], body: bytes) -> None:
        if status != 200:
            run.outcomes[f"status {status}"] += 1
            return
        found = outcomes_of(body)
        run.outcomes.update(found)
        run.outcomes["without a receipt"] += sent.events - sum(found.values())
        if run.answered % VERIFIED == 0:
            run.verified += 1
            if not is_signed(key, body, headers[b"lantoa-signature"].decode()):
                run.outcomes["badly signed"] += 1

    return check


def outcomes_of(body: bytes) -> dict[str, int]:
    """How many receipts of an answer say what."""
    return {outcome: body.count(b'"%s"' % outcome.encode()) for outcome in OUTCOMES}


async def load(
    port: int, batches: Iterator[Sent], *, seconds: float, connections: int, check: Check, rate: float | None = None
) -> Run:
    """Send for so long over so many connections: at an even pace of `rate` a second, or one after the other each.

    At a pace the latency counts from the moment when the batch was due, so that waiting for a free connection shows.
    """
    run = Run()
    started = time.perf_counter()
    due_at = _moments(started, seconds, rate)

    async def keep_sending() -> None:
        line = Line(port)
        try:
            for due in due_at:
                if rate is not None:
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))
                sent = next(batches)
                begun = due if rate is not None else time.perf_counter()
                answer = await line.ask(sent.request)
                run.latencies.append((time.perf_counter() - begun) * 1000)
                check(run, sent, *answer)
        finally:
            await line.close()

    await asyncio.gather(*(keep_sending() for _ in range(connections)))
    run.seconds = time.perf_counter() - started
    return run


def _moments(started: float, seconds: float, rate: float | None) -> Iterator[float]:
    """When each batch is due; without a pace, at once, until the time is up."""
    if rate is None:
        while (now := time.perf_counter()) < started + seconds:
            yield now
        return
    for number in range(round(seconds * rate)):
        yield started + number / rate
