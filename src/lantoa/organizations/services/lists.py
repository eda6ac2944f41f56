"""Reads of lists of names: one line in the log for each page that was shown, written by one insert.

It says who read which list, of which unit, narrowed by what and how many rows; words that were searched for may be a
name, so that only the fact is kept that some were.
"""

import re
from collections.abc import Sized
from typing import Any, Protocol, cast

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.ui.tables import Table

_CHOICE = re.compile(r"[a-z_]{1,20}|[0-9]{1,19}")
"""What a filter offers is a code or a number; whatever else stands in an address was typed."""


class SupportsKey(Protocol):
    """Whatever the list is about."""

    pk: Any


def note_list(
    *, actor: Actor, action: str, about: SupportsKey, unit: Unit | None, rows: int, **facts: str | int | bool
) -> None:
    """Note that so many names were shown on a page; nothing where there were none."""
    if rows:
        told = {"rows": rows, **facts}
        audit.record(actor=actor, action=action, about=about, unit=unit, outcome=Outcome.READ, facts=told)


def note_table(
    *, actor: Actor, action: str, about: SupportsKey, unit: Unit | None, table: Table[Any], **beside: int
) -> None:
    """Note that the page of a table of names was shown: how many of how many rows, and how they were narrowed.

    `beside` are the names that the page shows in other tables, by what these are of.
    """
    page = table.page
    filters = {name: table.request.GET.get(name, "") for name in table.form_names}
    told: dict[str, str | int | bool] = {
        "of": page.paginator.count,
        **{f"filter_{name}": value for name, value in filters.items() if _CHOICE.fullmatch(value)},
    }
    if page.number > 1:
        told["page"] = page.number
    if table.query:
        told["searched"] = True
    told |= {name: count for name, count in beside.items() if count}
    rows = len(cast(Sized, page.object_list)) + sum(beside.values())
    note_list(actor=actor, action=action, about=about, unit=unit, rows=rows, **told)
