"""Must show: after any sequence of events the tree is a tree on every day, nobody is lost or doubled, nothing overlaps.

The oracle reads the tables by SQL of its own, day by day, and shares nothing with the services. More sequences are
tried with `LANTOA_EVENT_EXAMPLES=500`.
"""

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor, Grant
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.models import Appointment, DraftSuccessor, Unit, UnitEventDraft, UnitPeriod
from lantoa.organizations.selectors.courses import course_of
from lantoa.organizations.services.placing import place_people, place_units
from lantoa.organizations.services.unit_events import rename_unit
from lantoa.organizations.services.units import found_unit
from tests.organizations.events import DECISION, applied, dissolve, merge, new, split, transfer
from tests.organizations.factories import ALWAYS, LONG_AGO, make_actor, make_person, make_unit

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("LANTOA_EVENT_EXAMPLES", "8"))
KINDS = ("found", "rename", "transfer", "merge", "merge into one", "split", "split and go on", "dissolve")


@dataclass(frozen=True)
class Step:
    """One event: its kind, the numbers that pick units, and its day as the distance from today."""

    kind: str
    picks: tuple[int, ...]
    days: int


STEPS = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(KINDS),
        picks=st.tuples(*(st.integers(0, 99) for _ in range(4))),
        days=st.integers(-500, 500),
    ),
    min_size=4,
    max_size=10,
)


@pytest.fixture
def actor() -> Actor:
    """The administrator of a small tree: three committees, six cells, twelve people, three secretaries."""
    root = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
    for number in range(3):
        committee = make_unit(f"Đảng bộ xã {number}", parent=root, kind=UnitKind.COMMUNE_COMMITTEE)
        Appointment.objects.create(person=make_person(), role=Role.SECRETARY, unit=committee, period=ALWAYS)
        make_person(unit=committee)
        for cell in range(2):
            below = make_unit(f"Chi bộ {number}.{cell}", parent=committee)
            for _ in range(2):
                make_person(unit=below)
    return make_actor(Role.ADMINISTRATOR, root)


def standing() -> list[Unit]:
    """The units below the root that last, in a fixed order."""
    lasting = UnitPeriod.objects.filter(period__endswith__isnull=True, parent__isnull=False).values("unit")
    return list(Unit.objects.filter(pk__in=lasting).select_related("parent").order_by("pk"))


def take(actor: Actor, step: Step, number: int) -> None:
    """Take one step through the services; a refusal goes to the caller."""
    units, day = standing(), clock.today() + dt.timedelta(days=step.days)
    unit, other, third = (units[pick % len(units)] for pick in step.picks[:3])
    root = Unit.objects.get(parent=None, kind=UnitKind.DISTRICT_COMMITTEE)
    match step.kind:
        case "found":
            name = f"Chi bộ lập {number}"
            found_unit(
                actor=actor,
                tree=Tree.PARTY,
                name=name,
                kind=UnitKind.CELL,
                parent=other,
                starts_on=day,
                decision=DECISION,
            )
        case "rename":
            rename_unit(
                actor=actor,
                unit=unit,
                name=f"Tên mới {number}",
                short_name="",
                code="",
                effective_on=day,
                decision=DECISION,
            )
        case "transfer":
            transfer(actor, unit, other, day)
        case "merge":
            parent = third if step.picks[3] % 2 else root
            merge(actor, [unit, other], new(f"Đơn vị sáp nhập {number}", parent), day)
        case "merge into one":
            merge(actor, [unit, other, third], other, day)
        case "split":
            draft = split(actor, unit, [new(f"Đơn vị tách {number}", root), third], day)
            place_all(actor, draft, step.picks)
            applied(actor, draft)
        case "split and go on":
            draft = split(actor, unit, [unit, new(f"Đơn vị tách {number}", other)], day)
            place_all(actor, draft, step.picks)
            applied(actor, draft)
        case "dissolve":
            dissolve(actor, unit, other if step.picks[3] % 3 else None, day)


