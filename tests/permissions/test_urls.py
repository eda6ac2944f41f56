"""Every URL × role × place, by enumeration of the URL map, against the roles table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from psycopg.sql import Composable

from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person, Unit
from tests.organizations.factories import ALWAYS, make_user
from tests.permissions.roles_table import ROLES, SCOPES, is_allowed, read_roles, read_rules
from tests.permissions.standing import client_of, signed_in
from tests.permissions.standing import unrecorded as unrecorded
from tests.permissions.standing import world as world
from tests.permissions.world import World

TABLE = read_roles()
RULES = read_rules()
FOREIGN = {"bien-tap/"}
"""Pages that another package brings, hundreds of them: one rule for all, held by a test of their own."""
WRITING_WORDS = ("INSERT", "UPDATE", "DELETE")
WRITTEN_BY_READING = ('"audit_entry"', '"accounts_session"', "INTO materials_fetch ")
SERVED = (200, 302, 303, 409, 422)
DENIED = (403, 404)
STRANGERS = {"job", "notification", "silence"}
"""What belongs to the stranger of the world."""

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


def _names(patterns: "list[URLPattern | URLResolver]", namespace: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if str(pattern.pattern) in FOREIGN:
            found.add(str(pattern.pattern))
        elif isinstance(pattern, URLResolver):
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


class Staff:
    """The people of a unit who ask, each signed in once."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.known: dict[tuple[str, ...], SimpleCookie] = {}

    def client(self, roles: tuple[str, ...]) -> Client:
        """Somebody who holds just these roles at the unit."""
        if roles not in self.known:
            user = make_user(Role(roles[0]), self.unit)
            person = Person.objects.get(user=user)
            for role in roles[1:]:
                Appointment.objects.create(person=person, role=role, unit=self.unit, period=ALWAYS)
            self.known[roles] = signed_in(user)
        return client_of(self.known[roles])


@pytest.fixture(scope="module")
def askers(world: World) -> Staff:
    """Whoever asks, at the unit itself."""
    staff = Staff(world.places["own"].unit)
    asking = {roles for case in CASES for scope in SCOPES for roles in _askers(case, scope)}
    for roles in sorted({*asking, ROLES}):
        staff.client(roles)
    return staff


def _askers(case: Case, scope: str) -> Iterator[tuple[str, ...]]:
    """Who asks for a page at a place: somebody of each role that reaches it, and somebody who holds all the others."""
    reaching = [role for role in ROLES if is_allowed(TABLE, case.verbs, role, scope)]
    yield from ((role,) for role in reaching)
    if others := tuple(role for role in ROLES if role not in reaching):
        yield others


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_page_is_reached_by_those_of_the_table_and_nobody_else(case: Case, world: World, askers: Staff) -> None:
    """A role never takes away what another one gives, so what is closed to who holds several is closed to who holds
    one of them. Where it is open after all, each of them asks alone, to be named."""
    wrong = [*_without_authority(case, world), *_of_the_wrong_method(case, world), *_taken_away(case, world, askers)]
    for scope in case.rule.get("scopes", SCOPES):
        for roles in _askers(case, scope):
            found = list(_as_the_table_says(case, world, askers, roles, scope))
            if found and len(roles) > 1:
                found += [one for role in roles for one in _as_the_table_says(case, world, askers, (role,), scope)]
            wrong += found
    assert not wrong, "\n".join(wrong)


def test_each_role_asks_alone_for_what_it_reaches_and_among_others_for_the_rest() -> None:
    for case in CASES:
        for scope in SCOPES:
            asking = list(_askers(case, scope))
            assert sorted(role for roles in asking for role in roles) == sorted(ROLES)
            assert all(is_allowed(TABLE, case.verbs, *roles, scope) for roles in asking if len(roles) == 1)


def _taken_away(case: Case, world: World, askers: Staff) -> Iterator[str]:
    """What is open to one role and closed to who holds it and all others too."""
    reached = any(is_allowed(TABLE, case.verbs, role, "own") for role in ROLES)
    if reached and "own" in case.rule.get("scopes", SCOPES):
        status = _undone(askers.client(ROLES), case, world, "own").status_code
        if status not in SERVED:
            yield f"every role together at own got {status}: one of them takes away what another gives"


def _without_authority(case: Case, world: World) -> Iterator[str]:
    """What goes wrong for somebody who has not signed in, and for somebody who has and holds no appointment."""
    stranger = Client()
    response = case.ask(stranger, world, "own")
    if response.status_code != 302 or not response["Location"].startswith(reverse("account_login")):
        yield f"without signing in: {response.status_code}"
    if "anybody" not in case.verbs:
        stranger.force_login(world.stranger)
        status = _undone(stranger, case, world, "own").status_code
        if status not in DENIED and not STRANGERS & set(case.args):
            yield f"without an appointment: {status}"


def _of_the_wrong_method(case: Case, world: World) -> Iterator[str]:
    """A page that only writes refuses to be read."""
    if not case.only_posts:
        return
    client = Client()
    client.force_login(world.stranger)
    status = client.get(case.url(world, "own")).status_code
    if status != 405:
        yield f"GET of a page that only writes: {status}"


def _as_the_table_says(case: Case, world: World, askers: Staff, roles: tuple[str, ...], scope: str) -> Iterator[str]:
    """Out of scope is not there at all; in scope and without the right is forbidden; a GET only reads."""
    who = " and ".join(roles)
    statements: list[str] = []

    def note(execute: Callable[..., object], sql: object, *details: object) -> object:
        statements.append(sql.as_string(None) if isinstance(sql, Composable) else str(sql))
        return execute(sql, *details)

    with connection.execute_wrapper(note):
        status = _undone(askers.client(roles), case, world, scope).status_code
    expected: tuple[int, ...] = SERVED
    if not all(is_allowed(TABLE, case.verbs, role, scope) for role in roles):
        expected = (404,) if scope == "beside" else DENIED
    if status not in expected:
        yield f"{who} at {scope} got {status}, expected one of {expected}"
    if not case.only_posts:
        yield from (f"{who} at {scope} wrote: {sql}" for sql in statements if _writes(sql))


def _writes(sql: str) -> bool:
    return sql.lstrip("( ").startswith(WRITING_WORDS) and not any(table in sql for table in WRITTEN_BY_READING)
