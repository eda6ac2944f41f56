"""Erasure: asked for by one person, decided by another, never taken back.

The key to the person goes (name, year of birth, village, code, account); marks, memberships and the log stay under a
number that says nothing any more, so that no figure changes (domain.md, "Personal data"; Law 91/2025/QH15).
"""

import uuid
from typing import cast

from django.db.models import Q

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.directives.models import Directive
from lantoa.files.models import StoredFile
from lantoa.jobs.queue import defer
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.materials.models import Material, MaterialVersion
from lantoa.organizations import erasing
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Membership, Person, Unit
from lantoa.organizations.querysets import MembershipQuerySet
from lantoa.organizations.services.persons import is_restricted, require_open
from lantoa.privacy import errors, policies
from lantoa.privacy.enums import ErasureState
from lantoa.privacy.mentions import namesakes, take_out, terms_of
from lantoa.privacy.models import Erasure
from lantoa.privacy.selectors import (
    Preview,
    former_members,
    last_membership,
    lasting_appointment,
    lasting_membership,
    preview_erasure,
)
from lantoa.privacy.services.reasons import stated
from lantoa.privacy.stored_files import files_bearing

SHOWN = 3


@use_case
def list_former(*, actor: Actor, unit: Unit) -> MembershipQuerySet:
    """The people whom the unit counted last, and a line in the log that their names were read. Raises NotPermitted."""
    if not policies.can_ask_erasure(actor=actor, unit=unit):
        raise errors.NotPermitted
    rows = former_members(unit)
    audit.record(actor=actor, action="privacy.list_former", about=unit, unit=unit, outcome=Outcome.READ)
    return rows


@use_case
def ask_erasure(*, actor: Actor, person: Person, reason: str, client_id: uuid.UUID) -> Erasure:
    """Ask for the erasure of somebody whom no unit counts any more; a repeated `client_id` gives the first request.

    Raises NotPermitted, StillCounted, StillAppointed, ReasonMissing, AlreadyAsked, AlreadyErased.
    """
    membership = _last_where_permitted(actor, person)
    Person.objects.select_for_update().get(pk=person.pk)
    if known := Erasure.objects.filter(client_id=client_id).first():
        return known
    _check_not_asked(person)
    _check_gone(person)
    erasure = Erasure.objects.create(
        client_id=client_id,
        person=person,
        unit=membership.unit,
        reason=stated(reason),
        asked_by_id=cast("int", actor.user_id),
    )
    audit.record(actor=actor, action="privacy.ask_erasure", about=erasure, unit=erasure.unit)
    return erasure


@use_case
def open_erasure(*, actor: Actor, erasure: Erasure) -> Preview | None:
    """Where the name stands outside the person's own records, as long as the request waits; the look is logged.

    Raises NotPermitted or RestrictedRecord.
    """
    if not policies.can_ask_erasure(actor=actor, unit=erasure.unit):
        raise errors.NotPermitted
    require_open(actor=actor, unit=erasure.unit, restricted=is_restricted(erasure.person_id))
    if erasure.state != ErasureState.REQUESTED:
        return None
    audit.record(actor=actor, action="privacy.open_erasure", about=erasure, unit=erasure.unit, outcome=Outcome.READ)
    return preview_erasure(erasure.person)


@use_case
def erase_person(*, actor: Actor, erasure: Erasure, confirmation: str, reason: str) -> Erasure:
    """Carry an erasure out; nothing brings the data back. `confirmation` is the full name, typed.

    Repeated by whoever decided, it gives the erasure as it is. Raises NotPermitted, OwnRequest, AlreadyDecided,
    StillCounted, StillAppointed, ReasonMissing, NotConfirmed, FilesOfOthers.
    """
    locked, again = _to_decide(actor, erasure, ErasureState.DONE)
    if again:
        return locked
    person = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=locked.person_id)
    _check_gone(person)
    if normalise(confirmation).casefold() != person.full_name.casefold():
        raise errors.NotConfirmed(field="confirmation")
    _decide(actor, locked, ErasureState.DONE, reason)
    terms = () if namesakes(person) else terms_of(person)
    removed = _remove_files(actor, terms)
    result = erasing.run(erasing.Subject(person_id=person.pk, user_id=person.user_id))
    result |= {"texts": take_out(terms) if terms else 0, "files": removed}
    Erasure.objects.filter(pk=locked.pk).update(result=result)
    audit.record(actor=actor, action="privacy.erase_person", about=locked, unit=locked.unit, facts=result)
    locked.refresh_from_db()
    return locked


