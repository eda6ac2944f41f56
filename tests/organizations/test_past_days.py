"""The persons and appointments of a unit on a past day: what was so then, and no name that today keeps closed."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from lantoa.kernel import clock
from lantoa.organizations.enums import Role, Standing, UnitKind
from lantoa.organizations.models import Appointment, Membership, Person, Unit
from tests.organizations.events import transfer
from tests.organizations.factories import LONG_AGO, make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
THEN = dt.date(2024, 6, 1)
TURN = dt.date(2025, 1, 1)
ON = "?on=01/06/2024"


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Hoang Thèn", kind=UnitKind.COMMUNE_COMMITTEE)


@pytest.fixture
def cell(committee: Unit) -> Unit:
    return make_unit("Chi bộ bản Mới", parent=committee)


def counted(name: str, *spells: tuple[Unit, Standing, dt.date, dt.date | None]) -> Person:
    person = make_person(name)
    for unit, standing, begins, ends in spells:
        Membership.objects.create(person=person, unit=unit, standing=standing, period=DateRange(begins, ends))
    return person


def reader(role: Role, unit: Unit) -> Client:
    browser = Client()
    browser.force_login(make_user(role, unit))
    return browser


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_of_a_past_day_names_whom_today_opens_and_counts_the_rest(committee: Unit, cell: Unit) -> None:
    other, far = make_unit("Chi bộ bản Khác", parent=committee), make_unit("Chi bộ nơi xa")
    counted("Lò Văn Ún", (cell, Standing.PROBATIONARY, LONG_AGO, TURN), (cell, Standing.FULL, TURN, None))
    counted("Giàng A Páo", (cell, Standing.FULL, LONG_AGO, TURN), (other, Standing.FULL, TURN, None))
    counted("Tẩn Thị Mẩy", (cell, Standing.FULL, LONG_AGO, TURN), (far, Standing.FULL, TURN, None))
    counted("Sùng A Chứ", (cell, Standing.FULL, TURN, None))
    clerk, officer = reader(Role.CLERK, cell), reader(Role.OFFICER, committee)
    today = page(clerk, f"/units/{cell.pk}/persons/")
    assert "Sùng A Chứ" in today
    shown = page(clerk, f"/units/{cell.pk}/persons/{ON}")
    assert "Lò Văn Ún" in shown
    assert "dự bị" in shown.split("Lò Văn Ún")[1]
    for hidden in ("Giàng A Páo", "Tẩn Thị Mẩy", "Sùng A Chứ"):
        assert hidden not in shown
    assert "còn 2 người khác" in shown
    assert "Đồng chí đang xem ngày 01/06/2024" in shown
    assert 'method="post"' not in shown.split("<main")[1].split("</main")[0]
    above = page(officer, f"/units/{cell.pk}/persons/{ON}")
    assert "Giàng A Páo" in above
    assert "Chi bộ bản Khác" in above
    assert "còn 1 người khác" in above
    narrowed = page(officer, f"/units/{cell.pk}/persons/{ON}&standing=probationary&q=un")
    assert "Giàng A Páo" not in narrowed
    assert "Lò Văn Ún" in narrowed


def test_the_units_below_are_those_of_that_day(committee: Unit, cell: Unit) -> None:
    root = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
    elsewhere = make_unit("Đảng bộ xã Khác", parent=root, kind=UnitKind.COMMUNE_COMMITTEE)
    committee = make_unit("Đảng bộ xã Mới", parent=root, kind=UnitKind.COMMUNE_COMMITTEE)
    moved = make_unit("Chi bộ chuyển đi", parent=committee)
    stays = make_unit("Chi bộ ở lại", parent=committee)
    make_person(unit=moved)
    make_person(unit=stays, standing=Standing.CADRE)
    transfer(make_actor(Role.ADMINISTRATOR, root), moved, elsewhere, TURN)
    officer = reader(Role.OFFICER, committee)
    shown = page(officer, f"/units/{committee.pk}/persons/{ON}")
    assert "Chi bộ chuyển đi" in shown
    assert f"/units/{moved.pk}/persons/" not in shown
    assert f'href="/units/{stays.pk}/persons/{ON}"' in shown
    assert "Chi bộ chuyển đi" not in page(officer, f"/units/{committee.pk}/persons/")


def test_whoever_may_not_see_names_today_sees_none_of_a_past_day(committee: Unit, cell: Unit) -> None:
    for role, unit in ((Role.VIEWER, cell), (Role.ADMINISTRATOR, committee)):
        assert reader(role, unit).get(f"/units/{cell.pk}/persons/{ON}").status_code == 403


def test_a_day_to_come_is_refused_beside_its_field(cell: Unit) -> None:
    day = clock.today() + dt.timedelta(days=1)
    assert "chưa đến" in page(reader(Role.CLERK, cell), f"/units/{cell.pk}/persons/?on={day:%d/%m/%Y}")
    assert "Đồng chí đang xem" not in page(reader(Role.CLERK, cell), f"/units/{cell.pk}/persons/?on=x")


def test_appointments_of_a_past_day_are_read_and_not_changed(committee: Unit, cell: Unit) -> None:
    for name, period in (("Lò Văn Ún", DateRange(LONG_AGO, TURN)), ("Giàng A Páo", DateRange(TURN, None))):
        Appointment.objects.create(person=make_person(name), role=Role.SECRETARY, unit=cell, period=period)
    administrator = reader(Role.ADMINISTRATOR, committee)
    shown = page(administrator, f"/units/{cell.pk}/appointments/{ON}")
    assert "Lò Văn Ún" in shown
    assert "Giàng A Páo" not in shown
    assert "/end/" not in shown
    assert "Phân công người" not in shown
    assert f"/units/{cell.pk}/appointments/{ON}" in page(administrator, f"/units/{cell.pk}/{ON}")
    assert "Ngày đó không có ai được phân công" in page(
        administrator, f"/units/{committee.pk}/appointments/?on=01/01/1990"
    )


def test_nothing_is_written_from_the_page_of_a_past_day(committee: Unit) -> None:
    shown = page(reader(Role.ADMINISTRATOR, committee), f"/units/{committee.pk}/{ON}")
    assert f"/units/{committee.pk}/edit/" not in shown
    assert f"/units/{committee.pk}/new/" not in shown
