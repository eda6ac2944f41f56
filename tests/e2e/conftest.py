"""The real thing: `lantoa serve` and `lantoa worker` on a copy of the demonstration, and a browser that clicks."""

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from psycopg import sql

from tests.demonstration.database import Demonstration, database_url, environment
from tests.e2e import installation as installed
from tests.e2e.installation import Installation, running
from tests.e2e.phones import Clerk, GivesPhone, Place, Server, switched_off
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
def driver() -> Iterator[Playwright]:
    """What drives browsers: a module has one."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    launched = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def signed_in(installation: Installation) -> dict[str, str]:
    """The session of whoever has signed in to the installation, by the name of the user."""
    return {}


@pytest.fixture
def sits_down(browser: Browser, installation: Installation, signed_in: dict[str, str]) -> Iterator[SignsIn]:
    """Gives each person a browser of their own, the first time by the form of the sign-in; at the end, whatever a
    browser complained about fails the test."""
    with ExitStack() as open_browsers:
        opened: Callable[..., AbstractContextManager[Reader]] = partial(reading, browser, installation.url)

        def sit_down(username: str = "", *, width: int = WIDE, scripts: bool = True) -> Reader:
            reader = open_browsers.enter_context(opened(width=width, scripts=scripts))
            if username in signed_in:
                reader.come_back(installation.url, signed_in[username])
            elif username:
                reader.sign_in(username)
                signed_in[username] = reader.session
            return reader

        yield sit_down


@pytest.fixture(scope="module")
def server(demonstration: Demonstration) -> Iterator[Server]:
    """A web server on a copy of the demonstration that only this module writes to."""
    name = f"{demonstration.name}_{os.getpid()}_phones"
    with contextlib.closing(psycopg.connect(demonstration.server_url, autocommit=True)) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(demonstration.name)))
        variables = environment(database_url(demonstration.server_url, name), demonstration.data)
        started = Server(variables, installed.free_port())
        try:
            started.start()
            started.await_answer()
            yield started
        finally:
            started.kill()
            started.database.close()
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def places(server: Server) -> Iterator[Place]:
    """A place for each roll of 62 people: one of more than 186, then one of more than 124."""
    large, second, *_ = server.places()
    return iter([large] * 3 + [second] * 3)


@pytest.fixture(scope="module")
def spare(server: Server) -> Place:
    """A place for those who mark a few."""
    return server.places()[2]


@pytest.fixture
def phone(server: Server, driver: Playwright, places: Iterator[Place], tmp_path: Path) -> Iterator[GivesPhone]:
    with ExitStack() as phones:

        def give(script: str = "", place: Place | None = None) -> Clerk:
            clerk = Clerk(driver, server, tmp_path, place or next(places), script)
            phones.enter_context(switched_off(clerk))
            clerk.set_up()
            return clerk

        yield give
