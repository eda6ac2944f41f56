"""Lists of the national register: compared with the records by code, and taken over as one batch that can be undone."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.jobs import queue
from lantoa.jobs import services as jobs
from lantoa.jobs.models import Job
from lantoa.jobs.progress import Progress
from lantoa.kernel import clock
from lantoa.organizations import policies, signals
from lantoa.organizations.actors import Actor
from lantoa.organizations.comparison_errors import NothingTaken, RecordsChanged
from lantoa.organizations.enums import ImportKind, ImportState
from lantoa.organizations.errors import ImportClosed, NotPermitted
from lantoa.organizations.models import ImportBatch, ImportRow, Membership, Person, Sector, Unit
from lantoa.organizations.reading import RawRow
from lantoa.organizations.selectors.comparisons import (
    STEP,
    ComparedRow,
    Known,
    chosen_before,
    compare_rows,
    comparison_of,
    known_persons,
)
from lantoa.organizations.selectors.import_problems import is_open
from lantoa.organizations.services.import_rows import forget_cells, require_rows
from lantoa.organizations.services.imports import AT_ONCE, create_import, lock_preview

_SET = """
    UPDATE organizations_importrow AS row
    SET person_id = given.person_id, differences = given.differences::jsonb, problems = given.problems::jsonb,
        is_open = given.is_open, record = NULL
    FROM unnest(
        %(ids)s::bigint[], %(persons)s::bigint[], %(differences)s::text[], %(problems)s::text[], %(open)s::bool[]
    ) AS given (id, person_id, differences, problems, is_open)
    WHERE row.id = given.id
"""
_CHOOSE = """
    UPDATE organizations_importrow AS row
    SET differences = (
        SELECT jsonb_object_agg(key, CASE
            WHEN %(field)s::text IN ('', key) THEN jsonb_set(value, '{take}', to_jsonb(%(take)s::boolean)) ELSE value
        END)
        FROM jsonb_each(row.differences)
    )
    WHERE batch_id = %(batch)s AND sheet = %(sheet)s AND differences <> '{}'
        AND (%(field)s::text = '' OR jsonb_exists(differences, %(field)s::text))
        AND CASE WHEN %(number)s::int IS NULL THEN NOT (%(take)s::boolean AND problems @> '[{"code": "other_name"}]')
            ELSE number = %(number)s::int END
"""
_SAVE = """
    UPDATE organizations_person AS person
    SET full_name = given.full_name, folded_name = given.folded_name, sort_key = given.sort_key,
        birth_year = given.birth_year, village = given.village, is_manager = given.is_manager,
        sector_id = given.sector_id, version = person.version + 1
    FROM unnest(
        %(pk)s::bigint[], %(full_name)s::text[], %(folded_name)s::text[], %(sort_key)s::text[], %(birth_year)s::int[],
        %(village)s::text[], %(is_manager)s::bool[], %(sector_id)s::bigint[]
    ) AS given (id, full_name, folded_name, sort_key, birth_year, village, is_manager, sector_id)
    WHERE person.id = given.id
