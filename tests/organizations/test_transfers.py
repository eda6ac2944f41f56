"""Persons go between cells by a letter: nobody is lost or doubled on the way."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations import errors
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, Standing, TransferKind, TransferState
from lantoa.organizations.models import Membership, Person, TemporaryMembership, Transfer, Unit, UnitPeriod
from lantoa.organizations.services.letters import LetterSteward
from lantoa.organizations.services.transfers import (
    accept_transfer,
    cancel_transfer,
    end_stay,
    offer_transfer,
    refuse_transfer,
    withdraw_transfer,
)
from lantoa.organizations.succession import Succession
from lantoa.organizations.transfer_errors import (
    OfferedAlready,
    ReasonMissing,
    SameUnit,
    StayOverlaps,
    TransferBegun,
    TransferClosed,
    TransferOutdated,
)
from tests.organizations.factories import LONG_AGO, make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
TODAY = clock.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def commune() -> Unit:
    return make_unit("Đảng bộ xã Mường So")


@pytest.fixture
def home(commune: Unit) -> Unit:
    return make_unit("Chi bộ bản Tây An", parent=commune)


@pytest.fixture
def away(commune: Unit) -> Unit:
    return make_unit("Chi bộ bản Huổi Én", parent=commune)


@pytest.fixture
def person(home: Unit) -> Person:
    return make_person("Lò Thị Mai", unit=home, standing=Standing.PROBATIONARY)


@pytest.fixture
def sender(home: Unit) -> Actor:
    return make_actor(Role.CLERK, home)


@pytest.fixture
def receiver(away: Unit) -> Actor:
    return make_actor(Role.CLERK, away)


def offered(actor: Actor, person: Person, to_unit: Unit, **changes: Any) -> Transfer:
    values: dict[str, Any] = {
        "kind": TransferKind.MOVE,
        "effective_on": TODAY,
        "letter_number": " 12-GGT ",
        "letter_date": TODAY,
        "client_id": uuid.uuid4(),
    }
    return offer_transfer(actor=actor, person=person, to_unit=to_unit, **{**values, **changes})


def stayed(actor: Actor, person: Person, to_unit: Unit, **changes: Any) -> Transfer:
    return offered(actor, person, to_unit, **{"kind": TransferKind.STAY, "ends_on": TODAY + 30 * DAY, **changes})


def memberships(person: Person) -> list[tuple[int, DateRange]]:
    return list(Membership.objects.filter(person=person).order_by("period").values_list("unit_id", "period"))


def test_until_it_is_accepted_the_sending_unit_counts_the_person(
    sender: Actor, receiver: Actor, person: Person, home: Unit, away: Unit
) -> None:
    transfer = offered(sender, person, away)
    assert (transfer.state, transfer.letter_number) == (TransferState.OFFERED, "12-GGT")
    assert memberships(person) == [(home.pk, DateRange(LONG_AGO, None))]
    for _ in range(2):
        assert accept_transfer(actor=receiver, transfer=transfer).state == TransferState.ACCEPTED
    assert memberships(person) == [(home.pk, DateRange(LONG_AGO, TODAY)), (away.pk, DateRange(TODAY, None))]
    assert set(Membership.objects.filter(person=person).values_list("standing", flat=True)) == {"probationary"}


def test_who_may_edit_both_units_does_both_at_once(commune: Unit, person: Person, home: Unit, away: Unit) -> None:
    later = TODAY + 30 * DAY
    form = uuid.uuid4()
    officer = make_actor(Role.OFFICER, commune)
    transfer = offered(officer, person, away, effective_on=later, client_id=form)
    assert offered(officer, person, away, effective_on=later, client_id=form) == transfer
    assert transfer.state == TransferState.ACCEPTED
    assert memberships(person) == [(home.pk, DateRange(LONG_AGO, later)), (away.pk, DateRange(later, None))]


def test_every_letter_on_the_page_is_one_of_those_that_were_read(
    commune: Unit, sender: Actor, receiver: Actor, home: Unit, away: Unit
) -> None:
    accept_transfer(actor=receiver, transfer=offered(sender, make_person(unit=home), away))
    accept_transfer(actor=receiver, transfer=offered(sender, make_person(unit=home), away, effective_on=TODAY + DAY))
    offered(sender, make_person(unit=home), away)
    offered(receiver, make_person(unit=away), home)
    client = Client()
    client.force_login(make_user(Role.SECRETARY, home))
    client.get(reverse("organizations:transfer_list", args=[home.pk]))
    assert Entry.objects.get(action="organizations.list_transfers").facts == {"rows": 4}


@pytest.mark.parametrize("step", [refuse_transfer, withdraw_transfer])
def test_a_letter_that_comes_back_changes_nothing(
    sender: Actor, receiver: Actor, person: Person, home: Unit, away: Unit, step: Any
) -> None:
    transfer = offered(sender, person, away)
    actor = receiver if step is refuse_transfer else sender
    for _ in range(2):
        step(actor=actor, transfer=transfer)
    with pytest.raises(TransferClosed):
        accept_transfer(actor=receiver, transfer=transfer)
    assert memberships(person) == [(home.pk, DateRange(LONG_AGO, None))]
    assert offered(sender, person, away).state == TransferState.OFFERED


def test_each_side_takes_its_own_steps_only(sender: Actor, receiver: Actor, person: Person, away: Unit) -> None:
    with pytest.raises(errors.NotPermitted):
        offered(receiver, person, away)
    transfer = offered(sender, person, away)
    for step, actor in ((accept_transfer, sender), (refuse_transfer, sender), (withdraw_transfer, receiver)):
        with pytest.raises(errors.NotPermitted):
            step(actor=actor, transfer=transfer)


def test_what_cannot_be_is_refused(sender: Actor, person: Person, home: Unit, away: Unit) -> None:
    ended = make_unit("Chi bộ đã kết thúc")
    UnitPeriod.objects.filter(unit=ended).update(period=DateRange(LONG_AGO, TODAY))
    refused: list[tuple[type[Exception], Unit, dict[str, Any]]] = [
        (SameUnit, home, {}),
        (errors.UnitNotInForce, ended, {}),
        (TransferOutdated, away, {"effective_on": LONG_AGO}),
        (errors.PeriodTurned, away, {"kind": TransferKind.STAY}),
        (errors.PeriodTurned, away, {"kind": TransferKind.STAY, "ends_on": TODAY - DAY}),
    ]
    for refusal, unit, changes in refused:
        with pytest.raises(refusal):
            offered(sender, person, unit, **changes)
    offered(sender, person, away)
    with pytest.raises(OfferedAlready):
        offered(sender, person, away)
    with pytest.raises(errors.NotCounted):
        offered(sender, make_person(), away)


def test_a_person_who_moved_meanwhile_is_not_taken_in_twice(
    commune: Unit, sender: Actor, receiver: Actor, person: Person, away: Unit
) -> None:
    transfer = offered(sender, person, away)
    third = make_unit(parent=commune)
    Membership.objects.filter(person=person).update(unit=third)
    with pytest.raises(TransferOutdated):
        accept_transfer(actor=receiver, transfer=transfer)
    assert memberships(person) == [(third.pk, DateRange(LONG_AGO, None))]


def test_a_stay_leaves_the_official_cell_as_it_is(
    sender: Actor, receiver: Actor, person: Person, home: Unit, away: Unit
) -> None:
    accept_transfer(actor=receiver, transfer=stayed(sender, person, away))
    assert memberships(person) == [(home.pk, DateRange(LONG_AGO, None))]
    stay = TemporaryMembership.objects.get(person=person)
    assert (stay.unit, stay.period) == (away, DateRange(TODAY, TODAY + 31 * DAY))
    with pytest.raises(StayOverlaps):
        stayed(sender, person, away, effective_on=TODAY + 30 * DAY, ends_on=TODAY + 40 * DAY)
    assert end_stay(actor=sender, stay=stay, ends_on=TODAY).period == DateRange(TODAY, TODAY + DAY)
    stayed(sender, person, away, effective_on=TODAY + DAY)
    with pytest.raises(errors.PeriodTurned):
        end_stay(actor=receiver, stay=stay, ends_on=TODAY - DAY)
    with pytest.raises(errors.NotPermitted):
        end_stay(actor=make_actor(Role.VIEWER, away), stay=stay, ends_on=TODAY)


def test_the_database_lets_nobody_stay_at_two_places(sender: Actor, person: Person, away: Unit) -> None:
    period = DateRange(TODAY, TODAY + DAY)
    first, second = stayed(sender, person, away), None
    TemporaryMembership.objects.create(person=person, unit=away, transfer=first, period=period)
    withdraw_transfer(actor=sender, transfer=first)
    second = stayed(sender, person, away, effective_on=TODAY + DAY)
    with pytest.raises(IntegrityError, match="temporary_membership_one_a_day"):
        TemporaryMembership.objects.create(person=person, unit=away, transfer=second, period=period)


def test_a_letter_is_sent_and_taken_in_on_the_pages(client: Client, person: Person, home: Unit, away: Unit) -> None:
    client.force_login(make_user(Role.CLERK, home))
    address = f"/persons/{person.pk}/transfer/"
    assert client.get(address).status_code == 200
    given = {
        "kind": "move",
        "to_unit": "chi bo ban huoi en, muong so",
        "letter_number": "12-GGT",
        "letter_date": f"{TODAY:%d/%m/%Y}",
        "effective_on": f"{TODAY:%d/%m/%Y}",
        "client_id": str(uuid.uuid4()),
    }
    for change in ({"to_unit": "Chi bộ không có"}, {"letter_date": "01/01/2099"}, {"kind": "stay"}):
        assert client.post(address, {**given, **change}).status_code == 422
    for _ in range(2):
        assert client.post(address, given).status_code == 303
    transfer = Transfer.objects.get()
    assert "12-GGT" in client.get(f"/units/{home.pk}/transfers/").content.decode()
    assert client.post(f"/transfers/{transfer.pk}/accept/").status_code == 403
    other = Client()
    other.force_login(make_user(Role.CLERK, away))
    assert "Lò Thị Mai" not in other.get(f"/units/{away.pk}/persons/").content.decode()
    assert "Lò Thị Mai" in other.get(f"/units/{away.pk}/transfers/").content.decode()
    assert other.post(f"/transfers/{transfer.pk}/withdraw/").status_code == 403
    assert other.post(f"/transfers/{transfer.pk}/accept/").status_code == 303
    assert "Lò Thị Mai" in other.get(f"/units/{away.pk}/persons/").content.decode()
    assert "12-GGT" in other.get(f"/persons/{person.pk}/").content.decode()
    assert other.post(f"/transfers/{transfer.pk}/refuse/").status_code == 422
    assert client.get(f"/persons/{person.pk}/").status_code == 404


def test_several_units_of_one_name_are_told_apart(client: Client, person: Person, home: Unit, commune: Unit) -> None:
    other = make_unit("Đảng bộ xã Sin Suối Hồ")
    for parent in (commune, other):
        make_unit("Chi bộ Trường học", parent=parent, code="")
    client.force_login(make_user(Role.CLERK, home))
    answer = client.post(f"/persons/{person.pk}/transfer/", {"to_unit": "Chi bộ Trường học"})
    assert "Đảng bộ xã Sin Suối Hồ" in answer.content.decode()


def test_a_guest_stands_on_both_lists(
    client: Client, sender: Actor, receiver: Actor, person: Person, home: Unit, away: Unit
) -> None:
    accept_transfer(actor=receiver, transfer=stayed(sender, person, away))
    stay = TemporaryMembership.objects.get()
    client.force_login(make_user(Role.CLERK, home))
    assert "Chi bộ bản Huổi Én" in client.get(f"/units/{home.pk}/persons/").content.decode()
    guest_list = Client()
    guest_list.force_login(make_user(Role.CLERK, away))
    assert "Lò Thị Mai" in guest_list.get(f"/units/{away.pk}/persons/").content.decode()
    address = f"/stays/{stay.pk}/end/"
    assert guest_list.get(address).status_code == 200
    assert guest_list.post(address, {"ends_on": "01/01/2001"}).status_code == 422
    assert guest_list.post(address, {"ends_on": ""}).status_code == 422
    assert guest_list.post(address, {"ends_on": f"{TODAY:%d/%m/%Y}"}).status_code == 303
    viewer = Client()
    viewer.force_login(make_user(Role.APPROVER, away))
    assert viewer.get(address).status_code == 403


def test_letters_and_stays_go_to_the_unit_that_takes_over(
    commune: Unit, sender: Actor, receiver: Actor, person: Person, home: Unit, away: Unit
) -> None:
    heir = make_unit("Chi bộ hợp nhất", parent=commune)
    accept_transfer(actor=receiver, transfer=stayed(sender, person, away))
    waiting = offered(sender, person, away)
    ends = [Succession(away.pk, (heir.pk,))]
    assert [(work.label, work.heir_id) for work in LetterSteward().open_work(ends)] == [
        ("12-GGT", heir.pk),
        ("12-GGT", heir.pk),
    ]
    assert LetterSteward().hand_over(ends) == 2
    waiting.refresh_from_db()
    assert waiting.to_unit == heir
    assert TemporaryMembership.objects.get().unit == heir


def test_a_letter_between_two_units_that_become_one_is_withdrawn(
    sender: Actor, person: Person, home: Unit, away: Unit
) -> None:
    transfer = offered(sender, person, away)
    assert LetterSteward().hand_over([Succession(home.pk, (away.pk,))]) == 1
    transfer.refresh_from_db()
    assert transfer.state == TransferState.WITHDRAWN


class TestCancelled:
    """What was accepted for a day to come does not take place."""

    def test_the_sending_unit_goes_on_counting(
        self, sender: Actor, receiver: Actor, person: Person, home: Unit, away: Unit
    ) -> None:
        transfer = accept_transfer(actor=receiver, transfer=offered(sender, person, away, effective_on=TODAY + DAY))
        cancel_transfer(actor=receiver, transfer=transfer, reason=" Gia đình ở lại ")
        cancelled = cancel_transfer(actor=sender, transfer=transfer, reason="Nhầm người")
        assert (cancelled.state, cancelled.cancel_reason) == (TransferState.CANCELLED, "Gia đình ở lại")
        assert memberships(person) == [(home.pk, DateRange(LONG_AGO, None))]
        assert Entry.objects.filter(action="organizations.cancel_transfer", outcome=Outcome.DONE).count() == 1
        assert offered(sender, person, away).state == TransferState.OFFERED

    def test_a_stay_never_begins(self, sender: Actor, receiver: Actor, person: Person, away: Unit) -> None:
        transfer = accept_transfer(actor=receiver, transfer=stayed(sender, person, away, effective_on=TODAY + DAY))
        cancel_transfer(actor=sender, transfer=transfer, reason="Hoãn chuyến đi")
        assert not TemporaryMembership.objects.exists()

    def test_what_cannot_be_cancelled_is_refused(
        self, sender: Actor, receiver: Actor, person: Person, home: Unit, away: Unit
    ) -> None:
        def refused(
            refusal: type[Exception], transfer: Transfer, *, actor: Actor = sender, reason: str = "Ở lại nhà"
        ) -> None:
            with pytest.raises(refusal):
                cancel_transfer(actor=actor, transfer=transfer, reason=reason)

        transfer = offered(sender, person, away, effective_on=TODAY + DAY)
        refused(TransferClosed, transfer)
        accept_transfer(actor=receiver, transfer=transfer)
        refused(ReasonMissing, transfer, reason=" ")
        refused(errors.NotPermitted, transfer, actor=make_actor(Role.APPROVER, home))
        Membership.objects.filter(unit=away).update(period=DateRange(TODAY + 2 * DAY, None))
        refused(TransferOutdated, transfer)
        begun = make_person("Vàng A Páo", unit=home)
        refused(TransferBegun, accept_transfer(actor=receiver, transfer=offered(sender, begun, away)))

    def test_from_the_page_of_letters_with_a_reason_that_both_read(
        self, sender: Actor, receiver: Actor, person: Person, home: Unit, away: Unit
    ) -> None:
        transfer = accept_transfer(actor=receiver, transfer=offered(sender, person, away, effective_on=TODAY + DAY))
        client = Client()
        client.force_login(make_user(Role.CLERK, away))
        url = reverse("organizations:transfer_cancel", args=[transfer.pk])
        listed = reverse("organizations:transfer_list", args=[away.pk])
        assert url in client.get(listed).content.decode()
        assert client.post(url, {"reason": ""}).status_code == 422
        assert client.post(url, {"reason": "abc"}).status_code == 422
        assert client.post(url, {"reason": "Gia đình ở lại"}).status_code == 303
        assert "Gia đình ở lại" in client.get(listed).content.decode()
        client.force_login(make_user(Role.APPROVER, home))
        assert client.post(url, {"reason": "Gia đình ở lại"}).status_code == 403
