"""Correction and restriction: asked for by the person or on their behalf, decided with a reason, within the law's term.

A correction is written by `correct_person`, so that all its rules hold. A restriction keeps the record and its counts,
and takes the name out of lists and exports until it is lifted (ADR 27; Law 91/2025/QH15, Decree 356/2025).
"""

import datetime as dt
import uuid
from typing import Any, cast

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Standing
from lantoa.organizations.erasing import Subject
from lantoa.organizations.errors import NotCounted
from lantoa.organizations.models import Membership, Person, Unit
from lantoa.organizations.new_persons import CODE_LENGTH
from lantoa.organizations.policies import can_open_restricted
from lantoa.organizations.restricting import RestrictedRecord
from lantoa.organizations.selectors.persons import membership_today
from lantoa.organizations.services.erasing import NO_NAME
from lantoa.organizations.services.persons import correct_person
from lantoa.privacy import errors, policies
from lantoa.privacy.enums import RequestField, RequestKind, RequestState
from lantoa.privacy.models import DataRequest
from lantoa.privacy.selectors import current_value, unit_of
from lantoa.privacy.services.reasons import stated

_LENGTHS: dict[str, int] = {RequestField.CODE: CODE_LENGTH}
"""How much a record can hold, where that is less than a request can."""
TERMS = {RequestKind.CORRECTION: 10, RequestKind.RESTRICTION: 15}
"""Within how many days a request is to be carried out (Decree 356/2025: 10 days to correct, 15 to restrict)."""


@use_case
def ask_request(
    *,
    actor: Actor,
    person: Person,
    kind: RequestKind,
    reason: str,
    client_id: uuid.UUID,
    field: str = "",
    value: str = "",
) -> DataRequest:
    """Ask for a correction of `field` to `value`, or for a restriction; a repeated `client_id` gives the first request.

    The person asks, or whoever keeps the list of the unit that counts them. Raises NotCounted, NotPermitted,
    ReasonMissing, ValueMissing, ValueNotUnderstood, ValueTooLong, RequestAlreadyAsked.
    """
    membership = membership_today(person)
    if membership is None:
        raise NotCounted
    if not policies.can_ask_request(actor=actor, person=person, unit=membership.unit):
        raise errors.NotPermitted
    Person.objects.select_for_update().get(pk=person.pk)
    if known := DataRequest.objects.filter(client_id=client_id).first():
        return known
    wanted = _wanted(person, membership, field, value) if kind == RequestKind.CORRECTION else ""
    _check_not_asked(person, kind, field)
    request = DataRequest.objects.create(
        client_id=client_id,
        person=person,
        unit=membership.unit,
        kind=kind,
        field=field if kind == RequestKind.CORRECTION else "",
        value=wanted,
        reason=stated(reason),
        asked_by_id=cast("int", actor.user_id),
        due_on=clock.today() + dt.timedelta(days=TERMS[kind]),
    )
    _note(actor, request, "privacy.ask_request", membership.unit)
    return request


@use_case
def open_request(*, actor: Actor, request: DataRequest) -> str:
    """What the field says now, for whoever keeps the list; the look at the record is logged.

    Empty where the actor may not be shown the person. Raises NotPermitted.
    """
    unit = unit_of(request)
    if not policies.can_ask_erasure(actor=actor, unit=unit):
        raise errors.NotPermitted
    audit.record(actor=actor, action="privacy.open_request", about=request.person, unit=unit, outcome=Outcome.READ)
    return current_value(request) if may_name(actor, request, unit) else ""


@use_case
def accept_request(*, actor: Actor, request: DataRequest, reason: str) -> DataRequest:
    """Write the correction, or restrict the processing. Repeated by whoever decided, it changes nothing.

    Raises NotPermitted, OwnMatter, RequestDecided, ReasonMissing, RequestAlreadyAsked, and for a correction whatever
    `correct_person` refuses; then nothing is written.
    """
    locked, unit, again = _to_decide(actor, request, RequestState.DONE)
    if again:
        return locked
    if locked.kind == RequestKind.CORRECTION:
        _correct(actor, locked)
    elif DataRequest.objects.restrictions().filter(person=locked.person).exists():
        raise errors.RequestAlreadyAsked
    _decide(actor, locked, RequestState.DONE, reason)
    _note(actor, locked, "privacy.accept_request", unit)
    return locked


@use_case
def refuse_request(*, actor: Actor, request: DataRequest, reason: str) -> DataRequest:
    """Refuse a request with a reason, which the person sees. Repeated by whoever decided, it changes nothing.

    Raises NotPermitted, OwnMatter, RequestDecided, ReasonMissing.
    """
    locked, unit, again = _to_decide(actor, request, RequestState.REFUSED)
    if not again:
        _decide(actor, locked, RequestState.REFUSED, reason)
        _note(actor, locked, "privacy.refuse_request", unit)
    return locked


