"""Entering a directive into the register, and correcting the entry."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from django.core.files.base import File

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.directives import errors, policies
from lantoa.directives.facts import COLUMNS, Facts
from lantoa.directives.indexing import index_directive
from lantoa.directives.models import Directive, DirectiveVersion
from lantoa.directives.signals import entry_changed, issue_moved
from lantoa.files.models import StoredFile
from lantoa.files.services import store_files
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Unit


@use_case
def register_directive(
    *,
    actor: Actor,
    client_id: UUID,
    registered_by: Unit,
    facts: Facts,
    files: Iterable[StoredFile] = (),
    uploads: "Sequence[File[bytes]]" = (),
    no_secrecy_declared: bool = False,
) -> Directive:
    """Enter a directive into the register of a unit, with stored `files` and with `uploads` to be stored.

    Returns it; the same `client_id` again returns what the first call registered. Errors: NotPermitted,
    RegisteredAlready, FormSentBefore, those of `Facts.check` and of `files.services.store_file`; after any of them
    nothing is kept.
    """
    if not policies.can_register_directive(actor=actor, unit=registered_by):
        raise NotPermitted
    unit = Unit.objects.select_for_update(no_key=True).get(pk=registered_by.pk)
    first = Directive.objects.filter(client_id=client_id).first()
    if first is not None:
        return _of_same_form(first, registered_by)
    facts.check()
    _check_number_is_new(registered_by, facts.number, facts.issued_on)
    directive = Directive(client_id=client_id, registered_by=unit)
    facts.write_to(directive)
    directive.save(force_insert=True)
    directive.sectors.set(facts.sectors)
    added = _stored(actor=actor, client_id=client_id, uploads=uploads, no_secrecy_declared=no_secrecy_declared)
    kept = [*files, *added]
    directive.files.set(kept)
    index_directive(directive, kept)
    audit.record(actor=actor, action="directives.register_directive", about=directive, unit=registered_by)
    return directive


@use_case
def change_directive(
    *,
    actor: Actor,
    directive: Directive,
    version: int,
    facts: Facts,
    files: Iterable[StoredFile] = (),
    client_id: UUID | None = None,
    uploads: "Sequence[File[bytes]]" = (),
    no_secrecy_declared: bool = False,
) -> Directive:
    """Correct a directive of the register; `files` and `uploads` are all files that it has from now on.

    What was changed is kept as a `DirectiveVersion`. `client_id` is the form's, from which new uploads get theirs.
    Returns the directive with its new version; a repeated submit that would change nothing returns it as it is. Errors:
    NotPermitted, Stale where `version` is not the stored one, and those of `register_directive`.
    """
    if not policies.can_register_directive(actor=actor, unit=directive.registered_by):
        raise NotPermitted
    # The unit first, as for a reform that moves it: what is found of the directive goes by where the unit stands.
    Unit.objects.select_for_update(no_key=True).get(pk=directive.registered_by_id)
    rows = Directive.objects.select_for_update(of=("self",), no_key=True).select_related("registered_by")
    stored = rows.get(pk=directive.pk)
    facts.check()
    before, files_before = _state(stored), list(stored.files.order_by("pk"))
    before["sectors"] = sorted(sector.name for sector in stored.sectors.all())
    added = _stored(actor=actor, client_id=client_id, uploads=uploads, no_secrecy_declared=no_secrecy_declared)
    kept = sorted({*files, *added}, key=lambda file: file.pk)
    facts.write_to(stored)
    after = {**_state(stored), "sectors": sorted(sector.name for sector in facts.sectors)}
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if kept != files_before:
        changes["files"] = [[file.name for file in files_before], [file.name for file in kept]]
    if not changes:
        return stored
    if version != stored.version:
        raise Stale
    if {"number", "issued_on"} & changes.keys():
        _check_number_is_new(stored.registered_by, facts.number, facts.issued_on, other_than=stored)
    _write(stored, facts, kept, changes)
    changed = {"changed": sorted(changes)}
    audit.record(
        actor=actor, action="directives.change_directive", about=stored, unit=stored.registered_by, facts=changed
    )
    entry_changed.send(sender=Directive, directive=stored)
    if "issued_on" in changes:
        issue_moved.send(sender=Directive, directive=stored)
    return stored


def _write(stored: Directive, facts: Facts, kept: list[StoredFile], changes: dict[str, list[object]]) -> None:
    stored.version += 1
    stored.save(update_fields=[*COLUMNS, "version"])
    stored.sectors.set(facts.sectors)
    stored.files.set(kept)
    DirectiveVersion.objects.create(directive=stored, version=stored.version, changes=changes)
    index_directive(stored, kept if "files" in changes else None)


def _of_same_form(first: Directive, registered_by: Unit) -> Directive:
    if first.registered_by_id != registered_by.pk:
        raise errors.FormSentBefore
    return first


def _stored(
    *, actor: Actor, client_id: UUID | None, uploads: "Sequence[File[bytes]]", no_secrecy_declared: bool
) -> list[StoredFile]:
    if not uploads:
        return []
    form_id = client_id or uuid4()
    return store_files(actor=actor, client_id=form_id, uploads=uploads, no_secrecy_declared=no_secrecy_declared)


def _state(directive: Directive) -> dict[str, object]:
    """The columns as a version keeps them."""
    values = {name: getattr(directive, name) for name in COLUMNS}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def _check_number_is_new(unit: Unit, number: str, issued_on: dt.date, *, other_than: Directive | None = None) -> None:
    same = Directive.objects.filter(registered_by=unit, number=normalise(number), issued_on=issued_on)
    if other_than is not None:
        same = same.exclude(pk=other_than.pk)
    if same.exists():
        raise errors.RegisteredAlready(field="number")
