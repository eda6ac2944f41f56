"""Every page costs as many queries as the reviewed snapshot says, whatever the number of rows, and 15 at the most."""

import pytest
from django.test import Client
from wagtail.models import Site

from lantoa.organizations.enums import Role
from tests.architecture.query_counts import assert_query_count, counts
from tests.organizations.factories import make_user
from tests.permissions.crowd import crowd
from tests.permissions.roles_table import ROLES, is_allowed
from tests.permissions.standing import unrecorded as unrecorded
from tests.permissions.standing import world as world
from tests.permissions.test_urls import CASES, RULES, TABLE, Case
from tests.permissions.world import World

pytestmark = pytest.mark.django_db
OURS = [case for case in CASES if not case.only_posts and ":" in case.name and "nobody" not in case.verbs]


@pytest.fixture(scope="module")
def crowded(world: World) -> World:
    """The world with many of everything at one place."""
    crowd(world.places["own"])
    return world


def _role(case: Case) -> str:
    return next(role for role in ("officer", *ROLES) if is_allowed(TABLE, case.verbs, role, "own"))


def _page(case: Case) -> str:
    return f"{case} as {_role(case)}"


def test_the_snapshot_has_no_page_that_is_gone() -> None:
    asked = {_page(case) for case in OURS}
    gone = [page for page in counts() if page not in asked and ("[" in page or page.split()[0] not in RULES)]
    assert gone == []


@pytest.mark.parametrize("case", OURS, ids=str)
def test_a_page_costs_what_the_snapshot_says(case: Case, crowded: World) -> None:
    client = Client()
    client.force_login(make_user(Role(_role(case)), crowded.places["own"].unit))
    Site.get_site_root_paths()  # kept by the process for an hour, whoever asked first
    with assert_query_count(_page(case)):
        case.ask(client, crowded, "own")
