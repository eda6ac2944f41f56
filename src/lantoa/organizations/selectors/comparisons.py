"""A list of the national register beside the records: who is recognised by code, and what differs, field by field."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connection

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import RowKind
from lantoa.organizations.models import ImportBatch, Membership, Person, Unit
from lantoa.organizations.querysets import MembershipQuerySet, path_range
from lantoa.organizations.reading import RawRow
from lantoa.organizations.restricting import unrestricted
from lantoa.organizations.selectors.import_checks import RowReader, understood
from lantoa.organizations.selectors.import_problems import Problem

STEP = 2_000
COMPARED = ("full_name", "birth_year", "village", "standing", "is_manager", "sector")
"""The fields that a list can put right. The code recognises the person, and a cell changes by a letter alone."""
UNSAID = frozenset({"name_missing", "standing_missing", "unit_missing", "unit_unknown", "unit_ambiguous"})
"""What is no mistake in such a list: what it leaves blank, or calls otherwise, it does not say."""

Difference = dict[str, Any]
"""`old` is what is recorded, `new` what the file has, `take` whether it is taken over; plain JSON."""
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """A person who is counted where the reader keeps the list: the record's values as plain JSON."""

    person_id: int
    membership_id: int
    unit_id: int
    values: Values


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A row of the list with the person whom its code names, and what differs."""

    raw: RawRow
    person_id: int | None
    differences: dict[str, Difference]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class FieldCount:
    """In how many rows a field differs, and in how many of them the list's value is taken."""

    key: str
    rows: int
    taken: int


@dataclass(frozen=True)
class Comparison:
    """The figures of a compared list. `taken` counts rows of which at least one value is taken over."""

    rows: int
    recognised: int
    same: int
    open: int
    taken: int
    values: int
    fields: list[FieldCount] = field(default_factory=list)


def kept_memberships(actor: Actor, unit: Unit, *, restricted: bool = False) -> MembershipQuerySet:
    """The memberships of today in a unit and below it, where the actor sees names and edits the records; those of
    persons whose processing is restricted only with `restricted`, to give back what was written before."""
    counted = Membership.objects.filter(path_range(unit.path, "unit__path")).in_force_on(clock.today())
    kept = counted.kept_by(actor)
    return kept if restricted else unrestricted(kept)


def known_persons(actor: Actor, unit: Unit, *, restricted: bool = False) -> dict[str, Known]:
    """Those of them who have a member code, by it (one query)."""
    rows = kept_memberships(actor, unit, restricted=restricted).exclude(person__code="").order_by()
    columns = rows.values_list(
        "person__code",
        "person_id",
        "pk",
        "unit_id",
        "person__full_name",
        "person__birth_year",
        "person__village",
        "standing",
        "person__is_manager",
        "person__sector__code",
    )
    return {
        code: Known(person_id, pk, unit_id, dict(zip(COMPARED, values, strict=True)))
        for code, person_id, pk, unit_id, *values in columns.iterator(chunk_size=STEP)
    }


def compare_rows(*, actor: Actor, batch: ImportBatch, rows: Iterable[RawRow]) -> Iterator[ComparedRow]:
    """Each row beside the record of the person whom its code names (five queries, and one for each 2,000 rows)."""
    reading = _Reading(actor, batch.unit)
    source = understood(reader=RowReader(batch.unit, batch.unit_choices), rows=rows)
    while step := list(islice(source, STEP)):
        recorded = _recorded({raw.values.get("code", "") for raw, _values, _problems in step} - set(reading.known))
        for raw, values, problems in step:
            yield reading.compared(raw, values, problems, recorded)


def _recorded(codes: set[str]) -> set[str]:
    """Which of the codes anybody bears, wherever they are."""
    return set(Person.objects.filter(code__in=codes - {""}).values_list("code", flat=True))


