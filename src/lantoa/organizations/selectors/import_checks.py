"""Checking rows of an import against each other and against what is recorded."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lantoa.kernel.vietnamese import fold, name_key, normalise
from lantoa.organizations.enums import Standing
from lantoa.organizations.models import Membership, Person, Sector, Unit
from lantoa.organizations.new_persons import CODE_LENGTH, FIRST_YEAR, NewPerson, is_name, latest_birth_year
from lantoa.organizations.querysets import path_range
from lantoa.organizations.reading import RawRow
from lantoa.organizations.reading.birth_years import birth_year_of, has_two_digits
from lantoa.organizations.reading.cells import folded
from lantoa.organizations.selectors.import_problems import DECIDABLE, NOTICES, Problem, is_open
from lantoa.organizations.selectors.unit_names import UnitNames

STEP = 2_000
"""So many rows are compared with the register at once."""

Likeness = tuple[str, int | None, str]
"""What two records of one person share: the name (by its key in the order), the year of birth, the village."""

LONGEST = {"village": 120, "code": CODE_LENGTH}
UNIT_TEXT = 200
SHOWN = 3
"""So many recorded persons are put beside a row that looks like them."""

_STANDINGS = {
    "chinh thuc": Standing.FULL,
    "ct": Standing.FULL,
    "dvct": Standing.FULL,
    "dv chinh thuc": Standing.FULL,
    "dang vien": Standing.FULL,
    "dang vien chinh thuc": Standing.FULL,
    "full member": Standing.FULL,
    "du bi": Standing.PROBATIONARY,
    "db": Standing.PROBATIONARY,
    "dvdb": Standing.PROBATIONARY,
    "dv du bi": Standing.PROBATIONARY,
    "dang vien du bi": Standing.PROBATIONARY,
    "probationary member": Standing.PROBATIONARY,
    "can bo": Standing.CADRE,
    "quan chung": Standing.CADRE,
    "can bo chua la dang vien": Standing.CADRE,
    "cadre": Standing.CADRE,
}
_YES = frozenset({"x", "co", "1", "yes", "dung"})
_NO = frozenset({"", "khong", "0", "no", "-"})


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row with what it says, where it says it clearly, and everything that is wrong with it."""

    raw: RawRow
    person: NewPerson | None
    problems: tuple[Problem, ...]
    sort_key: str

    def is_open(self, decision: str) -> bool:
        """Whether the row can't be written as it stands, with that decision on it."""
        return is_open(self.problems, decision)

    @property
    def record(self) -> dict[str, Any] | None:
        """The person as columns of the register, for JSON; `unit` is the cell's number."""
        given = self.person
        if given is None:
            return None
        return {
            "full_name": given.full_name,
            "folded_name": fold(given.full_name),
            "sort_key": self.sort_key,
            "birth_year": given.birth_year,
            "village": normalise(given.village),
            "code": given.code.strip(),
            "is_manager": given.is_manager,
            "sector": given.sector and given.sector.pk,
            "unit": given.unit.pk,
            "standing": given.standing,
        }


def check_rows(*, reader: "RowReader", rows: Iterable[RawRow]) -> Iterator[CheckedRow]:
    """Each row checked by itself, against the rows before it and against the register: at most three queries for
    2,000 rows."""
    seen = _Seen({}, {})
    source = iter(rows)
    while step := [reader.read(row) for row in islice(source, STEP)]:
        register = _Register.of(reader.unit, step)
        for row in step:
            yield _compared(row, register, seen)


def understood(
    *, reader: "RowReader", rows: Iterable[RawRow]
) -> Iterator[tuple[RawRow, dict[str, Any], list[Problem]]]:
    """Each row by itself, compared with nothing: what it says clearly, and what is unclear (no query)."""
    for row in rows:
        read = reader.read(row)
        yield row, read.values, read.problems


@dataclass(slots=True)
class _ReadRow:
    raw: RawRow
    values: dict[str, Any]
    problems: list[Problem]
    sort_key: str = ""

    def text(self, key: str) -> str:
        return self.raw.values.get(key, "")

    def note(self, code: str, field: str, **values: Any) -> None:
        self.problems.append({"code": code, "field": field, **values})

    @property
    def likeness(self) -> Likeness:
        return self.sort_key, self.values.get("birth_year"), folded(self.text("village"))


@dataclass(frozen=True)
class _Seen:
    """In which rows codes and persons stood first."""

    codes: dict[str, int]
    persons: dict[Likeness, int]


