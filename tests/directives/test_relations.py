"""How directives stand to each other, entered on one page and shown on both."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from lantoa.audit.models import Entry
from lantoa.directives import errors
from lantoa.directives.enums import RelationKind
from lantoa.directives.models import Directive, DirectiveRelation
from lantoa.directives.selectors import relations_of
from lantoa.directives.services import relate_directives, unrelate_directives
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def officer(district: Unit) -> Actor:
    return make_actor(Role.OFFICER, district)


@pytest.fixture
def older(district: Unit) -> Directive:
    return make_directive(district, number="66-QĐ/TW", issued_on=dt.date(2017, 2, 6))


@pytest.fixture
def newer(district: Unit) -> Directive:
    return make_directive(district, number="399-QĐ/TW", issued_on=dt.date(2026, 1, 5))


def test_a_relation_is_said_from_both_sides(officer: Actor, older: Directive, newer: Directive) -> None:
    relate_directives(actor=officer, directive=newer, kind=RelationKind.REPLACES, number="66-qđ/tw")
    [ours] = relations_of(officer, newer)
    [theirs] = relations_of(officer, older)
    assert (str(ours.label), ours.other, ours.is_ours, ours.ends_ours) == ("thay thế", older, True, False)
    assert (str(theirs.label), theirs.other, theirs.is_ours, theirs.ends_ours) == (
        "được thay thế bởi",
        newer,
        False,
        True,
    )
    assert Entry.objects.get(action="directives.relate_directives").facts == {"kind": "replaces", "other": older.pk}


def test_the_same_relation_twice_is_one_and_another_one_is_refused(
    officer: Actor, older: Directive, newer: Directive
) -> None:
    first = relate_directives(actor=officer, directive=newer, kind="guides", number=older.number)
    assert relate_directives(actor=officer, directive=newer, kind="guides", number=older.number) == first
    for directive, number in ((newer, older.number), (older, newer.number)):
        with pytest.raises(errors.RelatedAlready):
            relate_directives(actor=officer, directive=directive, kind="amends", number=number)
    assert DirectiveRelation.objects.get() == first
    assert str(first) == f"{newer.pk} guides {older.pk}"


@pytest.mark.parametrize(
    ("number", "refusal"), [("1-QĐ/TW", errors.OtherNotFound), ("399-QĐ/TW", errors.RelatedToItself)]
)
def test_a_number_that_leads_nowhere_is_refused_beside_it(
    officer: Actor, newer: Directive, number: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as caught:
        relate_directives(actor=officer, directive=newer, kind="amends", number=number)
    assert caught.value.field == "number"


def test_of_several_with_one_number_the_units_own_is_meant(officer: Actor, newer: Directive, older: Directive) -> None:
    commune = make_unit("Xã", parent=newer.registered_by)
    make_directive(commune, number=older.number, issued_on=dt.date(2020, 1, 1))
    assert relate_directives(actor=officer, directive=newer, kind="replaces", number=older.number).other == older


def test_a_directive_that_the_actor_does_not_see_is_not_there(officer: Actor, newer: Directive) -> None:
    make_directive(make_unit(), number="12-KL/TW")
    with pytest.raises(errors.OtherNotFound):
        relate_directives(actor=officer, directive=newer, kind="amends", number="12-KL/TW")


def test_only_the_officer_of_the_unit_relates_and_takes_back(
    officer: Actor, district: Unit, older: Directive, newer: Directive
) -> None:
    relation = relate_directives(actor=officer, directive=newer, kind="replaces", number=older.number)
    assert relation.audited_unit == district
    for other in (make_actor(Role.SECRETARY, district), make_actor(Role.OFFICER, make_unit(parent=district))):
        with pytest.raises(NotPermitted):
            relate_directives(actor=other, directive=newer, kind="amends", number=older.number)
        with pytest.raises(NotPermitted):
            unrelate_directives(actor=other, directive=newer, other=older)
    for _ in range(2):
        unrelate_directives(actor=officer, directive=newer, other=older)
    assert relations_of(officer, older) == []
    assert Entry.objects.filter(action="directives.unrelate_directives", outcome="done").count() == 1


def test_a_relation_to_what_one_does_not_see_is_not_shown(officer: Actor, district: Unit, newer: Directive) -> None:
    hidden = make_directive(make_unit("Xã", parent=district), number="9-KH/ĐU")
    relate_directives(actor=officer, directive=newer, kind="guides", number=hidden.number)
    beside = make_actor(Role.CLERK, make_unit("Xã khác", parent=district))
    assert len(relations_of(officer, newer)) == 1
    assert relations_of(beside, newer) == []


def test_the_database_knows_no_relation_of_a_directive_to_itself(newer: Directive) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DirectiveRelation.objects.create(directive=newer, kind="amends", other=newer)


def test_the_pages_of_both_show_it_and_it_can_be_taken_back(district: Unit, older: Directive, newer: Directive) -> None:
    client = Client()
    client.force_login(make_user(Role.OFFICER, district))
    url = reverse("directives:directive_relate", args=[newer.pk])
    answer = client.post(url, {"kind": "replaces", "number": "66 - QĐ/TW"})
    assert (answer.status_code, answer["Location"]) == (303, reverse("directives:directive_detail", args=[newer.pk]))
    page = client.get(reverse("directives:directive_detail", args=[older.pk])).content.decode()
    assert "Được thay thế bởi" in page
    assert "399-QĐ/TW" in page
    back = reverse("directives:directive_unrelate", args=[newer.pk, older.pk])
    assert back in client.get(answer["Location"]).content.decode()
    assert client.post(back).status_code == 303
    assert not DirectiveRelation.objects.exists()


def test_only_a_unit_from_there_on_upwards_takes_the_place_of_a_directive(
    officer: Actor, district: Unit, older: Directive, newer: Directive
) -> None:
    commune = make_unit("Xã", parent=district)
    below, its_officer = make_directive(commune, number="3-KH/ĐU"), make_actor(Role.OFFICER, commune)
    relate_directives(actor=its_officer, directive=below, kind="replaces", number=older.number)
    relate_directives(actor=officer, directive=newer, kind="replaces", number=below.number)
    [theirs] = relations_of(officer, older)
    assert (theirs.other, theirs.ends_ours) == (below, False)
    assert [one.ends_ours for one in relations_of(its_officer, below) if one.other == newer] == [True]
    client = Client()
    client.force_login(make_user(Role.OFFICER, district))
    page = client.get(reverse("directives:directive_detail", args=[older.pk])).content.decode()
    assert "Văn bản này đã được thay thế" not in page
    assert below.number in page


def test_the_unit_whose_directive_is_said_to_be_replaced_takes_that_back(
    officer: Actor, district: Unit, older: Directive
) -> None:
    commune = make_unit("Xã", parent=district)
    below = make_directive(commune, number="3-KH/ĐU")
    relate_directives(actor=make_actor(Role.OFFICER, commune), directive=below, kind="replaces", number=older.number)
    client = Client()
    client.force_login(make_user(Role.OFFICER, district))
    page = reverse("directives:directive_detail", args=[older.pk])
    back = reverse("directives:directive_unrelate", args=[below.pk, older.pk])
    assert back in client.get(page).content.decode()
    assert client.post(back)["Location"] == page
    assert not DirectiveRelation.objects.exists()


@pytest.mark.parametrize("typed", [{"kind": "replaces", "number": "66"}, {"kind": "kills", "number": "66-QĐ/TW"}, {}])
def test_a_mistake_stands_beside_its_field(district: Unit, newer: Directive, typed: dict[str, str]) -> None:
    client = Client()
    client.force_login(make_user(Role.OFFICER, district))
    answer = client.post(reverse("directives:directive_relate", args=[newer.pk]), typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_a_refusal_stands_beside_the_number_and_others_are_turned_away(district: Unit, newer: Directive) -> None:
    typed = {"kind": "replaces", "number": "1-QĐ/TW"}
    url = reverse("directives:directive_relate", args=[newer.pk])
    client = Client()
    client.force_login(make_user(Role.OFFICER, district))
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert "number" in answer.context["form"].errors
    client.force_login(make_user(Role.SECRETARY, district))
    assert client.post(url, typed).status_code == 403
