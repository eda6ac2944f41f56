"""Every page costs as many queries as the reviewed snapshot says, whatever the number of rows, and 15 at the most."""

import pytest
from django.test import Client

from lantoa.organizations.enums import Role
from tests.architecture.query_counts import assert_query_count
from tests.organizations.factories import make_user
from tests.permissions.crowd import crowd
from tests.permissions.roles_table import ROLES, is_allowed
from tests.permissions.standing import world as world
from tests.permissions.test_urls import CASES, TABLE, Case
from tests.permissions.world import World

pytestmark = pytest.mark.django_db
OURS = [case for case in CASES if not case.only_posts and ":" in case.name and "nobody" not in case.verbs]


@pytest.fixture(scope="module")
def crowded(world: World) -> World:
    """The world with many of everything at one place."""
    crowd(world.places["own"])
    return world


@pytest.mark.parametrize("case", OURS, ids=str)
def test_a_page_costs_what_the_snapshot_says(case: Case, crowded: World) -> None:
    role = next(role for role in ("officer", *ROLES) if is_allowed(TABLE, case.verbs, role, "own"))
    client = Client()
    client.force_login(make_user(Role(role), crowded.places["own"].unit))
    with assert_query_count(f"{case} as {role}"):
        case.ask(client, crowded, "own")