@use_case
def refuse_erasure(*, actor: Actor, erasure: Erasure, reason: str) -> Erasure:
    """Refuse a request with a reason. Raises NotPermitted, OwnRequest, AlreadyDecided, ReasonMissing."""
    locked, again = _to_decide(actor, erasure, ErasureState.REFUSED)
    if again:
        return locked
    _decide(actor, locked, ErasureState.REFUSED, reason)
    audit.record(actor=actor, action="privacy.refuse_erasure", about=locked, unit=locked.unit)
    return locked


def _last_where_permitted(actor: Actor, person: Person) -> Membership:
    membership = last_membership(person)
    if membership is None or not policies.can_ask_erasure(actor=actor, unit=membership.unit):
        raise errors.NotPermitted
    return membership


def _check_not_asked(person: Person) -> None:
    states = set(Erasure.objects.filter(person=person).values_list("state", flat=True))
    if ErasureState.DONE in states:
        raise errors.AlreadyErased
    if ErasureState.REQUESTED in states:
        raise errors.AlreadyAsked


def _check_gone(person: Person) -> None:
    if membership := lasting_membership(person):
        raise errors.StillCounted(unit=membership.unit.name)
    if appointment := lasting_appointment(person):
        raise errors.StillAppointed(unit=appointment.unit.name)


def _to_decide(actor: Actor, erasure: Erasure, outcome: ErasureState) -> tuple[Erasure, bool]:
    """The request, locked, and whether this very actor decided it in this way before."""
    locked = Erasure.objects.select_for_update(of=("self",)).select_related("unit__parent").get(pk=erasure.pk)
    if not policies.can_decide_erasure(actor=actor, unit=locked.unit):
        raise errors.NotPermitted
    if locked.state == outcome and locked.decided_by_id == actor.user_id:
        return locked, True
    if locked.state != ErasureState.REQUESTED:
        raise errors.AlreadyDecided
    if locked.asked_by_id == actor.user_id:
        raise errors.OwnRequest
    return locked, False


def _decide(actor: Actor, erasure: Erasure, state: ErasureState, reason: str) -> None:
    erasure.state = state
    erasure.decision_reason = stated(reason)
    erasure.decided_by_id = actor.user_id
    erasure.decided_at = clock.now()
    erasure.save(update_fields=["state", "decision_reason", "decided_by", "decided_at"])


def _remove_files(actor: Actor, terms: tuple[str, ...]) -> int:
    """Remove the files that bear one of the terms wherever they hang; a task of this transaction takes the bytes.

    Raises FilesOfOthers.
    """
    files = files_bearing(terms) if terms else []
    others = [name for name, unit in _holders(files) if not policies.can_remove_files(actor=actor, unit=unit)]
    if others:
        raise errors.FilesOfOthers(names="; ".join(others[:SHOWN]))
    for file in files:
        defer("privacy.discard_content", path=file.content.name)
        file.delete()
    return len(files)


def _holders(files: list[StoredFile]) -> list[tuple[str, Unit]]:
    """What the files hang on, as it is called, and the unit that keeps it."""
    documents = Directive.objects.filter(files__in=files).select_related("registered_by").distinct()
    held = Q(file__in=files) | Q(light_file__in=files)
    versions = MaterialVersion.objects.filter(held).order_by().values("material")
    materials = Material.objects.filter(pk__in=versions).select_related("owner")
    return [
        *((f"{one.number} ({one.registered_by})", one.registered_by) for one in documents),
        *((f"{one.title} ({one.owner})", one.owner) for one in materials),
    ]
