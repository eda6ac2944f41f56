"""What every test of phones stands on."""

import pytest


@pytest.fixture(autouse=True)
def _an_epoch(request: pytest.FixtureRequest) -> None:
    """The row that the first migration wrote: a test with real transactions empties every table after itself."""
    if request.node.get_closest_marker("django_db"):
        from lantoa.rollcall.models import Epoch  # the models need the apps to be ready

        request.getfixturevalue("db")
        Epoch.objects.get_or_create(pk=1)
