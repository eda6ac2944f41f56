"""Who is appointed gets in by a link or by a printed slip; whoever may open the account may give either."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from lantoa.accounts.codes import secret_of
from lantoa.accounts.enums import InvitationKind, InvitationState, MailFailure
from lantoa.accounts.models import Invitation, User
from lantoa.accounts.services_invitations import find_invitation, link_of
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations import errors
from lantoa.organizations import invitation_errors as refusals
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person, Unit
from lantoa.organizations.services.appointments import (
    end_appointment,
    open_account,
    renew_password,
    set_account_active,
)
from lantoa.organizations.services.invitations import (
    MOST,
    SignIn,
    Slip,
    invite_by_mail,
    print_slips,
    withdraw_invitation,
)
from lantoa.ui.qr import qr_of
from tests.jobs.runner import deferred, run_deferred
from tests.organizations.factories import ALWAYS, LONG_AGO, make_actor, make_person, make_unit, make_user
from tests.plans.racing import wait_for_a_waiter
from tests.ui.qr_reading import read_path

pytestmark = pytest.mark.django_db
SITE = "http://testserver/"
UNCOUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")


@pytest.fixture
def unit() -> Unit:
    return make_unit("Đảng bộ xã Sin Suối Hồ")


@pytest.fixture
def actor(unit: Unit) -> Actor:
    return make_actor(Role.ADMINISTRATOR, unit)


@pytest.fixture
def administrator(client: Client, unit: Unit) -> Client:
    client.force_login(make_user(Role.ADMINISTRATOR, unit))
    return client


def appointed(name: str, unit: Unit) -> Person:
    """Somebody who holds a role there and cannot sign in."""
    person = make_person(name)
    Appointment.objects.create(person=person, role=Role.SECRETARY, unit=unit, period=ALWAYS)
    return person


@pytest.fixture
def person(unit: Unit) -> Person:
    return appointed("Giàng A Páo", unit)


@pytest.fixture
def configured(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.vn"


def send(actor: Actor, person: Person, **values: Any) -> Invitation:
    sound = {"email": "pao@example.vn", "site": SITE, "client_id": uuid.uuid4()}
    return invite_by_mail(actor=actor, person=person, **{**sound, **values})


def slips_for(actor: Actor, unit: Unit, *people: Person, form: uuid.UUID | None = None, **values: Any) -> list[Slip]:
    numbers = [person.pk for person in people]
    return print_slips(actor=actor, unit=unit, person_ids=numbers, client_id=form or uuid.uuid4(), **values)


def account_of(person: Person) -> User:
    person.refresh_from_db()
    assert person.user is not None
    return person.user


@pytest.mark.usefixtures("configured")
def test_a_link_is_queued_with_its_row_and_sent_by_the_worker(actor: Actor, person: Person) -> None:
    form = uuid.uuid4()
    first, second = (send(actor, person, username="giang.pao", client_id=form) for _ in range(2))
    assert first == second
    assert deferred() == [("accounts.send_invitation", {"invitation_id": first.pk, "site": SITE})]
    user = account_of(person)
    assert (user.username, user.email, user.has_usable_password()) == ("giang.pao", "", False)
    run_deferred()
    (sent,) = mail.outbox
    assert sent.to == ["pao@example.vn"]
    assert link_of(first, SITE) in sent.body
    entry = Entry.objects.get(action="organizations.invite_by_mail")
    assert (entry.object_id, entry.facts) == (str(user.pk), {"person": person.pk, "changed": ["email"]})


@pytest.mark.usefixtures("configured")
def test_what_is_rolled_back_sends_nothing(actor: Actor, person: Person) -> None:
    with transaction.atomic():
        send(actor, person)
        transaction.set_rollback(True)
    assert deferred() == []
    assert not Invitation.objects.exists()


@pytest.mark.usefixtures("configured")
def test_sent_again_the_old_link_dies_and_the_address_can_be_corrected(actor: Actor, person: Person) -> None:
    first = send(actor, person, email="pao@exmaple.vn")
    second = send(actor, person)
    assert find_invitation(secret_of(first)) is None
    assert find_invitation(secret_of(second)) == second
    assert [invitation.email for invitation in (first, second)] == ["pao@exmaple.vn", "pao@example.vn"]


@pytest.mark.usefixtures("configured")
def test_an_invitation_takes_no_account_away_from_its_owner(actor: Actor, person: Person) -> None:
    open_account(actor=actor, person=person, username="giang.pao", email="pao@example.vn")
    send(actor, person, email="administrator@example.vn")
    assert account_of(person).email == "pao@example.vn"
    withdraw_invitation(actor=actor, person=person)
    assert account_of(person).email == "pao@example.vn"
    send(actor, person, email="PAO@example.vn")
    told = Entry.objects.filter(action="organizations.invite_by_mail").order_by("pk").values_list("facts", flat=True)
    assert [facts["changed"] for facts in told] == [["email"], None]
    assert "administrator" not in str(list(told))


@pytest.mark.usefixtures("configured")
def test_the_form_of_a_link_offers_where_the_open_one_went_and_the_accounts_own_after_that(
    administrator: Client, actor: Actor, person: Person
) -> None:
    def offered() -> str:
        page = administrator.get(f"/appointments/{person.appointments.get().pk}/account/")
        return str(page.context["mail_form"]["email"].value())

    send(actor, person, email="first@example.vn")
    assert offered() == "first@example.vn"
    withdraw_invitation(actor=actor, person=person)
    assert offered() == "first@example.vn"
    User.objects.filter(person=person).update(email="own@example.vn")
    assert offered() == "own@example.vn"
    send(actor, person, email="second@example.vn")
    assert offered() == "second@example.vn"
    withdraw_invitation(actor=actor, person=person)
    page = administrator.get(f"/appointments/{person.appointments.get().pk}/account/").content.decode()
    assert "own@example.vn" in page
    assert "second@example.vn" in page


@pytest.mark.usefixtures("configured")
def test_a_form_whose_invitation_has_ended_makes_none(actor: Actor, person: Person, unit: Unit) -> None:
    form = uuid.uuid4()
    send(actor, person, client_id=form)
    slips_for(actor, unit, person, form=form)
    with pytest.raises(refusals.AskedBefore):
        send(actor, person, client_id=form)
    withdraw_invitation(actor=actor, person=person)
    with pytest.raises(refusals.AskedBefore):
        slips_for(actor, unit, person, form=form)


@pytest.mark.usefixtures("configured")
def test_a_link_needs_an_address_of_its_own(actor: Actor, person: Person) -> None:
    User.objects.create_user(username="taken", email="taken@example.vn")
    for error, email in ((refusals.EmailMissing, " "), (errors.EmailTaken, "Taken@example.vn")):
        with pytest.raises(error):
            send(actor, person, email=email)
    person.refresh_from_db()
    assert person.user is None


def test_without_a_mail_server_no_link_is_offered_and_the_page_says_why(
    administrator: Client, actor: Actor, person: Person
) -> None:
    with pytest.raises(refusals.MailServerMissing):
        send(actor, person)
    address = f"/appointments/{person.appointments.get().pk}/account/"
    page = administrator.get(address).content.decode()
    assert 'value="slip"' in page
    assert 'value="mail"' not in page
    assert "chưa được cấu hình máy chủ thư" in page
    open_account(actor=actor, person=person, username="giang.pao")
    page = administrator.get(address).content.decode()
    assert f"{address}invite/" not in page
    assert "chưa được cấu hình máy chủ thư" in page


def test_slips_open_accounts_and_say_the_same_when_the_form_comes_twice(actor: Actor, unit: Unit) -> None:
    people = [appointed(name, unit) for name in ("Lò Văn Minh", "Giàng A Páo", "Lò Văn Minh")]
    form = uuid.uuid4()
    first, second = (slips_for(actor, unit, *people, form=form) for _ in range(2))
    assert [slip.code for slip in first] == [slip.code for slip in second]
    assert len({slip.code for slip in first}) == 3
    assert [slip.person.full_name for slip in first] == ["Lò Văn Minh", "Lò Văn Minh", "Giàng A Páo"]
    assert [account_of(slip.person).username for slip in first] == ["lo.van.minh", "lo.van.minh.2", "giang.a.pao"]
    assert Invitation.objects.count() == 3
    entry = Entry.objects.filter(action="organizations.print_slips")[0]
    assert entry.facts == {"persons": [slip.person.pk for slip in first]}
    assert not any(slip.code in str(entry.facts) for slip in first)


def test_slips_made_anew_kill_the_old_ones(actor: Actor, unit: Unit, person: Person) -> None:
    (old,) = slips_for(actor, unit, person)
    (new,) = slips_for(actor, unit, person)
    assert find_invitation(old.code) is None
    assert find_invitation(new.code) == new.invitation


def test_a_repeated_form_leaves_out_who_has_used_the_slip(actor: Actor, unit: Unit) -> None:
    people, form = [appointed("Lò Văn Minh", unit), appointed("Giàng A Páo", unit)], uuid.uuid4()
    slips_for(actor, unit, *people, form=form)
    Invitation.objects.filter(user=account_of(people[0])).update(used_at=clock.now())
    assert [slip.person for slip in slips_for(actor, unit, *people, form=form)] == [people[1]]


def test_only_whoever_may_keep_the_account_invites(unit: Unit, person: Person) -> None:
    elsewhere = make_actor(Role.ADMINISTRATOR, make_unit())
    for stranger in (make_actor(Role.OFFICER, unit), make_actor(Role.SECRETARY, unit), elsewhere):
        with pytest.raises(errors.NotPermitted):
            slips_for(stranger, unit, person)
        with pytest.raises(errors.NotPermitted):
            send(stranger, person)
        with pytest.raises(errors.NotPermitted):
            withdraw_invitation(actor=stranger, person=person)
    Appointment.objects.create(person=person, role=Role.OFFICER, unit=make_unit(), period=ALWAYS)
    with pytest.raises(errors.NotPermitted):
        slips_for(make_actor(Role.ADMINISTRATOR, unit), unit, person)


def test_who_cannot_be_invited_is_named(actor: Actor, unit: Unit, person: Person) -> None:
    member = make_person("Lò Thị Mai", unit=unit)
    with pytest.raises(refusals.NobodyExpected):
        slips_for(actor, unit, member)
    with pytest.raises(refusals.NobodyExpected):
        slips_for(actor, make_unit(parent=unit), person)
    with pytest.raises(errors.PersonOutOfReach):
        slips_for(actor, unit, make_person())
    open_account(actor=actor, person=person, username="giang.pao")
    set_account_active(actor=actor, person=person, active=False)
    with pytest.raises(refusals.AccountClosed):
        slips_for(actor, unit, person)
    with pytest.raises(refusals.TooManySlips):
        print_slips(actor=actor, unit=unit, person_ids=range(MOST + 1), client_id=uuid.uuid4())
    with pytest.raises(errors.AccountMissing):
        withdraw_invitation(actor=actor, person=member)


def test_an_invitation_is_withdrawn_once(actor: Actor, unit: Unit, person: Person) -> None:
    (slip,) = slips_for(actor, unit, person)
    assert [withdraw_invitation(actor=actor, person=person) for _ in range(2)] == [True, False]
    assert find_invitation(slip.code) is None
    assert Entry.objects.filter(action="organizations.withdraw_invitation", unit_id=unit.pk).count() == 1


@pytest.mark.parametrize("step", ["renew", "close", "end", "end on its first day"])
def test_another_step_on_the_account_ends_the_invitation(actor: Actor, unit: Unit, person: Person, step: str) -> None:
    (slip,) = slips_for(actor, unit, person)
    appointment = person.appointments.get()
    steps: dict[str, Callable[[], object]] = {
        "renew": lambda: renew_password(actor=actor, person=person),
        "close": lambda: set_account_active(actor=actor, person=person, active=False),
        "end": lambda: end_appointment(actor=actor, appointment=appointment, ends_on=clock.today()),
        "end on its first day": lambda: end_appointment(actor=actor, appointment=appointment, ends_on=LONG_AGO),
    }
    steps[step]()
    assert Invitation.objects.get(pk=slip.invitation.pk).state == InvitationState.WITHDRAWN


def test_an_appointment_that_ends_later_or_beside_another_leaves_the_invitation(
    actor: Actor, unit: Unit, person: Person
) -> None:
    (slip,) = slips_for(actor, unit, person)
    tomorrow = clock.today() + dt.timedelta(days=1)
    end_appointment(actor=actor, appointment=person.appointments.get(), ends_on=tomorrow)
    assert find_invitation(slip.code) == slip.invitation
    with clock.supposing(clock.now() + dt.timedelta(days=1)):
        assert find_invitation(slip.code) is None
    bare = appointed("Lò Văn Minh", unit)
    end_appointment(actor=actor, appointment=bare.appointments.get(), ends_on=clock.today())


def post(client: Client, address: str, **values: Any) -> Any:
    return client.post(address, {"client_id": str(uuid.uuid4()), **values})


def test_an_account_is_opened_with_a_slip(administrator: Client, person: Person) -> None:
    address = f"/appointments/{person.appointments.get().pk}/account/"
    answer = post(administrator, address, username="giang.pao", email="", way="slip")
    page = answer.content.decode()
    user = account_of(person)
    code = secret_of(user.invitations.get())
    assert answer.status_code == 200
    for shown in (code, "Giàng A Páo", "giang.pao", f"{SITE}invitation/", "Đảng bộ xã Sin Suối Hồ"):
        assert shown in page
    assert page.count('class="slip-steps"') == 1
    assert "no-store" in answer["Cache-Control"]
    after = administrator.get(address).content.decode()
    assert code not in after
    assert "Phiếu in" in after
    assert "đã in" in after


@pytest.mark.usefixtures("configured")
def test_an_account_is_opened_with_a_link_followed_withdrawn_and_sent_again(
    administrator: Client, person: Person
) -> None:
    address = f"/appointments/{person.appointments.get().pk}/account/"
    assert 'value="mail"' in administrator.get(address).content.decode()
    answer = post(administrator, address, username="giang.pao", email="", way="mail")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])
    assert post(administrator, address, username="giang.pao", email="pao@example.vn", way="mail").status_code == 303
    assert "đã gửi, chờ máy chủ thư nhận" in administrator.get(address).content.decode()
    run_deferred()
    assert "máy chủ thư đã nhận" in administrator.get(address).content.decode()
    assert post(administrator, f"{address}uninvite/").status_code == 303
    assert "đã rút" in administrator.get(address).content.decode()
    assert post(administrator, f"{address}uninvite/").status_code == 303
    assert post(administrator, f"{address}invite/", email="mới").status_code == 303
    assert post(administrator, f"{address}invite/", email="moi@example.vn").status_code == 303
    latest = account_of(person).invitations.all()[0]
    assert latest.is_open
    Invitation.objects.filter(pk=latest.pk).update(failure=MailFailure.NO_SUCH_ADDRESS)
    assert "từ chối địa chỉ này" in administrator.get(address).content.decode()
    Invitation.objects.filter(pk=latest.pk).update(used_at=clock.now())
    assert "đã dùng" in administrator.get(address).content.decode()


def test_an_account_that_is_open_gets_a_slip_and_keeps_its_password(
    administrator: Client, actor: Actor, person: Person
) -> None:
    opened = open_account(actor=actor, person=person, username="giang.pao")
    address = f"/appointments/{person.appointments.get().pk}/account/"
    assert post(administrator, f"{address}slip/").status_code == 200
    opened.user.refresh_from_db()
    assert opened.user.check_password(opened.password)
    assert administrator.post(f"{address}slip/").status_code == 303
    assert Invitation.objects.count() == 1


def test_steps_that_are_refused_say_so_on_the_page(administrator: Client, person: Person) -> None:
    address = f"/appointments/{person.appointments.get().pk}/account/"
    for step, values in (("uninvite", {}), ("invite", {"email": "pao@example.vn"})):
        answer = post(administrator, f"{address}{step}/", **values)
        assert (answer.status_code, bool(answer.context["refusal"])) == (422, True)
    Appointment.objects.filter(person=person).update(period=DateRange(LONG_AGO, clock.today()))
    assert post(administrator, f"{address}slip/").status_code == 422
    person.user = User.objects.create_user(username="giang.pao")
    person.save(update_fields=["user"])
    assert "không dùng được" in administrator.get(address).content.decode()


def test_slips_for_a_whole_unit_cost_no_more_queries_than_a_page_may(administrator: Client, unit: Unit) -> None:
    people = [appointed(f"Lò Văn Minh {number}", unit) for number in range(30)]
    with_password = appointed("Vàng A Sử", unit)
    elsewhere = appointed("Tẩn A Sử", unit)
    Appointment.objects.create(person=elsewhere, role=Role.CLERK, unit=make_unit(), period=ALWAYS)
    with_password.user = User.objects.create_user(username="vang.su", password="Hoa-ban-no-2026")
    with_password.save(update_fields=["user"])
    page = administrator.get(f"/units/{unit.pk}/appointments/").content.decode()
    ticked = re.findall(r'name="persons" value="(\d+)"', page)
    assert {int(number) for number in ticked} >= {person.pk for person in people}
    assert not {with_password.pk, elsewhere.pk} & {int(number) for number in ticked}
    assert 'name="persons"' not in administrator.get(f"/units/{unit.pk}/appointments/?state=all").content.decode()
    with CaptureQueriesContext(connection) as captured:
        answer = post(administrator, f"/units/{unit.pk}/account-slips/", persons=[str(person.pk) for person in people])
    counted = [query["sql"] for query in captured if not query["sql"].startswith(UNCOUNTED)]
    assert answer.status_code == 200
    assert len(counted) <= 15, "\n".join(counted)
    page = answer.content.decode()
    assert (page.count('class="slip"'), page.count('class="slips-sheet"')) == (30, 5)
    assert Invitation.objects.filter(kind=InvitationKind.SLIP).count() == 30
    for person in people:
        assert secret_of(account_of(person).invitations.get()) in page
    listed = administrator.get(f"/units/{unit.pk}/appointments/").content.decode()
    assert not re.search(rf'value="{people[0].pk}" id="slip-{people[0].pk}" checked', listed)
    assert "đã mời, dùng được đến" in listed


@pytest.mark.parametrize("persons", [[], ["0"], ["9" * 40], ["x"], ["-1"], ["987654321"], ["1"] * 80])
def test_slips_for_nobody_are_refused_with_a_sentence(administrator: Client, unit: Unit, persons: list[str]) -> None:
    answer = post(administrator, f"/units/{unit.pk}/account-slips/", persons=persons)
    assert answer.status_code == 303
    assert not Invitation.objects.exists()


def test_slips_for_people_with_authority_elsewhere_are_forbidden(
    administrator: Client, unit: Unit, person: Person
) -> None:
    Appointment.objects.create(person=person, role=Role.CLERK, unit=make_unit(), period=ALWAYS)
    assert post(administrator, f"/units/{unit.pk}/account-slips/", persons=[str(person.pk)]).status_code == 403


def test_a_square_says_what_it_was_given() -> None:
    said = f"{SITE}invitation/?code=2222CCCC3333"
    qr = qr_of(said)
    assert qr.side == 8 + 33
    assert read_path(qr.path, qr.side) == said


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_open_accounts_of_one_name_at_once_get_no_half_a_write() -> None:
    unit = make_unit()
    people = [appointed("Lò Văn Minh", unit) for _ in range(2)]
    actor = make_actor(Role.ADMINISTRATOR, unit)
    begun = Event()

    def other() -> str:
        try:
            begun.wait(10)
            slips_for(actor, unit, people[1])
        except refusals.OpenedAtOnce as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(max_workers=1) as pool:
        answer = pool.submit(other)
        with transaction.atomic():
            slips_for(actor, unit, people[0])
            begun.set()
            wait_for_a_waiter()
        assert answer.result(10) == "opened_at_once"
    assert not Invitation.objects.filter(user__person=people[1]).exists()
    (slip,) = slips_for(actor, unit, people[1], wishes={people[1].pk: SignIn("minh.hai")})
    assert account_of(slip.person).username == "minh.hai"
