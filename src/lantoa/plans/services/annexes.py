"""The files that belong to a plan as its annexes."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.files.models import StoredFile
from lantoa.files.services import store_files
from lantoa.organizations.actors import Actor
from lantoa.plans import progress_errors
from lantoa.plans.models import Plan
from lantoa.plans.services.contents import editable_plan

if TYPE_CHECKING:
    from django.core.files.base import File


@use_case
def add_annexes(
    *, actor: Actor, plan: Plan, client_id: uuid.UUID, uploads: "Sequence[File[bytes]]", no_secrecy_declared: bool
) -> list[StoredFile]:
    """Attach files to a plan that is being written; the same `client_id` again attaches nothing more.

    Errors: those of `editable_plan` and of `files.services.store_files`, and NothingUploaded.
    """
    locked = editable_plan(actor, plan)
    if not uploads:
        raise progress_errors.NothingUploaded(field="uploads")
    files = store_files(actor=actor, client_id=client_id, uploads=uploads, no_secrecy_declared=no_secrecy_declared)
    known = set(locked.annexes.values_list("pk", flat=True))
    fresh = [file for file in files if file.pk not in known]
    if fresh:
        locked.annexes.add(*fresh)
        facts = {"files": [file.pk for file in fresh]}
        record(actor=actor, action="plans.add_annexes", about=locked, unit=locked.unit, facts=facts)
    return files


@use_case
def remove_annex(*, actor: Actor, plan: Plan, file: StoredFile) -> bool:
    """Take a file off a plan that is being written; whether it was on it. Errors: those of `editable_plan`."""
    locked = editable_plan(actor, plan)
    if not locked.annexes.filter(pk=file.pk).exists():
        return False
    locked.annexes.remove(file)
    record(actor=actor, action="plans.remove_annex", about=locked, unit=locked.unit, facts={"file": file.pk})
    return True
