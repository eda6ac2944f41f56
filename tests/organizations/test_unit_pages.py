"""The pages of units: what they show, to whom, and at what cost."""

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from lantoa.kernel import clock
from lantoa.organizations.enums import Role, Standing, Tree, UnitEventKind, UnitKind
from lantoa.organizations.models import Appointment, Unit, UnitEvent, UnitPeriod
from tests.organizations.factories import ALWAYS, LONG_AGO, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
DECISION = {"decision_number": "12-QĐ/ĐU", "decision_date": "20/02/2024", "decision_body": "Ban Thường vụ Đảng ủy"}
TURN = dt.date(2020, 1, 1)


class Village:
    """A small district: a root, two committees, cells, and a commune that one committee serves."""

    def __init__(self) -> None:
        self.commune = make_unit("Xã Huổi Luông", kind=UnitKind.COMMUNE, tree=Tree.ADMINISTRATIVE, code="3490")
        self.root = make_unit("Đảng bộ huyện Phong Thổ", kind=UnitKind.DISTRICT_COMMITTEE)
        self.committee = make_unit(
            "Đảng bộ xã Huổi Luông", parent=self.root, kind=UnitKind.GRASSROOTS_COMMITTEE, serves=self.commune
        )
        self.beside = make_unit("Đảng bộ xã Mường So", parent=self.root, kind=UnitKind.GRASSROOTS_COMMITTEE)
        self.cell = make_unit("Chi bộ bản Na Sa Phìn", parent=self.committee)


@pytest.fixture
def village() -> Village:
    return Village()


def signed_in(client: Client, role: Role, unit: Unit) -> Client:
    """The client as a new user who holds the role there."""
    client.force_login(make_user(role, unit))
    return client


def post(client: Client, address: str, **values: Any) -> Any:
    """Send a form."""
    return client.post(address, {"client_id": str(uuid.uuid4()), **values})


def test_the_tree_opens_at_the_root_of_ones_scope(client: Client, village: Village) -> None:
    page = signed_in(client, Role.VIEWER, village.root).get("/units/")
    text = page.content.decode()
    assert "Đảng bộ xã Mường So" in text
    assert "Chi bộ bản Na Sa Phìn" not in text


def test_a_unit_unfolds_by_a_plain_link(client: Client, village: Village) -> None:
    page = signed_in(client, Role.VIEWER, village.root).get(f"/units/?open={village.root.pk},{village.committee.pk},x")
    assert "Chi bộ bản Na Sa Phìn" in page.content.decode()
    assert "Đảng bộ xã Mường So" not in client.get("/units/?open=").content.decode()


def test_who_looks_after_no_unit_is_told_so(client: Client, village: Village) -> None:
    page = signed_in(client, Role.SPEAKER, village.root).get("/units/")
    assert page.status_code == 200
    assert page.context["twigs"] == ()
    assert "Phong Thổ" not in page.content.decode().partition("<main")[2]


def test_the_list_is_searched_without_diacritics_and_filtered(client: Client, village: Village) -> None:
    signed_in(client, Role.VIEWER, village.root)
    found = client.get("/units/", {"q": "na sa phin"}).content.decode()
    assert "Chi bộ bản Na Sa Phìn" in found
    assert "Mường So" not in found
    filtered = client.get("/units/", {"kind": UnitKind.CELL, "tree": Tree.PARTY}).content.decode()
    assert "Mường So" not in filtered.split("<table")[1]
    assert client.get("/units/", {"kind": "nonsense"}).status_code == 200


def test_the_list_of_a_subtree_keeps_to_the_scope(client: Client, village: Village) -> None:
    signed_in(client, Role.VIEWER, village.committee)
    below = client.get("/units/", {"under": village.committee.pk}).content.decode()
    assert "Chi bộ bản Na Sa Phìn" in below
    outside = client.get("/units/", {"under": village.root.pk}).content.decode()
    assert "Mường So" not in outside


