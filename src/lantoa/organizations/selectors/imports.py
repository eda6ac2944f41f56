"""Checking rows of an import against each other and against what is recorded."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.vietnamese import fold, normalise
from lantoa.organizations.enums import RowDecision, Standing
from lantoa.organizations.errors import UnitNotNamed
from lantoa.organizations.models import ImportBatch, ImportRow, Membership, Person, Sector, Unit
from lantoa.organizations.new_persons import FIRST_YEAR, NewPerson, is_name, latest_birth_year
from lantoa.organizations.querysets import UnitQuerySet, path_range
from lantoa.organizations.reading import RawRow

Problem = dict[str, Any]
"""`code`, the column's `field`, and the values of the message."""

MESSAGES: dict[str, str | Promise] = {
    "name_missing": _("The name is missing."),
    "name_not_plain": _("“%(text)s” is not a name: use letters only, at most 120 characters."),
    "birth_year_unclear": _("“%(text)s” is not a year of birth: write four digits, for example 1975, or a whole date."),
    "birth_year_implausible": _(
        "The year of birth %(text)s is not plausible: it must lie between 1900 and %(latest)s."
    ),
    "too_long": _("“%(text)s…” is too long: at most %(limit)s characters."),
    "standing_missing": _("The standing is missing: write chính thức, dự bị or cán bộ."),
    "standing_unknown": _("“%(text)s” is no standing: write chính thức, dự bị or cán bộ."),
    "unit_missing": _("The cell is missing."),
    "unit_unknown": _("No cell “%(text)s” in this unit. Write its name as it is recorded, or its code."),
    "unit_ambiguous": _("Several cells are called “%(text)s”. Write the code of the right one."),
    "manager_unclear": _("“%(text)s” is unclear: write x for a leader or manager, or leave it blank."),
    "sector_unknown": _("No sector is called “%(text)s”."),
    "code_taken": _("Another person has the member code %(text)s already."),
    "code_twice": _("The member code %(text)s stands in row %(row)s too."),
    "same_person": _(
        "Somebody of this name, year of birth and village is recorded already. "
        "Decide: leave the row out, or a different person?"
    ),
    "same_row": _(
        "Row %(row)s has the same name, year of birth and village. Decide: leave this out, or a different person?"
    ),
}
DECIDABLE = frozenset({"same_person", "same_row"})
LONGEST = {"village": 120, "code": 30}
_YEAR = re.compile(r"(?:\d{1,2}[/.-]\d{1,2}[/.-])?(\d{4})")
_STANDINGS = {
    "chinh thuc": Standing.FULL,
    "dang vien": Standing.FULL,
    "dang vien chinh thuc": Standing.FULL,
    "full member": Standing.FULL,
    "du bi": Standing.PROBATIONARY,
    "dang vien du bi": Standing.PROBATIONARY,
    "probationary member": Standing.PROBATIONARY,
    "can bo": Standing.CADRE,
    "can bo chua la dang vien": Standing.CADRE,
    "cadre": Standing.CADRE,
}
_YES = frozenset({"x", "co", "1", "yes", "dung"})
_NO = frozenset({"", "khong", "0", "no", "-"})


@dataclass(frozen=True)
class CheckedRow:
    """A row with what it says, where it says it clearly, and everything that is wrong with it."""

    raw: RawRow
    person: NewPerson | None
    problems: tuple[Problem, ...]

    def is_open(self, decision: str) -> bool:
        """Whether the row can't be written as it stands, with that decision on it."""
        return is_open(self.problems, decision)


def is_open(problems: Sequence[Problem], decision: str) -> bool:
    """Whether problems remain after a decision: leaving out settles all, "a different person" the look-alikes."""
    if decision == RowDecision.SKIP:
        return False
    settled = DECIDABLE if decision == RowDecision.DIFFERENT else frozenset()
    return any(problem["code"] not in settled for problem in problems)


def message_of(problem: Problem) -> str:
    """What is wrong, in the reader's language."""
    return str(MESSAGES[problem["code"]]) % problem