@dataclass(frozen=True)
class _Register:
    """Who is recorded: by code, wherever they are; by likeness those whom the unit and those below it count or counted.

    Of others a preview says nothing but that the code is taken. `names` are those of the holders of codes, folded.
    """

    codes: dict[str, int]
    persons: dict[Likeness, list[int]]
    names: dict[int, str]

    @classmethod
    def of(cls, unit: Unit, rows: Sequence[_ReadRow]) -> "_Register":
        """What the register knows of these rows (at most three queries)."""
        codes = {row.text("code") for row in rows} - {""}
        taken = dict(Person.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
        here = (
            Membership.objects.filter(path_range(unit.path, "unit__path")).order_by("person_id").distinct("person_id")
        )
        alike = here.filter(person__sort_key__in={row.sort_key for row in rows} - {""})
        persons: dict[Likeness, list[int]] = {}
        for pk, key, year, village in alike.values_list(
            "person_id", "person__sort_key", "person__birth_year", "person__village"
        ):
            persons.setdefault((key, year, folded(village)), []).append(pk)
        holders = here.filter(person__in=taken.values()) if taken else here.none()
        return cls(taken, persons, dict(holders.values_list("person_id", "person__folded_name")))


class RowReader:
    """Understands the texts of a row, knowing the cells under a unit and the sectors (two queries)."""

    def __init__(self, unit: Unit, choices: Mapping[str, int]) -> None:
        """`choices` say which unit a text means, by its number."""
        units = list(Unit.objects.under(unit).in_force())
        by_number = {one.pk: one for one in units}
        self.unit = unit
        self._is_leaf = len(units) == 1
        self._names = UnitNames(units)
        self._choices = {text: by_number[pk] for text, pk in choices.items() if pk in by_number}
        sectors = list(Sector.objects.all())
        self._sectors = {folded(text): sector for sector in sectors for text in (sector.name, sector.code)}
        self._latest = latest_birth_year()
        told = [(one.pk, one.code, one.name, one.short_name) for one in sorted(units, key=lambda one: one.pk)]
        also = [(sector.pk, sector.name, sector.code) for sector in sectors], sorted(choices.items()), self._latest
        self.basis = hashlib.sha256(repr((told, also)).encode()).hexdigest()
        """The same where a row would be understood in the same way."""

    def read(self, raw: RawRow) -> _ReadRow:
        """The row as it is understood by itself, with what is wrong with it."""
        row = _ReadRow(raw, {}, [])
        for step in (self._name, self._year, self._lengths, self._standing, self._cell, self._manager, self._sector):
            step(row)
        return row

    def _name(self, row: _ReadRow) -> None:
        name = normalise(row.text("full_name"))
        if not name:
            row.note("name_missing", "full_name")
        elif not is_name(name):
            row.note("name_not_plain", "full_name", text=name[:40])
        row.values["full_name"] = name
        row.sort_key = name_key(name) if name else ""

    def _year(self, row: _ReadRow) -> None:
        text = row.text("birth_year")
        if not text:
            return
        year = birth_year_of(text)
        if year is None:
            code = "birth_year_two_digits" if has_two_digits(text) else "birth_year_unclear"
            row.note(code, "birth_year", text=text[:40])
        elif not FIRST_YEAR <= year <= self._latest:
            row.note("birth_year_implausible", "birth_year", text=str(year), latest=self._latest)
        else:
            row.values["birth_year"] = year

    def _lengths(self, row: _ReadRow) -> None:
        for key, limit in LONGEST.items():
            text = row.text(key)
            if len(text) > limit:
                row.note("too_long", key, text=text[:40], limit=limit)
            row.values[key] = text
        if row.text("code") and row.text("code_is_number"):
            row.note("code_is_number", "code", text=row.text("code")[:40])

    def _standing(self, row: _ReadRow) -> None:
        text = row.text("standing")
        standing = _STANDINGS.get(folded(text))
        if not text:
            row.note("standing_missing", "standing")
        elif standing is None:
            row.note("standing_unknown", "standing", text=text[:40])
        row.values["standing"] = standing

    def _cell(self, row: _ReadRow) -> None:
        text = row.text("unit")
        if not text:
            row.values["unit"] = self.unit
            if not self._is_leaf:
                row.note("unit_missing", "unit")
            return
        chosen = self._choices.get(text)
        found = frozenset({chosen}) if chosen else self._names.find(text)
        if len(found) != 1:
            row.note("unit_ambiguous" if found else "unit_unknown", "unit", text=text[:UNIT_TEXT])
        row.values["unit"] = next(iter(found), None)

    def _manager(self, row: _ReadRow) -> None:
        text = folded(row.text("is_manager"))
        if text not in _YES | _NO:
            row.note("manager_unclear", "is_manager", text=row.text("is_manager")[:40])
        row.values["is_manager"] = text in _YES

    def _sector(self, row: _ReadRow) -> None:
        text = row.text("sector")
        row.values["sector"] = self._sectors.get(folded(text)) if text else None
        if text and row.values["sector"] is None:
            row.note("sector_unknown", "sector", text=text[:40])


def _compared(row: _ReadRow, register: _Register, seen: _Seen) -> CheckedRow:
    code, number, likeness = row.text("code"), row.raw.number, row.likeness
    alike = register.persons.get(likeness, [])
    holder = register.codes.get(code) if code else None
    if holder is not None and register.names.get(holder) == folded(row.values["full_name"]):
        row.note("same_code", "code", persons=[holder])
        alike = []
    elif holder is not None:
        row.note("code_taken", "code", text=code)
    elif code and seen.codes.setdefault(code, number) != number:
        row.note("code_twice", "code", text=code, row=seen.codes[code])
    if likeness[0] and alike:
        row.note("same_person", "full_name", persons=alike[:SHOWN])
    elif likeness[0] and seen.persons.setdefault(likeness, number) != number:
        row.note("same_row", "full_name", row=seen.persons[likeness])
    return CheckedRow(row.raw, _person(row), tuple(row.problems), row.sort_key)


def _person(row: _ReadRow) -> NewPerson | None:
    if any(problem["code"] not in DECIDABLE | NOTICES for problem in row.problems):
        return None
    return NewPerson(**row.values)
