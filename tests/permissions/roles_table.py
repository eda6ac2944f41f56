"""Reading the roles table."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROLES = (
    "administrator",
    "officer",
    "approver",
    "secretary",
    "follower",
    "clerk",
    "inspector",
    "speaker",
    "editor",
    "viewer",
)
SCOPES = ("own", "child", "below", "beside")


def read_roles() -> dict[str, dict[str, list[str]]]:
    """Verb → role → scopes."""
    with (HERE / "roles.toml").open("rb") as file:
        return tomllib.load(file)


def read_rules() -> dict[str, dict[str, Any]]:
    """URL name → rule: the verbs that its page needs, and how to reach it."""
    with (HERE / "urls.toml").open("rb") as file:
        return tomllib.load(file)


def is_allowed(table: dict[str, dict[str, list[str]]], verbs: Iterable[str], role: str, scope: str) -> bool:
    """Whether the role has every one of the verbs at a unit that lies at `scope` from its own."""
    return all(scope in table[verb].get(role, []) for verb in verbs)
