"""The real thing: `lantoa serve` and `lantoa worker` on a copy of the demonstration, and a browser that clicks."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Protocol

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.demonstration.database import Demonstration
from tests.e2e.installation import Installation, running
from tests.e2e.reader import ARGUMENTS, CHROMIUM, WIDE, Reader, reading


class SignsIn(Protocol):
    """Gives a browser of its own to one person."""

    def __call__(self, username: str = "", *, width: int = WIDE, scripts: bool = True) -> Reader:
        """The person's page, signed in where a name is given."""


@pytest.fixture(scope="module")
def installation(demonstration: Demonstration) -> Iterator[Installation]:
    """A running installation that only this module writes to."""
    with running(demonstration, f"{demonstration.name}_{os.getpid()}") as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def sits_down(browser: Browser, installation: Installation) -> Iterator[SignsIn]:
    """Gives each person a browser of their own; at the end, whatever a browser complained about fails the test."""
    with ExitStack() as open_browsers:
        opened: Callable[..., AbstractContextManager[Reader]] = partial(reading, browser, installation.url)

        def sit_down(username: str = "", *, width: int = WIDE, scripts: bool = True) -> Reader:
            reader = open_browsers.enter_context(opened(width=width, scripts=scripts))
            if username:
                reader.sign_in(username)
            return reader

        yield sit_down
