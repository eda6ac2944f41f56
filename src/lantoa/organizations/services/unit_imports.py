"""Reading a whole tree of units from a table: all of it, or nothing and every bad row named."""

import datetime as dt
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from django.db import connection

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold, text_key
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Tree
from lantoa.organizations.models import Unit, UnitPeriod
from lantoa.organizations.services.today import write_today
from lantoa.organizations.unit_tables import ListedUnit, read_unit_table

BUILTIN_LISTS = ("before-2025-07-01", "from-2025-07-01")
"""The country's real units before and since the reform of 1 July 2025, as shipped with the package."""

Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ImportedUnits:
    """What an import did: how many units it created, how many stood there already, how many the table names."""

    created: int
    present: int
    total: int


def builtin_list(name: str) -> bytes:
    """The shipped table of that name (one of BUILTIN_LISTS) as CSV. Raises KeyError for another name."""
    if name not in BUILTIN_LISTS:
        raise KeyError(name)
    packed = resources.files("lantoa") / "data" / f"vn-units-{name}.csv.gz"
    return gzip.decompress(packed.read_bytes())


@use_case
def import_units(*, actor: Actor, data: bytes, tree: Tree, starts_on: dt.date, source: str) -> ImportedUnits:
    """Create the units of a table (UTF-8 CSV with the header `level,code,name,type,parent_code`) from `starts_on` on.

    A unit of the same tree, kind, code and name whose period begins on that very day is the same unit and is left
    alone, so that a second import has no effect; nothing else is merged or changed. `source` names the table in the
    log. Raises NotPermitted, and UnitFileRefused with every bad row; then nothing has been written.
    """
    if not policies.can_keep_trees(actor=actor):
        raise errors.NotPermitted
    listed = read_unit_table(data, tree)
    lock_tree(tree)
    present = present_units(tree, starts_on)
    missing = [unit for unit in listed if _identity(unit) not in present]
    if missing:
        ids = write_units(missing, tree=tree, starts_on=starts_on, ids=present)
        root = Unit.objects.get(pk=ids[0])
        facts = {"source": source, "tree": tree.value, "from": starts_on.isoformat(), "created": len(missing)}
        audit.record(actor=actor, action="organizations.import_units", about=root, unit=None, facts=facts)
    return ImportedUnits(created=len(missing), present=len(listed) - len(missing), total=len(listed))


def _identity(unit: ListedUnit) -> Identity:
    return unit.kind.value, unit.code, unit.name


def lock_tree(tree: Tree) -> None:
    """Let two acts that write a whole tree follow each other; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lantoa.import_units'), hashtext(%s))", [tree.value])


def present_units(tree: Tree, starts_on: dt.date) -> dict[Identity, int]:
    """The units of a tree with a period that begins on that very day, by kind, code and name."""
    periods = UnitPeriod.objects.filter(unit__tree=tree, period__startswith=starts_on)
    return {(kind, code, name): pk for pk, kind, code, name in periods.values_list("unit_id", "kind", "code", "name")}


def write_units(
    missing: Sequence[ListedUnit], *, tree: Tree, starts_on: dt.date, ids: Mapping[Identity, int]
) -> list[int]:
    """Create the units and their first periods by COPY; returns their ids in the order of the table. `ids` are the
    units that stand there already and may be parents."""
    new_ids = _new_ids(len(missing))
    known = {**ids, **{_identity(unit): pk for unit, pk in zip(missing, new_ids, strict=True)}}
    parents = [known[_identity(unit.parent)] if unit.parent else None for unit in missing]
    rows = list(zip(new_ids, missing, parents, strict=True))
    # Where a unit stands today is filled in from the periods, by the one rule for it.
    _copy(
        Unit,
        ("id", "tree", "code", "name", "short_name", "kind", "path", "folded_name", "sort_key", "in_force", "version"),
        [
            (pk, tree.value, row.code, row.name, "", row.kind.value, "", fold(row.name), text_key(row.name), True, 1)
            for pk, row, _ in rows
        ],
    )
    _copy(
        UnitPeriod,
        ("unit_id", "code", "name", "short_name", "kind", "parent_id", "period"),
        [(pk, unit.code, unit.name, "", unit.kind.value, parent, f"[{starts_on},)") for pk, unit, parent in rows],
    )
    _analyse()
    write_today(day=clock.today(), unit_ids=new_ids)
    return new_ids


def _new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('organizations_unit', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _analyse() -> None:
    """Tell the planner of the new rows: the checks at the end of the transaction would read the table for each row."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Unit._meta.db_table}, {UnitPeriod._meta.db_table}")


def _copy(model: type[Unit] | type[UnitPeriod], columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
