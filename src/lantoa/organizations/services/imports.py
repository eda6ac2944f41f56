"""Imports of persons: checked, decided, applied as one batch, undone as one batch."""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
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
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ImportState, RowDecision
from lantoa.organizations.errors import (
    ImportClosed,
    ImportRunning,
    NothingToDecide,
    NothingToImport,
    NotPermitted,
    PersonsInUse,
    ProblemsRemain,
)
from lantoa.organizations.models import ImportBatch, ImportRow, Person, Unit
from lantoa.organizations.new_persons import NewPerson
from lantoa.organizations.reading import BYTES_LIMIT, RawRow, read_rows
from lantoa.organizations.selectors.imports import (
    CheckedRow,
    check_rows,
    counts_of,
    is_open,
    message_of,
    references_to,
)
from lantoa.organizations.services.persons import write_persons

AT_ONCE = 500
"""Up to so many rows are written while the reader waits; more become a job."""

STEP = 2_000
READ_LIMIT = BYTES_LIMIT + 1
"""As much of an upload as needs to be read to see that it is too large."""

_EXAMPLES = 5
_LINK_ROWS = """
    UPDATE organizations_importrow AS row SET person_id = given.person_id, membership_id = membership.id
    FROM unnest(%(numbers)s::int[], %(persons)s::bigint[]) AS given (number, person_id)
        JOIN organizations_membership AS membership ON membership.person_id = given.person_id
    WHERE row.batch_id = %(batch)s AND row.number = given.number
"""


@dataclass(frozen=True)
class ImportOutcome:
    """What an import from the command line found or did; `problems` are (row, message)."""

    batch_id: int | None
    rows: int
    ready: int
    problems: tuple[tuple[int, str], ...]
    applied: bool
    persons: int


@use_case
def create_import(
    *, actor: Actor, client_id: uuid.UUID, unit: Unit, name: str, content: bytes, effective_on: dt.date
) -> ImportBatch:
    """Read and check a list of persons for the cells under `unit`; nobody is registered yet.

    The same `client_id` again gives the batch of the first time. Raises NotPermitted, or reading.Unreadable for a
    file that holds no list.
    """
    user_id = _permit(actor, unit)
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    earlier = ImportBatch.objects.filter(client_id=client_id, created_by_id=user_id).first()
    if earlier is not None:
        return earlier
    return _store(actor, client_id, unit, name, content, effective_on, check_rows(unit=unit, rows=read_rows(content)))


@use_case
def decide_row(*, actor: Actor, batch: ImportBatch, number: int, decision: str) -> ImportRow:
    """Leave a row out, call it a different person, or (with an empty decision) take the decision back.

    Raises NotPermitted, ImportClosed, ImportRunning or NothingToDecide.
    """
    locked = _locked_preview(actor, batch)
    row = locked.rows.select_for_update().get(number=number)
    if decision == RowDecision.DIFFERENT and is_open(row.problems, decision):
        raise NothingToDecide
    row.decision = decision
    row.save(update_fields=["decision"])
    return row