@use_case
def lift_restriction(*, actor: Actor, request: DataRequest, reason: str) -> DataRequest:
    """Let a restriction end: the name is shown and exported again. Repeated by whoever lifted it, it changes nothing.

    Raises NotPermitted, OwnMatter, RequestDecided, ReasonMissing.
    """
    locked, unit = _locked(actor, request)
    if locked.state == RequestState.LIFTED and locked.lifted_by_id == actor.user_id:
        return locked
    if locked.kind != RequestKind.RESTRICTION or locked.state != RequestState.DONE:
        raise errors.RequestDecided
    locked.state, locked.lift_reason = RequestState.LIFTED, stated(reason)
    locked.lifted_by_id, locked.lifted_at = actor.user_id, clock.now()
    locked.save(update_fields=["state", "lift_reason", "lifted_by", "lifted_at"])
    _note(actor, locked, "privacy.lift_restriction", unit)
    return locked


def may_name(actor: Actor, request: DataRequest, unit: Unit) -> bool:
    """Whether the actor may be shown the person: one whose processing is restricted, only to those who decide on it."""
    restricted = DataRequest.objects.restrictions().filter(person=request.person_id)
    return can_open_restricted(actor=actor, unit=unit) or not restricted.exists()


def forget_requests(subject: Subject) -> int:
    """Take what was asked for and why out of the requests about a person whose data are erased; none waits any more."""
    rows = DataRequest.objects.filter(person_id=subject.person_id)
    rows.waiting().update(state=RequestState.REFUSED, decided_at=clock.now())
    return rows.update(value="", reason=NO_NAME, decision_reason=NO_NAME, lift_reason="")


def _wanted(person: Person, membership: Membership, field: str, value: str) -> str:
    """The text that a correction is to write. Raises ValueMissing, ValueNotUnderstood or ValueTooLong."""
    wanted = normalise(value)
    if field not in RequestField.values or (not wanted and field != RequestField.CODE):
        raise errors.ValueMissing(field="value")
    _parsed(field, wanted)
    if field in _LENGTHS and len(wanted) > _LENGTHS[field]:
        raise errors.ValueTooLong(field="value", most=_LENGTHS[field])
    if wanted == current_value(DataRequest(person=person, unit=membership.unit, field=field), membership):
        raise errors.ValueMissing(field="value")
    return wanted


def _parsed(field: str, value: str) -> Any:
    """The value as `correct_person` takes it."""
    if field == RequestField.BIRTH_YEAR:
        if len(value) == 4 and value.isascii() and value.isdigit():
            return int(value)
    elif field == RequestField.STANDING:
        for standing in Standing:
            if value.casefold() == str(standing.label).casefold():
                return standing
    else:
        return value
    standings = ", ".join(str(standing.label) for standing in Standing)
    raise errors.ValueNotUnderstood(field="value", standings=standings)


def _check_not_asked(person: Person, kind: RequestKind, field: str) -> None:
    asked = DataRequest.objects.filter(person=person, kind=kind)
    same = asked.filter(field=field) if kind == RequestKind.CORRECTION else asked
    if same.waiting().exists() or (kind == RequestKind.RESTRICTION and asked.restrictions().exists()):
        raise errors.RequestAlreadyAsked


def _locked(actor: Actor, request: DataRequest) -> tuple[DataRequest, Unit]:
    """The request, locked after its person as everywhere, and the unit whose keepers decide. Raises NotPermitted or
    OwnMatter."""
    list(Person.objects.select_for_update().filter(pk=request.person_id).values_list("pk"))
    rows = DataRequest.objects.select_for_update(of=("self",)).select_related("unit__parent", "person")
    locked = rows.get(pk=request.pk)
    unit = unit_of(locked)
    if not policies.can_decide_request(actor=actor, kind=RequestKind(locked.kind), unit=unit):
        raise errors.NotPermitted
    if not may_name(actor, locked, unit):
        raise RestrictedRecord
    if locked.person.user_id is not None and locked.person.user_id == actor.user_id:
        raise errors.OwnMatter
    return locked, unit


def _to_decide(actor: Actor, request: DataRequest, outcome: RequestState) -> tuple[DataRequest, Unit, bool]:
    """The request, its unit, and whether this very actor decided it in this way before."""
    locked, unit = _locked(actor, request)
    if locked.state == outcome and locked.decided_by_id == actor.user_id:
        return locked, unit, True
    if locked.state != RequestState.REQUESTED:
        raise errors.RequestDecided
    return locked, unit, False


def _correct(actor: Actor, request: DataRequest) -> None:
    person = request.person
    membership = membership_today(person)
    if membership is None:
        raise NotCounted
    values: dict[str, Any] = {
        "full_name": person.full_name,
        "birth_year": person.birth_year,
        "village": person.village,
        "code": person.code,
        "standing": Standing(membership.standing),
    }
    values[request.field] = _parsed(request.field, request.value)
    correct_person(
        actor=actor,
        person=person,
        version=person.version,
        is_manager=person.is_manager,
        sector=person.sector,
        **values,
    )


def _decide(actor: Actor, request: DataRequest, state: RequestState, reason: str) -> None:
    request.state, request.decision_reason = state, stated(reason)
    request.decided_by_id, request.decided_at = actor.user_id, clock.now()
    request.save(update_fields=["state", "decision_reason", "decided_by", "decided_at"])


def _note(actor: Actor, request: DataRequest, action: str, unit: Unit) -> None:
    facts = {"request": request.kind, "field": request.field or None}
    audit.record(actor=actor, action=action, about=request, unit=unit, facts=facts)
