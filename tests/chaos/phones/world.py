"""What all examples of a process share: a server, a network, a phone, and the figures."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import sync_playwright

from tests.chaos.phones.network import Network
from tests.chaos.phones.phone import Phone
from tests.chaos.phones.server import Server
from tests.e2e.reader import ARGUMENTS, CHROMIUM

UNDRAWN = "--enable-begin-frame-control"
"""Nobody looks at the page by eye: a browser without a window draws it when it is told to, which it never is."""


class Stopped(BaseException):
    """Somebody wants the chaos to end."""


@dataclass
class World:
    """What all examples of a process share, and what they came to."""

    server: Server
    network: Network
    phone: Phone
    stop: threading.Event = field(default_factory=threading.Event)
    """Set where no further step is wanted."""
    done: Counter[str] = field(default_factory=Counter)
    """How many examples, steps of each kind, events made, recorded and put aside."""


@contextmanager
def world() -> Iterator[World]:
    """A server on the database that Django knows, a network, and a browser."""
    server = Server()
    network = Network(server)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, UNDRAWN])
        try:
            yield World(server, network, Phone(browser, network.address))
        finally:
            browser.close()
            network.close()
            server.close()