@dataclass(frozen=True)
class ImportCounts:
    """How many rows an import has, how many can be written, wait for a correction or a decision, are left out."""

    rows: int
    ready: int
    open: int
    skipped: int


def counts_of(batch: ImportBatch) -> ImportCounts:
    """The figures of a batch as its rows stand (two queries)."""
    total = batch.rows.count()
    troubled = list(batch.rows.exclude(problems=[], decision="").values_list("problems", "decision"))
    skipped = sum(decision == RowDecision.SKIP for _, decision in troubled)
    opened = sum(is_open(problems, decision) for problems, decision in troubled)
    return ImportCounts(rows=total, ready=total - skipped - opened, open=opened, skipped=skipped)


def references_to(person_ids: Sequence[int], memberships: Sequence[int]) -> dict[int, str]:
    """What else refers to these persons, by person: the name of the kind of record, of this app or of one above.

    The given memberships, exemptions aside, and the rows of imports do not count; an account and a correction do.
    """
    found: dict[int, str] = {}
    persons = Person.objects.filter(pk__in=person_ids)
    for pk in persons.filter(Q(user__isnull=False)).values_list("pk", flat=True):
        found[pk] = str(_("account"))
    for pk in persons.filter(version__gt=1).values_list("pk", flat=True):
        found.setdefault(pk, str(_("correction of the record")))
    for relation in Person._meta.related_objects:
        model = relation.related_model
        if model is ImportRow or relation.field is None:
            continue
        rows = model._default_manager.filter(**{f"{relation.field.name}__in": person_ids})
        if model is Membership:
            rows = rows.exclude(pk__in=memberships)
        for pk in rows.values_list(relation.field.attname, flat=True).distinct():
            found.setdefault(pk, str(model._meta.verbose_name))
    return found


def unit_named(text: str, among: UnitQuerySet | None = None) -> Unit:
    """The unit that a text names by its number, its code or its whole name. Raises UnitNotNamed."""
    units = (Unit.objects.all() if among is None else among).in_force()
    asked = text.strip()
    condition = Q(code=asked) | Q(name__iexact=normalise(asked)) | Q(short_name__iexact=normalise(asked))
    found = list(units.filter(condition)[:2])
    if len(found) != 1 and asked.isascii() and asked.isdigit() and len(asked) < 19:
        found = list(units.filter(pk=int(asked)))
    if len(found) != 1:
        raise UnitNotNamed(field="unit", text=asked)
    return found[0]


def check_rows(*, unit: Unit, rows: Sequence[RawRow]) -> list[CheckedRow]:
    """Each row checked by itself, against the other rows and against the register (five queries)."""
    reader = _RowReader(unit)
    read = [reader.read(row) for row in rows]
    taken = _codes_taken(read)
    known = _known_persons(unit, read)
    codes: dict[str, int] = {}
    persons: dict[tuple[str, int | None, str], int] = {}
    return [_compared(one, taken, known, codes, persons) for one in read]


@lru_cache(maxsize=4_096)
def _folded(text: str) -> str:
    """`fold`, remembered: a list repeats its cells, standings, villages and names."""
    return fold(text)


@dataclass
class _ReadRow:
    raw: RawRow
    values: dict[str, Any]
    problems: list[Problem]

    def text(self, key: str) -> str:
        return self.raw.values.get(key, "")

    def note(self, code: str, field: str, **values: Any) -> None:
        self.problems.append({"code": code, "field": field, **values})

    @cached_property
    def likeness(self) -> tuple[str, int | None, str]:
        """What two rows of one person share."""
        name = self.values["full_name"].casefold()
        return name, self.values.get("birth_year"), _folded(self.text("village"))