def place_all(actor: Actor, draft: UnitEventDraft, picks: Sequence[int]) -> None:
    """Place everything at the unit that is split, turn about."""
    course = course_of(draft)
    successors = list(course.successors)

    def choice(position: int) -> DraftSuccessor:
        return successors[(position + picks[3]) % len(successors)]

    people = {going.row.pk: choice(position) for position, going in enumerate(course.memberships)}
    if people:
        unit = draft.unit
        secretary = Actor(actor.user_id, None, (Grant(Role.SECRETARY, unit.pk, unit.path, unit.name),))
        place_people(actor=secretary, draft=draft, places=people)
    for position, period in enumerate(course.sub_units):
        place_units(actor=actor, draft=draft, units={period.row.unit_id: choice(position)})
    for position, office in enumerate(course_of(draft).appointments):
        place_units(actor=actor, draft=draft, appointments={office.row.pk: choice(position)})


@dataclass(frozen=True)
class Span:
    """A row with a period, as the table holds it: whose it is, where, and from when to when (half open)."""

    whose: int
    where: int | None
    lower: dt.date
    upper: dt.date

    def holds_on(self, day: dt.date) -> bool:
        return self.lower <= day < self.upper


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def spans(table: str, whose: str, where: str) -> list[Span]:
    """The rows of a table with a period, an open end being the last day that there is."""
    found = rows(f"SELECT {whose}, {where}, lower(period), upper(period) FROM organizations_{table}")
    return [Span(one, other, lower, upper or dt.date.max) for one, other, lower, upper in found]


def check(members: set[int], holders: set[int]) -> None:
    """On every day that matters: one tree, everybody counted once and every secretary in office once, at units that
    exist."""
    places = spans("unitperiod", "unit_id", "parent_id")
    counted = [span for span in spans("membership", "person_id", "unit_id") if span.whose in members]
    held = [span for span in spans("appointment", "person_id", "unit_id") if span.whose in holders]
    every = [*places, *counted, *held]
    bounds = {day for span in every for day in (span.lower, span.upper) if day < dt.date.max}
    for day in sorted(bounds | {day - dt.timedelta(days=1) for day in bounds} | {clock.today()}):
        if day >= LONG_AGO:
            check_day(day, places, counted, held, members, holders)
    check_today(places)


def check_day(
    day: dt.date, places: list[Span], counted: list[Span], held: list[Span], members: set[int], holders: set[int]
) -> None:
    tree = [(span.whose, span.where) for span in places if span.holds_on(day)]
    above = dict(tree)
    assert len(above) == len(tree), f"two periods of one unit on {day}"
    assert [unit for unit, parent in tree if parent is None] == [min(above)], f"another root on {day}"
    for unit, parent in tree:
        seen, climbing = {unit}, parent
        while climbing is not None:
            assert climbing in above, f"{unit} stands below a unit that does not exist on {day}"
            assert climbing not in seen, f"{unit} stands below itself on {day}"
            seen.add(climbing)
            climbing = above[climbing]
    for spans_of_people, people in ((counted, members), (held, holders)):
        standing_then = [(span.whose, span.where) for span in spans_of_people if span.holds_on(day)]
        assert sorted(person for person, _unit in standing_then) == sorted(people), f"lost or doubled on {day}"
        assert {unit for _person, unit in standing_then} <= set(above), f"at a unit that does not exist on {day}"


def check_today(places: list[Span]) -> None:
    """The columns of today repeat the periods of today."""
    above = {span.whose: span.where for span in places if span.holds_on(clock.today())}
    found = rows("SELECT id, parent_id, path FROM organizations_unit WHERE in_force")
    assert {pk: parent for pk, parent, _path in found} == above
    paths = {pk: path for pk, _parent, path in found}
    for pk, parent in above.items():
        assert paths[pk] == (paths[parent] if parent else "") + f"{pk}."


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_after_any_events_the_tree_is_a_tree_and_nobody_is_lost_or_doubled(actor: Actor, steps: list[Step]) -> None:
    members = {pk for (pk,) in rows("SELECT person_id FROM organizations_membership")}
    holders = {pk for (pk,) in rows("SELECT person_id FROM organizations_appointment WHERE role = 'secretary'")}
    with transaction.atomic():
        done = 0
        for number, step in enumerate(steps):
            try:
                with transaction.atomic():
                    take(actor, step, number)
            except Refusal as refusal:
                event(refusal.code)
            else:
                event(step.kind)
                done += 1
        check(members, holders)
        event(f"{min(done, 5)} or more applied")
        transaction.set_rollback(True)
