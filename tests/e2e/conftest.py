"""The real thing: `lantoa serve` and `lantoa worker` on a copy of the demonstration, and a browser that clicks."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.installation import Installation, build_demonstration, running
from tests.e2e.reader import ARGUMENTS, CHROMIUM, WIDE, Reader, reading

TEMPLATE = os.environ.get("LANTOA_E2E_TEMPLATE", "")
"""A database that holds the demonstration already, for who runs these tests again and again on one server."""


class SignsIn(Protocol):
    """Gives a browser of its own to one person."""

    def __call__(self, username: str = "", *, width: int = WIDE, scripts: bool = True) -> Reader:
        """The person's page, signed in where a name is given."""


@pytest.fixture(scope="session")
def _demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The name of a database that holds the demonstration, and the folder of its files."""
    data = tmp_path_factory.mktemp("e2e")
    name = TEMPLATE or f"lantoa_e2e_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    build_demonstration(os.environ["DATABASE_URL"], name, data)
    return name, data


@pytest.fixture(scope="module")
def installation(_demonstration: tuple[str, Path]) -> Iterator[Installation]:
    """A running installation that only this module writes to."""
    template, data = _demonstration
    with running(os.environ["DATABASE_URL"], template, f"{template}_{os.getpid()}", data) as started:
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