class _Reading:
    """The rows of one list: whom they name, and whether another row named them before."""

    def __init__(self, actor: Actor, unit: Unit) -> None:
        self.known = known_persons(actor, unit)
        self._names = dict(Unit.objects.under(unit).values_list("pk", "name"))
        self._shortened: dict[str, list[str]] = {}
        for code in self.known:
            self._shortened.setdefault(code.lstrip("0"), []).append(code)
        self._seen: dict[str, int] = {}

    def compared(self, raw: RawRow, values: Values, problems: list[Problem], recorded: set[str]) -> ComparedRow:
        """The row, with the person and the differences where its code names one for the first time."""
        found = [problem for problem in problems if problem["code"] not in UNSAID]
        code = self._code(raw)
        problem = self._not_named(raw.number, code, recorded)
        if problem is not None:
            return ComparedRow(raw, None, {}, [*found, problem])
        known = self.known[code]
        unclear = {one["field"] for one in found}
        said = {key: value for key, value in _said(raw, values).items() if key not in unclear}
        differences = {
            key: {"old": known.values[key], "new": value, "take": False}
            for key, value in said.items()
            if value != known.values[key]
        }
        notices = [*_about_name(differences), *self._about_unit(known, raw, values)]
        return ComparedRow(raw, known.person_id, differences, [*found, *notices])

    def _code(self, raw: RawRow) -> str:
        """The code as it is recorded: a number in the file has lost the zeros at its beginning."""
        code = raw.values.get("code", "").strip()
        if code not in self.known and raw.values.get("code_is_number"):
            longer = self._shortened.get(code.lstrip("0"), [])
            return longer[0] if len(longer) == 1 else code
        return code

    def _not_named(self, number: int, code: str, recorded: set[str]) -> Problem | None:
        """Why the code names nobody here, if so."""
        if not code:
            return {"code": "code_missing", "field": "code"}
        if code not in self.known:
            why = "code_elsewhere" if code in recorded else "code_unknown"
            return {"code": why, "field": "code", "text": code[:40]}
        first = self._seen.setdefault(code, number)
        if first != number:
            return {"code": "code_twice", "field": "code", "text": code, "row": first}
        return None

    def _about_unit(self, known: Known, raw: RawRow, values: Values) -> Iterator[Problem]:
        unit = values.get("unit") if raw.values.get("unit") else None
        if unit is not None and unit.pk != known.unit_id:
            yield {"code": "unit_differs", "field": "unit", "text": unit.name, "unit": self._names[known.unit_id]}


def _about_name(differences: Mapping[str, Difference]) -> Iterator[Problem]:
    if name := differences.get("full_name"):
        alike = fold(name["old"]) == fold(name["new"])
        yield {"code": "spelling" if alike else "other_name", "field": "full_name"}


def _said(raw: RawRow, values: Values) -> Values:
    """What a row says of the fields that are compared, as plain JSON; what it leaves blank it does not say."""
    sector = values.get("sector")
    plain = {**values, "sector": sector.code if sector else None}
    return {key: plain[key] for key in COMPARED if raw.values.get(key) and plain.get(key) is not None}


_FIELDS = """
    SELECT key, count(*), count(*) FILTER (WHERE (value ->> 'take')::boolean)
    FROM organizations_importrow AS row, jsonb_each(row.differences)
    WHERE row.batch_id = %s AND row.sheet = %s GROUP BY 1
"""
_ROWS = """
    SELECT count(*), count(person_id), count(*) FILTER (WHERE person_id IS NOT NULL AND differences = '{}'),
        count(*) FILTER (WHERE is_open),
        count(*) FILTER (WHERE jsonb_path_exists(differences, '$.*.take ? (@ == true)'))
    FROM organizations_importrow WHERE batch_id = %s AND sheet = %s AND kind = %s
"""


def comparison_of(batch: ImportBatch) -> Comparison:
    """The figures of a list as its rows stand (two queries)."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [batch.pk, batch.sheet, RowKind.PERSON])
        rows, recognised, same, is_open, taken = cursor.fetchone()
        cursor.execute(_FIELDS, [batch.pk, batch.sheet])
        found = {key: FieldCount(key, count, chosen) for key, count, chosen in cursor.fetchall()}
    fields = [found[key] for key in COMPARED if key in found]
    values = sum(one.taken for one in fields)
    return Comparison(rows, recognised, same, is_open, taken, values, fields)


def absent_from(actor: Actor, batch: ImportBatch) -> MembershipQuerySet:
    """The memberships of those who are counted here and whom no row of the list names."""
    named = batch.person_rows.filter(person__isnull=False).order_by().values("person")
    rows = kept_memberships(actor, batch.unit).exclude(person__in=named)
    return rows.select_related("person__sector", "unit__parent")


def chosen_before(rows: Sequence[tuple[int, dict[str, Difference] | None]]) -> dict[int, dict[str, Any]]:
    """By number of a row, the values that were chosen to be taken, by field."""
    return {
        number: {key: one["new"] for key, one in (differences or {}).items() if one["take"]}
        for number, differences in rows
    }
