"""Who may ask for an erasure and decide on it, and when it is refused."""

import uuid

import pytest
from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.organizations import erasing
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, TransferKind, UnitKind
from lantoa.organizations.models import Appointment, Membership, Person, TemporaryMembership, Transfer, Unit
from lantoa.privacy import errors, inventory
from lantoa.privacy.enums import ErasureState
from lantoa.privacy.models import Erasure
from lantoa.privacy.selectors import preview_erasure
from lantoa.privacy.services import erasures
from tests.directives.factories import make_directive
from tests.materials.factories import make_file, make_material
from tests.organizations.factories import ALWAYS, LONG_AGO, make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign, make_plan

pytestmark = pytest.mark.django_db
NAME = "Đèo Xuân Thưởng"


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Mường So", kind=UnitKind.GRASSROOTS_COMMITTEE)


@pytest.fixture
def cell(committee: Unit) -> Unit:
    return make_unit("Chi bộ bản Vàng Pheo", parent=committee)


@pytest.fixture
def person(cell: Unit) -> Person:
    gone = make_person(NAME, unit=cell)
    Membership.objects.filter(person=gone).update(period=DateRange(LONG_AGO, clock.today()))
    return gone


@pytest.fixture
def clerk(cell: Unit) -> Actor:
    return make_actor(Role.CLERK, cell)


@pytest.fixture
def secretary(cell: Unit) -> Actor:
    return make_actor(Role.SECRETARY, cell)


def ask(
    actor: Actor, person: Person, *, reason: str = "Theo đơn đề nghị", client_id: uuid.UUID | None = None
) -> Erasure:
    return erasures.ask_erasure(actor=actor, person=person, reason=reason, client_id=client_id or uuid.uuid4())


def erase(actor: Actor, erasure: Erasure, *, confirmation: str = NAME, reason: str = "Đơn hợp lệ") -> Erasure:
    return erasures.erase_person(actor=actor, erasure=erasure, confirmation=confirmation, reason=reason)


def test_the_clerk_asks_and_the_secretary_erases(person: Person, clerk: Actor, secretary: Actor) -> None:
    done = erase(secretary, ask(clerk, person))
    assert done.state == ErasureState.DONE
    person.refresh_from_db()
    assert (person.full_name, person.birth_year) == ("–", None)
    assert Entry.objects.about(done).filter(action="privacy.erase_person").count() == 1


def test_a_repeated_step_changes_nothing(person: Person, clerk: Actor, secretary: Actor) -> None:
    client_id = uuid.uuid4()
    asked = ask(clerk, person, client_id=client_id)
    assert ask(clerk, person, client_id=client_id) == asked
    first = erase(secretary, asked)
    assert erase(secretary, asked).decided_at == first.decided_at
    assert Entry.objects.about(asked).filter(action="privacy.erase_person").count() == 1


def test_a_second_request_is_refused(person: Person, clerk: Actor, secretary: Actor) -> None:
    asked = ask(clerk, person)
    with pytest.raises(errors.AlreadyAsked):
        ask(clerk, person)
    erase(secretary, asked)
    with pytest.raises(errors.AlreadyErased):
        ask(clerk, person)


def test_who_is_counted_or_appointed_is_not_erased(person: Person, clerk: Actor, cell: Unit) -> None:
    membership = Membership.objects.filter(person=person)
    membership.update(period=ALWAYS)
    with pytest.raises(errors.StillCounted):
        ask(clerk, person)
    membership.update(period=DateRange(LONG_AGO, clock.today()))
    Appointment.objects.create(person=person, role=Role.VIEWER, unit=cell, period=ALWAYS)
    with pytest.raises(errors.StillAppointed):
        ask(clerk, person)


def test_who_takes_part_somewhere_for_a_time_is_not_erased(person: Person, clerk: Actor, cell: Unit) -> None:
    letter = Transfer.objects.create(
        client_id=uuid.uuid4(),
        person=person,
        kind=TransferKind.STAY,
        from_unit=cell,
        to_unit=make_unit("Chi bộ bản Tây An"),
        letter_number="1",
        letter_date=LONG_AGO,
        effective_on=LONG_AGO,
        ends_on=clock.today(),
        offered_by=make_user(),
    )
    TemporaryMembership.objects.create(person=person, unit=letter.to_unit, transfer=letter, period=ALWAYS)
    with pytest.raises(errors.StillCounted):
        ask(clerk, person)


def test_who_is_counted_again_in_the_meantime_is_not_erased(person: Person, clerk: Actor, secretary: Actor) -> None:
    asked = ask(clerk, person)
    Membership.objects.filter(person=person).update(period=ALWAYS)
    with pytest.raises(errors.StillCounted):
        erase(secretary, asked)


