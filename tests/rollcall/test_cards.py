"""Members' cards: who prints them, what stands on them, and how a lost one ends."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.erasing import Subject
from lantoa.organizations.errors import NotPermitted, PurposeMissing, PurposeNamesSomebody
from lantoa.organizations.models import Membership, Person, PersonMerge, Unit
from lantoa.rollcall.card_codes import card_text, typed_text
from lantoa.rollcall.card_errors import CardReplaced, CardWrong, NobodyForCards
from lantoa.rollcall.card_papers import ON_A_SHEET, cards_pdf
from lantoa.rollcall.models import Card
from lantoa.rollcall.selectors.card_holders import PrintedCard, person_of_card
from lantoa.rollcall.services.cards import cards_that_stay, forget_cards, print_cards, replace_cards
from lantoa.ui.qr import qr_of
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.racing import run_at_once
from tests.privacy.test_restriction import restrict
from tests.typesetting.reading import HOSTILE, TONED, pdf_text
from tests.ui.qr_reading import read_path

pytestmark = pytest.mark.django_db
PURPOSE = "Phát thẻ điểm danh"


@pytest.fixture
def cell() -> Unit:
    return make_unit("Chi bộ bản Gia Khâu", parent=make_unit("Đảng bộ xã Sì Lở Lầu"))


@pytest.fixture
def people(cell: Unit) -> list[Person]:
    return [make_person(name, unit=cell) for name in ("Lò Văn An", "Giàng A Bình", "Tẩn Mí Chẳng")]


@pytest.fixture
def secretary(cell: Unit) -> Actor:
    return make_actor(Role.SECRETARY, cell)


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id or 0))
    return client


def address(unit: Unit, page: str = "list") -> str:
    return reverse(f"rollcall:card_{page}", args=[unit.pk])


def printed(actor: Actor, unit: Unit, *persons: Person) -> list[PrintedCard]:
    chosen = [person.pk for person in persons] if persons else None
    return print_cards(actor=actor, unit=unit, purpose=PURPOSE, person_ids=chosen)


def sheets_of(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", content))


def test_everybody_of_the_unit_gets_a_card_in_given_name_order(
    secretary: Actor, cell: Unit, people: list[Person]
) -> None:
    cards = printed(secretary, cell)
    assert [card.name for card in cards] == ["Lò Văn An", "Giàng A Bình", "Tẩn Mí Chẳng"]
    assert [person_of_card(card_text(card.number)) for card in cards] == [person.pk for person in people]
    entry = Entry.objects.get(action="rollcall.print_cards")
    assert (entry.facts, entry.outcome, entry.unit_id) == ({"purpose": PURPOSE, "count": 3}, "exported", cell.pk)


def test_who_has_a_card_keeps_it_also_in_another_unit(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    first = {card.name: card.number for card in printed(secretary, cell)}
    other = make_unit()
    Membership.objects.filter(person=people[0]).update(unit=other)
    moved = printed(make_actor(Role.OFFICER, other), other)
    assert [(card.name, card.unit) for card in moved] == [("Lò Văn An", other.name)]
    assert moved[0].number == first["Lò Văn An"]
    assert {card.name for card in printed(secretary, cell)} == {"Giàng A Bình", "Tẩn Mí Chẳng"}


def test_cards_are_made_in_one_statement(secretary: Actor, cell: Unit, django_assert_max_num_queries: object) -> None:
    for _ in range(30):
        make_person(unit=cell)
    assert callable(django_assert_max_num_queries)
    with django_assert_max_num_queries(12):
        assert len(printed(secretary, cell)) == 30


def test_only_those_chosen_are_printed_and_only_of_the_unit(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    stranger = make_person(unit=make_unit())
    assert [card.name for card in printed(secretary, cell, people[1], stranger)] == ["Giàng A Bình"]
    assert not Card.objects.filter(person=stranger).exists()
    with pytest.raises(NobodyForCards):
        printed(secretary, cell, stranger)


def test_a_restricted_person_is_neither_printed_nor_replaced(
    secretary: Actor, cell: Unit, people: list[Person]
) -> None:
    printed(secretary, cell)
    restrict(people[0])
    assert "Lò Văn An" not in {card.name for card in printed(secretary, cell)}
    assert replace_cards(actor=secretary, unit=cell, card_ids=[Card.objects.get(person=people[0]).pk]) == 0
    page = client_of(secretary).get(address(cell)).content.decode()
    assert "Lò Văn An" not in page
    assert f'value="{people[0].pk}-' not in page


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.VIEWER, Role.INSPECTOR, Role.ADMINISTRATOR])
def test_others_print_and_replace_nothing(cell: Unit, people: list[Person], role: Role) -> None:
    actor = make_actor(role, cell)
    with pytest.raises(NotPermitted):
        printed(actor, cell)
    with pytest.raises(NotPermitted):
        replace_cards(actor=actor, unit=cell, card_ids=[])
    assert not Card.objects.exists()


def test_the_superior_unit_prints_no_cards_of_a_cell(cell: Unit, people: list[Person]) -> None:
    assert cell.parent is not None
    with pytest.raises(NotPermitted):
        printed(make_actor(Role.OFFICER, cell.parent), cell)


def test_a_purpose_is_asked_for_and_names_nobody(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    with pytest.raises(PurposeMissing):
        print_cards(actor=secretary, unit=cell, purpose="in")
    with pytest.raises(PurposeNamesSomebody):
        print_cards(actor=secretary, unit=cell, purpose="In thẻ cho Lò Văn An")
    assert not Card.objects.exists()


def test_a_lost_card_is_refused_by_name_from_then_on(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    printed(secretary, cell)
    lost = Card.objects.get(person=people[0])
    assert replace_cards(actor=secretary, unit=cell, card_ids=[lost.pk]) == 1
    with pytest.raises(CardReplaced):
        person_of_card(card_text(lost.number))
    fresh = Card.objects.get(person=people[0], replaced_at__isnull=True)
    assert person_of_card(typed_text(fresh.number).lower()) == people[0].pk


def test_a_repeated_replacement_changes_nothing(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    printed(secretary, cell)
    lost = Card.objects.get(person=people[0])
    assert replace_cards(actor=secretary, unit=cell, card_ids=[lost.pk]) == 1
    assert replace_cards(actor=secretary, unit=cell, card_ids=[lost.pk]) == 0
    assert Card.objects.filter(person=people[0]).count() == 2


def test_cards_of_other_units_are_not_replaced(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    other = make_unit()
    make_person(unit=other)
    officer = make_actor(Role.OFFICER, other)
    printed(officer, other)
    assert replace_cards(actor=secretary, unit=cell, card_ids=Card.objects.values_list("pk", flat=True)) == 0


def test_two_people_cannot_have_one_card_nor_one_person_two(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    printed(secretary, cell, people[0])
    card = Card.objects.get()
    for changes in ({"person": people[1]}, {"number": "A" * 16}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Card.objects.create(
                **{"number": card.number, "person": people[0], "unit": cell, "issued_by": card.issued_by, **changes}
            )


@pytest.mark.django_db(transaction=True)
def test_two_who_print_at_once_print_the_same_cards(cell: Unit) -> None:
    for _ in range(3):
        make_person(unit=cell)
    actors = [make_actor(Role.SECRETARY, cell), make_actor(Role.OFFICER, cell)]
    seen: list[set[str]] = []
    outcomes = run_at_once(
        *[lambda actor=actor: seen.append({card.number for card in printed(actor, cell)}) for actor in actors]
    )
    assert outcomes == [None, None]
    assert seen[0] == seen[1]
    assert Card.objects.count() == 3


@pytest.mark.parametrize("text", ["", "LT1:AAAAAAAAAAAAAAAA:AAAAAAAAAA", "x" * 500])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(CardWrong):
        person_of_card(text)


def test_a_card_that_was_never_made_is_refused() -> None:
    with pytest.raises(CardWrong):
        person_of_card(card_text("ABCDEFGHIJKLMNOP"))


def test_both_cards_of_two_records_that_became_one_are_good(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    printed(secretary, cell, *people[:2])
    kept, merged = people[:2]
    going = Card.objects.get(person=merged)
    assert cards_that_stay(kept.pk, merged.pk) == {going.pk}
    assert cards_that_stay(people[2].pk, merged.pk) == set()
    PersonMerge.objects.create(client_id=kept.client_id, kept=kept, merged=merged, unit=cell, made_by=going.issued_by)
    assert person_of_card(card_text(going.number)) == kept.pk


def test_the_card_of_a_record_that_went_into_one_that_went_on_is_good(
    secretary: Actor, cell: Unit, people: list[Person]
) -> None:
    printed(secretary, cell, *people)
    first, second, third = people
    by = Card.objects.get(person=first).issued_by
    for kept, merged in ((second, first), (third, second)):
        PersonMerge.objects.create(client_id=kept.client_id, kept=kept, merged=merged, unit=cell, made_by=by)
    assert person_of_card(card_text(Card.objects.get(person=first).number)) == third.pk


def test_the_cards_of_an_erased_person_open_nothing(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    number = printed(secretary, cell, people[0])[0].number
    assert forget_cards(Subject(people[0].pk, None)) == 1
    with pytest.raises(CardWrong):
        person_of_card(card_text(number))


def test_ten_cards_stand_on_a_sheet_with_the_code_to_scan_and_to_type() -> None:
    cards = [
        PrintedCard(f"{'ABCDEFGHIJKLMNO'}{letter}", f"Nguyễn {TONED[:40]} {letter}", "Chi bộ bản Nà Củng")
        for letter in "ABCDEFGHIJK"
    ]
    content = cards_pdf(cards, unit="Chi bộ bản Nà Củng")
    assert sheets_of(content) == 2
    assert sheets_of(cards_pdf(cards[:ON_A_SHEET], unit="Chi bộ")) == 1
    text = pdf_text(content)
    for card in cards:
        assert typed_text(card.number) in text
    qr = qr_of(card_text(cards[0].number))
    assert read_path(qr.path, qr.side) == card_text(cards[0].number)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_is_markup(name: str) -> None:
    assert sheets_of(cards_pdf([PrintedCard("ABCDEFGHIJKLMNOP", name, name)], unit=name)) == 1


def test_the_page_tells_who_has_a_card_and_gives_the_sheets(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    client = client_of(secretary)
    page = client.get(address(cell)).content.decode()
    assert page.count('name="rows"') == 3
    whom = {"whom": "ticked", "rows": [f"{people[0].pk}-0", "x", "1-1-1"], "purpose": PURPOSE}
    response = client.post(address(cell, "print"), whom)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    card = Card.objects.get()
    page = client.get(address(cell)).content.decode()
    assert f'value="{people[0].pk}-{card.pk}"' in page
    assert client.post(address(cell, "print"), {"whom": "all", "purpose": PURPOSE}).status_code == 200
    assert Card.objects.count() == 3


def test_the_page_says_what_is_missing(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    client = client_of(secretary)
    for said in ({"whom": "ticked", "purpose": PURPOSE}, {"whom": "all", "purpose": ""}):
        assert client.post(address(cell, "print"), said).status_code == 422
    row = f"{people[1].pk}-0"
    page = client.post(address(cell, "print"), {"whom": "ticked", "rows": [row]}).content.decode()
    assert re.search(rf'value="{row}"[^>]* checked', page)
    assert not Card.objects.exists()


def test_a_lost_card_is_replaced_on_the_page(secretary: Actor, cell: Unit, people: list[Person]) -> None:
    printed(secretary, cell)
    card = Card.objects.get(person=people[0])
    card_rows = {"rows": [f"{people[0].pk}-{card.pk}"]}
    client = client_of(secretary)
    with clock.supposing(clock.now() + timedelta(minutes=1)):
        assert client.post(address(cell, "replace"), card_rows).status_code == 303
    assert "Đã đổi 1 thẻ" in client.get(address(cell)).content.decode()
    assert client.post(address(cell, "replace")).status_code == 303
    assert "Không có thẻ nào được đổi" in client.get(address(cell)).content.decode()
