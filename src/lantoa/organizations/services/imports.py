"""Imports of persons: checked, decided, applied as one batch, undone as one batch."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
from lantoa.organizations.enums import ImportKind, ImportState, RowDecision
from lantoa.organizations.errors import (
    ColumnsMissing,
    ImportClosed,
    ImportRunning,
    NothingToDecide,
    NothingToImport,
    NotPermitted,
    PersonsInUse,
    ProblemsRemain,
    RecordsNotKept,
)
from lantoa.organizations.models import ImportBatch, ImportRow, Person, Unit
from lantoa.organizations.reading import BYTES_LIMIT, Layout, persons_of, propose, read_sheets
from lantoa.organizations.reading.cells import Sheet
from lantoa.organizations.reading.refusals import FileIsEmpty
from lantoa.organizations.selectors.import_checks import RowReader, check_rows
from lantoa.organizations.selectors.import_problems import Problem, is_open, message_of, person_meant, settles
from lantoa.organizations.selectors.imports import completable, counts_of, references_to, remembered
from lantoa.organizations.services.import_persons import (
    plan_of,
    take_back_unfit,
    take_back_updates,
    write_new,
    write_updates,
)
from lantoa.organizations.services.import_rows import (
    check_anew,
    forget_cells,
    require_rows,
    stands_as_checked,
    store_sheets,
)

AT_ONCE = 500
"""Up to so many rows are written while the reader waits; more become a job."""

READ_LIMIT = BYTES_LIMIT + 1
"""As much of an upload as needs to be read to see that it is too large."""

_EXAMPLES = 5


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
    sheets = read_sheets(content)
    return _store(actor, client_id, unit, name, content, effective_on, sheets, remembered(unit, propose(sheets)))


@use_case
def decide_row(*, actor: Actor, batch: ImportBatch, number: int, decision: str) -> ImportRow:
    """Leave a row out, call it a different person or the same one, or (with an empty decision) take that back.

    Raises NotPermitted, ImportClosed, ImportRunning, NothingToDecide, or RecordsNotKept for the same person where no
    list may write into the record.
    """
    locked = lock_preview(actor, batch)
    row = locked.person_rows.select_for_update().get(number=number)
    if not settles(row.problems, decision):
        raise NothingToDecide
    _fit(actor, {row.pk: row.problems}, decision)
    row.decision = decision
    row.is_open = is_open(row.problems, decision)
    row.save(update_fields=["decision", "is_open"])
    return row


@use_case
def decide_rows(*, actor: Actor, batch: ImportBatch, problem: str, decision: str) -> int:
    """Take one decision on all rows with a problem that it settles; returns how many. Raises as `decide_row` does."""
    locked = lock_preview(actor, batch)
    rows = locked.person_rows.filter(problems__contains=[{"code": problem}]).values_list("pk", "problems")
    settled = {pk: problems for pk, problems in rows if settles(problems, decision)}
    if not settled:
        raise NothingToDecide
    fit = _fit(actor, settled, decision)
    locked.rows.filter(pk__in=fit).update(decision=decision, is_open=False)
    return len(fit)


@use_case
def recheck_import(*, actor: Actor, batch: ImportBatch, job_id: int | None = None) -> ImportBatch:
    """Check the rows anew, for the register may have changed since the upload; `job_id` is the job that does it, if so.

    Raises NotPermitted, ImportClosed or ImportRunning.
    """
    locked = lock_preview(actor, batch, job_id=job_id)
    check_anew(locked)
    take_back_unfit(actor, locked)
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
    locked = lock_preview(actor, batch)
    _require_columns(locked)
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
    whole. Raises NotPermitted, ImportClosed, ProblemsRemain, RecordsNotKept or NothingToImport; JobCancelled
    where the owner stopped the job.
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

    Raises NotPermitted, ImportClosed (also for a list that was compared), RecordsNotKept, or PersonsInUse where other
    records refer to one of them.
    """
    _permit(actor, batch.unit)
    locked = _locked(batch)
    if locked.kind != ImportKind.REGISTER:
        raise ImportClosed(state=locked.get_kind_display())
    if locked.state == ImportState.UNDONE:
        return locked
    if locked.state != ImportState.APPLIED:
        raise ImportClosed(state=locked.get_state_display())
    require_rows(locked)
    updated = take_back_updates(actor, locked)
    written = list(
        locked.rows.filter(person__isnull=False, before__isnull=True).values_list("person_id", "membership_id")
    )
    _refuse_used([pk for pk, _membership in written if pk], [pk for _person, pk in written if pk])
    Person.objects.filter(pk__in=[pk for pk, _membership in written]).delete()
    locked.rows.all().delete()
    locked.state = ImportState.UNDONE
    locked.undone_at = clock.now()
    locked.save(update_fields=["state", "undone_at"])
    _note(actor, locked, "organizations.undo_import", persons=len(written), updated=updated)
    return locked


