"""The tree and the list of units as they stood on another day."""

import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from lantoa.kernel import clock
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.models import Unit
from tests.architecture.query_counts import assert_query_count
from tests.organizations.factories import make_unit, make_user
from tests.organizations.history import begin, bring_up_to_date, end, line, move

pytestmark = pytest.mark.django_db
REFORM = dt.date(2025, 7, 1)
BEFORE = "30/06/2025"


class Province:
    """A province whose district ended: its commune's committee became a new one, and took its cell along."""

    def __init__(self) -> None:
        self.root = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCIAL_COMMITTEE)
        self.district = make_unit("Đảng bộ huyện", parent=self.root, kind=UnitKind.DISTRICT_COMMITTEE)
        self.old = make_unit("Đảng bộ xã Cũ", parent=self.district, kind=UnitKind.COMMUNE_COMMITTEE)
        self.cell = make_unit("Chi bộ bản Nậm", parent=self.old)
        self.new = begin("Đảng bộ xã Mới", self.root, REFORM, kind=UnitKind.COMMUNE_COMMITTEE)
        move(self.cell, self.new, REFORM)
        end(self.old, REFORM)
        line(self.old, self.new, on=REFORM)
        end(self.district, REFORM)
        line(self.district, None, on=REFORM)
        bring_up_to_date(self.new, self.old, self.district, self.cell)


@pytest.fixture
def province() -> Province:
    return Province()


def get(client: Client, unit: Unit, **query: Any) -> Any:
    client.force_login(make_user(Role.OFFICER, unit))
    return client.get("/units/", query)


def names(answer: Any) -> list[str]:
    return [str(row) for row in answer.context["table"].page.object_list]


def test_the_tree_unfolds_as_it_stood(client: Client, province: Province) -> None:
    opened = f"{province.root.pk},{province.district.pk}"
    client.force_login(make_user(Role.OFFICER, province.root))
    with assert_query_count("organizations:unit_list as of a day"):
        page = client.get("/units/", {"on": BEFORE, "open": opened}).content.decode()
    assert "Đảng bộ xã Cũ" in page
    assert "Đảng bộ xã Mới" not in page
    assert f"/units/{province.district.pk}/?on={BEFORE}" in page
    assert f"&amp;on={BEFORE}" in page
    today = client.get("/units/").content.decode()
    assert "Đảng bộ xã Mới" in today
    assert f"/units/{province.district.pk}/" not in today


def test_it_begins_at_the_highest_that_existed_where_ones_own_unit_did_not(client: Client, province: Province) -> None:
    page = get(client, province.new, on=BEFORE).content.decode()
    assert "Chi bộ bản Nậm" in page
    assert "Đảng bộ xã Cũ" not in page.partition("<main")[2]


def test_the_list_has_names_and_superiors_of_the_day(client: Client, province: Province) -> None:
    everything = get(client, province.root, view="list", on=BEFORE)
    rows = {row.name: row.parent_name for row in everything.context["table"].page.object_list}
    assert rows == {
        "Đảng bộ tỉnh": None,
        "Đảng bộ huyện": "Đảng bộ tỉnh",
        "Đảng bộ xã Cũ": "Đảng bộ huyện",
        "Chi bộ bản Nậm": "Đảng bộ xã Cũ",
    }
    below = get(client, province.root, under=province.district.pk, on=BEFORE, sort="-parent")
    assert {row.name for row in below.context["table"].page.object_list} == {"Đảng bộ xã Cũ", "Chi bộ bản Nậm"}
    assert f"/units/{province.cell.pk}/?on={BEFORE}" in below.content.decode()


def test_the_list_is_searched_filtered_and_taken_out(client: Client, province: Province) -> None:
    found = get(client, province.root, q="ban nam", on=BEFORE, tree=Tree.PARTY, kind=UnitKind.CELL)
    assert [row.name for row in found.context["table"].page.object_list] == ["Chi bộ bản Nậm"]
    assert not get(client, province.root, kind=UnitKind.VILLAGE, on=BEFORE).context["table"].page.object_list
    book = get(client, province.root, on=BEFORE, format="xlsx")
    sheet = load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    assert "Đảng bộ xã Cũ" in [str(cell.value) for row in sheet.iter_rows() for cell in row]


def test_today_and_no_day_are_the_list_of_today(client: Client, province: Province) -> None:
    for on in ("", f"{clock.today():%d/%m/%Y}", "hôm nọ", "32/13/2025"):
        answer = get(client, province.root, on=on, view="list")
        assert answer.status_code == 200
        assert "Đảng bộ xã Mới" in names(answer)


def test_the_day_is_kept_from_the_tree_to_the_list(client: Client, province: Province) -> None:
    page = get(client, province.root, on=BEFORE).content.decode()
    assert f"?view=list&amp;on={BEFORE}" in page
    assert f'type="hidden" name="on" value="{BEFORE}"' in page
