"""Changes of units for tests, written straight into the tables: periods that end and begin, and lines of descent."""

import datetime as dt

from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.kernel import clock
from lantoa.organizations.enums import UnitEventKind, UnitKind
from lantoa.organizations.models import Unit, UnitEvent, UnitLink, UnitPeriod
from lantoa.organizations.services.today import write_today
from tests.organizations.factories import make_unit


def begin(name: str, parent: Unit | None, on: dt.date, *, kind: UnitKind = UnitKind.CELL) -> Unit:
    """A unit that begins on that day."""
    unit = make_unit(name, parent=parent, kind=kind)
    UnitPeriod.objects.filter(unit=unit).update(period=DateRange(on, None))
    return unit


def end(unit: Unit, on: dt.date) -> None:
    """Let the unit end."""
    last = UnitPeriod.objects.filter(unit=unit).order_by("-period")[0]
    UnitPeriod.objects.filter(pk=last.pk).update(period=DateRange(last.period.lower, on))


def move(unit: Unit, parent: Unit, on: dt.date) -> None:
    """Put the unit under another one."""
    end(unit, on)
    UnitPeriod.objects.create(
        unit=unit, code=unit.code, name=unit.name, kind=unit.kind, parent=parent, period=DateRange(on, None)
    )


def line(old: Unit | None, *new: Unit | None, on: dt.date, partial: bool = False) -> None:
    """One event with a line of descent from `old` to each of `new`."""
    event = UnitEvent.objects.create(
        kind=UnitEventKind.SPLIT if partial else UnitEventKind.MERGE,
        decision_number="17-QĐ/TU",
        decision_date=on,
        decision_body="Ban Thường vụ Tỉnh ủy",
        effective_on=on,
    )
    for unit in new:
        UnitLink.objects.create(event=event, predecessor=old, successor=unit, partial=partial)


def bring_up_to_date(*units: Unit) -> None:
    """Write today's columns, and read these units again."""
    write_today(day=clock.today())
    for unit in units:
        unit.refresh_from_db()
