"""Hostile addresses and queries to every page that can be read: an answer, and never a server error."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.functional import cached_property

from tests.bad_input.everybody import client as client
from tests.bad_input.everybody import everybody as everybody
from tests.bad_input.test_bodies import READ_PAGES, SCRIPT, exhaust
from tests.bad_input.watched import Watched
from tests.permissions.standing import unrecorded as unrecorded
from tests.permissions.standing import world as world
from tests.permissions.test_urls import Case
from tests.permissions.world import World

NAMES = (
    *("q", "page", "sort", "format", "on", "show", "group", "open", "with", "owner", "directive", "campaign", "next"),
    *("under", "state", "tree", "p_page", "p_sort", "p_format", "cell", "standing", "reason", "year", "kind", "other"),
    *("amend", "lang", "who", "from", "until", "act", "unit", "pilot", "directive_class", "study_mode"),
    *("sector", "body"),
)
VALUES = (
    *("\x00", "a\x00b", "abc", "-1", "0", "9" * 30, "2.5", "nope", "-nope", SCRIPT, "xlsx", "31/02/2026", "xx", ""),
    *("%s%%", "Đ" * 3000, "target-x", "target-99999999999999999999", "pk__in", "\\", "'", "(", "*"),
)
STEP = 7
"""How far the value of a name is from that of the name before it; without a divisor in common with their number."""
UNREAD = 3
"""After so many queries at which a page did not look, the rest is spared."""
NUMBER = re.compile(r"\d+")

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[Watched]:
    """The queries that were read from the addresses asked for, in their order."""
    found: list[Watched] = []

    def read(request: WSGIRequest) -> QueryDict:
        query = Watched(request.META.get("QUERY_STRING", ""))
        found.append(query)
        return query

    prop = cached_property(read)
    prop.__set_name__(WSGIRequest, "GET")
    monkeypatch.setattr(WSGIRequest, "GET", prop)
    return found


def _asked(client: Client, address: str) -> int:
    response = client.get(address)
    if not response.streaming:
        assert SCRIPT.encode() not in response.content, address
    exhaust(response)
    return response.status_code


def _queries() -> Iterator[dict[str, str]]:
    """As many queries as values: every name takes every value once, each time beside others, so that one that is
    refused does not hide the rest for ever."""
    for turn in range(len(VALUES)):
        yield {name: VALUES[(turn + STEP * place) % len(VALUES)] for place, name in enumerate(NAMES)}


@pytest.mark.parametrize("case", READ_PAGES, ids=str)
def test_a_hostile_query_gets_an_answer(case: Case, world: World, client: Client, watched: list[Watched]) -> None:
    """A page that looked at nothing in the first queries looks at nothing in the rest."""
    address, broken = case.url(world, "own"), []
    for turn, query in enumerate(_queries()):
        if turn == UNREAD and not any(one.read for one in watched):
            break
        asked = f"{address}?{urlencode(query)}"
        if _asked(client, asked) >= 500:
            broken.append(asked)
    assert not broken, "\n".join(broken)


def test_a_page_that_reads_its_query_is_known_by_it(client: Client, watched: list[Watched]) -> None:
    for address, reads in ((reverse("organizations:unit_list"), True), (reverse("privacy:purpose_list"), False)):
        watched.clear()
        assert _asked(client, f"{address}?q=a") == 200
        assert any(one.read for one in watched) == reads, address


@pytest.mark.parametrize("case", [case for case in READ_PAGES if case.args], ids=str)
def test_a_number_that_names_nothing_is_not_found(case: Case, world: World, client: Client) -> None:
    address = case.url(world, "own")
    for number in ("0", "987654321", "9" * 30):
        assert _asked(client, NUMBER.sub(number, address)) == 404


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/cong/anh/%00",
        "/units/%00/",
        "/units/-1/",
        "/units/١٢/",
        "/%ff%fe/",
        "/" + "a" * 5000,
        "/../../etc/passwd",
    ],
)
def test_an_address_of_nothing_is_not_found(path: str, client: Client) -> None:
    assert _asked(client, path) == 404


@pytest.mark.parametrize(
    "following", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\x00", "/\\evil"]
)
def test_nobody_is_led_astray_after_signing_in_or_choosing(following: str, client: Client) -> None:
    for address, body in (
        (reverse("ui:preferences"), {"theme": "dark", "next": following}),
        (reverse("account_login"), {"login": "a", "password": "b", "next": following}),
    ):
        response = client.post(address, body)
        assert response.status_code < 500
        assert "evil" not in response.get("Location", "")
        assert "javascript" not in response.get("Location", "")