class _RowReader:
    """Understands the texts of a row, knowing the cells under a unit and the sectors."""

    def __init__(self, unit: Unit) -> None:
        units = list(Unit.objects.under(unit).in_force())
        self._unit = unit
        self._is_leaf = len(units) == 1
        self._by_code = {one.code: one for one in units if one.code}
        self._by_name: dict[str, set[Unit]] = {}
        for one in units:
            for name in {_folded(one.name), _folded(one.short_name)} - {""}:
                self._by_name.setdefault(name, set()).add(one)
        sectors = list(Sector.objects.all())
        self._sectors = {_folded(text): sector for sector in sectors for text in (sector.name, sector.code)}

    def read(self, raw: RawRow) -> _ReadRow:
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

    def _year(self, row: _ReadRow) -> None:
        text = row.text("birth_year").replace(" ", "")
        if not text:
            return
        found = _YEAR.fullmatch(text)
        if found is None:
            row.note("birth_year_unclear", "birth_year", text=text[:40])
        elif not FIRST_YEAR <= int(found[1]) <= latest_birth_year():
            row.note("birth_year_implausible", "birth_year", text=found[1], latest=latest_birth_year())
        else:
            row.values["birth_year"] = int(found[1])

    def _lengths(self, row: _ReadRow) -> None:
        for key, limit in LONGEST.items():
            text = row.text(key)
            if len(text) > limit:
                row.note("too_long", key, text=text[:40], limit=limit)
            row.values[key] = text

    def _standing(self, row: _ReadRow) -> None:
        text = row.text("standing")
        standing = _STANDINGS.get(_folded(text))
        if not text:
            row.note("standing_missing", "standing")
        elif standing is None:
            row.note("standing_unknown", "standing", text=text[:40])
        row.values["standing"] = standing

    def _cell(self, row: _ReadRow) -> None:
        text = row.text("unit")
        if not text:
            row.values["unit"] = self._unit
            if not self._is_leaf:
                row.note("unit_missing", "unit")
            return
        found = {self._by_code[text]} if text in self._by_code else self._by_name.get(_folded(text), set())
        exact = {one for one in found if text.casefold() in (one.name.casefold(), one.short_name.casefold())}
        found = exact or found
        if len(found) != 1:
            row.note("unit_ambiguous" if found else "unit_unknown", "unit", text=text[:60])
        row.values["unit"] = next(iter(found), None)

    def _manager(self, row: _ReadRow) -> None:
        text = _folded(row.text("is_manager"))
        if text not in _YES | _NO:
            row.note("manager_unclear", "is_manager", text=row.text("is_manager")[:40])
        row.values["is_manager"] = text in _YES

    def _sector(self, row: _ReadRow) -> None:
        text = row.text("sector")
        row.values["sector"] = self._sectors.get(_folded(text)) if text else None
        if text and row.values["sector"] is None:
            row.note("sector_unknown", "sector", text=text[:40])


def _codes_taken(rows: Sequence[_ReadRow]) -> set[str]:
    codes = [row.text("code") for row in rows if row.text("code")]
    return set(Person.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()


def _known_persons(unit: Unit, rows: Sequence[_ReadRow]) -> Counter[tuple[str, int | None, str]]:
    """Likenesses of whoever the unit and those below it count or counted; of others a preview says nothing."""
    names = {_folded(row.values["full_name"]) for row in rows} - {""}
    here = Membership.objects.filter(path_range(unit.path, "unit__path"), person__folded_name__in=names)
    found = (
        here.order_by("person_id")
        .distinct("person_id")
        .values_list("person__full_name", "person__birth_year", "person__village")
    )
    return Counter((name.casefold(), year, _folded(village)) for name, year, village in found.iterator())


def _compared(
    row: _ReadRow,
    taken: set[str],
    known: Counter[tuple[str, int | None, str]],
    codes: dict[str, int],
    persons: dict[tuple[str, int | None, str], int],
) -> CheckedRow:
    code, number, likeness = row.text("code"), row.raw.number, row.likeness
    if code in taken:
        row.note("code_taken", "code", text=code)
    elif code and codes.setdefault(code, number) != number:
        row.note("code_twice", "code", text=code, row=codes[code])
    if likeness[0] and known[likeness]:
        row.note("same_person", "full_name")
    elif likeness[0] and persons.setdefault(likeness, number) != number:
        row.note("same_row", "full_name", row=persons[likeness])
    return CheckedRow(row.raw, _person(row), tuple(row.problems))


def _person(row: _ReadRow) -> NewPerson | None:
    if any(problem["code"] not in DECIDABLE for problem in row.problems):
        return None
    return NewPerson(**row.values)