@use_case
def recheck_import(*, actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Check the rows anew, for the register may have changed since the upload. Raises as `decide_row` does."""
    locked = _locked_preview(actor, batch)
    rows = list(locked.rows.all())
    for row, checked in zip(rows, _checked(locked, rows), strict=True):
        row.problems = list(checked.problems)
    ImportRow.objects.bulk_update(rows, ["problems"], batch_size=STEP)
    return locked


@use_case
def request_apply(*, actor: Actor, batch: ImportBatch, skip_problem_rows: bool) -> Job | None:
    """Apply a batch: a small one at once (None comes back), a large one as a job that its owner can watch.

    A job that is under way already is given back. Raises as `apply_import` does.
    """
    if batch.job is not None and batch.job.is_under_way:
        return batch.job
    counts = counts_of(batch)
    if counts.rows <= AT_ONCE or batch.state != ImportState.PREVIEWED:
        apply_import(actor=actor, batch=batch, skip_problem_rows=skip_problem_rows)
        return None
    locked = _locked_preview(actor, batch)
    if counts.open and not skip_problem_rows:
        raise ProblemsRemain(count=counts.open)
    title = _("Import of persons: %(file)s") % {"file": locked.file_name}
    locked.job = jobs.start_job(actor=actor, title=title, total=counts.rows)
    locked.save(update_fields=["job"])
    queue.defer(
        "organizations.apply_import",
        lock=f"import-{locked.pk}",
        batch_id=locked.pk,
        job_id=locked.job.pk,
        skip_problem_rows=skip_problem_rows,
    )
    return locked.job


@use_case
def apply_import(
    *, actor: Actor, batch: ImportBatch, skip_problem_rows: bool, job_id: int | None = None
) -> ImportBatch:
    """Register the persons of a batch, all or none; one that is applied already stays as it is.

    Rows are checked anew. Rows with open problems are left out where `skip_problem_rows` says so, else they refuse the
    whole. Raises NotPermitted, ImportClosed, ProblemsRemain or NothingToImport; JobCancelled where the owner stopped
    the job.
    """
    _permit(actor, batch.unit)
    locked = _locked(batch)
    if locked.state != ImportState.APPLIED:
        _require_preview(locked)
        _write(actor, locked, skip_problem_rows=skip_problem_rows, job_id=job_id)
    if job_id is not None:
        jobs.finish_job(job_id=job_id, result_url=reverse("organizations:import_detail", args=[locked.pk]))
    return locked


@use_case
def undo_import(*, actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Remove every person that the batch registered, and the rows that name them; a repeat changes nothing.

    Raises NotPermitted, ImportClosed, or PersonsInUse where other records refer to one of them.
    """
    _permit(actor, batch.unit)
    locked = _locked(batch)
    if locked.state == ImportState.UNDONE:
        return locked
    if locked.state != ImportState.APPLIED:
        raise ImportClosed(state=locked.get_state_display())
    written = list(locked.rows.filter(person__isnull=False).values_list("person_id", "membership_id"))
    _refuse_used([pk for pk, _membership in written if pk], [pk for _person, pk in written if pk])
    Person.objects.filter(pk__in=[pk for pk, _membership in written]).delete()
    locked.rows.all().delete()
    locked.state = ImportState.UNDONE
    locked.undone_at = clock.now()
    locked.save(update_fields=["state", "undone_at"])
    _note(actor, locked, "organizations.undo_import", persons=len(written))
    return locked


@use_case
def cancel_import(*, actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Give up a batch that was not applied, and forget its rows; a repeat changes nothing.

    Raises NotPermitted, ImportClosed or ImportRunning.
    """
    _permit(actor, batch.unit)
    if _locked(batch).state == ImportState.CANCELLED:
        return batch
    locked = _locked_preview(actor, batch)
    locked.rows.all().delete()
    locked.state = ImportState.CANCELLED
    locked.save(update_fields=["state"])
    _note(actor, locked, "organizations.cancel_import")
    return locked


@use_case
def import_file(
    *,
    actor: Actor,
    name: str,
    content: bytes,
    unit: Unit,
    effective_on: dt.date,
    apply: bool,
    skip_problem_rows: bool = False,
) -> ImportOutcome:
    """Check a file, and with `apply` register its persons; nothing is written while problems remain.

    Raises NotPermitted or reading.Unreadable.
    """
    _permit(actor, unit)
    checked = check_rows(unit=unit, rows=read_rows(content))
    problems = tuple((one.raw.number, message_of(problem)) for one in checked for problem in one.problems)
    ready = sum(not one.problems for one in checked)
    if not apply or not ready or (problems and not skip_problem_rows):
        return ImportOutcome(None, len(checked), ready, problems, applied=False, persons=0)
    batch = _store(actor, uuid.uuid4(), unit, name, content, effective_on, checked)
    apply_import(actor=actor, batch=batch, skip_problem_rows=skip_problem_rows)
    return ImportOutcome(batch.pk, len(checked), ready, problems, applied=True, persons=ready)


def _permit(actor: Actor, unit: Unit) -> int:
    if actor.user_id is None or not policies.can_edit_persons(actor=actor, unit=unit):
        raise NotPermitted
    return actor.user_id


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("unit", "job").get(pk=batch.pk)


def _require_preview(batch: ImportBatch) -> None:
    if batch.state != ImportState.PREVIEWED:
        raise ImportClosed(state=batch.get_state_display())


def _locked_preview(actor: Actor, batch: ImportBatch) -> ImportBatch:
    _permit(actor, batch.unit)
    locked = _locked(batch)
    _require_preview(locked)
    if locked.job is not None and locked.job.is_under_way:
        raise ImportRunning
    return locked


def _store(
    actor: Actor,
    client_id: uuid.UUID,
    unit: Unit,
    name: str,
    content: bytes,
    effective_on: dt.date,
    checked: Sequence[CheckedRow],
) -> ImportBatch:
    batch = ImportBatch.objects.create(
        client_id=client_id,
        unit=unit,
        file_name=name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        effective_on=effective_on,
        created_by_id=_permit(actor, unit),
    )
    rows = (
        ImportRow(batch=batch, number=one.raw.number, values=one.raw.values, problems=list(one.problems))
        for one in checked
    )
    ImportRow.objects.bulk_create(rows, batch_size=STEP)
    _note(actor, batch, "organizations.create_import", rows=len(checked), sha256=batch.sha256)
    return batch


def _checked(batch: ImportBatch, rows: Sequence[ImportRow]) -> list[CheckedRow]:
    return check_rows(unit=batch.unit, rows=[RawRow(row.number, row.values) for row in rows])


def _write(actor: Actor, batch: ImportBatch, *, skip_problem_rows: bool, job_id: int | None) -> None:
    rows = list(batch.rows.all())
    pairs = list(zip(rows, _checked(batch, rows), strict=True))
    open_rows = sum(checked.is_open(row.decision) for row, checked in pairs)
    if open_rows and not skip_problem_rows:
        raise ProblemsRemain(count=open_rows)
    chosen = [
        (row.number, dataclasses.replace(checked.person, client_id=_person_id(batch, row.number)))
        for row, checked in pairs
        if checked.person and row.decision != RowDecision.SKIP and not checked.is_open(row.decision)
    ]
    if not chosen:
        raise NothingToImport
    for _number, person in chosen:
        _permit(actor, person.unit)
    _write_in_steps(batch, chosen, job_id)
    batch.state = ImportState.APPLIED
    batch.applied_at = clock.now()
    batch.save(update_fields=["state", "applied_at"])
    _note(actor, batch, "organizations.apply_import", persons=len(chosen), left_out=len(rows) - len(chosen))


def _write_in_steps(batch: ImportBatch, chosen: Sequence[tuple[int, NewPerson]], job_id: int | None) -> None:
    with Progress(job_id) as progress:
        for start in range(0, len(chosen), STEP):
            progress.advance(start, len(chosen))
            step = chosen[start : start + STEP]
            persons = write_persons(rows=[person for _number, person in step], starts_on=batch.effective_on)
            links: dict[str, Any] = {
                "batch": batch.pk,
                "numbers": [number for number, _person in step],
                "persons": [person.pk for person in persons],
            }
            with connection.cursor() as cursor:
                cursor.execute(_LINK_ROWS, links)


def _person_id(batch: ImportBatch, number: int) -> uuid.UUID:
    return uuid.uuid5(batch.client_id, f"row:{number}")


def _refuse_used(person_ids: Sequence[int], memberships: Sequence[int]) -> None:
    used = references_to(person_ids, memberships)
    if used:
        named = Person.objects.filter(pk__in=list(used)).order_by("sort_key")[:_EXAMPLES]
        examples = "; ".join(f"{person.full_name} – {used[person.pk]}" for person in named)
        raise PersonsInUse(count=len(used), examples=examples)


def _note(actor: Actor, batch: ImportBatch, action: str, **facts: int | str) -> None:
    audit.record(actor=actor, action=action, about=batch, unit=batch.unit, facts=facts)
