"""Correction and restriction: who asks, who decides, by when, and that nothing is written by halves."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations import errors as organization_errors
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, Standing, UnitKind
from lantoa.organizations.models import Membership, Person, Unit
from lantoa.organizations.restricting import RestrictedRecord
from lantoa.organizations.services.merges import merge_persons
from lantoa.privacy import errors
from lantoa.privacy.enums import RequestField, RequestKind, RequestState
from lantoa.privacy.models import DataRequest
from lantoa.privacy.services import requests
from tests.organizations.factories import make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
WHY = "Theo giấy khai sinh"


@pytest.fixture
def cell() -> Unit:
    committee = make_unit("Đảng bộ xã Mường So", kind=UnitKind.GRASSROOTS_COMMITTEE)
    return make_unit("Chi bộ bản Vàng Pheo", parent=committee)


@pytest.fixture
def person(cell: Unit) -> Person:
    found = make_person("Đèo Xuân Thưởng", unit=cell, code="0012")
    found.user = make_user()
    Person.objects.filter(user=found.user).update(user=None)
    found.save(update_fields=["user"])
    return found


@pytest.fixture
def clerk(cell: Unit) -> Actor:
    return make_actor(Role.CLERK, cell)


@pytest.fixture
def secretary(cell: Unit) -> Actor:
    return make_actor(Role.SECRETARY, cell)


def themselves(person: Person) -> Actor:
    assert person.user is not None
    return Actor.of(person.user)


def ask(
    actor: Actor, person: Person, field: str = "village", value: str = "Huổi Luông", **given: object
) -> DataRequest:
    return requests.ask_request(
        actor=actor,
        person=person,
        kind=RequestKind.CORRECTION,
        field=field,
        value=value,
        reason=str(given.get("reason", WHY)),
        client_id=uuid.UUID(str(given.get("client_id", uuid.uuid4()))),
    )


def restrict(actor: Actor, person: Person) -> DataRequest:
    return requests.ask_request(
        actor=actor, person=person, kind=RequestKind.RESTRICTION, reason=WHY, client_id=uuid.uuid4()
    )


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("full_name", "Đèo  Xuân Thường", "Đèo Xuân Thường"),
        ("birth_year", "1961", 1961),
        ("village", "Huổi Luông", "Huổi Luông"),
        ("code", "", ""),
    ],
)
def test_the_person_asks_and_the_clerk_writes_it(
    person: Person, clerk: Actor, field: str, value: str, kept: object
) -> None:
    asked = ask(themselves(person), person, field, value)
    assert asked.due_on == clock.today() + dt.timedelta(days=10)
    done = requests.accept_request(actor=clerk, request=asked, reason="Đúng giấy tờ")
    assert requests.accept_request(actor=clerk, request=asked, reason="Đúng giấy tờ").decided_at == done.decided_at
    person.refresh_from_db()
    assert (done.state, getattr(person, field), person.version) == (RequestState.DONE, kept, 2)
    assert Entry.objects.filter(action="organizations.correct_person").count() == 1
    assert Entry.objects.about(done).filter(action="privacy.accept_request").count() == 1


def test_a_standing_is_asked_for_by_its_name(person: Person, clerk: Actor) -> None:
    label = str(Standing.PROBATIONARY.label).upper()
    requests.accept_request(actor=clerk, request=ask(clerk, person, "standing", label), reason="Đúng giấy tờ")
    assert Membership.objects.get(person=person).standing == Standing.PROBATIONARY


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("birth_year", "năm 61", errors.ValueNotUnderstood),
        ("standing", "khách", errors.ValueNotUnderstood),
        ("full_name", " ", errors.ValueMissing),
        ("full_name", "Đèo Xuân Thưởng", errors.ValueMissing),
        ("birth_year", "1980", errors.ValueMissing),
        ("shoe_size", "41", errors.ValueMissing),
        ("code", "0" * 31, errors.ValueTooLong),
    ],
)
def test_what_cannot_be_written_is_not_asked_for(
    person: Person, clerk: Actor, field: str, value: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        ask(clerk, person, field, value)
    assert not DataRequest.objects.exists()


def test_a_repeat_gives_the_first_request_and_a_second_is_refused(person: Person, clerk: Actor) -> None:
    client_id = uuid.uuid4()
    first = ask(clerk, person, client_id=client_id)
    assert ask(clerk, person, client_id=client_id) == first
    with pytest.raises(errors.RequestAlreadyAsked):
        ask(clerk, person)
    assert ask(clerk, person, "birth_year", "1961").pk != first.pk
    with pytest.raises(errors.ReasonMissing):
        ask(clerk, person, "code", "0013", reason=" ")


def test_outsiders_neither_ask_nor_read_nor_decide(person: Person, clerk: Actor, cell: Unit) -> None:
    viewer, stranger = make_actor(Role.VIEWER, cell), make_actor(Role.CLERK, make_unit("Chi bộ khác"))
    for actor in (viewer, stranger):
        with pytest.raises(errors.NotPermitted):
            ask(actor, person)
    asked = ask(clerk, person)
    for actor in (viewer, stranger):
        assert not DataRequest.objects.visible_to(actor).exists()
        with pytest.raises(errors.NotPermitted):
            requests.open_request(actor=actor, request=asked)
        with pytest.raises(errors.NotPermitted):
            requests.refuse_request(actor=actor, request=asked, reason="Không đúng")


def test_a_change_that_the_rules_forbid_leaves_the_request_open(person: Person, clerk: Actor) -> None:
    make_person("Lò Văn Ân", code="0099")
    asked = ask(clerk, person, "code", "0099")
    with pytest.raises(organization_errors.CodeTaken):
        requests.accept_request(actor=clerk, request=asked, reason="Đúng giấy tờ")
    asked.refresh_from_db()
    person.refresh_from_db()
    assert (asked.state, asked.decision_reason, person.code) == (RequestState.REQUESTED, "", "0012")


def test_a_decision_without_a_reason_writes_nothing(person: Person, clerk: Actor) -> None:
    asked = ask(clerk, person)
    with pytest.raises(errors.ReasonMissing):
        requests.accept_request(actor=clerk, request=asked, reason="")
    person.refresh_from_db()
    assert person.village == ""


def test_a_refusal_is_told_and_a_new_request_is_possible(person: Person, clerk: Actor, secretary: Actor) -> None:
    asked = ask(themselves(person), person)
    refused = requests.refuse_request(actor=clerk, request=asked, reason="Chưa có giấy tờ")
    assert (
        requests.refuse_request(actor=clerk, request=asked, reason="Chưa có giấy tờ").decided_at == refused.decided_at
    )
    with pytest.raises(errors.RequestDecided):
        requests.accept_request(actor=secretary, request=asked, reason="Đúng giấy tờ")
    assert ask(themselves(person), person).state == RequestState.REQUESTED


def test_nobody_decides_on_their_own_data(cell: Unit) -> None:
    user = make_user(Role.SECRETARY, cell)
    own = Person.objects.get(user=user)
    Membership.objects.create(person=own, unit=cell, standing="full", period=("2010-01-01", None))
    with pytest.raises(errors.OwnMatter):
        requests.accept_request(actor=Actor.of(user), request=ask(Actor.of(user), own), reason="Đúng giấy tờ")


def test_requests_follow_a_person_who_moves(person: Person, clerk: Actor, cell: Unit) -> None:
    asked = ask(clerk, person)
    elsewhere = make_unit("Chi bộ bản Tây An", parent=cell.parent)
    Membership.objects.filter(person=person).update(unit=elsewhere)
    there = make_actor(Role.CLERK, elsewhere)
    assert not DataRequest.objects.visible_to(clerk).exists()
    assert DataRequest.objects.visible_to(there).get() == asked
    with pytest.raises(errors.NotPermitted):
        requests.accept_request(actor=clerk, request=asked, reason="Đúng giấy tờ")
    Membership.objects.filter(person=person).delete()
    assert DataRequest.objects.visible_to(clerk).get() == asked
    with pytest.raises(organization_errors.NotCounted):
        requests.accept_request(actor=clerk, request=asked, reason="Đúng giấy tờ")
    with pytest.raises(organization_errors.NotCounted):
        ask(clerk, person)
    assert requests.open_request(actor=clerk, request=asked) == ""
    DataRequest.objects.update(field=RequestField.STANDING)
    assert requests.open_request(actor=clerk, request=DataRequest.objects.get()) == ""


def test_a_restriction_is_decided_by_the_secretary_and_lifted(person: Person, clerk: Actor, secretary: Actor) -> None:
    asked = restrict(clerk, person)
    assert asked.due_on == clock.today() + dt.timedelta(days=15)
    with pytest.raises(errors.RequestDecided):
        requests.lift_restriction(actor=secretary, request=asked, reason="Đã làm rõ")
    with pytest.raises(errors.NotPermitted):
        requests.accept_request(actor=clerk, request=asked, reason="Theo đơn")
    requests.accept_request(actor=secretary, request=asked, reason="Theo đơn")
    with pytest.raises(errors.RequestAlreadyAsked):
        restrict(clerk, person)
    lifted = requests.lift_restriction(actor=secretary, request=asked, reason="Đã làm rõ")
    assert requests.lift_restriction(actor=secretary, request=asked, reason="Đã làm rõ").lifted_at == lifted.lifted_at
    assert lifted.state == RequestState.LIFTED
    assert restrict(clerk, person).state == RequestState.REQUESTED


def test_a_record_that_is_restricted_is_corrected_by_those_who_may_open_it(
    person: Person, clerk: Actor, secretary: Actor
) -> None:
    requests.accept_request(actor=secretary, request=restrict(clerk, person), reason="Theo đơn")
    asked = ask(themselves(person), person, "full_name", "Đèo Xuân Thường")
    assert requests.open_request(actor=clerk, request=asked) == ""
    assert requests.open_request(actor=secretary, request=asked) == "Đèo Xuân Thưởng"
    with pytest.raises(RestrictedRecord):
        requests.accept_request(actor=clerk, request=asked, reason="Đúng giấy tờ")
    page = signed_in(clerk).get(reverse("privacy:request_detail", args=[asked.pk])).content.decode()
    assert "Thường" not in page
    assert requests.accept_request(actor=secretary, request=asked, reason="Đúng giấy tờ").state == RequestState.DONE


def test_two_restrictions_never_hold_at_once(person: Person, clerk: Actor, secretary: Actor) -> None:
    first = restrict(clerk, person)
    DataRequest.objects.update(state=RequestState.REFUSED)
    second = restrict(clerk, person)
    DataRequest.objects.filter(pk=first.pk).update(state=RequestState.DONE)
    with pytest.raises(errors.RequestAlreadyAsked):
        requests.accept_request(actor=secretary, request=second, reason="Theo đơn")


def test_records_with_the_same_request_are_not_merged(person: Person, clerk: Actor, cell: Unit) -> None:
    other = make_person("Đèo Xuân Thưởng", unit=cell)
    first = ask(clerk, person)
    ask(clerk, other)
    with pytest.raises(errors.RequestsClash):
        merge_persons(actor=clerk, kept=other, merged=person, take=[], client_id=uuid.uuid4())
    DataRequest.objects.exclude(pk=first.pk).update(state=RequestState.REFUSED)
    merge_persons(actor=clerk, kept=other, merged=person, take=[], client_id=uuid.uuid4())
    first.refresh_from_db()
    assert first.person == other


def test_what_was_asked_for_goes_with_an_erasure(person: Person, clerk: Actor) -> None:
    from lantoa.organizations import erasing

    asked = ask(clerk, person, value="Bản Riêng")
    erasing.STEPS["requests"](erasing.Subject(person.pk, None))
    asked.refresh_from_db()
    assert (asked.value, asked.reason, asked.state) == ("", "–", RequestState.REFUSED)


def test_the_request_that_is_due_first_stands_at_the_head(person: Person, clerk: Actor) -> None:
    asked = [ask(clerk, person), ask(clerk, person, "birth_year", "1961"), ask(clerk, person, "code", "00778")]
    for days, request in zip((9, 1, 5), asked, strict=True):
        DataRequest.objects.filter(pk=request.pk).update(due_on=clock.today() + dt.timedelta(days=days))
    page = signed_in(clerk).get(reverse("privacy:request_list")).content.decode()
    links = [page.index(reverse("privacy:request_detail", args=[asked[place].pk])) for place in (1, 2, 0)]
    assert links == sorted(links)


def signed_in(actor: Actor) -> Client:
    from lantoa.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(pk=str(actor.user_id)))
    return client


def test_from_ones_own_page_to_the_answer(person: Person, clerk: Actor) -> None:
    own, theirs = signed_in(themselves(person)), signed_in(clerk)
    address = reverse("privacy:own_request")
    asked = {"client_id": str(uuid.uuid4()), "what": "village", "value": "Huổi Luông", "reason": WHY}
    assert own.post(address, {**asked, "what": "shoes"}).status_code == 422
    assert own.post(address, {**asked, "value": ""}).status_code == 422
    assert own.post(address, asked).status_code == 303
    DataRequest.objects.update(due_on=clock.today() - dt.timedelta(days=1))
    assert "quá hạn" in own.get(reverse("privacy:own_data")).content.decode()
    assert "quá hạn" in theirs.get(reverse("privacy:request_list")).content.decode()
    found = DataRequest.objects.get()
    page, decide = (
        reverse("privacy:request_detail", args=[found.pk]),
        reverse("privacy:request_decide", args=[found.pk]),
    )
    assert "Huổi Luông" in theirs.get(page).content.decode()
    assert own.get(page).status_code == 404
    assert theirs.post(decide, {"reason": ""}).status_code == 422
    assert theirs.post(decide, {"reason": "Chưa có giấy tờ", "step": "refuse"}).status_code == 303
    assert theirs.post(decide, {"reason": "Đúng giấy tờ"}).status_code == 422
    assert "Chưa có giấy tờ" in own.get(reverse("privacy:own_data")).content.decode()


def test_the_clerk_records_what_somebody_asks_for(person: Person, clerk: Actor, secretary: Actor) -> None:
    client = signed_in(clerk)
    address = reverse("privacy:request_ask", args=[person.pk])
    assert address in client.get(reverse("organizations:person_detail", args=[person.pk])).content.decode()
    assert client.get(address).status_code == 200
    asked = {"client_id": str(uuid.uuid4()), "what": "restriction", "reason": WHY}
    assert client.post(address, {**asked, "reason": ""}).status_code == 422
    assert client.post(address, {**asked, "what": "village"}).status_code == 422
    assert client.post(address, asked).status_code == 303
    decide = reverse("privacy:request_decide", args=[DataRequest.objects.get().pk])
    assert client.post(decide, {"reason": "Theo đơn"}).status_code == 403
    assert signed_in(secretary).post(decide, {"reason": "Theo đơn"}).status_code == 303
    page = reverse("privacy:request_detail", args=[DataRequest.objects.get().pk])
    assert person.full_name not in client.get(page).content.decode()
    assert person.full_name in signed_in(secretary).get(page).content.decode()
    assert signed_in(secretary).post(decide, {"reason": "Đã làm rõ", "step": "lift"}).status_code == 303


def test_who_has_no_record_asks_for_nothing() -> None:
    user = make_user()
    Person.objects.filter(user=user).delete()
    client = Client()
    client.force_login(user)
    assert client.post(reverse("privacy:own_request"), {}).status_code == 403


def test_an_approver_asks_about_themselves_alone(person: Person, cell: Unit) -> None:
    user = make_user(Role.APPROVER, cell)
    own = Person.objects.get(user=user)
    Membership.objects.create(person=own, unit=cell, standing="full", period=("2010-01-01", None))
    approver = Client()
    approver.force_login(user)
    assert approver.get(reverse("privacy:request_ask", args=[person.pk])).status_code == 403
    asked = {"client_id": str(uuid.uuid4()), "what": "village", "value": "Huổi Luông", "reason": WHY}
    answer = approver.post(reverse("privacy:request_ask", args=[own.pk]), asked)
    assert answer["Location"] == reverse("privacy:own_data")