@use_case
def cancel_import(*, actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Give up a batch that was not applied, and forget its rows; a repeat changes nothing.

    Raises NotPermitted, ImportClosed or ImportRunning.
    """
    _permit(actor, batch.unit)
    if _locked(batch).state == ImportState.CANCELLED:
        return batch
    locked = lock_preview(actor, batch)
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
    sheets = read_sheets(content)
    layout = remembered(unit, propose(sheets))
    rows = persons_of(sheets, layout)
    found = [(one.raw.number, one.problems) for one in check_rows(reader=RowReader(unit, {}), rows=rows)]
    if not found:
        raise FileIsEmpty
    problems = tuple((number, message_of(problem)) for number, several in found for problem in several)
    ready = sum(not is_open(several, "") for _number, several in found)
    if not apply or not ready or (ready < len(found) and not skip_problem_rows):
        return ImportOutcome(None, len(found), ready, problems, applied=False, persons=0)
    batch = _store(actor, uuid.uuid4(), unit, name, content, effective_on, sheets, layout)
    apply_import(actor=actor, batch=batch, skip_problem_rows=skip_problem_rows)
    return ImportOutcome(batch.pk, len(found), ready, problems, applied=True, persons=ready)


def _permit(actor: Actor, unit: Unit) -> int:
    if actor.user_id is None or not policies.can_edit_persons(actor=actor, unit=unit):
        raise NotPermitted
    return actor.user_id


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("unit", "job").get(pk=batch.pk)


def _require_preview(batch: ImportBatch) -> None:
    if batch.state != ImportState.PREVIEWED:
        raise ImportClosed(state=batch.get_state_display())


def lock_preview(actor: Actor, batch: ImportBatch, *, job_id: int | None = None) -> ImportBatch:
    """The batch, locked, for a step before it is applied.

    Raises NotPermitted, ImportClosed, or ImportRunning where a job other than `job_id` is under way.
    """
    _permit(actor, batch.unit)
    locked = _locked(batch)
    _require_preview(locked)
    if locked.job is not None and locked.job.is_under_way and locked.job.pk != job_id:
        raise ImportRunning
    return locked


def _fit(actor: Actor, rows: Mapping[int, Sequence[Problem]], decision: str) -> list[int]:
    """Those of the rows on which the actor may take a decision that settles their problems. Raises RecordsNotKept where
    there are none."""
    if decision != RowDecision.UPDATE:
        return list(rows)
    meant = {pk: person for pk, problems in rows.items() if (person := person_meant(problems))}
    kept = completable(actor, meant.values())
    fit = [pk for pk, person in meant.items() if person in kept]
    if not fit:
        raise RecordsNotKept(count=len(rows))
    return fit


def _require_columns(batch: ImportBatch) -> None:
    missing = Layout.of_json(batch.layout).missing
    if missing:
        raise ColumnsMissing(missing=", ".join(missing))


def _store(
    actor: Actor,
    client_id: uuid.UUID,
    unit: Unit,
    name: str,
    content: bytes,
    effective_on: dt.date,
    sheets: Sequence[Sheet],
    layout: Layout,
) -> ImportBatch:
    batch = ImportBatch.objects.create(
        client_id=client_id,
        unit=unit,
        file_name=name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        effective_on=effective_on,
        created_by_id=_permit(actor, unit),
        sheet=layout.sheet,
        layout=layout.as_json(),
    )
    if not store_sheets(batch, sheets, layout):
        raise FileIsEmpty
    rows = counts_of(batch).rows
    _note(actor, batch, "organizations.create_import", rows=rows, sha256=batch.sha256)
    return batch


def _write(actor: Actor, batch: ImportBatch, *, skip_problem_rows: bool, job_id: int | None) -> None:
    if batch.kind != ImportKind.REGISTER:
        raise NothingToImport
    _require_columns(batch)
    if not stands_as_checked(batch):
        check_anew(batch)
    take_back_unfit(actor, batch)
    plan = plan_of(batch)
    if plan.open and not skip_problem_rows:
        raise ProblemsRemain(count=plan.open)
    if not plan.new and not plan.updates:
        raise NothingToImport
    for unit in plan.units:
        _permit(actor, unit)
    with Progress(job_id) as progress:
        write_new(batch, plan.units, lambda done: progress.advance(done, plan.new))
        write_updates(actor, plan.updates)
    forget_cells(batch)
    batch.state = ImportState.APPLIED
    batch.applied_at = clock.now()
    batch.save(update_fields=["state", "applied_at"])
    left_out = plan.rows - plan.new - len(plan.updates)
    facts = {"persons": plan.new, "updated": len(plan.updates), "left_out": left_out}
    _note(actor, batch, "organizations.apply_import", **facts)


def _refuse_used(person_ids: Sequence[int], memberships: Sequence[int]) -> None:
    used = references_to(person_ids, memberships)
    if used:
        named = Person.objects.filter(pk__in=list(used)).order_by("sort_key")[:_EXAMPLES]
        examples = "; ".join(f"{person.full_name} – {used[person.pk]}" for person in named)
        raise PersonsInUse(count=len(used), examples=examples)


def _note(actor: Actor, batch: ImportBatch, action: str, **facts: int | str) -> None:
    audit.record(actor=actor, action=action, about=batch, unit=batch.unit, facts=facts)
