"""Registries that a test may fill, and a reader who has signed in."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from lantoa.ui import navigation, slots


@pytest.fixture
def empty_registries() -> Iterator[None]:
    """Navigation and slots without what the apps registered; afterwards it stands again."""
    items, fillings = dict(navigation.ITEMS), dict(slots.FILLINGS)
    navigation.ITEMS.clear()
    slots.FILLINGS.clear()
    yield
    navigation.ITEMS.clear()
    navigation.ITEMS.update(items)
    slots.FILLINGS.clear()
    slots.FILLINGS.update(fillings)


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    """A browser of a user without appointments."""
    client.force_login(get_user_model().objects.create_user(username="mai", password="phong-tho-2026"))
    return client
