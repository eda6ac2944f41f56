"""No column of any table stands outside the inventory of personal data."""

import pytest

from lantoa.privacy.inventory import inventory
from tests.privacy.traces import columns

pytestmark = pytest.mark.django_db


def test_every_column_of_every_table_has_one_class() -> None:
    there = {f"{table}.{column}" for table, column, _ in columns()}
    classed = {f"{entry.table}.{column}" for entry in inventory().values() for column in entry.classes}
    assert there - classed == set(), "say in privacy/inventory.toml what these columns hold about people"
    assert classed - there == set(), "these columns are gone: take them out of privacy/inventory.toml"


def test_typed_words_stand_in_columns_that_can_be_searched() -> None:
    kinds = {f"{table}.{column}": kind for table, column, kind in columns()}
    for entry in inventory().values():
        for column in (*entry.columns("text"), *entry.columns("official")):
            assert kinds[f"{entry.table}.{column}"] in {"character varying", "text", "jsonb"}
