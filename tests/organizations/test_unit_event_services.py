"""Transfers, mergers and dissolutions: everything at the units goes where the event says, from its day on."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, Standing, Tree, UnitEventKind, UnitKind
from lantoa.organizations.errors import (
    ChangedSince,
    DecisionMissing,
    KindOfAnotherTree,
    NamesakeUnit,
    NotPermitted,
    ParentNotInForce,
    UnitEnded,
    UnitNameMissing,
)
from lantoa.organizations.models import Appointment, Membership, Person, Unit, UnitEvent, UnitEventDraft, UnitPeriod
from lantoa.organizations.new_persons import NewPerson
from lantoa.organizations.selectors.courses import course_of
from lantoa.organizations.services.applying import apply_event
from lantoa.organizations.services.appointments import appoint
from lantoa.organizations.services.event_drafts import (
    NewUnit,
    give_up_event,
    prepare_dissolution,
    prepare_merger,
    prepare_split,
    prepare_transfer,
)
from lantoa.organizations.services.handovers import hand_over_due
from lantoa.organizations.services.persons import register_persons
from lantoa.organizations.services.unit_events import rename_unit
from lantoa.organizations.services.units import refresh_today
from tests.organizations.events import (
    DECISION,
    TURN,
    applied,
    dissolve,
    merge,
    new,
    order,
    parents,
    transfer,
)
from tests.organizations.factories import ALWAYS, LONG_AGO, make_actor, make_person, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def first(district: Unit) -> Unit:
    return make_unit("Đảng bộ xã Hoang Thèn", parent=district, kind=UnitKind.COMMUNE_COMMITTEE)


@pytest.fixture
def second(district: Unit) -> Unit:
    return make_unit("Đảng bộ xã Bản Lang", parent=district, kind=UnitKind.COMMUNE_COMMITTEE)


@pytest.fixture
def actor(district: Unit) -> Actor:
    return make_actor(Role.ADMINISTRATOR, district)


def cells_of(person: Person) -> list[tuple[str, dt.date, dt.date | None]]:
    rows = Membership.objects.filter(person=person).select_related("unit").order_by("period")
    return [(row.unit.name, row.period.lower, row.period.upper) for row in rows]


def offices_of(person: Person) -> list[tuple[str, dt.date, dt.date | None]]:
    rows = Appointment.objects.filter(person=person).select_related("unit").order_by("period", "unit")
    return [(row.unit.name, row.period.lower, row.period.upper) for row in rows]


def test_a_transferred_unit_takes_what_is_below_it_along(actor: Actor, first: Unit, second: Unit) -> None:
    cell = make_unit("Chi bộ bản Mới", parent=first)
    team = make_unit("Tổ đảng", parent=cell)
    draft = prepare_transfer(**order(actor, TURN), unit=cell, parent=second)
    assert course_of(draft).along == 1
    event = applied(actor, draft)
    assert parents(cell) == [(first.name, LONG_AGO, TURN), (second.name, TURN, None)]
    team.refresh_from_db()
    assert team.path == f"{second.path}{cell.pk}.{team.pk}."
    link = event.links.get()
    assert (event.kind, link.predecessor, link.successor) == (UnitEventKind.TRANSFER, cell, cell)
    assert Entry.objects.filter(action="organizations.apply_event", unit_id=cell.pk).exists()


def test_a_planned_transfer_takes_effect_on_its_day(
    actor: Actor, first: Unit, second: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell, day = make_unit(parent=first), clock.today() + dt.timedelta(days=30)
    transfer(actor, cell, second, day)
    cell.refresh_from_db()
    assert cell.parent == first
    monkeypatch.setattr(clock, "today", lambda: day)
    refresh_today(actor=SYSTEM)
    cell.refresh_from_db()
    assert cell.parent == second


def test_a_merger_into_a_new_unit_moves_everything(actor: Actor, district: Unit, first: Unit, second: Unit) -> None:
    cell = make_unit("Chi bộ bản Mới", parent=first)
    member = make_person(unit=first, standing=Standing.PROBATIONARY)
    secretary = make_person()
    Appointment.objects.create(
        person=secretary, role=Role.SECRETARY, unit=second, title="Bí thư", decision_number="1-QĐ", period=ALWAYS
    )
    event = merge(actor, [first, second], new("Đảng bộ xã Mới", district, UnitKind.COMMUNE_COMMITTEE))
    merged = Unit.objects.get(name="Đảng bộ xã Mới")
    assert parents(cell) == [(first.name, LONG_AGO, TURN), (merged.name, TURN, None)]
    assert parents(first) == [(district.name, LONG_AGO, TURN)]
    assert parents(merged) == [(district.name, TURN, None)]
    assert cells_of(member) == [(first.name, LONG_AGO, TURN), (merged.name, TURN, None)]
    assert set(Membership.objects.filter(person=member).values_list("standing", flat=True)) == {"probationary"}
    assert offices_of(secretary) == [(second.name, LONG_AGO, TURN), (merged.name, TURN, None)]
    begun = Appointment.objects.get(person=secretary, unit=merged)
    assert (begun.role, begun.title, begun.decision_number) == (Role.SECRETARY, "Bí thư", "1-QĐ")
    lines = set(event.links.values_list("predecessor", "successor", "partial"))
    assert lines == {(first.pk, merged.pk, False), (second.pk, merged.pk, False), (cell.pk, cell.pk, False)}
    first.refresh_from_db()
    cell.refresh_from_db()
    assert (first.in_force, cell.path) == (False, f"{district.path}{merged.pk}.{cell.pk}.")


def test_one_of_the_merged_units_may_go_on(actor: Actor, first: Unit, second: Unit) -> None:
    stays, comes = make_person(unit=first), make_person(unit=second)
    merge(actor, [first, second], first)
    assert cells_of(stays) == [(first.name, LONG_AGO, None)]
    assert cells_of(comes) == [(second.name, LONG_AGO, TURN), (first.name, TURN, None)]
    assert parents(first)[0][2] is None


def test_whoever_holds_a_role_at_both_units_holds_it_once(actor: Actor, first: Unit, second: Unit) -> None:
    person = make_person()
    for unit in (first, second):
        Appointment.objects.create(person=person, role=Role.FOLLOWER, unit=unit, period=ALWAYS)
    merge(actor, [first, second], first)
    assert sorted(offices_of(person)) == [(second.name, LONG_AGO, TURN), (first.name, LONG_AGO, None)]


def test_an_appointment_goes_on_only_for_the_days_on_which_its_holder_has_no_such_role_there(
    actor: Actor, first: Unit, second: Unit
) -> None:
    person = make_person()
    year = DateRange(dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    Appointment.objects.create(person=person, role=Role.FOLLOWER, unit=first, period=year)
    Appointment.objects.create(person=person, role=Role.FOLLOWER, unit=second, period=ALWAYS)
    later = DateRange(dt.date(2025, 3, 1), dt.date(2025, 6, 1))
    Appointment.objects.create(person=person, role=Role.FOLLOWER, unit=second, period=later)
    merge(actor, [first, second], first)
    assert offices_of(person) == [
        (second.name, LONG_AGO, TURN),
        (first.name, TURN, year.lower),
        (first.name, year.lower, year.upper),
        (first.name, year.upper, None),
    ]


def test_what_begins_later_is_held_at_the_new_unit_alone(actor: Actor, first: Unit, second: Unit) -> None:
    later = TURN + dt.timedelta(days=10)
    person = make_person()
    Membership.objects.create(person=person, unit=second, standing=Standing.FULL, period=DateRange(later, None))
    cell = make_unit(parent=second)
    UnitPeriod.objects.filter(unit=cell).update(period=DateRange(later, None))
    merge(actor, [first, second], first)
    assert cells_of(person) == [(first.name, later, None)]
    assert parents(cell) == [(first.name, later, None)]


def test_a_dissolved_unit_leaves_what_it_had_to_its_heir(actor: Actor, first: Unit, second: Unit) -> None:
    cell, member = make_unit(parent=first), make_person(unit=first)
    event = dissolve(actor, first, second)
    assert parents(cell)[-1] == (second.name, TURN, None)
    assert cells_of(member)[-1] == (second.name, TURN, None)
    assert set(event.links.values_list("predecessor", "successor")) == {(first.pk, second.pk), (cell.pk, cell.pk)}


def test_an_empty_unit_is_dissolved_without_an_heir(actor: Actor, first: Unit) -> None:
    event = dissolve(actor, first, None)
    assert parents(first)[0][2] == TURN
    assert event.links.get().successor is None


def test_a_unit_with_people_is_not_dissolved_without_an_heir(actor: Actor, first: Unit) -> None:
    make_person(unit=first)
    with pytest.raises(refusals.UnitNotEmpty):
        prepare_dissolution(**order(actor, TURN), unit=first, heir=None)
    assert not UnitEventDraft.objects.exists()


def test_a_preview_that_has_gone_stale_is_refused_and_nothing_is_written(
    actor: Actor, first: Unit, second: Unit
) -> None:
    draft = prepare_dissolution(**order(actor, TURN), unit=first, heir=second)
    digest = course_of(draft).digest
    make_person(unit=first)
    with pytest.raises(refusals.PreviewStale):
        apply_event(actor=actor, draft=draft, digest=digest)
    assert not UnitEvent.objects.exists()
    assert parents(first)[0][2] is None
    applied(actor, draft)


def test_an_event_is_prepared_and_applied_once(actor: Actor, first: Unit, second: Unit) -> None:
    client_id = uuid.uuid4()
    draft = prepare_dissolution(**order(actor, TURN, client_id), unit=first, heir=second)
    assert prepare_dissolution(**order(actor, TURN, client_id), unit=first, heir=second) == draft
    digest = course_of(draft).digest
    event = apply_event(actor=actor, draft=draft, digest=digest)
    assert apply_event(actor=actor, draft=draft, digest=digest) == event
    with pytest.raises(refusals.EventClosed):
        give_up_event(actor=actor, draft=draft)


def test_a_draft_that_was_given_up_is_not_applied(actor: Actor, first: Unit, second: Unit) -> None:
    draft = prepare_dissolution(**order(actor, TURN), unit=first, heir=second)
    given_up = give_up_event(actor=actor, draft=draft)
    assert not given_up.is_open
    assert give_up_event(actor=actor, draft=draft).given_up_at == given_up.given_up_at
    with pytest.raises(refusals.EventClosed):
        apply_event(actor=actor, draft=draft, digest="")


def test_an_event_puts_an_earlier_one_right(actor: Actor, first: Unit, second: Unit) -> None:
    cell = make_unit(parent=first)
    wrong = transfer(actor, cell, second)
    day = TURN + dt.timedelta(days=1)
    draft = prepare_transfer(**order(actor, day), unit=cell, parent=first, corrects=wrong)
    right = applied(actor, draft)
    assert right.corrects == wrong
    assert list(wrong.corrections.all()) == [right]
    assert [name for name, _, _ in parents(cell)] == [first.name, second.name, first.name]


def test_only_an_administrator_of_every_unit_named_prepares_and_applies(
    actor: Actor, district: Unit, first: Unit, second: Unit
) -> None:
    for stranger in (make_actor(Role.ADMINISTRATOR, first), make_actor(Role.OFFICER, district)):
        with pytest.raises(NotPermitted):
            prepare_dissolution(**order(stranger, TURN), unit=first, heir=second)
    draft = prepare_dissolution(**order(actor, TURN), unit=first, heir=second)
    for stranger in (make_actor(Role.ADMINISTRATOR, first), make_actor(Role.OFFICER, district)):
        with pytest.raises(NotPermitted):
            apply_event(actor=stranger, draft=draft, digest=course_of(draft).digest)
    with pytest.raises(NotPermitted):
        give_up_event(actor=make_actor(Role.OFFICER, district), draft=draft)
    with pytest.raises(NotPermitted):
        hand_over_due(actor=actor)


def test_a_merger_needs_two_units_and_a_split_two_successors(actor: Actor, district: Unit, first: Unit) -> None:
    with pytest.raises(refusals.SeveralUnitsNeeded):
        prepare_merger(**order(actor, TURN), units=[first, first], successor=first)
    with pytest.raises(refusals.SeveralUnitsNeeded):
        prepare_split(**order(actor, TURN), unit=first, successors=[new("Chi bộ bản Mới", district)])
    with pytest.raises(NamesakeUnit):
        prepare_split(
            **order(actor, TURN), unit=first, successors=[new("Chi bộ A", district), new("Chi bộ A", district)]
        )


def test_what_does_not_fit_a_merger_is_refused(actor: Actor, district: Unit, first: Unit, second: Unit) -> None:
    commune = UnitKind.COMMUNE_COMMITTEE
    below = make_unit("Chi bộ bản Mới", parent=second)
    other_tree = make_unit("Xã Hoang Thèn", tree=Tree.ADMINISTRATIVE, kind=UnitKind.COMMUNE)
    make_unit("Đảng bộ xã Cũ", parent=district, kind=commune)
    everywhere = make_actor(Role.ADMINISTRATOR, other_tree)
    both = Actor(user_id=actor.user_id, person_id=None, grants=actor.grants + everywhere.grants)
    cases: list[tuple[type[Refusal], list[Unit], Unit | NewUnit]] = [
        (refusals.UnitsOfOneTree, [first, other_tree], first),
        (refusals.SuccessorEnds, [first, second], below),
        (refusals.SuccessorEnds, [first, second], new("Đảng bộ xã Mới", second, commune)),
        (NamesakeUnit, [first, second], new("Đảng bộ xã Cũ", district, commune)),
        (KindOfAnotherTree, [first, second], new("Xã Mới", district, UnitKind.COMMUNE)),
        (UnitNameMissing, [first, second], new(" ", district, commune)),
    ]
    for refusal, units, successor in cases:
        with pytest.raises(refusal):
            prepare_merger(**order(both, TURN), units=units, successor=successor)
    late = make_unit(parent=district)
    UnitPeriod.objects.filter(unit=late).update(period=DateRange(TURN + dt.timedelta(days=1), None))
    with pytest.raises(refusals.SuccessorNotInForce):
        prepare_dissolution(**order(actor, TURN), unit=first, heir=late)
    with pytest.raises(ParentNotInForce):
        prepare_merger(**order(actor, TURN), units=[first, second], successor=new("Đảng bộ xã Mới", late, commune))
    assert not UnitEventDraft.objects.exists()


def test_a_merged_unit_may_take_the_name_of_one_that_ends(
    actor: Actor, district: Unit, first: Unit, second: Unit
) -> None:
    merge(actor, [first, second], new(first.name, district, UnitKind.COMMUNE_COMMITTEE))
    assert Unit.objects.filter(name=first.name).count() == 2


def test_what_does_not_fit_a_transfer_is_refused(actor: Actor, district: Unit, first: Unit, second: Unit) -> None:
    cell = make_unit("Chi bộ bản Mới", parent=first)
    with pytest.raises(refusals.NothingTransferred):
        prepare_transfer(**order(actor, TURN), unit=cell, parent=first)
    for inside in (first, cell):
        with pytest.raises(refusals.BelowItself):
            prepare_transfer(**order(actor, TURN), unit=first, parent=inside)
    with pytest.raises(ChangedSince):
        prepare_transfer(**order(actor, LONG_AGO), unit=cell, parent=second)
    make_unit("Chi bộ bản Mới", parent=second)
    with pytest.raises(NamesakeUnit):
        prepare_transfer(**order(actor, TURN), unit=cell, parent=second)
    with pytest.raises(DecisionMissing):
        prepare_transfer(**{**order(actor, TURN), "decision": Decision("", TURN, "")}, unit=first, parent=second)


def test_a_unit_that_has_ended_takes_part_in_no_further_event(actor: Actor, district: Unit, first: Unit) -> None:
    gone = make_unit("Chi bộ cũ", parent=district)
    dissolve(actor, gone, first)
    day = TURN + dt.timedelta(days=1)
    with pytest.raises(UnitEnded):
        prepare_dissolution(**order(actor, day), unit=gone, heir=first)
    with pytest.raises(refusals.SuccessorNotInForce):
        prepare_dissolution(**order(actor, day), unit=first, heir=gone)


def test_what_stands_under_the_unit_later_is_thought_of_too(actor: Actor, first: Unit, second: Unit) -> None:
    """`second` comes under `cell` later; `cell` would then come under it for good."""
    later = TURN + dt.timedelta(days=400)
    cell = make_unit(parent=first)
    transfer(actor, second, cell, later)
    with pytest.raises(refusals.BelowItself):
        prepare_transfer(**order(actor, TURN), unit=cell, parent=second)
    with pytest.raises(refusals.SuccessorEnds):
        dissolve(actor, first, second)
    assert parents(cell) == [(first.name, LONG_AGO, None)]


def test_a_planned_merger_leaves_later_names_alone(actor: Actor, first: Unit, second: Unit) -> None:
    cell, later = make_unit("Chi bộ bản Cũ", parent=second), TURN + dt.timedelta(days=100)
    rename_unit(
        actor=actor, unit=cell, name="Chi bộ bản Mới", short_name="", code="", effective_on=later, decision=DECISION
    )
    merge(actor, [first, second], first)
    assert parents(cell) == [(second.name, LONG_AGO, TURN), (first.name, TURN, later), (first.name, later, None)]
    names = UnitPeriod.objects.filter(unit=cell).order_by("period").values_list("name", flat=True)
    assert list(names) == ["Chi bộ bản Cũ", "Chi bộ bản Cũ", "Chi bộ bản Mới"]


def test_a_term_that_still_runs_goes_along_and_one_that_is_over_does_not(
    actor: Actor, first: Unit, second: Unit
) -> None:
    people = {day: make_person() for day in (TURN - dt.timedelta(days=1), TURN + dt.timedelta(days=1))}
    for term_ends_on, person in people.items():
        Appointment.objects.create(
            person=person, role=Role.SECRETARY, unit=first, period=ALWAYS, term_ends_on=term_ends_on
        )
    dissolve(actor, first, second)
    begun = Appointment.objects.filter(unit=second).order_by("term_ends_on")
    assert [(row.person, row.term_ends_on) for row in begun] == [
        (people[TURN + dt.timedelta(days=1)], TURN + dt.timedelta(days=1)),
        (people[TURN - dt.timedelta(days=1)], None),
    ]


def test_nothing_is_entered_at_a_unit_beyond_its_end(actor: Actor, district: Unit, first: Unit, second: Unit) -> None:
    """It would stand at a unit that has ended, and nobody would find it."""
    day = clock.today() + dt.timedelta(days=30)
    dissolve(actor, first, second, day)
    row = NewPerson(full_name="Lò Văn Ún", unit=first, standing=Standing.FULL)
    with pytest.raises(refusals.UnitEnds):
        register_persons(actor=make_actor(Role.OFFICER, district), rows=[row], starts_on=clock.today())
    person = make_person(unit=second)
    office: dict[str, Any] = {
        "actor": actor,
        "person": person,
        "role": Role.VIEWER,
        "unit": first,
        "starts_on": clock.today(),
        "decision": DECISION,
    }
    with pytest.raises(refusals.UnitEnds):
        appoint(**office)
    assert appoint(**office, ends_on=day).period.upper == day
