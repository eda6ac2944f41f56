"""The use cases of the register."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.files.base import File

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.directives import errors, policies
from lantoa.directives.enums import DirectiveClass, DirectiveKind, StudyMode
from lantoa.directives.models import Directive
from lantoa.files.models import StoredFile
from lantoa.files.services import store_files
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Sector, Unit


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What the register says about a directive."""

    kind: DirectiveKind | str
    number: str
    body: str
    issued_on: dt.date
    received_on: dt.date | None
    directive_class: DirectiveClass | str
    sector: Sector | None
    study_mode: StudyMode | str
    title: str
    abstract: str

    def check(self) -> None:
        """Refuse what cannot be true of any directive."""
        if not normalise(self.number):
            raise errors.NumberMissing(field="number")
        if not normalise(self.title):
            raise errors.TitleMissing(field="title")
        if self.issued_on > clock.today():
            raise errors.DateInFuture(field="issued_on")
        if self.received_on is not None and self.received_on > clock.today():
            raise errors.DateInFuture(field="received_on")
        if self.received_on is not None and self.received_on < self.issued_on:
            raise errors.ReceivedBeforeIssue(field="received_on")
        if (self.directive_class == DirectiveClass.SECTORAL) != (self.sector is not None):
            raise errors.SectorMismatch(field="sector")

    def write_to(self, directive: Directive) -> None:
        """Put the facts and what is derived from them onto the row."""
        for name in _FACT_FIELDS:
            setattr(directive, name, getattr(self, name))
        directive.set_texts()


_FACT_FIELDS = tuple(_Facts.__dataclass_fields__)


@use_case
def register_directive(
    *,
    actor: Actor,
    client_id: UUID,
    registered_by: Unit,
    kind: DirectiveKind | str,
    number: str,
    body: str,
    issued_on: dt.date,
    received_on: dt.date | None,
    directive_class: DirectiveClass | str,
    sector: Sector | None,
    study_mode: StudyMode | str,
    title: str,
    abstract: str,
    files: Iterable[StoredFile] = (),
    uploads: "Sequence[File[bytes]]" = (),
    no_secrecy_declared: bool = False,
) -> Directive:
    """Enter a directive into the register of a unit, with stored `files` and with `uploads` to be stored.

    Returns it; the same `client_id` again returns what the first call registered. Errors: NotPermitted,
    NumberMissing, TitleMissing, DateInFuture, ReceivedBeforeIssue, SectorMismatch, RegisteredAlready, FormSentBefore,
    and those of `files.services.store_file`; after any of them nothing is kept.
    """
    if not policies.can_register_directive(actor=actor, unit=registered_by):
        raise NotPermitted
    Unit.objects.select_for_update(no_key=True).get(pk=registered_by.pk)
    first = Directive.objects.filter(client_id=client_id).first()
    if first is not None:
        return _of_same_form(first, registered_by)
    facts = _Facts(
        kind=kind,
        number=number,
        body=body,
        issued_on=issued_on,
        received_on=received_on,
        directive_class=directive_class,
        sector=sector,
        study_mode=study_mode,
        title=title,
        abstract=abstract,
    )
    facts.check()
    _check_number_is_new(registered_by, number, issued_on)
    directive = Directive(client_id=client_id, registered_by=registered_by)
    facts.write_to(directive)
    directive.save(force_insert=True)
    added = _stored(actor=actor, client_id=client_id, uploads=uploads, no_secrecy_declared=no_secrecy_declared)
    directive.files.set([*files, *added])
    audit.record(actor=actor, action="directives.register_directive", about=directive, unit=registered_by)
    return directive


@use_case
def change_directive(
    *,
    actor: Actor,
    directive: Directive,
    version: int,
    kind: DirectiveKind | str,
    number: str,
    body: str,
    issued_on: dt.date,
    received_on: dt.date | None,
    directive_class: DirectiveClass | str,
    sector: Sector | None,
    study_mode: StudyMode | str,
    title: str,
    abstract: str,
    files: Iterable[StoredFile] = (),
    client_id: UUID | None = None,
    uploads: "Sequence[File[bytes]]" = (),
    no_secrecy_declared: bool = False,
) -> Directive:
    """Correct a directive of the register; `files` and `uploads` are all files that it has from now on.

    `client_id` is the form's, from which new uploads get theirs. Returns the directive with its new version; a repeated
    submit that would change nothing returns it as it is. Errors: NotPermitted, Stale where `version` is not the stored
    one, and those of `register_directive`.
    """
    if not policies.can_register_directive(actor=actor, unit=directive.registered_by):
        raise NotPermitted
    rows = Directive.objects.select_for_update(of=("self",), no_key=True).select_related("registered_by")
    stored = rows.get(pk=directive.pk)
    facts = _Facts(
        kind=kind,
        number=number,
        body=body,
        issued_on=issued_on,
        received_on=received_on,
        directive_class=directive_class,
        sector=sector,
        study_mode=study_mode,
        title=title,
        abstract=abstract,
    )
    facts.check()
    before = _state(stored)
    added = _stored(actor=actor, client_id=client_id, uploads=uploads, no_secrecy_declared=no_secrecy_declared)
    kept = {file.pk for file in (*files, *added)}
    facts.write_to(stored)
    changed = sorted(name for name, value in _state(stored).items() if before[name] != value)
    if kept != set(stored.files.values_list("pk", flat=True)):
        changed.append("files")
    if not changed:
        return stored
    if version != before["version"]:
        raise Stale
    if {"number", "issued_on"} & set(changed):
        _check_number_is_new(stored.registered_by, number, issued_on, other_than=stored)
    stored.version += 1
    stored.save(update_fields=[*_FACT_FIELDS, "folded_text", "version"])
    stored.files.set(kept)
    facts_changed = {"changed": changed}
    audit.record(
        actor=actor, action="directives.change_directive", about=stored, unit=stored.registered_by, facts=facts_changed
    )
    return stored


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
    return {name: getattr(directive, name) for name in (*_FACT_FIELDS, "version")}


def _check_number_is_new(unit: Unit, number: str, issued_on: dt.date, *, other_than: Directive | None = None) -> None:
    same = Directive.objects.filter(registered_by=unit, number=normalise(number), issued_on=issued_on)
    if other_than is not None:
        same = same.exclude(pk=other_than.pk)
    if same.exists():
        raise errors.RegisteredAlready(field="number")
