"""Every URL × role × place, by enumeration of the URL map, against the roles table."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lantoa.accounts.models import User
from lantoa.organizations.enums import Role
from tests.organizations.factories import make_user
from tests.permissions.roles_table import ROLES, SCOPES, is_allowed, read_roles, read_rules
from tests.permissions.world import World, build_world

TABLE = read_roles()
RULES = read_rules()
WRITING_WORDS = ("INSERT", "UPDATE", "DELETE")
WRITTEN_BY_READING = ('"audit_entry"', '"django_session"')
SERVED = (200, 302, 303, 409, 422)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """One way to ask for one URL, and the verbs that it needs."""

    name: str
    args: tuple[str, ...]
    verbs: tuple[str, ...]
    rule: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.name}[{','.join(self.args)}]"

    @property
    def only_posts(self) -> bool:
        return self.rule.get("method") == "POST"

    def url(self, world: World, scope: str) -> str:
        objects = world.places[scope].objects
        literal = [objects[key].pk if key in objects and key != "target" else key for key in self.args]
        if self.args[-2:] == ("target", "target"):
            literal[-1] = objects["target"].pk
        return reverse(self.name, args=literal)

    def ask(self, client: Client, world: World, scope: str) -> HttpResponseBase:
        """The answer, read to its end where it is a stream: that closes its file."""
        response = self._ask(client, self.url(world, scope))
        if isinstance(response, StreamingHttpResponse):
            response.getvalue()
        return response

    def _ask(self, client: Client, url: str) -> HttpResponseBase:
        if not self.only_posts:
            return client.get(url)
        if "content_type" in self.rule:
            return client.post(url, self.rule["data"], content_type=self.rule["content_type"])
        return client.post(url, self.rule.get("data", {}))


def _cases() -> list[Case]:
    return [
        Case(name, tuple(way.get("args", [])), tuple(way["verbs"]), rule)
        for name, rule in sorted(RULES.items())
        if not rule.get("open")
        for way in rule.get("cases", [rule])
    ]


CASES = _cases()
by_name = pytest.mark.parametrize("case", CASES, ids=str)


def _names(patterns: "list[URLPattern | URLResolver]", namespace: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= _names(pattern.url_patterns, inner)
        else:
            assert pattern.name, f"{pattern} has no name"
            found.add(f"{namespace}{pattern.name}")
    return found


def test_every_url_has_a_rule_and_every_rule_a_url() -> None:
    assert _names(get_resolver().url_patterns) == set(RULES)


def _undone(client: Client, case: Case, world: World, scope: str) -> HttpResponseBase:
    """The answer, with everything that it wrote rolled back."""
    with transaction.atomic():
        response = case.ask(client, world, scope)
        transaction.set_rollback(True)
    return response


def _staff(world: World) -> dict[str, User]:
    return {role: make_user(Role(role), world.places["own"].unit, username=f"the-{role}") for role in ROLES}


@by_name
def test_only_the_roles_of_the_table_reach_it(case: Case) -> None:
    world = build_world()
    wrong: list[str] = []
    for role, user in _staff(world).items():
        client = Client()
        client.force_login(user)
        wrong += [
            problem
            for scope in case.rule.get("scopes", SCOPES)
            if (problem := _problem(case, role, scope, _undone(client, case, world, scope).status_code))
        ]
    assert not wrong, "\n".join(wrong)


def _problem(case: Case, role: str, scope: str, status: int) -> str:
    expected: tuple[int, ...] = SERVED
    if not is_allowed(TABLE, case.verbs, role, scope):
        expected = (404,) if scope == "beside" else (403, 404)
    return "" if status in expected else f"{role} at {scope} got {status}, expected one of {expected}"


@by_name
def test_nobody_reaches_it_without_signing_in(case: Case) -> None:
    response = case.ask(Client(), build_world(), "own")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("case", [case for case in CASES if "anybody" not in case.verbs], ids=str)
def test_someone_without_appointment_reaches_nothing_of_others(case: Case) -> None:
    world = build_world()
    client = Client()
    client.force_login(make_user(username="nobody"))
    assert case.ask(client, world, "own").status_code in {403, 404}


@pytest.mark.parametrize("case", [case for case in CASES if not case.only_posts], ids=str)
def test_a_get_only_reads(case: Case) -> None:
    world = build_world()
    for role, user in _staff(world).items():
        if not is_allowed(TABLE, case.verbs, role, "own"):
            continue
        client = Client()
        client.force_login(user)
        with CaptureQueriesContext(connection) as queries:
            case.ask(client, world, "own")
        writes = [
            query["sql"]
            for query in queries
            if query["sql"].lstrip("( ").startswith(WRITING_WORDS)
            and not any(table in query["sql"] for table in WRITTEN_BY_READING)
        ]
        assert not writes, f"{role}: {writes}"


@pytest.mark.parametrize("case", [case for case in CASES if case.only_posts], ids=str)
def test_a_page_that_writes_refuses_to_be_read(case: Case) -> None:
    world = build_world()
    client = Client()
    client.force_login(make_user(Role.OFFICER, world.places["own"].unit))
    response = client.get(case.url(world, "own"))
    assert response.status_code == 405
