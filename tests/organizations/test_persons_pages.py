"""The pages of persons, as a reader meets them."""

import datetime as dt
import io
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.organizations.enums import Role, Standing, UnitKind
from lantoa.organizations.models import ActivityExemption, Membership, Person, Unit
from tests.organizations.factories import ALWAYS, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db


def client_of(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Mường So", kind=UnitKind.GRASSROOTS_COMMITTEE)


@pytest.fixture
def cell(committee: Unit) -> Unit:
    return make_unit("Chi bộ bản Vàng Pheo", parent=committee)


def names_in(page: str, *names: str) -> list[str]:
    return sorted((name for name in names if name in page), key=page.index)


def person_form(**values: object) -> dict[str, object]:
    return {
        "client_id": str(uuid.uuid4()),
        "full_name": "Lò Thị Mai",
        "birth_year": "1985",
        "village": "Vàng Pheo",
        "code": "",
        "standing": "full",
        "sector": "",
        "starts_on": "01/10/2026",
        **values,
    }


def test_the_list_is_in_the_order_of_given_names(cell: Unit) -> None:
    for name in ("Vàng A Páo", "Lò Văn Ân", "Nguyễn Thị An"):
        make_person(name, unit=cell)
    page = client_of(Role.CLERK, cell).get(reverse("organizations:person_list", args=[cell.pk])).content.decode()
    assert names_in(page, "Vàng A Páo", "Lò Văn Ân", "Nguyễn Thị An") == ["Nguyễn Thị An", "Lò Văn Ân", "Vàng A Páo"]


def test_a_search_needs_no_diacritics_and_shows_the_exact_form_first(cell: Unit) -> None:
    for name in ("Giàng Thị Máo", "Giàng Thị Mão", "Lò Văn Hòa"):
        make_person(name, unit=cell)
    url = reverse("organizations:person_list", args=[cell.pk])
    client = client_of(Role.CLERK, cell)
    page = client.get(url, {"q": "giang thi mao"}).content.decode()
    assert names_in(page, "Giàng Thị Máo", "Giàng Thị Mão", "Lò Văn Hòa") == ["Giàng Thị Mão", "Giàng Thị Máo"]
    page = client.get(url, {"q": "Máo"}).content.decode()
    assert names_in(page, "Giàng Thị Máo", "Giàng Thị Mão") == ["Giàng Thị Máo", "Giàng Thị Mão"]


def test_the_list_is_narrowed_by_standing(cell: Unit) -> None:
    make_person("Lò Văn Ân", unit=cell)
    make_person("Vàng A Páo", unit=cell, standing=Standing.CADRE)
    url = reverse("organizations:person_list", args=[cell.pk])
    page = client_of(Role.SECRETARY, cell).get(url, {"standing": "cadre"}).content.decode()
    assert names_in(page, "Lò Văn Ân", "Vàng A Páo") == ["Vàng A Páo"]


def test_the_superior_is_led_to_the_cells_and_sees_their_names(committee: Unit, cell: Unit) -> None:
    make_person("Lò Văn Ân", unit=cell)
    client = client_of(Role.OFFICER, committee)
    page = client.get(reverse("organizations:person_list", args=[committee.pk])).content.decode()
    assert reverse("organizations:person_list", args=[cell.pk]) in page
    assert "Lò Văn Ân" in client.get(reverse("organizations:person_list", args=[cell.pk])).content.decode()


def test_names_stop_above_the_direct_superior(committee: Unit, cell: Unit) -> None:
    top = make_unit(kind=UnitKind.DISTRICT_COMMITTEE)
    Unit.objects.filter(pk=committee.pk).update(parent=top, path=f"{top.pk}.{committee.pk}.")
    Unit.objects.filter(pk=cell.pk).update(path=f"{top.pk}.{committee.pk}.{cell.pk}.")
    person = make_person(unit=cell)
    client = client_of(Role.OFFICER, top)
    assert client.get(reverse("organizations:person_list", args=[cell.pk])).status_code == 403
    assert client.get(reverse("organizations:person_detail", args=[person.pk])).status_code == 404


@pytest.mark.parametrize("name", ["person_list", "person_create", "person_export", "import_create"])
def test_a_unit_beside_does_not_exist(name: str, cell: Unit) -> None:
    client = client_of(Role.OFFICER, make_unit())
    assert client.get(reverse(f"organizations:{name}", args=[cell.pk])).status_code == 404


@pytest.mark.parametrize("name", ["person_create", "person_export", "import_create"])
def test_an_approver_reads_and_does_not_write(name: str, cell: Unit) -> None:
    client = client_of(Role.APPROVER, cell)
    assert client.get(reverse("organizations:person_list", args=[cell.pk])).status_code == 200
    assert client.get(reverse(f"organizations:{name}", args=[cell.pk])).status_code == 403


def test_a_person_is_registered_once_however_often_the_form_is_sent(cell: Unit) -> None:
    client = client_of(Role.CLERK, cell)
    url = reverse("organizations:person_create", args=[cell.pk])
    assert client.get(url).status_code == 200
    form = person_form()
    assert client.post(url, form).status_code == 303
    assert client.post(url, form).status_code == 303
    person = Person.objects.get(full_name="Lò Thị Mai")
    membership = Membership.objects.get(person=person)
    assert (membership.unit_id, membership.period.lower, membership.standing) == (cell.pk, dt.date(2026, 10, 1), "full")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("full_name", "Lò 123"),
        ("full_name", "=HYPERLINK(1)"),
        ("birth_year", "85"),
        ("birth_year", "2026"),
        ("birth_year", "\u0661\u0669\u0668\u0665"),
        ("standing", "friend"),
        ("starts_on", "32/13/2026"),
        ("sector", "9999"),
        ("village", "x" * 121),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_is_written(field: str, value: str, cell: Unit) -> None:
    client = client_of(Role.CLERK, cell)
    before = Person.objects.count()
    response = client.post(reverse("organizations:person_create", args=[cell.pk]), person_form(**{field: value}))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Person.objects.count() == before


def test_a_code_is_one_persons(cell: Unit) -> None:
    make_person("Lò Văn Ân", unit=cell, code="00123")
    response = client_of(Role.CLERK, cell).post(
        reverse("organizations:person_create", args=[cell.pk]), person_form(code="00123")
    )
    assert response.status_code == 422
    assert "code" in response.context["form"].errors


def test_reading_a_record_leaves_a_line_in_the_log(cell: Unit) -> None:
    person = make_person("Lò Văn Ân", unit=cell)
    client = client_of(Role.SECRETARY, cell)
    assert client.get(reverse("organizations:person_detail", args=[person.pk])).status_code == 200
    entry = Entry.objects.about(person).get()
    assert (entry.outcome, entry.action, entry.unit_id) == (Outcome.READ, "organizations.open_record", cell.pk)


def exempt(person: Person) -> ActivityExemption:
    return ActivityExemption.objects.create(
        person=person,
        reason_class="health",
        decision_number="12-QĐ/CB",
        decision_date=dt.date(2026, 1, 2),
        period=ALWAYS,
    )


def test_the_reason_of_an_exemption_is_not_shown_above_the_cell(committee: Unit, cell: Unit) -> None:
    person = make_person(unit=cell)
    exemption = exempt(person)
    url = reverse("organizations:person_detail", args=[person.pk])
    reason = exemption.get_reason_class_display()
    own = client_of(Role.SECRETARY, cell).get(url)
    above = client_of(Role.OFFICER, committee).get(url)
    assert own.context["record"].shows_reasons
    assert not above.context["record"].shows_reasons
    assert f"· {reason}" in own.content.decode()
    assert f"· {reason}" not in above.content.decode()


def edit_form(**values: object) -> dict[str, object]:
    form = person_form(version="1", **values)
    del form["client_id"], form["starts_on"]
    return form


def test_two_editors_of_one_record_are_told_of_each_other(cell: Unit) -> None:
    person = make_person("Lò Thị May", unit=cell)
    client = client_of(Role.CLERK, cell)
    url = reverse("organizations:person_edit", args=[person.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, edit_form(full_name="Lò Thị Mai")).status_code == 303
    stale = client.post(url, edit_form(full_name="Lò Thị Mây", village="Nà Củng"))
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "Mai" in page
    assert "Nà Củng" in page
    again = client.post(url, edit_form(full_name="Lò Thị Mây") | {"version": "2"})
    assert again.status_code == 303
    person.refresh_from_db()
    assert (person.full_name, person.version) == ("Lò Thị Mây", 3)


def test_a_wrong_correction_stays_in_the_form(cell: Unit) -> None:
    make_person(unit=cell, code="7")
    person = make_person(unit=cell)
    client = client_of(Role.CLERK, cell)
    url = reverse("organizations:person_edit", args=[person.pk])
    assert client.post(url, edit_form(full_name="")).status_code == 422
    assert client.post(url, edit_form(code="7")).status_code == 422
    assert client_of(Role.APPROVER, cell).get(url).status_code == 403


def exemption_form(**values: str) -> dict[str, str]:
    return {
        "reason_class": "health",
        "decision_number": "12-QĐ/CB",
        "decision_date": "02/01/2026",
        "starts_on": "01/02/2026",
        "ends_on": "28/02/2026",
        **values,
    }


def test_an_exemption_is_recorded_once_and_can_be_ended(cell: Unit) -> None:
    person = make_person(unit=cell)
    client = client_of(Role.SECRETARY, cell)
    url = reverse("organizations:exemption_create", args=[person.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, exemption_form()).status_code == 303
    assert client.post(url, exemption_form()).status_code == 303
    exemption = ActivityExemption.objects.get()
    assert exemption.period.upper == dt.date(2026, 3, 1)
    end = reverse("organizations:exemption_end", args=[exemption.pk])
    assert client.get(end).status_code == 200
    assert client.post(end, {"ends_on": "x"}).status_code == 422
    assert client.post(end, {"ends_on": "01/01/2026"}).status_code == 422
    assert client.post(end, {"ends_on": "14/02/2026"}).status_code == 303
    exemption.refresh_from_db()
    assert exemption.period.upper == dt.date(2026, 2, 15)


@pytest.mark.parametrize(
    ("field", "value"),
    [("ends_on", "31/01/2026"), ("decision_date", "01/01/2099"), ("reason_class", "flu"), ("decision_number", "")],
)
def test_a_wrong_exemption_is_told_beside_its_field(field: str, value: str, cell: Unit) -> None:
    person = make_person(unit=cell)
    response = client_of(Role.SECRETARY, cell).post(
        reverse("organizations:exemption_create", args=[person.pk]), exemption_form(**{field: value})
    )
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_names_leave_only_for_a_purpose_and_the_log_says_so(cell: Unit) -> None:
    make_person("Lò Văn Ân", unit=cell, birth_year=1975)
    client = client_of(Role.SECRETARY, cell)
    url = reverse("organizations:person_export", args=[cell.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"purpose": ""}).status_code == 422
    assert client.post(url, {"purpose": "abc"}).status_code == 422
    response = client.post(url, {"purpose": "Lập danh sách triệu tập"})
    assert response.status_code == 200
    cells = [row[0] for row in load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)]
    assert "Lò Văn Ân" in cells
    entry = Entry.objects.get(outcome=Outcome.EXPORTED)
    assert entry.facts == {"purpose": "Lập danh sách triệu tập", "count": 1}


def test_the_list_has_no_workbook_without_a_purpose(cell: Unit) -> None:
    make_person(unit=cell)
    response = client_of(Role.SECRETARY, cell).get(
        reverse("organizations:person_list", args=[cell.pk]), {"format": "xlsx"}
    )
    assert response["Content-Type"].startswith("text/html")


def test_the_pages_cost_few_queries(cell: Unit, django_assert_max_num_queries: object) -> None:
    person = make_person(unit=cell)
    for _number in range(60):
        make_person(unit=cell)
    exempt(person)
    client = client_of(Role.CLERK, cell)
    for name, pk in (("person_list", cell.pk), ("person_detail", person.pk), ("person_edit", person.pk)):
        with django_assert_max_num_queries(15):  # type: ignore[operator]
            assert client.get(reverse(f"organizations:{name}", args=[pk])).status_code == 200
