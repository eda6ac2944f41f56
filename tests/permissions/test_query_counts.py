"""Every page costs as many queries as the reviewed snapshot says, whatever the number of rows, and 15 at the most."""

import pytest
from django.test import Client

from lantoa.organizations.enums import Role
from tests.architecture.query_counts import assert_query_count
from tests.organizations.factories import make_user
from tests.permissions.crowd import crowd
from tests.permissions.roles_table import ROLES, is_allowed
from tests.permissions.test_urls import CASES, TABLE, Case
from tests.permissions.world import build_world

pytestmark = pytest.mark.django_db
OURS = [case for case in CASES if not case.only_posts and ":" in case.name and "nobody" not in case.verbs]


@pytest.mark.parametrize("case", OURS, ids=str)
def test_a_page_costs_what_the_snapshot_says(case: Case) -> None:
    world = build_world()
    crowd(world.places["own"])
    role = next(role for role in ("officer", *ROLES) if is_allowed(TABLE, case.verbs, role, "own"))
    client = Client()
    client.force_login(make_user(Role(role), world.places["own"].unit))
    with assert_query_count(f"{case} as {role}"):
        case.ask(client, world, "own")
