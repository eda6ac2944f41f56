"""What an import writes into the register: new persons, records completed, and both taken back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, QuerySet

from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import RowDecision
from lantoa.organizations.errors import CodeTaken, PersonsInUse, RecordsNotKept
from lantoa.organizations.models import ImportBatch, ImportRow, Person, Unit
from lantoa.organizations.selectors.import_problems import person_meant
from lantoa.organizations.selectors.imports import completable
from lantoa.organizations.services.units import check_lasts, lock_units

STEP = 2_000
AT_ONCE = 10_000
"""So many persons are written by one statement; between them an owner sees how far it is, and may stop it."""
EXAMPLES = 5
UPDATED = ("code", "village", "is_manager", "sector_id")
"""What a row may complete in a record: a transfer to another cell or another standing needs its own step."""

_WRITE = """
    WITH made AS MATERIALIZED (
        SELECT row.id, given.*, nextval(pg_get_serial_sequence('organizations_person', 'id')) AS person_id,
            nextval(pg_get_serial_sequence('organizations_membership', 'id')) AS membership_id
        FROM unnest(%(rows)s::bigint[]) WITH ORDINALITY AS taken (id, place)
            JOIN organizations_importrow AS row ON row.id = taken.id,
            jsonb_to_record(row.record) AS given (
                full_name text, folded_name text, sort_key text, birth_year int, village text, code text,
                is_manager bool, sector bigint, unit bigint, standing text
            )
        ORDER BY taken.place
    ), persons AS (
        INSERT INTO organizations_person (
            id, client_id, full_name, folded_name, sort_key, birth_year, village, code, is_manager, sector_id, version
        )
        SELECT person_id, gen_random_uuid(), full_name, folded_name, sort_key, birth_year, village, code, is_manager,
            sector, 1
        FROM made
    ), memberships AS (
        INSERT INTO organizations_membership (id, person_id, unit_id, standing, period)
        SELECT membership_id, person_id, unit, standing, daterange(%(starts_on)s, NULL) FROM made
    )
    UPDATE organizations_importrow AS row
    SET person_id = made.person_id, membership_id = made.membership_id, cells = '[]', record = NULL
    FROM made WHERE row.id = made.id
"""
_TAKEN = """
    SELECT one.code FROM organizations_importrow AS row
        JOIN organizations_person AS one ON one.code = row.record ->> 'code' AND one.code <> ''
    WHERE row.id = ANY(%(rows)s) ORDER BY row.number LIMIT 1
"""


@dataclass(frozen=True)
class Plan:
    """What applying an import would write: how many new persons, into which units, and the rows that complete a
    person's record, each with the person's number."""

    rows: int
    open: int
    new: int
    units: list[Unit]
    updates: list[tuple[ImportRow, int]]


def plan_of(batch: ImportBatch) -> Plan:
    """What the rows as they were checked, with the decisions on them, come to (four queries)."""
    counts = batch.person_rows.order_by().aggregate(rows=Count("pk"), open=Count("pk", filter=Q(is_open=True)))
    fresh = _fresh(batch).order_by()
    units = Unit.objects.filter(pk__in=list(fresh.values_list("record__unit", flat=True).distinct())).order_by("pk")
    completing = batch.person_rows.filter(is_open=False, decision=RowDecision.UPDATE).order_by("number")
    updates = [(row, pk) for row in completing if (pk := person_meant(row.problems)) and row.record is not None]
    return Plan(counts["rows"], counts["open"], fresh.count(), list(units), updates)


def write_new(batch: ImportBatch, units: Sequence[Unit], advance: Callable[[int], object]) -> None:
    """Register the persons of an import in their units, and say in their rows what they became.

    Raises UnitEnds, or CodeTaken where somebody took a code after the rows were checked.
    """
    lock_units(units)
    check_lasts(units)
    rows = list(_fresh(batch).order_by("number").values_list("pk", flat=True))
    for start in range(0, len(rows), AT_ONCE):
        advance(start)
        step = rows[start : start + AT_ONCE]
        with _codes_kept(step), connection.cursor() as cursor:
            cursor.execute(_WRITE, {"rows": step, "starts_on": batch.effective_on})


def _fresh(batch: ImportBatch) -> QuerySet[ImportRow]:
    """The rows that become new persons, and have not yet."""
    completing = [RowDecision.SKIP, RowDecision.UPDATE]
    ready = batch.person_rows.filter(is_open=False, record__isnull=False, person=None)
    return ready.exclude(decision__in=completing)


@contextmanager
def _codes_kept(rows: list[int]) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        with connection.cursor() as cursor:
            cursor.execute(_TAKEN, {"rows": rows})
            found = cursor.fetchone()
        if found is None:
            raise
        raise CodeTaken(field="code", member_code=found[0]) from None


def take_back_unfit(actor: Actor, batch: ImportBatch) -> None:
    """Take the decisions back by which rows would complete records into which the actor may not write (any more)."""
    completing = batch.person_rows.filter(decision=RowDecision.UPDATE)
    meant = {pk: person_meant(problems) for pk, problems in completing.values_list("pk", "problems")}
    fit = completable(actor, [person for person in meant.values() if person])
    unfit = [pk for pk, person in meant.items() if person not in fit]
    batch.rows.filter(pk__in=unfit).update(decision="", is_open=True)


def write_updates(actor: Actor, updates: Sequence[tuple[ImportRow, int]]) -> None:
    """Complete records with what the rows say; what a row leaves blank stays. The rows keep what was there before.

    Raises RecordsNotKept for a person who went, or was restricted, at this moment.
    """
    persons = _locked(actor, [pk for _row, pk in updates])
    for row, pk in updates:
        person, given = persons[pk], row.record or {}
        row.before = {name: getattr(person, name) for name in UPDATED} | {"version": person.version + 1}
        row.person = person
        person.code = given["code"] or person.code
        person.village = given["village"] or person.village
        person.is_manager = given["is_manager"] or person.is_manager
        person.sector_id = given["sector"] or person.sector_id
        person.version += 1
    _save(persons.values())
    ImportRow.objects.bulk_update([row for row, _pk in updates], ["before", "person"], batch_size=STEP)


def take_back_updates(actor: Actor, batch: ImportBatch) -> int:
    """Give updated records back what they held; returns how many rows.

    Raises RecordsNotKept, or PersonsInUse for one corrected since.
    """
    rows = list(batch.rows.filter(before__isnull=False, person__isnull=False).order_by("number"))
    persons = _locked(actor, [row.person_id for row in rows if row.person_id])
    written = {row.person_id: (row.before or {})["version"] for row in rows}
    changed = [person for pk, person in persons.items() if person.version != written[pk]]
    if changed:
        raise PersonsInUse(count=len(changed), examples="; ".join(str(person) for person in changed[:EXAMPLES]))
    for row in reversed(rows):
        person = persons[row.person_id or 0]
        for name in UPDATED:
            setattr(person, name, (row.before or {})[name])
    for person in persons.values():
        person.version += 1
    _save(persons.values())
    return len(rows)


def _locked(actor: Actor, person_ids: Sequence[int]) -> dict[int, Person]:
    """The persons by their numbers, locked. Raises RecordsNotKept."""
    persons = Person.objects.select_for_update().order_by("pk").in_bulk(person_ids)
    unfit = set(person_ids) - completable(actor, person_ids)
    if unfit:
        raise RecordsNotKept(count=len(unfit))
    return persons


def _save(persons: Iterable[Person]) -> None:
    Person.objects.bulk_update(persons, ["code", "village", "is_manager", "sector", "version"], batch_size=STEP)
