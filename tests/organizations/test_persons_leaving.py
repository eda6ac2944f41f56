"""A membership ends without another: what ends with it, what stays, and how it is taken back."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations import errors
from lantoa.organizations.actors import Actor
from lantoa.organizations.departure_errors import (
    DepartureOutlived,
    DiedAhead,
    GoneBefore,
    LeftAlready,
    NotBegunYet,
    OfficeLasts,
    ReasonUnfit,
    TransferAhead,
)
from lantoa.organizations.enums import DepartureReason, Role, Standing, TransferKind, TransferState
from lantoa.organizations.erasing import Subject
from lantoa.organizations.models import (
    Appointment,
    Departure,
    Membership,
    Person,
    TemporaryMembership,
    Transfer,
    Unit,
    UnitPeriod,
)
from lantoa.organizations.selectors.departures import left_lately
from lantoa.organizations.services.departures import end_membership, take_back_departure
from lantoa.organizations.services.erasing import forget_person
from lantoa.organizations.services.moving import move_memberships
from lantoa.organizations.services.transfers import offer_transfer
from lantoa.organizations.unit_event_errors import UnitEnds
from lantoa.privacy.own_data import data_of, memberships_of
from tests.organizations.factories import ALWAYS, LONG_AGO, make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
TODAY = clock.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def commune() -> Unit:
    return make_unit("Đảng bộ xã Mường So")


@pytest.fixture
def cell(commune: Unit) -> Unit:
    return make_unit("Chi bộ bản Tây An", parent=commune)


@pytest.fixture
def away(commune: Unit) -> Unit:
    return make_unit("Chi bộ bản Huổi Én", parent=commune)


@pytest.fixture
def person(cell: Unit) -> Person:
    return make_person("Lò Thị Mai", unit=cell)


@pytest.fixture
def clerk(cell: Unit) -> Actor:
    return make_actor(Role.CLERK, cell)


@pytest.fixture
def officer(commune: Unit) -> Actor:
    return make_actor(Role.OFFICER, commune)


def left(actor: Actor, person: Person, **changes: Any) -> Departure:
    values: dict[str, Any] = {
        "reason": DepartureReason.RESIGNED,
        "effective_on": TODAY,
        "decision_number": " 15-QĐ/ĐU ",
        "client_id": uuid.uuid4(),
    }
    return end_membership(actor=actor, person=person, **{**values, **changes})


def sent(actor: Actor, person: Person, to_unit: Unit, day: dt.date, *, until: dt.date | None = None) -> Transfer:
    return offer_transfer(
        actor=actor,
        person=person,
        to_unit=to_unit,
        kind=TransferKind.STAY if until else TransferKind.MOVE,
        effective_on=day,
        ends_on=until,
        letter_number="12-GGT",
        letter_date=TODAY,
        client_id=uuid.uuid4(),
    )


def days(person: Person) -> list[tuple[int, DateRange]]:
    return list(Membership.objects.filter(person=person).order_by("period").values_list("unit_id", "period"))


def test_from_the_day_on_nobody_counts_the_person(clerk: Actor, person: Person, cell: Unit) -> None:
    form = uuid.uuid4()
    departure = left(clerk, person, client_id=form)
    assert left(clerk, person, client_id=form) == departure
    assert days(person) == [(cell.pk, DateRange(LONG_AGO, TODAY))]
    assert departure.decision_number == "15-QĐ/ĐU"
    entry = Entry.objects.get(action="organizations.end_membership", outcome=Outcome.DONE)
    assert (entry.unit_id, entry.facts["person"]) == (cell.pk, person.pk)
    with pytest.raises(errors.NotCounted):
        left(clerk, person)


def test_it_is_taken_back_exactly(clerk: Actor, officer: Actor, person: Person, cell: Unit, away: Unit) -> None:
    sent(officer, person, away, TODAY - DAY, until=TODAY + 9 * DAY)
    waiting = sent(clerk, person, away, TODAY)
    stay = TemporaryMembership.objects.get(person=person)
    departure = left(clerk, person)
    stay.refresh_from_db()
    waiting.refresh_from_db()
    assert (stay.period, waiting.state) == (DateRange(TODAY - DAY, TODAY), TransferState.WITHDRAWN)
    for _ in range(2):
        take_back_departure(actor=clerk, departure=departure)
    stay.refresh_from_db()
    assert stay.period == DateRange(TODAY - DAY, TODAY + 10 * DAY)
    assert days(person) == [(cell.pk, ALWAYS)]
    assert Entry.objects.filter(action="organizations.take_back_departure").count() == 1
    assert left(clerk, person) != departure


def test_what_an_event_of_units_has_prepared_is_dropped_and_comes_back(
    clerk: Actor, person: Person, cell: Unit, away: Unit
) -> None:
    planned = TODAY + 30 * DAY
    Membership.objects.filter(person=person).update(period=DateRange(LONG_AGO, planned))
    Membership.objects.create(person=person, unit=away, standing=Standing.FULL, period=DateRange(planned, None))
    departure = left(clerk, person, effective_on=planned)
    assert days(person) == [(cell.pk, DateRange(LONG_AGO, planned))]
    take_back_departure(actor=clerk, departure=departure)
    assert days(person) == [(cell.pk, DateRange(LONG_AGO, planned)), (away.pk, DateRange(planned, None))]


def test_whoever_can_act_for_a_unit_is_released_first(clerk: Actor, person: Person, commune: Unit, cell: Unit) -> None:
    Appointment.objects.create(person=person, role=Role.SECRETARY, unit=cell, period=ALWAYS)
    Appointment.objects.create(person=person, role=Role.VIEWER, unit=commune, period=DateRange(LONG_AGO, TODAY))
    with pytest.raises(OfficeLasts) as refusal:
        left(clerk, person)
    assert cell.name in str(refusal.value)
    assert commune.name not in str(refusal.value)
    assert days(person) == [(cell.pk, ALWAYS)]


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing.PROBATIONARY, DepartureReason.EXPELLED),
        (Standing.CADRE, DepartureReason.STRUCK_OFF),
        (Standing.FULL, DepartureReason.NO_CADRE),
    ],
)
def test_a_reason_fits_the_standing(clerk: Actor, cell: Unit, standing: Standing, reason: DepartureReason) -> None:
    with pytest.raises(ReasonUnfit):
        left(clerk, make_person(unit=cell, standing=standing), reason=reason)


def test_a_day_that_cannot_be_is_refused(clerk: Actor, officer: Actor, person: Person, cell: Unit, away: Unit) -> None:
    with pytest.raises(NotBegunYet):
        left(clerk, person, effective_on=LONG_AGO)
    with pytest.raises(DiedAhead):
        left(clerk, person, reason=DepartureReason.DIED, effective_on=TODAY + DAY)
    guest = make_person(unit=cell)
    sent(officer, guest, away, TODAY - DAY, until=TODAY + 9 * DAY)
    with pytest.raises(NotBegunYet):
        left(clerk, guest, effective_on=TODAY - DAY)
    sent(officer, person, away, TODAY + 3 * DAY)
    with pytest.raises(TransferAhead):
        left(clerk, person)


def test_who_goes_before_the_day_leaves_the_other_unit_then(
    clerk: Actor, officer: Actor, person: Person, cell: Unit, away: Unit
) -> None:
    sent(officer, person, away, TODAY + 5 * DAY)
    before = days(person)
    with pytest.raises(GoneBefore) as refusal:
        left(clerk, person, effective_on=TODAY + 19 * DAY)
    assert away.name in str(refusal.value)
    assert f"{TODAY + 5 * DAY:%d/%m/%Y}" in str(refusal.value)
    assert (days(person), Departure.objects.exists()) == (before, False)
    Membership.objects.filter(person=person, unit=away).delete()
    with pytest.raises(LeftAlready):
        left(clerk, person, effective_on=TODAY + 19 * DAY)


def test_nobody_leaves_twice(clerk: Actor, person: Person) -> None:
    left(clerk, person, effective_on=TODAY + 3 * DAY)
    with pytest.raises(LeftAlready):
        left(clerk, person)


def test_only_who_keeps_the_list_ends_or_takes_back(clerk: Actor, person: Person, cell: Unit, away: Unit) -> None:
    for stranger in (make_actor(Role.CLERK, away), make_actor(Role.APPROVER, cell)):
        with pytest.raises(errors.NotPermitted):
            left(stranger, person)
    departure = left(clerk, person)
    with pytest.raises(errors.NotPermitted):
        take_back_departure(actor=make_actor(Role.APPROVER, cell), departure=departure)
    refused = Entry.objects.filter(action="organizations.end_membership", outcome=Outcome.REFUSED)
    assert set(refused.values_list("unit_id", flat=True)) == {cell.pk}


def test_what_came_after_is_not_overwritten(clerk: Actor, officer: Actor, person: Person, away: Unit) -> None:
    sent(officer, person, away, TODAY - 9 * DAY, until=TODAY + 9 * DAY)
    stay = TemporaryMembership.objects.get(person=person)
    departure = left(clerk, person)
    again = Membership.objects.create(
        person=person, unit=away, standing=Standing.FULL, period=DateRange(TODAY + DAY, None)
    )
    with pytest.raises(DepartureOutlived):
        take_back_departure(actor=clerk, departure=departure)
    again.delete()
    letter = sent(officer, make_person(unit=away), departure.unit, TODAY)
    other = TemporaryMembership.objects.create(person=person, unit=away, transfer=letter, period=DateRange(TODAY, None))
    with pytest.raises(DepartureOutlived):
        take_back_departure(actor=clerk, departure=departure)
    other.delete()
    TemporaryMembership.objects.filter(pk=stay.pk).update(period=DateRange(TODAY - 9 * DAY, TODAY - DAY))
    take_back_departure(actor=clerk, departure=departure)
    stay.refresh_from_db()
    assert stay.period.upper == TODAY - DAY


def test_it_is_taken_back_where_the_person_went_before_the_day(
    clerk: Actor, officer: Actor, person: Person, cell: Unit, away: Unit
) -> None:
    departure = left(clerk, person, effective_on=TODAY + 19 * DAY)
    sent(officer, person, away, TODAY)
    user = make_user(Role.CLERK, away)
    receiving = Actor.of(user)
    assert list(left_lately(away)) == [departure]
    assert not left_lately(cell).exists()
    with pytest.raises(LeftAlready):
        left(receiving, person)
    with pytest.raises(errors.NotPermitted):
        take_back_departure(actor=clerk, departure=departure)
    client = Client()
    client.force_login(user)
    for _ in range(2):
        answer = client.post(reverse("organizations:departure_take_back", args=[departure.pk]))
        assert answer["Location"] == reverse("organizations:person_list", args=[away.pk])
    assert days(person) == [(cell.pk, DateRange(LONG_AGO, TODAY)), (away.pk, DateRange(TODAY, None))]
    assert Entry.objects.get(action="organizations.take_back_departure", outcome=Outcome.DONE).unit_id == away.pk
    assert left(receiving, person, effective_on=TODAY + DAY).unit == away


def test_what_a_unit_took_over_lasts_as_long_as_that_unit(clerk: Actor, person: Person, cell: Unit, away: Unit) -> None:
    departure = left(clerk, person, effective_on=TODAY + 19 * DAY)
    move_memberships([(Membership.objects.get(person=person), away)], TODAY + 5 * DAY)
    UnitPeriod.objects.filter(unit=cell).update(period=DateRange(LONG_AGO, TODAY + 5 * DAY))
    receiving = make_actor(Role.CLERK, away)
    UnitPeriod.objects.filter(unit=away).update(period=DateRange(LONG_AGO, TODAY + 20 * DAY))
    with pytest.raises(UnitEnds):
        take_back_departure(actor=receiving, departure=departure)
    UnitPeriod.objects.filter(unit=away).update(period=ALWAYS)
    take_back_departure(actor=receiving, departure=departure)
    assert days(person)[-1] == (away.pk, DateRange(TODAY + 5 * DAY, None))


def test_a_unit_that_has_ended_takes_nobody_back(clerk: Actor, person: Person, cell: Unit) -> None:
    departure = left(clerk, person)
    UnitPeriod.objects.filter(unit=cell).update(period=DateRange(LONG_AGO, TODAY))
    with pytest.raises(UnitEnds):
        take_back_departure(actor=clerk, departure=departure)


def test_an_erasure_forgets_why_somebody_left(clerk: Actor, person: Person) -> None:
    left(clerk, person)
    forget_person(Subject(person.pk, None))
    assert not Departure.objects.exists()


def test_a_copy_of_ones_data_says_why_one_left(clerk: Actor, person: Person) -> None:
    def told(*, reasons: bool) -> dict[str, str]:
        sections = data_of(person, memberships_of(person), attendance=False, reasons=reasons)
        [counted] = [section for section in sections if section.key == "memberships"]
        return counted.rows[0]

    departure = left(clerk, person)
    assert told(reasons=True)["Ra khỏi danh sách"] == "xin ra khỏi Đảng"
    assert "Ra khỏi danh sách" not in told(reasons=False)
    take_back_departure(actor=clerk, departure=departure)
    assert "Ra khỏi danh sách" not in told(reasons=True)


class TestPages:
    """The same from the pages."""

    @pytest.fixture
    def client(self, cell: Unit) -> Client:
        client = Client()
        client.force_login(make_user(Role.CLERK, cell))
        return client

    @pytest.fixture
    def fields(self) -> dict[str, str]:
        return {
            "client_id": str(uuid.uuid4()),
            "reason": "died",
            "effective_on": f"{TODAY:%d/%m/%Y}",
            "decision_number": "",
            "decision_date": "",
        }

    def test_a_form_sent_twice_ends_one_membership(
        self, client: Client, person: Person, cell: Unit, fields: dict[str, str]
    ) -> None:
        page = client.get(reverse("organizations:person_detail", args=[person.pk])).content.decode()
        assert reverse("organizations:person_leave", args=[person.pk]) in page
        leave = reverse("organizations:person_leave", args=[person.pk])
        assert client.post(leave, fields).status_code == 303
        answer = client.post(leave, fields)
        assert answer.status_code == 303
        departure = Departure.objects.get()
        page = client.get(answer["Location"]).content.decode()
        assert "từ trần" in page
        take_back = reverse("organizations:departure_take_back", args=[departure.pk])
        assert take_back in page
        assert client.post(take_back).status_code == 303
        assert days(person) == [(cell.pk, ALWAYS)]

    def test_the_form_says_what_is_wrong(self, client: Client, person: Person, fields: dict[str, str]) -> None:
        url = reverse("organizations:person_leave", args=[person.pk])
        wrong = {**fields, "reason": "", "decision_date": f"{TODAY + DAY:%d/%m/%Y}"}
        for sent_fields in ({}, wrong, {**fields, "effective_on": f"{TODAY + DAY:%d/%m/%Y}"}):
            answer = client.post(url, sent_fields)
            assert answer.status_code == 422
            assert '<details class="confirm" data-confirm open>' in answer.content.decode()
        assert not Departure.objects.exists()

    def test_a_departure_to_come_stands_on_the_persons_page(self, client: Client, clerk: Actor, person: Person) -> None:
        departure = left(clerk, person, effective_on=TODAY + 3 * DAY)
        page = client.get(reverse("organizations:person_detail", args=[person.pk])).content.decode()
        assert reverse("organizations:departure_take_back", args=[departure.pk]) in page
        assert reverse("organizations:person_leave", args=[person.pk]) not in page

    def test_above_the_cell_no_reason_is_shown(self, clerk: Actor, person: Person, commune: Unit, cell: Unit) -> None:
        left(clerk, person, reason=DepartureReason.EXPELLED)
        client = Client()
        client.force_login(make_user(Role.OFFICER, commune))
        page = client.get(reverse("organizations:person_list", args=[cell.pk])).content.decode()
        assert "Lò Thị Mai" in page
        assert "khai trừ" not in page

    def test_an_office_that_lasts_is_named_before(self, client: Client, person: Person, cell: Unit) -> None:
        Appointment.objects.create(person=person, role=Role.SECRETARY, unit=cell, period=ALWAYS)
        page = client.get(reverse("organizations:person_detail", args=[person.pk])).content.decode()
        assert "Cần kết thúc phân công trước" in page