def test_a_reason_is_stated(person: Person, clerk: Actor) -> None:
    with pytest.raises(errors.ReasonMissing):
        ask(clerk, person, reason=" – ")


def test_nobody_decides_on_their_own_request(person: Person, secretary: Actor) -> None:
    with pytest.raises(errors.OwnRequest):
        erase(secretary, ask(secretary, person))


def test_the_name_is_typed(person: Person, clerk: Actor, secretary: Actor) -> None:
    with pytest.raises(errors.NotConfirmed):
        erase(secretary, ask(clerk, person), confirmation="Đèo Xuân Thường")


def test_a_refused_request_can_be_made_anew(person: Person, clerk: Actor, secretary: Actor, committee: Unit) -> None:
    asked = ask(clerk, person)
    refused = erasures.refuse_erasure(actor=secretary, erasure=asked, reason="Chưa đủ căn cứ")
    assert erasures.refuse_erasure(actor=secretary, erasure=asked, reason="Chưa đủ căn cứ") == refused
    officer = make_actor(Role.OFFICER, committee)
    with pytest.raises(errors.AlreadyDecided):
        erase(officer, asked)
    assert erase(officer, ask(clerk, person)).state == ErasureState.DONE


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.ADMINISTRATOR])
def test_others_do_not_decide(role: Role, person: Person, clerk: Actor, cell: Unit) -> None:
    asked = ask(clerk, person)
    with pytest.raises(errors.NotPermitted):
        erase(make_actor(role, cell), asked)


def test_outsiders_neither_ask_nor_read(person: Person, clerk: Actor, cell: Unit) -> None:
    viewer = make_actor(Role.VIEWER, cell)
    with pytest.raises(errors.NotPermitted):
        ask(viewer, person)
    with pytest.raises(errors.NotPermitted):
        ask(clerk, make_person("Lò Văn Ân"))
    with pytest.raises(errors.NotPermitted):
        erasures.open_erasure(actor=viewer, erasure=ask(clerk, person))
    with pytest.raises(errors.NotPermitted):
        erasures.list_former(actor=viewer, unit=cell)


def test_the_words_of_a_namesake_stay(person: Person, clerk: Actor, secretary: Actor, cell: Unit) -> None:
    plan = make_plan(make_campaign(cell), cell, signer=NAME)
    make_person(NAME, unit=cell)
    assert preview_erasure(person).namesakes
    assert erase(secretary, ask(clerk, person)).result["texts"] == 0
    plan.refresh_from_db()
    assert plan.signer == NAME


def test_a_longer_name_is_not_cut(person: Person, clerk: Actor, secretary: Actor, cell: Unit) -> None:
    plan = make_plan(make_campaign(cell), cell, signer="Đèo Xuân Thưởngg", title=f"Kế hoạch của {NAME}.")
    erase(secretary, ask(clerk, person))
    plan.refresh_from_db()
    assert (plan.signer, plan.title) == ("Đèo Xuân Thưởngg", "Kế hoạch của –.")


