"""Two records of one person become one, and can be parted again exactly (ADR 23).

Whatever refers to the one by a foreign key refers to the other from then on; each move is written down for the undo.
What a file held when it was imported, and the logs, keep the number of their day.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations import errors, identity, policies, signals
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import TransferState
from lantoa.organizations.merge_errors import (
    BothHoldOffice,
    DepartureAhead,
    ExemptionsClash,
    LetterWaits,
    MergeOutlived,
    SameRecord,
    StaysClash,
)
from lantoa.organizations.models import (
    ActivityExemption,
    Appointment,
    ImportRow,
    Membership,
    Person,
    PersonMerge,
    TemporaryMembership,
    Transfer,
)
from lantoa.organizations.selectors.departures import departure_ahead
from lantoa.organizations.selectors.duplicates import records_beside
from lantoa.organizations.selectors.persons import PersonRecord, membership_today

CHOSEN = ("full_name", "birth_year", "village", "code", "is_manager", "sector_id")
"""The fields whose value may be taken from either record."""
_KEPT_APART = (ImportRow, PersonMerge, Membership)
_USER, _COPY = "account", "copied exemption"
Row = list[Any]


@use_case
def open_pair(*, actor: Actor, kept: Person, merged: Person) -> list[PersonRecord]:
    """The records of both, and lines in the log that they were read.

    Raises NotCounted, NotPermitted (whoever may edit both reads them beside each other).
    """
    records = records_beside(actor=actor, persons=[kept, merged])
    if len(records) < 2:
        raise errors.NotCounted
    for record in records:
        seen = policies.can_see_names(actor=actor, unit=record.unit)
        if not (seen and record.may_edit):
            raise errors.NotPermitted
        audit.record(
            actor=actor,
            action="organizations.open_record",
            about=record.person,
            unit=record.unit,
            outcome=Outcome.READ,
        )
    return records


@use_case
def merge_persons(
    *, actor: Actor, kept: Person, merged: Person, take: Iterable[str], client_id: uuid.UUID
) -> PersonMerge:
    """Let the record `merged` go into `kept`, which takes the fields named in `take` from it.

    On days on which both were counted, the cell of `kept` holds; on others the cell of `merged` does. Returns the
    merger; a repeated `client_id` returns the first one's. Raises SameRecord, NotCounted, NotPermitted (in both cells),
    BothHoldOffice, LetterWaits, DepartureAhead, ExemptionsClash, StaysClash, or a refusal of an upper app (both
    summoned in one campaign); then everything stays as it was.
    """
    if kept.pk == merged.pk:
        raise SameRecord
    assert actor.user_id is not None, "only a person holds appointments"
    locked = Person.objects.select_for_update().order_by("pk").in_bulk([kept.pk, merged.pk])
    if given := PersonMerge.objects.filter(client_id=client_id).first():
        return given
    kept, merged = locked[kept.pk], locked[merged.pk]
    unit = _permitted(actor, kept)
    _permitted(actor, merged)
    _check(kept, merged)
    staying = identity.staying(kept.pk, merged.pk)
    before = _memberships(kept, merged)
    merge = PersonMerge(
        client_id=client_id, kept=kept, merged=merged, unit_id=unit, made_by_id=actor.user_id, values={}, moves=[]
    )
    merge.moves = _move(kept, merged, staying)
    merge.values = _take(kept, merged, [name for name in CHOSEN if name in set(take)])
    rows = _join_memberships(kept, merged)
    merge.memberships = {"before": before, "after": _memberships(kept, merged), "import_rows": rows}
    merge.save()
    audit.record(
        actor=actor,
        action="organizations.merge_persons",
        about=kept,
        unit=merge.unit,
        facts={"person": merged.pk, "changed": sorted(merge.values), "count": len(merge.moves)},
    )
    signals.standing_changed.send(sender=PersonMerge, person_ids=[kept.pk, merged.pk])
    return merge


@use_case
def undo_merge(*, actor: Actor, merge: PersonMerge) -> PersonMerge:
    """Part the two records again, exactly as they were; what was added since stays with the one that was kept.

    Undoing it again changes nothing. Raises NotPermitted (where the kept record is counted), MergeOutlived.
    """
    persons = Person.objects.select_for_update().order_by("pk").in_bulk([merge.kept_id, merge.merged_id])
    kept, merged = persons[merge.kept_id], persons[merge.merged_id]
    locked = PersonMerge.objects.select_for_update(of=("self",)).select_related("unit").get(pk=merge.pk)
    _permitted(actor, kept)
    if locked.undone_at is not None:
        return locked
    if _memberships(kept, merged) != locked.memberships["after"]:
        raise MergeOutlived(what=str(Membership._meta.verbose_name_plural))
    _give_back(kept, merged, locked.values)
    _part_memberships(kept, locked.memberships)
    _move_back(kept, merged, locked.moves)
    locked.undone_at, locked.undone_by_id = clock.now(), actor.user_id
    locked.save(update_fields=["undone_at", "undone_by"])
    audit.record(
        actor=actor, action="organizations.undo_merge", about=kept, unit=locked.unit, facts={"person": merged.pk}
    )
    signals.standing_changed.send(sender=PersonMerge, person_ids=[kept.pk, merged.pk])
    return locked


def _permitted(actor: Actor, person: Person) -> int:
    membership = membership_today(person)
    if membership is None:
        raise errors.NotCounted
    if not policies.can_edit_persons(actor=actor, unit=membership.unit):
        raise errors.NotPermitted
    return membership.unit_id


def _check(kept: Person, merged: Person) -> None:
    if _holds_office(kept) and _holds_office(merged):
        raise BothHoldOffice
    if Transfer.objects.filter(person__in=[kept, merged], state=TransferState.OFFERED).exists():
        raise LetterWaits
    if ahead := departure_ahead(kept) or departure_ahead(merged):
        raise DepartureAhead(day=f"{ahead.effective_on:%d/%m/%Y}")
    mine = list(ActivityExemption.objects.filter(person=kept))
    for other in ActivityExemption.objects.filter(person=merged):
        if any(_overlap(one.period, other.period) for one in mine):
            raise ExemptionsClash
    stays = list(TemporaryMembership.objects.filter(person=kept))
    for stay in TemporaryMembership.objects.filter(person=merged):
        if any(_overlap(one.period, stay.period) for one in stays):
            raise StaysClash


def _holds_office(person: Person) -> bool:
    """Whether the person can act now or later: an account that is open, or an appointment that lasts."""
    if person.user is not None and person.user.is_active:
        return True
    return Appointment.objects.filter(person=person, period__overlap=DateRange(clock.today(), None)).exists()


def _overlap(one: DateRange, other: DateRange) -> bool:
    return (one.upper is None or other.lower < one.upper) and (other.upper is None or one.lower < other.upper)


def _move(kept: Person, merged: Person, staying: Mapping[str, set[int]]) -> list[Row]:
    """Let every row of every app that refers to `merged` refer to `kept`, those that stay aside; which those were.

    Where rows stay, exemptions are copied and not moved: what was excluded on a day of then remains so.
    """
    moves: list[Row] = []
    if any(staying.values()):
        moves += _copy_exemptions(kept, merged)
    for relation in Person._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model: Any = relation.related_model
        if model in _KEPT_APART or (moves and moves[0][0] == _COPY and model is ActivityExemption):
            continue
        name = relation.field.name  # type: ignore[union-attr]
        stay = staying.get(model._meta.label, set())
        rows = model._default_manager.filter(**{name: merged.pk}).exclude(pk__in=stay)
        moves += [[model._meta.label, name, pk] for pk in rows.order_by("pk").values_list("pk", flat=True)]
        rows.update(**{name: kept.pk})
    if merged.user_id is not None and kept.user_id is None:
        user_id = merged.user_id
        Person.objects.filter(pk=merged.pk).update(user=None)
        Person.objects.filter(pk=kept.pk).update(user=user_id)
        moves.append([_USER, "user", user_id])
    return moves


def _copy_exemptions(kept: Person, merged: Person) -> list[Row]:
    copies: list[Row] = [[_COPY, "person", 0]]
    for row in ActivityExemption.objects.filter(person=merged).order_by("pk"):
        row.pk, row.person = None, kept
        row._state.adding = True
        row.save()
        copies.append([_COPY, "person", row.pk])
    return copies


def _move_back(kept: Person, merged: Person, moves: Iterable[Row]) -> None:
    """Let the rows refer to `merged` again. Raises MergeOutlived where one refers to `kept` no more."""
    from django.apps import apps  # the registry of models is complete when a use case runs

    for label, name, pk in moves:
        if label == _COPY:
            ActivityExemption.objects.filter(pk=pk).delete()
            continue
        if label == _USER:
            if not Person.objects.filter(pk=kept.pk, user=pk).update(user=None):
                raise MergeOutlived(what=str(Person._meta.verbose_name))
            Person.objects.filter(pk=merged.pk).update(user=pk)
            continue
        model = apps.get_model(label)
        if not model._default_manager.filter(**{"pk": pk, name: kept.pk}).update(**{name: merged.pk}):
            raise MergeOutlived(what=str(model._meta.verbose_name))


def _take(kept: Person, merged: Person, names: list[str]) -> dict[str, list[Any]]:
    """Give `kept` the named values of `merged`; each that changed, before and after. A code belongs to one only."""
    values = {name: [getattr(kept, name), getattr(merged, name)] for name in names}
    values = {name: pair for name, pair in values.items() if pair[0] != pair[1]}
    if "code" in values:
        Person.objects.filter(pk=merged.pk).update(code="")
    _write(kept, {name: pair[1] for name, pair in values.items()})
    return values


def _give_back(kept: Person, merged: Person, values: Mapping[str, list[Any]]) -> None:
    for name, (_before, after) in values.items():
        if getattr(kept, name) != after:
            raise MergeOutlived(what=str(Person._meta.verbose_name))
    _write(kept, {name: pair[0] for name, pair in values.items()})
    if "code" in values:
        Person.objects.filter(pk=merged.pk).update(code=values["code"][1])


def _write(person: Person, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    person.set_texts()
    person.version += 1
    person.save(update_fields=[*(name.removesuffix("_id") for name in values), "folded_name", "sort_key", "version"])


def _memberships(kept: Person, merged: Person) -> list[Row]:
    """The memberships of both, as plain values: number, person, unit, standing, first day, first day after."""
    rows = Membership.objects.filter(Q(person=kept) | Q(person=merged)).order_by("pk")
    return [
        [row.pk, row.person_id, row.unit_id, row.standing, row.period.lower.isoformat(), _text(row.period.upper)]
        for row in rows
    ]


def _join_memberships(kept: Person, merged: Person) -> list[Row]:
    """Give `kept` the days of `merged` on which nobody counted `kept`; the rows of imports that named what went."""
    taken = sorted(Membership.objects.filter(person=kept).values_list("period", flat=True), key=lambda one: one.lower)
    going = list(Membership.objects.filter(person=merged))
    named = ImportRow.objects.filter(membership__in=going).order_by("pk")
    import_rows = [[pk, membership] for pk, membership in named.values_list("pk", "membership_id")]
    Membership.objects.filter(pk__in=[row.pk for row in going]).delete()
    Membership.objects.bulk_create(
        Membership(person=kept, unit_id=row.unit_id, standing=row.standing, period=piece)
        for row in going
        for piece in _free_of(row.period, taken)
    )
    return import_rows


def _free_of(period: DateRange, taken: Iterable[DateRange]) -> list[DateRange]:
    """The days of `period` outside `taken`, which is in the order of days."""
    pieces, start = [], period.lower
    for one in taken:
        if not _overlap(DateRange(start, period.upper), one):
            continue
        if start < one.lower:
            pieces.append(DateRange(start, one.lower))
        if one.upper is None:
            return pieces
        start = one.upper
    if period.upper is None or start < period.upper:
        pieces.append(DateRange(start, period.upper))
    return pieces


def _part_memberships(kept: Person, memberships: Mapping[str, list[Row]]) -> None:
    before = {row[0] for row in memberships["before"]}
    Membership.objects.filter(person=kept).exclude(pk__in=before).delete()
    present = {row[0] for row in memberships["after"]}
    Membership.objects.bulk_create(
        Membership(pk=pk, person_id=person_id, unit_id=unit_id, standing=standing, period=_range(lower, upper))
        for pk, person_id, unit_id, standing, lower, upper in memberships["before"]
        if pk not in present
    )
    for pk, membership in memberships["import_rows"]:
        ImportRow.objects.filter(pk=pk).update(membership=membership)


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _range(lower: str, upper: str | None) -> DateRange:
    return DateRange(dt.date.fromisoformat(lower), None if upper is None else dt.date.fromisoformat(upper))
