"""The page of a unit says where the unit came from and where it went."""

import datetime as dt

import pytest
from django.test import Client

from lantoa.organizations.actors import SYSTEM
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.descent import Relative, Turn, turns_of
from lantoa.organizations.services.reforms import apply_reform
from lantoa.organizations.services.unit_imports import import_units
from tests.organizations.factories import make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 7, 1)
HEADER = "level,code,name,type,parent_code\nprovince,1,Tỉnh A,,\n"
OLD = f"{HEADER}commune,1,Xã Một,,1\ncommune,2,Xã Hai,,1\ncommune,3,Xã Ba,,1\ncommune,4,Xã Bốn,,1\n"
NEW = f"{HEADER}commune,2,Xã Hai,,1\ncommune,3,Phường Ba,,1\ncommune,5,Xã Năm,,1\n"
ROWS = "old_code,new_code,partial\n1,2,1\n1,3,1\n2,2,0\n3,3,0\n"


@pytest.fixture
def old() -> dict[str, Unit]:
    """The units of the eve by code, after the reform."""
    import_units(actor=SYSTEM, data=OLD.encode(), tree=Tree.ADMINISTRATIVE, starts_on=dt.date(2004, 7, 8), source="old")
    units = {unit.code: unit for unit in Unit.objects.filter(kind=UnitKind.COMMUNE)}
    apply_reform(
        actor=SYSTEM,
        conversion=ROWS.encode(),
        new_units=NEW.encode(),
        tree=Tree.ADMINISTRATIVE,
        level=UnitKind.COMMUNE,
        effective_on=DAY,
        decision=Decision("1670/NQ-UBTVQH15", dt.date(2025, 6, 16), "Ủy ban Thường vụ Quốc hội"),
        source="test",
    )
    return units


def told(turn: Turn) -> tuple[str, bool, list[tuple[str, bool]]]:
    return turn.event.kind, turn.is_end, [(relative.name, relative.partial) for relative in turn.relatives]


def new(name: str) -> Unit:
    """The unit of that name that began with the reform."""
    return Unit.objects.get(name=name, in_force=True)


def test_a_unit_that_was_split_went_into_two_in_part(old: dict[str, Unit]) -> None:
    assert sorted(map(told, turns_of(old["1"]))) == [
        ("merge", True, [("Phường Ba", True)]),
        ("merge", True, [("Xã Hai", True)]),
    ]


def test_a_merged_unit_came_from_both(old: dict[str, Unit]) -> None:
    merged = new("Xã Hai")
    assert merged != old["2"]
    assert turns_of(merged)[0].relatives == [
        Relative(old["2"].pk, "Xã Hai", False),
        Relative(old["1"].pk, "Xã Một", True),
    ]


def test_a_unit_from_nothing_and_one_into_nothing_say_so(old: dict[str, Unit]) -> None:
    assert [told(turn) for turn in turns_of(new("Xã Năm"))] == [("found", False, [])]
    assert [told(turn) for turn in turns_of(old["4"])] == [("dissolve", True, [])]


def test_the_page_leads_from_one_to_the_other_and_cites_the_decision(client: Client, old: dict[str, Unit]) -> None:
    client.force_login(make_user(Role.OFFICER, Unit.objects.get(kind=UnitKind.PROVINCE)))
    page = client.get(f"/units/{old['1'].pk}/").content.decode()
    assert f'href="/units/{new("Xã Hai").pk}/"' in page
    assert "một phần" in page
    assert "1670/NQ-UBTVQH15 ngày 16/06/2025, Ủy ban Thường vụ Quốc hội" in page
    assert "Thành lập mới" in client.get(f"/units/{new('Xã Năm').pk}/").content.decode()
    assert "không có đơn vị kế thừa" in client.get(f"/units/{old['4'].pk}/").content.decode()


def test_an_ended_unit_names_its_successors_at_the_head(client: Client, old: dict[str, Unit]) -> None:
    client.force_login(make_user(Role.OFFICER, Unit.objects.get(kind=UnitKind.PROVINCE)))
    head = client.get(f"/units/{old['1'].pk}/").content.decode().partition('class="panel')[0]
    assert "01/07/2025" in head
    assert f'href="/units/{new("Phường Ba").pk}/"' in head
    assert "Không có đơn vị kế thừa" in client.get(f"/units/{old['4'].pk}/").content.decode()
    assert "Đơn vị kế thừa" not in client.get(f"/units/{new('Xã Hai').pk}/").content.decode()


def test_a_day_before_its_end_is_still_told_about_the_end(client: Client, old: dict[str, Unit]) -> None:
    client.force_login(make_user(Role.OFFICER, Unit.objects.get(kind=UnitKind.PROVINCE)))
    page = client.get(f"/units/{old['1'].pk}/", {"on": "30/06/2025"}).content.decode()
    assert "Đơn vị kế thừa" in page
    assert "tình hình ngày 30/06/2025" in page


def test_the_drawing_marks_what_went_in_part(client: Client, old: dict[str, Unit]) -> None:
    client.force_login(make_user(Role.OFFICER, Unit.objects.get(kind=UnitKind.PROVINCE)))
    merged = client.get(f"/units/{new('Xã Hai').pk}/").content.decode()
    assert merged.count('class="descent-row is-partial"') == 1
    assert merged.count('class="descent-row"') == 1
    assert "descent-legend" in merged
    assert "descent-legend" not in client.get(f"/units/{new('Xã Năm').pk}/").content.decode()


def test_a_relative_out_of_scope_is_named_without_a_link(client: Client, old: dict[str, Unit]) -> None:
    client.force_login(make_user(Role.OFFICER, new("Xã Hai")))
    page = client.get(f"/units/{new('Xã Hai').pk}/").content.decode()
    assert "Xã Một" in page
    assert f'href="/units/{old["1"].pk}/"' not in page