def test_a_short_name_is_not_sought_in_words(clerk: Actor, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(full_name="Ún", code="")
    person.refresh_from_db()
    assert preview_erasure(person).text_rows == 0


def registered_file(unit: Unit) -> StoredFile:
    """A file that bears the name, on a document that the unit registered."""
    file = StoredFile(client_id=uuid.uuid4(), name="a.pdf", size=1, no_secrecy_declared=True, uploaded_by=make_user())
    file.content.save(f"{uuid.uuid4().hex}.pdf", ContentFile(f"%PDF-1.4 {NAME}".encode()))
    make_directive(unit, number="57-NQ/TW").files.add(file)
    return file


def test_who_decides_below_removes_no_file_of_a_unit_above(
    person: Person, clerk: Actor, secretary: Actor, committee: Unit
) -> None:
    file, asked = registered_file(committee), ask(clerk, person)
    with pytest.raises(errors.FilesOfOthers, match="57-NQ/TW"):
        erase(secretary, asked)
    asked.refresh_from_db()
    person.refresh_from_db()
    assert (asked.state, person.full_name) == (ErasureState.REQUESTED, NAME)
    assert StoredFile.objects.filter(pk=file.pk).exists()
    assert erase(make_actor(Role.OFFICER, committee), asked).result["files"] == 1
    assert not StoredFile.objects.filter(pk=file.pk).exists()


def test_nor_a_file_of_a_material_of_a_unit_above(
    person: Person, clerk: Actor, secretary: Actor, committee: Unit
) -> None:
    file, asked = make_file(f"%PDF-1.4 {NAME}".encode()), ask(clerk, person)
    version = make_material(committee, title="Đề cương", light_file=file).versions.get()
    with pytest.raises(errors.FilesOfOthers, match="Đề cương"):
        erase(secretary, asked)
    erase(make_actor(Role.OFFICER, committee), asked)
    version.refresh_from_db()
    assert version.light_file is None


def test_nor_a_file_of_a_unit_elsewhere(person: Person, clerk: Actor, committee: Unit) -> None:
    registered_file(make_unit("Đảng bộ xã Dào San"))
    with pytest.raises(errors.FilesOfOthers):
        erase(make_actor(Role.OFFICER, committee), ask(clerk, person))


def test_a_file_that_is_gone_or_broken_bears_nothing(person: Person) -> None:
    for name, content in (("gone.docx", None), ("broken.docx", b"PK\x03\x04 broken")):
        file = StoredFile(client_id=uuid.uuid4(), name=name, size=1, no_secrecy_declared=True, uploaded_by=make_user())
        if content is None:
            file.content.name = "not/there.docx"
        else:
            file.content.save(f"{uuid.uuid4().hex}.docx", ContentFile(content))
        file.save()
    assert preview_erasure(person).files == []


def test_the_former_members_are_listed_and_the_look_is_logged(person: Person, clerk: Actor, cell: Unit) -> None:
    make_person("Lò Văn Ân", unit=cell)
    assert [row.person for row in erasures.list_former(actor=clerk, unit=cell)] == [person]
    assert Entry.objects.filter(action="privacy.list_former", outcome=Outcome.READ).count() == 1


def test_a_step_has_one_name() -> None:
    with pytest.raises(ValueError, match="person"):
        erasing.register("person", lambda subject: 0)


def test_a_column_stands_in_one_class() -> None:
    with pytest.raises(ValueError, match="twice"):
        inventory._entry("t", {"kind": "log", "key": ["a"], "none": ["a"]})


def client_of(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def test_from_the_list_to_the_erasure_by_hand(person: Person, cell: Unit) -> None:
    clerk, secretary = client_of(Role.CLERK, cell), client_of(Role.SECRETARY, cell)
    assert NAME in clerk.get(reverse("privacy:former_list", args=[cell.pk])).content.decode()
    address = reverse("privacy:erasure_ask", args=[person.pk])
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, {"client_id": str(uuid.uuid4()), "reason": ""}).status_code == 422
    assert clerk.post(address, {"client_id": str(uuid.uuid4()), "reason": "Theo đơn đề nghị"}).status_code == 303
    assert clerk.post(address, {"client_id": str(uuid.uuid4()), "reason": "Theo đơn đề nghị"}).status_code == 422
    page = reverse("privacy:erasure_detail", args=[Erasure.objects.get().pk])
    assert NAME in secretary.get(page).content.decode()
    decide = reverse("privacy:erasure_decide", args=[Erasure.objects.get().pk])
    assert secretary.post(decide, {"reason": ""}).status_code == 422
    assert secretary.post(decide, {"reason": "Đơn hợp lệ", "confirmation": "Ai đó"}).status_code == 422
    assert secretary.post(decide, {"reason": "Đơn hợp lệ", "confirmation": NAME}).status_code == 303
    after = secretary.get(page).content.decode()
    assert NAME not in after
    assert "Đơn hợp lệ" in after
    assert secretary.get(reverse("privacy:erasure_list")).status_code == 200


def test_a_request_is_refused_by_hand(person: Person, cell: Unit, clerk: Actor) -> None:
    asked = ask(clerk, person)
    decide = reverse("privacy:erasure_decide", args=[asked.pk])
    answer = client_of(Role.SECRETARY, cell).post(decide, {"reason": "Chưa đủ căn cứ", "step": "refuse"})
    assert answer.status_code == 303
    asked.refresh_from_db()
    assert asked.state == ErasureState.REFUSED
    assert client_of(Role.CLERK, cell).post(decide, {"reason": "Chưa đủ căn cứ"}).status_code == 403


def test_who_never_was_counted_cannot_be_asked_about_by_address(person: Person, committee: Unit, cell: Unit) -> None:
    elsewhere = make_unit("Chi bộ khác", parent=committee)
    Membership.objects.create(person=person, unit=elsewhere, standing="full", period=DateRange(clock.today(), None))
    assert client_of(Role.CLERK, cell).get(reverse("privacy:erasure_ask", args=[person.pk])).status_code == 403
