"""Forms about persons that are sent at the same moment: real transactions."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import psycopg
import pytest
from django.db import connection, transaction

from lantoa.kernel import clock
from lantoa.organizations.enums import DepartureReason, Role, Standing
from lantoa.organizations.errors import CodeTaken, NotPermitted
from lantoa.organizations.models import Departure, ImportBatch, Person, Unit
from lantoa.organizations.services import imports, persons
from lantoa.organizations.services.departures import end_membership, take_back_departure
from lantoa.organizations.services.persons import NewPerson
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.organizations.lists import HEADER, table
from tests.organizations.test_import_persons import DAY, row
from tests.organizations.test_persons_leaving import DAY as ONE_DAY
from tests.organizations.test_persons_leaving import TODAY, left, sent
from tests.plans.racing import run_at_once, wait_for_a_waiter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cell() -> Unit:
    return make_unit(parent=make_unit())


def test_one_form_sent_three_times_at_once_registers_one_person(cell: Unit) -> None:
    clerk = make_actor(Role.CLERK, cell)
    before = Person.objects.count()
    rows = [NewPerson(full_name="Lò Thị Mai", standing=Standing.FULL, unit=cell, client_id=uuid.uuid4())]

    def send() -> list[Person]:
        return persons.register_persons(actor=clerk, rows=rows, starts_on=DAY)

    assert run_at_once(send, send, send) == [None, None, None]
    assert Person.objects.count() == before + 1


def test_one_list_sent_three_times_at_once_is_one_import(cell: Unit) -> None:
    clerk, client_id, content = make_actor(Role.CLERK, cell), uuid.uuid4(), table(HEADER, row())

    def send() -> ImportBatch:
        return imports.create_import(
            actor=clerk, client_id=client_id, unit=cell, name="ds.csv", content=content, effective_on=DAY
        )

    assert run_at_once(send, send, send) == [None, None, None]
    assert ImportBatch.objects.count() == 1


def test_of_two_cells_that_give_one_code_at_once_one_is_told(cell: Unit) -> None:
    beside = make_unit(parent=cell.parent)

    def give(unit: Unit) -> list[Person]:
        one = NewPerson(full_name="Lò Thị Mai", standing=Standing.FULL, unit=unit, code="0077")
        return persons.register_persons(actor=make_actor(Role.CLERK, unit), rows=[one], starts_on=DAY)

    outcomes = run_at_once(lambda: give(cell), lambda: give(beside))
    assert {type(outcome) for outcome in outcomes} == {CodeTaken, type(None)}


def test_of_two_corrections_that_give_one_code_at_once_one_is_told(cell: Unit) -> None:
    clerk = make_actor(Role.CLERK, cell)
    people = [make_person(unit=cell) for _ in range(2)]

    def correct(person: Person) -> Person:
        return persons.correct_person(
            actor=clerk,
            person=person,
            version=1,
            full_name=person.full_name,
            birth_year=None,
            village="",
            code="0077",
            is_manager=False,
            sector=None,
            standing=Standing.FULL,
        )

    outcomes = run_at_once(*(partial(correct, person) for person in people))
    assert {type(outcome) for outcome in outcomes} == {CodeTaken, type(None)}


def test_an_import_is_told_of_a_code_that_somebody_takes_while_it_is_written(cell: Unit) -> None:
    clerk = make_actor(Role.CLERK, cell)
    batch = imports.create_import(
        actor=clerk,
        client_id=uuid.uuid4(),
        unit=cell,
        name="ds.csv",
        content=table(HEADER, row(code="0077")),
        effective_on=DAY,
    )
    before = Person.objects.count()
    taken = Event()

    def apply() -> ImportBatch:
        taken.wait()
        return imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)

    def take() -> None:
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute(
                "INSERT INTO organizations_person (client_id, full_name, village, code, is_manager, folded_name,"
                " sort_key, version) VALUES (gen_random_uuid(), 'Lò Văn Sơn', '', '0077', false, '', '', 1)"
            )
            taken.set()
            wait_for_a_waiter()

    outcomes = run_at_once(apply, take)
    assert [type(outcome) for outcome in outcomes] == [CodeTaken, type(None)]
    assert Person.objects.count() == before + 1


def test_a_departure_sent_again_while_it_is_recorded_is_recorded_once(cell: Unit) -> None:
    clerk, person, client_id = make_actor(Role.CLERK, cell), make_person(unit=cell), uuid.uuid4()

    def send() -> int:
        reason, today = DepartureReason.DIED, clock.today()
        given = end_membership(actor=clerk, person=person, reason=reason, effective_on=today, client_id=client_id)
        return given.pk

    def send_again() -> int:
        try:
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            first = send()
            again = pool.submit(send_again)
            wait_for_a_waiter()
        assert again.result(20) == first
    assert Departure.objects.count() == 1


def test_a_departure_is_not_taken_back_for_a_unit_to_which_the_person_goes_at_that_moment(cell: Unit) -> None:
    commune = cell.parent
    assert commune is not None
    away, person, clerk = make_unit(parent=commune), make_person(unit=cell), make_actor(Role.CLERK, cell)
    officer = make_actor(Role.OFFICER, commune)
    departure = left(clerk, person, effective_on=TODAY + 19 * ONE_DAY)

    def take_back() -> None:
        try:
            take_back_departure(actor=clerk, departure=departure)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            sent(officer, person, away, TODAY)
            refused = pool.submit(take_back)
            wait_for_a_waiter()
        with pytest.raises(NotPermitted):
            refused.result(20)
    assert Departure.objects.get().taken_back_at is None
