"""Units, persons and users for tests, written straight into the tables."""

import datetime as dt
import itertools
import uuid

from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.accounts.models import User
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, Standing, Tree, UnitKind
from lantoa.organizations.models import Appointment, Membership, Person, Unit, UnitPeriod

LONG_AGO = dt.date(2010, 1, 1)
ALWAYS = DateRange(LONG_AGO, None)
_numbers = itertools.count(1)


def make_unit(
    name: str = "",
    *,
    parent: Unit | None = None,
    kind: UnitKind = UnitKind.CELL,
    tree: Tree = Tree.PARTY,
    code: str = "",
    serves: Unit | None = None,
) -> Unit:
    """A unit in force since long ago, with its one period."""
    unit = Unit(
        tree=tree, kind=kind, parent=parent, code=code, name=name or f"Chi bộ số {next(_numbers)}", serves=serves
    )
    unit.set_texts()
    unit.save()
    unit.path = f"{parent.path if parent else ''}{unit.pk}."
    unit.save(update_fields=["path"])
    UnitPeriod.objects.create(unit=unit, code=code, name=unit.name, kind=kind, parent=parent, period=ALWAYS)
    return unit


def make_person(
    name: str = "",
    *,
    unit: Unit | None = None,
    standing: Standing = Standing.FULL,
    is_manager: bool = False,
    birth_year: int | None = 1980,
    code: str = "",
) -> Person:
    """A person, counted by `unit` since long ago where one is given."""
    person = Person(
        client_id=uuid.uuid4(),
        full_name=name or f"Lò Văn {chr(65 + next(_numbers) % 26)}",
        birth_year=birth_year,
        is_manager=is_manager,
        code=code,
    )
    person.set_texts()
    person.save()
    if unit is not None:
        Membership.objects.create(person=person, unit=unit, standing=standing, period=ALWAYS)
    return person


def make_user(role: Role | None = None, unit: Unit | None = None, *, username: str = "") -> User:
    """A user behind a person who holds `role` at `unit`; without a role, one who may do nothing."""
    user = User.objects.create_user(username=username or f"user{next(_numbers)}", password=None)
    person = make_person()
    person.user = user
    person.save(update_fields=["user"])
    if role is not None and unit is not None:
        Appointment.objects.create(person=person, role=role, unit=unit, period=ALWAYS)
    return user


def make_actor(role: Role, unit: Unit) -> Actor:
    """The actor of a new user who holds `role` at `unit`."""
    return Actor.of(make_user(role, unit))