"""
_COLUMNS = ("pk", "full_name", "folded_name", "sort_key", "birth_year", "village", "is_manager", "sector_id")
_PERSON_FIELDS = ("full_name", "birth_year", "village", "is_manager", "sector")


@dataclass(frozen=True, slots=True)
class Returned:
    """What undoing gave back: values, and values that stay since somebody changed them later."""

    values: int
    kept: int


@use_case
def create_comparison(*, actor: Actor, client_id: uuid.UUID, unit: Unit, name: str, content: bytes) -> ImportBatch:
    """Read a list and compare it with the records of a unit and those below it; nothing is written into them.

    The same `client_id` again gives the list of the first time. Raises NotPermitted, or reading.Unreadable for a file
    that holds no list.
    """
    batch = create_import(
        actor=actor, client_id=client_id, unit=unit, name=name, content=content, effective_on=clock.today()
    )
    if batch.kind == ImportKind.REGISTER and batch.state == ImportState.PREVIEWED:
        batch.kind = ImportKind.COMPARE
        batch.save(update_fields=["kind"])
        _compare(actor, batch)
    return batch


@use_case
def compare_anew(*, actor: Actor, batch: ImportBatch, job_id: int | None = None) -> ImportBatch:
    """Compare the rows again, since they are read in another way or the records have changed; `job_id` is the job that
    does it, if so.

    What was chosen stays chosen where the list says the same. Raises NotPermitted, ImportClosed or ImportRunning.
    """
    locked = lock_preview(actor, batch, job_id=job_id)
    _compare(actor, locked)
    return locked


@use_case
def choose_differences(
    *, actor: Actor, batch: ImportBatch, take: bool, field: str = "", number: int | None = None
) -> int:
    """Take differences over, or leave them: of one field or (blank) all, in one row or (None) all; how many rows.

    In all rows at once, none is taken whose name is another one: that is chosen row by row. Raises NotPermitted,
    ImportClosed or ImportRunning.
    """
    locked = lock_preview(actor, batch)
    values: dict[str, Any] = {
        "batch": locked.pk,
        "sheet": locked.sheet,
        "take": take,
        "field": field,
        "number": number,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHOOSE, values)
        rows: int = cursor.rowcount
    return rows


@use_case
def request_take(*, actor: Actor, batch: ImportBatch) -> Job | None:
    """Take over what was chosen: a few rows at once (None comes back), many as a job that its owner can watch.

    A job that is under way already is given back. Raises as `take_differences` does.
    """
    if batch.job is not None and batch.job.is_under_way:
        return batch.job
    taken = comparison_of(batch).taken
    if taken <= AT_ONCE or batch.state != ImportState.PREVIEWED:
        take_differences(actor=actor, batch=batch)
        return None
    locked = lock_preview(actor, batch)
    title = _("Take over of a list: %(file)s") % {"file": locked.file_name}
    locked.job = jobs.start_job(actor=actor, title=title, total=taken)
    locked.save(update_fields=["job"])
    queue.defer("organizations.take_differences", lock=f"import-{locked.pk}", batch_id=locked.pk, job_id=locked.job.pk)
    return locked.job


@use_case
def take_differences(*, actor: Actor, batch: ImportBatch, job_id: int | None = None) -> ImportBatch:
    """Write the chosen values into the records, all or none; a list that is taken over already stays as it is.

    Raises NotPermitted, ImportClosed, NothingTaken, or RecordsChanged where a record is no longer what was shown;
    JobCancelled where the owner stopped the job.
    """
    locked = _locked(actor, batch)
    if locked.state != ImportState.APPLIED:
        _require(locked, ImportState.PREVIEWED)
        _write(actor, locked, job_id)
    if job_id is not None:
        jobs.finish_job(job_id=job_id, result_url=reverse("organizations:import_detail", args=[locked.pk]))
    return locked


@use_case
def return_differences(*, actor: Actor, batch: ImportBatch) -> Returned:
    """Give the records back what they held before, where nobody has changed it since, and forget the rows.

    A repeat changes nothing. Raises NotPermitted or ImportClosed.
    """
    locked = _locked(actor, batch)
    if locked.state == ImportState.UNDONE:
        return Returned(0, 0)
    _require(locked, ImportState.APPLIED)
    require_rows(locked)
    rows = [row for row in _chosen(locked) if row.person_id]
    known = _known_now(actor, locked, rows, restricted=True)
    total = sum(len(_taken(row)) for row in rows)
    back: list[tuple[ImportRow, dict[str, Any]]] = []
    for row in rows:
        recorded = known[row.person_id].values if row.person_id in known else {}
        same = {key: one["old"] for key, one in _taken(row).items() if recorded.get(key, _GONE) == one["new"]}
        if same:
            back.append((row, same))
    _save(known, back)
    locked.rows.all().delete()
    locked.state, locked.undone_at = ImportState.UNDONE, clock.now()
    locked.save(update_fields=["state", "undone_at"])
    returned = sum(len(values) for _row, values in back)
    _note(actor, locked, "organizations.return_differences", persons=len(back), count=returned, kept=total - returned)
    return Returned(returned, total - returned)


_GONE = object()
"""Stands for a value of somebody who is counted elsewhere now."""


def _locked(actor: Actor, batch: ImportBatch) -> ImportBatch:
    if actor.user_id is None or not policies.can_edit_persons(actor=actor, unit=batch.unit):
        raise NotPermitted
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("unit", "job").get(pk=batch.pk)


def _require(batch: ImportBatch, state: ImportState) -> None:
    if batch.state != state:
        raise ImportClosed(state=batch.get_state_display())


def _compare(actor: Actor, batch: ImportBatch) -> None:
    rows = list(batch.person_rows.order_by("number").values_list("pk", "number", "values", "differences"))
    chosen = chosen_before([(number, differences) for _pk, number, _values, differences in rows])
    numbers = {number: pk for pk, number, _values, _differences in rows}
    raw = (RawRow(number, values) for _pk, number, values, _differences in rows)
    compared = list(compare_rows(actor=actor, batch=batch, rows=raw))
    for start in range(0, len(compared), STEP):
        _store(numbers, chosen, compared[start : start + STEP])


def _store(numbers: Mapping[int, int], chosen: Mapping[int, dict[str, Any]], step: Sequence[ComparedRow]) -> None:
    for one in step:
        for key, difference in one.differences.items():
            difference["take"] = chosen[one.raw.number].get(key, _GONE) == difference["new"]
    values: dict[str, Any] = {
        "ids": [numbers[one.raw.number] for one in step],
        "persons": [one.person_id for one in step],
        "differences": [json.dumps(one.differences) for one in step],
        "problems": [json.dumps(one.problems) for one in step],
        "open": [is_open(one.problems, "") for one in step],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SET, values)


def _chosen(batch: ImportBatch) -> list[ImportRow]:
    """The rows of which something is taken over, in their order."""
    rows = batch.person_rows.filter(differences__isnull=False).exclude(differences={}).defer("cells", "problems")
    return [row for row in rows.order_by("number") if _taken(row)]


def _taken(row: ImportRow) -> dict[str, dict[str, Any]]:
    return {key: one for key, one in (row.differences or {}).items() if one["take"]}


def _write(actor: Actor, batch: ImportBatch, job_id: int | None) -> None:
    rows = _chosen(batch)
    if not rows:
        raise NothingTaken
    known = _known_now(actor, batch, rows)
    changed = sum(not _as_shown(known.get(row.person_id or 0), row) for row in rows)
    if changed:
        raise RecordsChanged(count=changed)
    with Progress(job_id) as progress:
        for start in range(0, len(rows), STEP):
            progress.advance(start, len(rows))
            step = rows[start : start + STEP]
            _save(known, [(row, {key: one["new"] for key, one in _taken(row).items()}) for row in step])
    forget_cells(batch)
    batch.state, batch.applied_at = ImportState.APPLIED, clock.now()
    batch.save(update_fields=["state", "applied_at"])
    fields = sorted({key for row in rows for key in _taken(row)})
    count = sum(len(_taken(row)) for row in rows)
    _note(actor, batch, "organizations.take_differences", persons=len(rows), count=count, changed=fields)


def _known_now(
    actor: Actor, batch: ImportBatch, rows: Sequence[ImportRow], *, restricted: bool = False
) -> dict[int, Known]:
    """The persons of the unit by their numbers, those of the rows locked."""
    persons = Person.objects.select_for_update(no_key=True).filter(pk__in=[row.person_id for row in rows])
    list(persons.order_by("pk").values_list("pk"))
    return {one.person_id: one for one in known_persons(actor, batch.unit, restricted=restricted).values()}


def _as_shown(known: Known | None, row: ImportRow) -> bool:
    """Whether the record still holds what the preview showed beside the values that are taken."""
    return known is not None and all(known.values[key] == one["old"] for key, one in _taken(row).items())


def _save(known: Mapping[int, Known], given: Sequence[tuple[ImportRow, dict[str, Any]]]) -> None:
    """Write values into the records of the rows' persons, which are locked; none of the queries is for one row."""
    values = {row.person_id or 0: new for row, new in given}
    sectors = {sector.code: sector for sector in Sector.objects.all()}
    persons = list(Person.objects.filter(pk__in=values).select_related("sector"))
    for person in persons:
        for key, value in values[person.pk].items():
            if key in _PERSON_FIELDS:
                setattr(person, key, sectors[value] if key == "sector" and value else value)
        person.set_texts()
    columns: dict[str, Any] = {name: [getattr(person, name) for person in persons] for name in _COLUMNS}
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, columns)
    _set_standings(known, values)


def _set_standings(known: Mapping[int, Known], values: Mapping[int, dict[str, Any]]) -> None:
    changed = {pk: new["standing"] for pk, new in values.items() if "standing" in new}
    for standing in set(changed.values()):
        ids = [known[pk].membership_id for pk, new in changed.items() if new == standing]
        Membership.objects.filter(pk__in=ids).update(standing=standing)
    if changed:
        signals.standing_changed.send(sender=Membership, person_ids=sorted(changed))


def _note(actor: Actor, batch: ImportBatch, action: str, **facts: int | list[str]) -> None:
    audit.record(actor=actor, action=action, about=batch, unit=batch.unit, facts=facts)
