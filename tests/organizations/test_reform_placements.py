"""What stands at units that a reform divides is placed beforehand, on lists like those of a split."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.errors import NotPermitted, UnitsStillHeld
from lantoa.organizations.models import (
    Appointment,
    DraftPlacement,
    Membership,
    Person,
    Unit,
    UnitEventDraft,
    UnitPeriod,
    UnitReform,
)
from lantoa.organizations.selectors.courses import course_of, stamp_of
from lantoa.organizations.services.applying import apply_event
from lantoa.organizations.services.event_drafts import Changing, give_up_event, prepare_split
from lantoa.organizations.services.placing import place_people, place_units
from lantoa.organizations.services.reform_drafts import ReformPreview, prepare_reform, preview_reform
from lantoa.organizations.services.reforms import apply_reform
from lantoa.organizations.services.unit_imports import import_units
from tests.organizations.events import new, order
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit, make_user
from tests.organizations.test_reforms import BEFORE, DAY, DECISION, NEW, OLD, ROWS, on

pytestmark = pytest.mark.django_db
DIVIDED = f"{ROWS}100,100,1\n100,102,1\n101,100,0\n102,102,0\n103,900,0\n"
VILLAGES = f"{OLD}village,1,Bản Một,,100\nvillage,2,Bản Hai,,100\nvillage,3,Bản Ba,,102\n"


@pytest.fixture
def commune() -> Unit:
    """A commune that the reform divides, with two villages, two people and an officer."""
    import_units(actor=SYSTEM, data=VILLAGES.encode(), tree=Tree.ADMINISTRATIVE, starts_on=BEFORE, source="old")
    commune = Unit.objects.get(code="100", kind=UnitKind.COMMUNE)
    for name in ("Lò Văn Ún", "Giàng A Páo"):
        make_person(name, unit=commune)
    Appointment.objects.create(person=make_person(), role=Role.OFFICER, unit=commune, period=ALWAYS)
    return commune


@pytest.fixture
def administrator(commune: Unit) -> Actor:
    return make_actor(Role.ADMINISTRATOR, Unit.objects.get(kind=UnitKind.PROVINCE))


def tables(rows: str = DIVIDED, units: str = NEW, actor: Actor = SYSTEM) -> dict[str, Any]:
    return {
        "actor": actor,
        "conversion": rows.encode(),
        "new_units": units.encode(),
        "tree": Tree.ADMINISTRATIVE,
        "level": UnitKind.COMMUNE,
        "effective_on": DAY,
    }


def prepared(rows: str = DIVIDED) -> ReformPreview:
    return prepare_reform(**tables(rows), decision=DECISION)


def reformed(rows: str = DIVIDED) -> UnitReform:
    done = apply_reform(**tables(rows), decision=DECISION, source="test")
    connection.check_constraints()
    return done.reform


def left(preview: ReformPreview) -> list[tuple[str, int, int, int, bool]]:
    return [(one.unit.name, one.units, one.members, one.appointments, one.is_prepared) for one in preview.left]


def place_all(draft: UnitEventDraft, administrator: Actor, number: int) -> None:
    """Everything but the first village goes to one of the units that take over, that one to the other."""
    course = course_of(draft)
    one, other = course.successors[number], course.successors[1 - number]
    place_people(
        actor=make_actor(Role.CLERK, draft.unit),
        draft=draft,
        places={going.row.pk: one for going in course.memberships},
    )
    course = course_of(draft)
    village, *rest = (going.row.unit_id for going in course.sub_units)
    place_units(
        actor=administrator,
        draft=draft,
        units={**dict.fromkeys(rest, one), village: other},
        appointments={going.row.pk: one for going in course.appointments},
    )


def test_a_dry_run_lists_what_is_to_be_placed_and_writes_nothing(commune: Unit) -> None:
    assert left(preview_reform(**tables())) == [("Xã Một", 2, 2, 1, False)]
    assert not UnitEventDraft.objects.exists()
    assert left(prepared()) == [("Xã Một", 2, 2, 1, True)]
    draft = UnitEventDraft.objects.get()
    assert [one.label for one in course_of(draft).successors] == ["Xã Hai", "Xã Ba"]
    assert left(prepared()) == left(preview_reform(**tables()))
    assert UnitEventDraft.objects.count() == 1


def test_the_reform_uses_what_was_placed(commune: Unit, administrator: Actor) -> None:
    prepared()
    draft = UnitEventDraft.objects.get()
    with pytest.raises(UnitsStillHeld):
        reformed()
    assert not UnitReform.objects.exists()
    place_all(draft, administrator, 1)
    reform = reformed()
    later = on(DAY)
    assert (later["Bản Một"], later["Bản Hai"], later["Bản Ba"]) == ("Xã Ba", "Xã Hai", "Xã Ba")
    people = Membership.objects.filter(person__full_name__in=("Lò Văn Ún", "Giàng A Páo"))
    assert set(people.order_by().values_list("unit__name", "period__endswith")) == {("Xã Một", DAY), ("Xã Ba", None)}
    offices = Appointment.objects.filter(role=Role.OFFICER).values_list("unit__name", "period__endswith")
    assert set(offices) == {("Xã Một", DAY), ("Xã Ba", None)}
    draft.refresh_from_db()
    assert (draft.reform, draft.is_open) == (reform, False)
    assert Person.objects.filter(memberships__period__contains=DAY).count() == 2


def test_what_begins_later_below_a_unit_that_ends_is_placed_too(commune: Unit, administrator: Actor) -> None:
    later = DAY + dt.timedelta(days=60)
    village = Unit.objects.get(name="Bản Một")
    UnitPeriod.objects.filter(unit=village).update(period=DateRange(BEFORE, later))
    UnitPeriod.objects.create(
        unit=village, name="Bản Mới", kind=village.kind, parent=commune, period=DateRange(later, None)
    )
    prepared()
    place_all(UnitEventDraft.objects.get(), administrator, 0)
    reformed()
    assert on(later)["Bản Mới"] == "Xã Hai"
    assert on(DAY)["Bản Một"] == "Xã Hai"


def test_a_new_table_keeps_what_still_fits(commune: Unit, administrator: Actor) -> None:
    prepared()
    draft = UnitEventDraft.objects.get()
    place_all(draft, administrator, 1)
    other = f"{ROWS}100,900,1\n100,102,1\n101,100,0\n102,102,0\n103,900,0\n"
    assert left(preview_reform(**tables(other))) == [("Xã Một", 1, 0, 0, True)]
    assert left(prepared(other)) == [("Xã Một", 1, 0, 0, True)]
    assert {one.label for one in course_of(draft).successors} == {"Xã Bốn Mới", "Xã Ba"}
    assert not DraftPlacement.objects.filter(successor__name="Xã Hai").exists()
    with pytest.raises(UnitsStillHeld):
        reformed(other)


def test_a_unit_that_is_recorded_already_takes_its_part(commune: Unit, administrator: Actor) -> None:
    present = make_unit("Xã Chín", tree=Tree.ADMINISTRATIVE, kind=UnitKind.COMMUNE, code="900", parent=commune.parent)
    province = Unit.objects.get(kind=UnitKind.PROVINCE)
    UnitPeriod.objects.filter(unit=present).update(period=DateRange(DAY, None), parent=province)
    units = NEW.replace("Xã Bốn Mới", "Xã Chín")
    rows = f"{ROWS}100,100,1\n100,900,1\n101,100,0\n102,102,0\n103,102,0\n"
    prepare_reform(**tables(rows, units), decision=DECISION)
    draft = UnitEventDraft.objects.get()
    assert present in [one.unit for one in course_of(draft).successors]
    number = [one.unit for one in course_of(draft).successors].index(present)
    place_all(draft, administrator, number)
    apply_reform(**tables(rows, units), decision=DECISION, source="test")
    connection.check_constraints()
    assert Membership.objects.filter(unit=present, period__contains=DAY).count() == 2


def test_the_list_is_no_event_of_its_own(commune: Unit, administrator: Actor, client: Client) -> None:
    prepared()
    draft = UnitEventDraft.objects.get()
    place_all(draft, administrator, 0)
    with pytest.raises(refusals.OfReform):
        apply_event(actor=administrator, draft=draft, digest=course_of(draft).digest)
    with pytest.raises(refusals.EventClosed):
        prepare_split(
            **order(administrator, DAY),
            unit=commune,
            successors=[commune, new("Xã Khác", commune, UnitKind.VILLAGE)],
            changing=Changing(draft, stamp_of(draft)),
        )
    client.force_login(make_user(Role.ADMINISTRATOR, Unit.objects.get(kind=UnitKind.PROVINCE)))
    shown = client.get(f"/unit-events/{draft.pk}/").content.decode()
    assert "không áp dụng riêng" in shown
    assert "?draft=" not in shown
    listed = client.get(f"/unit-events/{draft.pk}/placing/").content.decode()
    assert "Bản Một" in listed
    reformed()
    assert "theo phần xếp ở đây" in client.get(f"/unit-events/{draft.pk}/").content.decode()


def test_a_list_that_was_given_up_is_not_used(commune: Unit, administrator: Actor) -> None:
    prepared()
    draft = UnitEventDraft.objects.get()
    place_all(draft, administrator, 0)
    give_up_event(actor=administrator, draft=draft)
    with pytest.raises(UnitsStillHeld):
        reformed()


def test_a_unit_without_successors_has_no_list(commune: Unit) -> None:
    rows = f"{ROWS}101,100,0\n102,102,0\n103,900,0\n"
    assert left(prepared(rows)) == [("Xã Một", 2, 2, 1, False)]
    assert not UnitEventDraft.objects.exists()


def test_only_the_system_prepares_a_reform(administrator: Actor) -> None:
    with pytest.raises(NotPermitted):
        preview_reform(**tables(actor=administrator))
    with pytest.raises(NotPermitted):
        prepare_reform(**tables(actor=administrator), decision=DECISION)
