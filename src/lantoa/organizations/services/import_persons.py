"""What an import writes into the register: new persons, records completed, and both taken back."""

import dataclasses
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from lantoa.organizations.enums import RowDecision
from lantoa.organizations.errors import PersonsInUse
from lantoa.organizations.models import ImportBatch, ImportRow, Person
from lantoa.organizations.new_persons import NewPerson
from lantoa.organizations.selectors.import_problems import person_meant
from lantoa.organizations.services.import_rows import checked_rows
from lantoa.organizations.services.persons import write_persons

STEP = 2_000
EXAMPLES = 5
UPDATED = ("code", "village", "is_manager", "sector_id")
"""What a row may complete in a record: a transfer to another cell or another standing needs its own step."""

_LINK_ROWS = """
    UPDATE organizations_importrow AS row
    SET person_id = given.person_id, membership_id = membership.id, cells = '[]'
    FROM unnest(%(numbers)s::int[], %(persons)s::bigint[]) AS given (number, person_id)
        JOIN organizations_membership AS membership ON membership.person_id = given.person_id
    WHERE row.batch_id = %(batch)s AND row.sheet = %(sheet)s AND row.number = given.number
"""


@dataclass
class Plan:
    """What applying an import would write: new persons by row, and rows that complete a person's record."""

    rows: int = 0
    open: int = 0
    new: list[tuple[int, NewPerson]] = field(default_factory=list)
    updates: list[tuple[int, int, NewPerson]] = field(default_factory=list)


def plan_of(batch: ImportBatch) -> Plan:
    """The rows checked anew, with the decisions on them."""
    plan = Plan()
    rows = batch.person_rows.order_by("number").defer("cells", "problems").iterator(chunk_size=STEP)
    decisions: dict[int, str] = {}
    for checked in checked_rows(batch, _noted(rows, decisions)):
        number = checked.raw.number
        decision = decisions.pop(number)
        plan.rows += 1
        if checked.is_open(decision):
            plan.open += 1
        elif decision == RowDecision.UPDATE and checked.person and (pk := person_meant(checked.problems)):
            plan.updates.append((number, pk, checked.person))
        elif decision != RowDecision.SKIP and checked.person:
            client_id = uuid.uuid5(batch.client_id, f"row:{number}")
            plan.new.append((number, dataclasses.replace(checked.person, client_id=client_id)))
    return plan


def _noted(rows: Iterable[ImportRow], decisions: dict[int, str]) -> Iterator[ImportRow]:
    for row in rows:
        decisions[row.number] = row.decision
        yield row


def write_new(batch: ImportBatch, new: Sequence[tuple[int, NewPerson]], advance: Callable[[int], object]) -> None:
    """Register persons in steps, and say in their rows what they became."""
    for start in range(0, len(new), STEP):
        advance(start)
        step = new[start : start + STEP]
        persons = write_persons(rows=[person for _number, person in step], starts_on=batch.effective_on)
        links: dict[str, Any] = {
            "batch": batch.pk,
            "sheet": batch.sheet,
            "numbers": [number for number, _person in step],
            "persons": [person.pk for person in persons],
        }
        with connection.cursor() as cursor:
            cursor.execute(_LINK_ROWS, links)


def write_updates(batch: ImportBatch, updates: Sequence[tuple[int, int, NewPerson]]) -> None:
    """Complete records with what the rows say; what a row leaves blank stays. The rows keep what was there before."""
    persons = Person.objects.select_for_update().in_bulk([pk for _number, pk, _given in updates])
    rows = {row.number: row for row in batch.person_rows.filter(number__in=[number for number, _pk, _ in updates])}
    for number, pk, given in updates:
        person, row = persons[pk], rows[number]
        row.before = {name: getattr(person, name) for name in UPDATED} | {"version": person.version + 1}
        row.person = person
        person.code = given.code or person.code
        person.village = given.village or person.village
        person.is_manager = given.is_manager or person.is_manager
        person.sector = given.sector or person.sector
        person.version += 1
    _save(persons.values())
    ImportRow.objects.bulk_update(rows.values(), ["before", "person"], batch_size=STEP)


def take_back_updates(batch: ImportBatch) -> int:
    """Give updated records back what they held; returns how many rows. Raises PersonsInUse for one corrected since."""
    rows = list(batch.rows.filter(before__isnull=False, person__isnull=False).order_by("number"))
    persons = Person.objects.select_for_update().in_bulk([row.person_id for row in rows if row.person_id])
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


def _save(persons: Iterable[Person]) -> None:
    Person.objects.bulk_update(persons, ["code", "village", "is_manager", "sector", "version"], batch_size=STEP)