def test_the_list_is_downloaded_as_a_workbook(client: Client, village: Village) -> None:
    answer = signed_in(client, Role.VIEWER, village.root).get("/units/", {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    values = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert "Chi bộ bản Na Sa Phìn" in values


def test_the_page_of_a_unit_says_who_is_responsible_and_who_follows(client: Client, village: Village) -> None:
    secretary, follower = make_person("Giàng A Páo"), make_person("Lý Thị Dế")
    Appointment.objects.create(
        person=secretary, role=Role.SECRETARY, unit=village.committee, period=ALWAYS, title="Bí thư Đảng ủy"
    )
    Appointment.objects.create(person=follower, role=Role.FOLLOWER, unit=village.root, period=ALWAYS)
    text = signed_in(client, Role.VIEWER, village.root).get(f"/units/{village.committee.pk}/").content.decode()
    for shown in ("Giàng A Páo", "Bí thư Đảng ủy", "Lý Thị Dế", "Xã Huổi Luông", "Chi bộ bản Na Sa Phìn"):
        assert shown in text


def test_people_are_counted_for_those_who_may_see_counts(client: Client, village: Village) -> None:
    make_person(unit=village.cell)
    make_person(unit=village.cell, standing=Standing.PROBATIONARY)
    make_person(unit=village.committee, standing=Standing.CADRE)
    signed_in(client, Role.VIEWER, village.root)
    page = client.get(f"/units/{village.root.pk}/").context["page"]
    assert (page.people.full, page.people.probationary, page.people.cadres) == (1, 1, 1)
    client.force_login(make_user(Role.ADMINISTRATOR, village.root))
    page = client.get(f"/units/{village.root.pk}/").context["page"]
    assert page.people is None


def test_a_unit_is_shown_as_of_a_day(client: Client, village: Village) -> None:
    UnitPeriod.objects.filter(unit=village.cell).update(period=DateRange(LONG_AGO, TURN))
    UnitPeriod.objects.create(
        unit=village.cell, name="Chi bộ mới", kind=UnitKind.CELL, parent=village.beside, period=DateRange(TURN, None)
    )
    signed_in(client, Role.VIEWER, village.root)
    address = f"/units/{village.cell.pk}/"
    before = client.get(address, {"on": "31/12/2019"})
    after = client.get(address, {"on": "01/01/2020"})
    assert before.context["page"].standing.name == "Chi bộ bản Na Sa Phìn"
    assert after.context["page"].standing.name == "Chi bộ mới"
    assert [crumb.label for crumb in after.context["breadcrumbs"]][1:] == [village.root.name, village.beside.name]
    assert not client.get(address, {"on": "01/01/1999"}).context["page"].existed
    assert client.get(f"/units/{village.committee.pk}/", {"on": "31/12/2019", "q": "na sa"}).status_code == 200


def test_a_wrong_day_is_named_beside_its_field_and_kept(client: Client, village: Village) -> None:
    page = signed_in(client, Role.VIEWER, village.root).get(f"/units/{village.root.pk}/", {"on": "31/02/2026"})
    assert page.context["asked"].form.errors["on"]
    assert "31/02/2026" in page.content.decode()


def test_a_unit_out_of_scope_is_not_found(client: Client, village: Village) -> None:
    signed_in(client, Role.OFFICER, village.committee)
    for address in ("", "new/", "edit/", "appointments/", "appointments/new/"):
        assert client.get(f"/units/{village.beside.pk}/{address}").status_code == 404


def test_what_an_officer_may_see_but_not_change_is_forbidden(client: Client, village: Village) -> None:
    signed_in(client, Role.OFFICER, village.root)
    for address in ("new/", "edit/", "appointments/", "appointments/new/"):
        assert client.get(f"/units/{village.root.pk}/{address}").status_code == 403


def test_an_administrator_founds_a_unit(client: Client, village: Village) -> None:
    signed_in(client, Role.ADMINISTRATOR, village.root)
    address = f"/units/{village.committee.pk}/new/"
    assert client.get(address).status_code == 200
    values = {
        "name": "Chi bộ bản Pô Tô",
        "kind": UnitKind.CELL.value,
        "starts_on": "01/03/2024",
        "serves": "huoi luong",
        "client_id": str(uuid.uuid4()),
        **DECISION,
    }
    for _ in range(2):
        answer = client.post(address, values)
        assert answer.status_code == 303
    unit = Unit.objects.get(name="Chi bộ bản Pô Tô")
    assert (unit.parent, unit.serves) == (village.committee, village.commune)
    founding = UnitEvent.objects.get()
    assert (founding.kind, founding.decision_number) == (UnitEventKind.FOUND, "12-QĐ/ĐU")
    assert founding.links.get().successor == unit


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "nonsense"}, "kind"),
        ({"starts_on": "30/02/2024"}, "starts_on"),
        ({"starts_on": "01/01/1950"}, "starts_on"),
        ({"serves": "Xã Không Có"}, "serves"),
        ({"serves": "Xã"}, "serves"),
        ({"name": "Chi bộ bản Na Sa Phìn"}, "name"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_nothing_is_founded(
    client: Client, village: Village, values: dict[str, str], field: str
) -> None:
    make_unit("Xã Mường So", kind=UnitKind.COMMUNE, tree=Tree.ADMINISTRATIVE, code="3589", parent=None)
    signed_in(client, Role.ADMINISTRATOR, village.root)
    sound = {"name": "Chi bộ bản Pô Tô", "kind": UnitKind.CELL.value, "starts_on": "01/03/2024", "short_name": "Pô Tô"}
    sound |= DECISION
    units = Unit.objects.count()
    answer = post(client, f"/units/{village.committee.pk}/new/", **{**sound, **values})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Pô Tô" in answer.content.decode()
    assert Unit.objects.count() == units


def test_many_matching_units_are_named(client: Client, village: Village) -> None:
    province = make_unit("Tỉnh Lai Châu", kind=UnitKind.PROVINCE, tree=Tree.ADMINISTRATIVE)
    for number in range(6):
        make_unit(f"Xã Sin {number}", kind=UnitKind.COMMUNE, tree=Tree.ADMINISTRATIVE, code="7", parent=province)
    signed_in(client, Role.ADMINISTRATOR, village.root)
    answer = post(client, f"/units/{village.committee.pk}/edit/", version="1", serves="7")
    assert "Tỉnh Lai Châu" in answer.content.decode()
    assert post(client, f"/units/{village.committee.pk}/edit/", version="1", serves="7 sin 3").status_code == 303


def test_a_unit_is_corrected_and_a_second_editor_sees_the_difference(client: Client, village: Village) -> None:
    signed_in(client, Role.ADMINISTRATOR, village.root)
    address = f"/units/{village.committee.pk}/edit/"
    assert "3490 Xã Huổi Luông" in client.get(address).content.decode()
    first = post(client, address, version="1", short_name="Huổi Luông", serves="3490 Xã Huổi Luông")
    assert first.status_code == 303
    second = post(client, address, version="1", short_name="H. Luông", serves="")
    assert second.status_code == 409
    assert [difference.name for difference in second.context["differences"]] == ["short_name", "serves"]
    assert "H. Luông" in second.content.decode()
    third = post(client, address, version="2", short_name="H. Luông", serves="")
    assert third.status_code == 303


def test_a_refused_correction_is_told_at_the_form(client: Client, village: Village) -> None:
    signed_in(client, Role.ADMINISTRATOR, village.commune)
    answer = post(client, f"/units/{village.commune.pk}/edit/", version="", short_name="x" * 90)
    assert answer.status_code == 422
    assert post(client, f"/units/{village.commune.pk}/edit/", version="1", short_name="HL").status_code == 303
    assert client.get(f"/units/{village.commune.pk}/new/").status_code == 200


def test_pages_of_units_keep_to_their_budget(
    client: Client, village: Village, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Appointment.objects.create(person=make_person(), role=Role.FOLLOWER, unit=village.root, period=ALWAYS)
    make_person(unit=village.cell)
    signed_in(client, Role.ADMINISTRATOR, village.root)
    Appointment.objects.create(
        person=make_user(Role.OFFICER, village.root).person, role=Role.VIEWER, unit=village.root, period=ALWAYS
    )
    pages = [
        "/units/",
        "/units/?view=list",
        f"/units/{village.root.pk}/?on=01/01/2020",
        f"/units/{village.root.pk}/new/",
        f"/units/{village.root.pk}/edit/",
        f"/units/{village.root.pk}/appointments/",
        f"/units/{village.root.pk}/appointments/new/",
    ]
    for page in pages:
        with django_assert_max_num_queries(15):
            assert client.get(page).status_code == 200
    client.force_login(make_user(Role.OFFICER, village.root))
    with django_assert_max_num_queries(15):
        client.get(f"/units/{village.root.pk}/")


def test_today_is_the_day_of_a_page_without_one(client: Client, village: Village) -> None:
    page = signed_in(client, Role.VIEWER, village.root).get(f"/units/{village.root.pk}/?on=")
    assert page.context["page"].day == clock.today()


def test_a_tree_with_many_children_leaves_the_rest_to_the_list(client: Client, village: Village) -> None:
    for _ in range(101):
        make_unit(parent=village.committee)
    signed_in(client, Role.VIEWER, village.committee)
    text = client.get("/units/").content.decode()
    assert f"/units/?under={village.committee.pk}" in text
