"""The network of the chaos: real sockets between the browser and the server, and every way of losing what they carry.

Each request of the page to the server meets the next fate that was laid out for it, and passes where there is none.
"""

import gzip
import json
import threading
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import cast

from django.contrib.staticfiles import finders

from tests.chaos.phones.server import Answer, Backup, Server

PATH = "/api/v1/rollcall/"
_PASSED_ON = ("Authorization", "Content-Type", "Content-Encoding", "Accept", "Accept-Encoding")


class Fate(StrEnum):
    """What becomes of a request and of its answer."""

    PASSES = "passes"
    DROPPED = "dropped"
    ANSWER_LOST = "answer lost"
    TWICE = "twice"
    AT_ONCE = "twice at once"
    HELD = "held back"
    CUT = "request cut"
    ANSWER_CUT = "answer cut"
    ANSWER_CUT_UNSEEN = "answer cut, unseen"
    ANSWER_CHANGED = "answer changed"
    SIGN_IN_PAGE = "a hotel's page"
    BAD_GATEWAY = "bad gateway"
    KILLED = "server killed"
    WITH_PARCEL = "beside its parcel"
    RESTORED = "server restored before it"


_ON_THE_WAY = {
    Fate.DROPPED: None,
    Fate.HELD: None,
    Fate.SIGN_IN_PAGE: Answer(200, {"Content-Type": "text/html"}, b"<html><title>Welcome, guest</title></html>"),
    Fate.BAD_GATEWAY: Answer(502, {"Content-Type": "text/html"}, b"<html>502 Bad Gateway</html>"),
}
"""What comes back where the request never came to the server."""


@dataclass(frozen=True)
class Request:
    """What the page asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Network:
    """Brings the page its files, and its requests to the server, or not. `offline` lets nothing through."""

    server: Server
    offline: bool = False
    fates: deque[tuple[Fate, int]] = field(default_factory=deque)
    held: list[Request] = field(default_factory=list)
    parcels: list[str] = field(default_factory=list)
    backups: list[Backup] = field(default_factory=list)
    receipted: set[str] = field(default_factory=set)
    met: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._listening = _Listening(("127.0.0.1", 0), _Handler)
        self._listening.network = self
        threading.Thread(target=self._listening.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self._listening.server_port}"

    def close(self) -> None:
        """Listen no more."""
        self._listening.shutdown()
        self._listening.server_close()

    def begin_anew(self) -> None:
        """Be as before the example."""
        self.heal()
        self.held.clear()
        self.parcels.clear()
        self.backups.clear()
        self.receipted.clear()

    def heal(self) -> None:
        """Let everything through from now on."""
        self.offline = False
        self.fates.clear()

    def deliver_held(self) -> None:
        """What was held back arrives now; nobody waits for the answers any more."""
        held, self.held = self.held, []
        for request in reversed(held):
            self._deliver(request)

    def restore(self, number: int) -> None:
        """The server is as it was, and knows of nothing since: by its last copy for 0, else by an older one."""
        self.server.restore(self.backups[-1 - number % len(self.backups)])

    def bring(self, request: Request) -> tuple[Answer | None, int | None]:
        """The answer as the page gets it, and where it breaks off; None where none comes."""
        fate, number = self._fate()
        self.met[fate] += 1
        if fate == Fate.HELD:
            self.held.append(request)
        if fate in _ON_THE_WAY:
            return _ON_THE_WAY[fate], None
        if fate == Fate.CUT:
            request = Request(request.method, request.path, request.headers, request.body[: len(request.body) // 2])
        answer = self._deliver(request, fate, number)
        if fate == Fate.KILLED and answer.status >= 500:
            self.met["server killed in the middle"] += 1
        if fate in (Fate.ANSWER_LOST, Fate.KILLED):
            return None, None
        if fate == Fate.ANSWER_CHANGED and request.path.endswith("/batches"):
            return _changed(answer), None
        if fate == Fate.ANSWER_CUT:
            return answer, len(answer.body) // 2
        if fate == Fate.ANSWER_CUT_UNSEEN:
            return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2]), None
        self._note(request, answer)
        return answer, None

    def _fate(self) -> tuple[Fate, int]:
        if self.offline:
            return Fate.DROPPED, 0
        return self.fates.popleft() if self.fates else (Fate.PASSES, 0)

    def _deliver(self, request: Request, fate: Fate = Fate.PASSES, number: int = 0) -> Answer:
        said = (request.method, request.path, request.headers, request.body)
        if fate == Fate.RESTORED and self.backups:
            self.restore(number)
        if fate == Fate.KILLED:
            return self.server.deliver(*said, dies=number).result()
        answers = [self.server.deliver(*said)]
        if fate == Fate.WITH_PARCEL and self.parcels:
            answers.append(self.server.carry(self.parcels[number % len(self.parcels)]))
        if fate == Fate.AT_ONCE:
            answers.append(self.server.deliver(*said))
        if fate == Fate.TWICE:
            answers[0].result()
            answers.insert(0, self.server.deliver(*said))
        first, *_others = [answer.result() for answer in answers]
        return first

    def _note(self, request: Request, answer: Answer) -> None:
        if answer.status == 200 and request.path.endswith(("/batches", "/parcels")):
            said = json.loads(_plain(answer))
            parts = said.get("batches", [said])
            self.receipted.update(receipt["event_id"] for part in parts for receipt in part["receipts"])


def _plain(answer: Answer) -> bytes:
    return gzip.decompress(answer.body) if answer.headers.get("Content-Encoding") == "gzip" else answer.body


def _changed(answer: Answer) -> Answer:
    """The same, but all is well in it."""
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Encoding"}
    said = _plain(answer).replace(b'"quarantined"', b'"accepted"').replace(b'"batch_id"', b'"batch__id"')
    return Answer(answer.status, headers, said)


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    network: Network

    def handle_error(self, request: object, client_address: object) -> None:
        """A page that went away while it was answered is no news."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith(PATH):
            self._bring(b"")
        elif self.path.startswith("/static/"):
            self._send(_file(self.path.removeprefix("/static/").partition("?")[0]), None)
        elif self.path.startswith("/rollcall/"):
            self._send(_page(cast("_Listening", self.server).network.server), None)
        else:
            self._send(Answer(200, {"Content-Type": "text/html"}, b"<!doctype html><title>nothing</title>"), None)

    def do_POST(self) -> None:
        self._bring(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def do_PUT(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is the standard library's
        """Say nothing."""

    def _bring(self, body: bytes) -> None:
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        network = cast("_Listening", self.server).network
        answer, breaks_off = network.bring(Request(self.command, self.path, headers, body))
        if answer is not None:
            self._send(answer, breaks_off)

    def _send(self, answer: Answer, breaks_off: int | None) -> None:
        with suppress(OSError):
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in ("content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[:breaks_off])


@cache
def _file(name: str) -> Answer:
    found = finders.find(name)
    if not isinstance(found, str):
        return Answer(404, {}, b"")
    kind = guess_type(name)[0] or "application/octet-stream"
    return Answer(200, {"Content-Type": kind, "Cache-Control": "max-age=604800, immutable"}, Path(found).read_bytes())


@cache
def _page(server: Server) -> Answer:
    return server.deliver("GET", "/rollcall/", {}, b"").result()
