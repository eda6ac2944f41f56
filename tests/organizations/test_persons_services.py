"""Registering, correcting and exempting persons."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry, RowChange
from lantoa.organizations import signals
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ReasonClass, Role, Standing
from lantoa.organizations.errors import (
    CodeTaken,
    ExemptionOverlaps,
    NameMissing,
    NotCounted,
    NotPermitted,
    PeriodTurned,
    PurposeMissing,
    Stale,
    YearImplausible,
)
from lantoa.organizations.models import ActivityExemption, Membership, Person, Unit
from lantoa.organizations.services import persons
from lantoa.organizations.services.persons import NewPerson
from tests.organizations.factories import make_actor, make_person, make_unit

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def cell() -> Unit:
    return make_unit(parent=make_unit())


@pytest.fixture
def clerk(cell: Unit) -> Actor:
    return make_actor(Role.CLERK, cell)


def new(unit: Unit, name: str = "Lò Thị Mai", **values: Any) -> NewPerson:
    return NewPerson(full_name=name, standing=Standing.FULL, unit=unit, **values)


def heard() -> tuple[list[int], Any]:
    ids: list[int] = []

    def listen(sender: object, person_ids: list[int], **_: object) -> None:
        ids.extend(person_ids)

    signals.standing_changed.connect(listen, weak=False)
    return ids, listen


def test_any_number_is_registered_with_the_same_queries(
    cell: Unit, clerk: Actor, django_assert_max_num_queries: Any
) -> None:
    rows = [new(cell, f"Lò Văn {chr(65 + number % 26)}", code=f"{number:05}") for number in range(300)]
    with django_assert_max_num_queries(13):
        written = persons.register_persons(actor=clerk, rows=rows, starts_on=DAY)
    assert [one.code for one in written] == [row.code for row in rows]
    assert Membership.objects.filter(unit=cell, period__startswith=DAY).count() == 300
    entry = Entry.objects.get(action="organizations.register_persons", outcome=Outcome.DONE)
    assert (entry.facts, entry.unit_id) == ({"persons": 300, "units": 1}, cell.pk)
    assert (
        RowChange.objects.filter(table="organizations_person", actor_id=clerk.user_id, operation="INSERT").count()
        >= 300
    )


def test_a_row_that_is_known_by_its_id_gives_the_same_person(cell: Unit, clerk: Actor) -> None:
    row = new(cell, client_id=uuid.uuid4())
    first = persons.register_persons(actor=clerk, rows=[row], starts_on=DAY)
    second = persons.register_persons(actor=clerk, rows=[row, new(cell, "Vàng A Páo")], starts_on=DAY)
    assert second[0] == first[0]
    assert second[1].full_name == "Vàng A Páo"
    assert Membership.objects.filter(unit=cell).count() == 2


def test_a_registration_over_several_cells_is_noted_at_the_unit_above_them(cell: Unit) -> None:
    assert cell.parent is not None
    beside = make_unit(parent=cell.parent)
    officer = make_actor(Role.OFFICER, cell.parent)
    persons.register_persons(actor=officer, rows=[new(cell), new(beside)], starts_on=DAY)
    assert Entry.objects.get(action="organizations.register_persons").unit_id == cell.parent_id


def test_two_trees_have_no_unit_in_common() -> None:
    first, second = make_unit(), make_unit()
    assert persons.common_unit([first, second]) == first


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": " "}, NameMissing),
        ({"name": "Mai1"}, NameMissing),
        ({"birth_year": 1850}, YearImplausible),
        ({"code": "77"}, CodeTaken),
    ],
)
def test_a_bad_row_stops_the_whole_registration(
    values: dict[str, Any], refusal: type[Exception], cell: Unit, clerk: Actor
) -> None:
    make_person(code="77")
    with pytest.raises(refusal):
        persons.register_persons(actor=clerk, rows=[new(cell, "Vàng A Páo"), new(cell, **values)], starts_on=DAY)
    assert not Person.objects.filter(full_name="Vàng A Páo").exists()
    assert Entry.objects.get(outcome=Outcome.REFUSED).code == refusal.code  # type: ignore[attr-defined]


def test_a_code_stands_once_in_a_registration(cell: Unit, clerk: Actor) -> None:
    with pytest.raises(CodeTaken):
        persons.register_persons(actor=clerk, rows=[new(cell, code="1"), new(cell, code="1")], starts_on=DAY)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICER, Role.SECRETARY, Role.CLERK}))
def test_other_roles_do_not_register(role: Role, cell: Unit) -> None:
    with pytest.raises(NotPermitted):
        persons.register_persons(actor=make_actor(role, cell), rows=[new(cell)], starts_on=DAY)


def correction(person: Person, **values: Any) -> dict[str, Any]:
    fields = ("version", "full_name", "birth_year", "village", "code", "is_manager", "sector")
    return {name: getattr(person, name) for name in fields} | {"standing": Standing.FULL} | values


def test_a_correction_names_what_changed_and_orders_the_name_anew(cell: Unit, clerk: Actor) -> None:
    person = make_person("Lò Thị May", unit=cell)
    ids, listen = heard()
    corrected = persons.correct_person(
        actor=clerk, person=person, **correction(person, full_name="Lò  Thị Ánh", standing=Standing.PROBATIONARY)
    )
    signals.standing_changed.disconnect(listen)
    corrected.refresh_from_db()
    assert (corrected.full_name, corrected.folded_name, corrected.version) == ("Lò Thị Ánh", "lo thi anh", 2)
    assert Entry.objects.about(person).get().facts == {"changed": ["full_name", "standing"]}
    assert Membership.objects.get(person=person).standing == Standing.PROBATIONARY
    assert ids == [person.pk]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"version": 9, "village": "Bản Vàng Pheo"}, Stale),
        ({"full_name": ""}, NameMissing),
        ({"birth_year": 3000}, YearImplausible),
        ({"code": "77"}, CodeTaken),
    ],
)
def test_a_wrong_correction_changes_nothing(
    values: dict[str, Any], refusal: type[Exception], cell: Unit, clerk: Actor
) -> None:
    make_person(code="77")
    person = make_person(unit=cell)
    with pytest.raises(refusal):
        persons.correct_person(actor=clerk, person=person, **correction(person, **values))
    person.refresh_from_db()
    assert person.version == 1


def test_the_same_correction_sent_twice_corrects_once(cell: Unit, clerk: Actor) -> None:
    person = make_person(unit=cell)
    form = correction(person, village="Bản Vàng Pheo", standing=Standing.PROBATIONARY)
    persons.correct_person(actor=clerk, person=person, **form)
    assert persons.correct_person(actor=clerk, person=person, **form).version == 2


def test_only_whoever_edits_persons_corrects(cell: Unit) -> None:
    person = make_person(unit=cell)
    with pytest.raises(NotPermitted):
        persons.correct_person(actor=make_actor(Role.APPROVER, cell), person=person, **correction(person))
    nobody = make_person()
    with pytest.raises(NotCounted):
        persons.correct_person(actor=make_actor(Role.CLERK, cell), person=nobody, **correction(nobody))


def exempt(actor: Actor, person: Person, first: dt.date = DAY, last: dt.date | None = None, number: str = "1") -> Any:
    return persons.exempt_person(
        actor=actor,
        person=person,
        reason_class=ReasonClass.HEALTH,
        decision_number=number,
        decision_date=DAY,
        starts_on=first,
        ends_on=last,
    )


def test_an_exemption_holds_to_its_last_day_and_is_heard_of(cell: Unit, clerk: Actor) -> None:
    person = make_person(unit=cell)
    ids, listen = heard()
    exemption = exempt(clerk, person, DAY, dt.date(2026, 3, 31))
    signals.standing_changed.disconnect(listen)
    assert exemption.holds_on(dt.date(2026, 3, 31))
    assert not exemption.holds_on(dt.date(2026, 4, 1))
    assert ids == [person.pk]
    assert exempt(clerk, person, DAY, dt.date(2026, 3, 31)) == exemption
    with pytest.raises(ExemptionOverlaps):
        exempt(clerk, person, dt.date(2026, 3, 31), number="2")
    with pytest.raises(PeriodTurned):
        exempt(clerk, person, dt.date(2027, 3, 31), dt.date(2027, 3, 30), number="2")


def test_an_exemption_ends_earlier_or_later_but_never_over_another(cell: Unit, clerk: Actor) -> None:
    person = make_person(unit=cell)
    first = exempt(clerk, person, DAY, dt.date(2026, 3, 31))
    exempt(clerk, person, dt.date(2026, 6, 1), number="2")
    ended = persons.end_exemption(actor=clerk, exemption=first, ends_on=dt.date(2026, 5, 31))
    assert ended.period.upper == dt.date(2026, 6, 1)
    with pytest.raises(ExemptionOverlaps):
        persons.end_exemption(actor=clerk, exemption=first, ends_on=dt.date(2026, 6, 1))
    with pytest.raises(PeriodTurned):
        persons.end_exemption(actor=clerk, exemption=first, ends_on=dt.date(2026, 2, 28))
    assert ActivityExemption.objects.filter(person=person).count() == 2


def test_a_record_is_read_where_names_are_seen(cell: Unit) -> None:
    person = make_person(unit=cell)
    record = persons.open_record(actor=make_actor(Role.APPROVER, cell), person=person)
    assert (record.unit, record.may_edit, record.shows_reasons) == (cell, False, True)
    with pytest.raises(NotPermitted):
        persons.open_record(actor=make_actor(Role.VIEWER, cell), person=person)


def test_names_are_exported_from_ones_own_unit_for_a_purpose(cell: Unit) -> None:
    make_person(unit=cell)
    secretary = make_actor(Role.SECRETARY, cell)
    assert persons.export_names(actor=secretary, unit=cell, purpose="Lập danh sách").count() == 1
    with pytest.raises(PurposeMissing):
        persons.export_names(actor=secretary, unit=cell, purpose="  a ")
    with pytest.raises(NotPermitted):
        persons.export_names(actor=make_actor(Role.CLERK, cell), unit=cell, purpose="Lập danh sách")


def test_a_breach_of_another_rule_than_that_of_the_codes_is_not_explained_away() -> None:
    unit = make_unit()
    known = make_person(unit=unit)
    row = NewPerson(full_name="Lò Văn Ân", standing=Standing.FULL, unit=unit, code="000123", client_id=known.client_id)
    with pytest.raises(IntegrityError, match="client_id"):
        persons.write_persons(rows=[row], starts_on=dt.date(2026, 1, 1))
