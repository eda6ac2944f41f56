"""What an import holds, which persons it touches, and whether they are used elsewhere."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.kernel.legacy_text import FOREIGN
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import RowDecision, RowKind
from lantoa.organizations.errors import UnitNotNamed
from lantoa.organizations.models import ImportBatch, ImportRow, Membership, Person, RememberedLayout, Unit
from lantoa.organizations.querysets import UnitQuerySet, edits_scope
from lantoa.organizations.reading import Layout
from lantoa.organizations.reading.cells import Line
from lantoa.organizations.restricting import unrestricted
from lantoa.organizations.selectors.import_problems import TITLES

UNIT_CODES = ("unit_unknown", "unit_ambiguous")
_SAMPLES = 5
_PROBLEMS = """
    SELECT problem ->> 'code', count(*)
    FROM organizations_importrow AS row, jsonb_array_elements(row.problems) AS problem
    WHERE row.batch_id = %s AND row.sheet = %s AND row.kind = %s GROUP BY 1
"""
_UNIT_TEXTS = """
    SELECT row.values ->> 'unit', count(*)
    FROM organizations_importrow AS row, jsonb_array_elements(row.problems) AS problem
    WHERE row.batch_id = %s AND row.sheet = %s AND row.kind = %s AND problem ->> 'code' = ANY(%s)
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""


@dataclass(frozen=True)
class ImportCounts:
    """How many persons an import has, how many can be written, wait for a correction or a decision, are left out.

    `others` are rows that are no persons: titles, names of cells, totals, signatures.
    """

    rows: int
    ready: int
    open: int
    skipped: int
    others: int


def counts_of(batch: ImportBatch) -> ImportCounts:
    """The figures of a batch as its rows stand (one query)."""
    is_person, is_open = Q(kind=RowKind.PERSON), Q(is_open=True)
    found = batch.sheet_rows.order_by().aggregate(
        all=Count("pk"),
        rows=Count("pk", filter=is_person),
        open=Count("pk", filter=is_person & is_open),
        skipped=Count("pk", filter=is_person & Q(decision=RowDecision.SKIP)),
    )
    ready = found["rows"] - found["open"] - found["skipped"]
    others = found["all"] - found["rows"]
    return ImportCounts(rows=found["rows"], ready=ready, open=found["open"], skipped=found["skipped"], others=others)


def problem_counts(batch: ImportBatch) -> dict[str, int]:
    """How many rows have each problem, in the order of the list of problems (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_PROBLEMS, [batch.pk, batch.sheet, RowKind.PERSON])
        found = dict(cursor.fetchall())
    return {code: found[code] for code in TITLES if code in found}


def unit_texts(batch: ImportBatch, limit: int) -> list[tuple[str, int]]:
    """Texts that name no cell for certain, with the number of their rows, the most frequent first (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_UNIT_TEXTS, [batch.pk, batch.sheet, RowKind.PERSON, list(UNIT_CODES), limit])
        return [(text, count) for text, count in cursor.fetchall()]


def remembered(unit: Unit, layout: Layout) -> Layout:
    """The layout with the columns that the unit chose for a file with the same titles (one query)."""
    found = RememberedLayout.objects.filter(unit=unit, signature=layout.signature).first()
    if found is None or len(found.columns) != len(layout.columns):
        return layout
    return dataclasses.replace(layout, columns=tuple(found.columns), standing=found.standing)


@dataclass(frozen=True)
class Beside:
    """A record, or another row of the file, that a row looks like. `row` is the number of the row, `url` the record."""

    full_name: str
    birth_year: str
    village: str
    code: str
    unit: str
    row: int | None = None
    person_id: int | None = None


def put_beside(actor: Actor, batch: ImportBatch, rows: Iterable[ImportRow]) -> dict[int | str, Beside]:
    """What the rows of a page look like, by the record's number or `row:` and the row's (two queries).

    A record that the actor may not see by name is left out.
    """
    problems = [problem for row in rows for problem in row.problems]
    persons = {pk for problem in problems for pk in problem.get("persons", ())}
    numbers = {problem["row"] for problem in problems if "row" in problem}
    found: dict[int | str, Beside] = {}
    if persons:
        today = clock.today()
        visible = Person.objects.visible_to(actor, day=today).filter(pk__in=persons).values("pk")
        for one in Membership.objects.in_force_on(today).filter(person__in=visible).select_related("person", "unit"):
            found[one.person_id] = _record(one)
    if numbers:
        for row in batch.person_rows.filter(number__in=numbers):
            values = {name: row.values.get(name, "") for name in ("full_name", "birth_year", "village", "code", "unit")}
            found[f"row:{row.number}"] = Beside(**values, row=row.number)
    return found


def _record(membership: Membership) -> Beside:
    person = membership.person
    return Beside(
        full_name=person.full_name,
        birth_year=str(person.birth_year or ""),
        village=person.village,
        code=person.code,
        unit=membership.unit.name,
        person_id=person.pk,
    )


@dataclass(frozen=True)
class Sample:
    """A text as the file has it, and in Unicode."""

    before: str
    after: str


def conversion_samples(batch: ImportBatch) -> list[Sample]:
    """A few texts before and after their conversion into Unicode; empty where none was found to need it."""
    layout = Layout.of_json(batch.layout)
    if not layout.encoding:
        return []
    rows = batch.sheet_rows.exclude(cells=[]).order_by("number")
    if layout.strays:
        rows = rows.alias(text=Cast("cells", TextField())).filter(text__regex=FOREIGN)
    return list(islice(_samples(rows.values_list("cells", flat=True)[:100], layout), _SAMPLES))


def _samples(rows: Iterable[list[str | int]], layout: Layout) -> Iterable[Sample]:
    seen: set[str] = set()
    for cells in rows:
        for cell, after in zip(cells, layout.converted(cells), strict=True):
            if cell != after and str(cell) not in seen:
                seen.add(str(cell))
                yield Sample(str(cell), str(after))


def first_values(batch: ImportBatch, count: int) -> list[str]:
    """For each column what stands in the first persons' rows, as an example (one query)."""
    layout = Layout.of_json(batch.layout)
    rows = batch.person_rows.order_by("number").values_list("number", "cells")[:count]
    lines = list(layout.unlocked(Line(number, cells) for number, cells in rows))
    found: list[str] = []
    for position in range(len(layout.columns)):
        values = [str(line.cells[position]) for line in lines if position < len(line.cells) and line.cells[position]]
        found.append("; ".join(values))
    return found


def completable(actor: Actor, person_ids: Iterable[int]) -> set[int]:
    """Those of the persons into whose records a list may write: who are counted today where the actor edits them, and
    whose processing is not restricted (one query)."""
    counted = Membership.objects.in_force_on(clock.today()).filter(edits_scope(actor, "unit__"), person__in=person_ids)
    return set(unrestricted(counted).values_list("person_id", flat=True))


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
