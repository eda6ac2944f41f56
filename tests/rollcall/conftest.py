"""What every test of phones stands on. The models need the apps to be ready: whoever makes rows is imported late."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.attendance.factories import Scene
    from tests.rollcall.factories import Handset


@pytest.fixture(autouse=True)
def _an_epoch(request: pytest.FixtureRequest) -> None:
    """The row that the first migration wrote: a test with real transactions empties every table after itself."""
    if request.node.get_closest_marker("django_db"):
        from lantoa.rollcall.models import Epoch

        request.getfixturevalue("db")
        Epoch.objects.get_or_create(pk=1)


@pytest.fixture
def people() -> int:
    """How many stand on the list of the scene; a test that needs another number gives it."""
    return 3


@pytest.fixture
def scene(people: int) -> "Scene":
    """A site of a commune with its list, and who takes the roll."""
    from tests.attendance.factories import make_scene

    return make_scene(people)


@pytest.fixture
def handset(scene: "Scene") -> "Handset":
    """The phone of the clerk, with the list of the scene's site."""
    from tests.rollcall.factories import make_handset

    return make_handset(scene.site, scene.clerk.user_id)
