"""One definition of a table gives the page, its links and the workbook."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from lantoa.accounts.models import User
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response


@dataclass(frozen=True)
class Person:
    name: str
    members: int
    rate: Decimal | None = None
    joined: dt.date | None = None
    seen: dt.datetime | None = None


PEOPLE = (
    Person("Vàng A Páo", 3, Decimal("93.5"), dt.date(2026, 9, 1), dt.datetime(2026, 9, 1, 0, 30, tzinfo=dt.UTC)),
    Person("=1+1", 1204),
    Person("Lò Thị Mai", 20, Decimal("100.0")),
)

COLUMNS: tuple[Column[Person], ...] = (
    Column(key="name", label="Name", value=lambda row: row.name, sort_key=lambda row: row.name, primary=True),
    Column(
        key="members",
        label=gettext_lazy("Members"),
        value=lambda row: row.members,
        kind=Kind.NUMBER,
        sort_key=lambda row: row.members,
        href=lambda row: f"/people/{row.members}/",
    ),
    Column(key="rate", label="Rate", value=lambda row: row.rate, kind=Kind.PERCENT),
    Column(key="joined", label="Joined", value=lambda row: row.joined, kind=Kind.DATE),
    Column(key="seen", label="Seen", value=lambda row: row.seen, kind=Kind.DATETIME, export=True),
    Column(
        key="state",
        label="State",
        value=lambda _row: gettext_lazy("Draft"),
        state=lambda _row: State("Draft", Tone.INFO),
    ),
    Column(key="secret", label="Action", value=lambda _row: "", export=False),
)

Maker = Callable[..., Table[Person]]


@pytest.fixture
def make(rf: RequestFactory) -> Maker:
    def made(address: str = "/people/", **options: Any) -> Table[Person]:
        chosen: dict[str, Any] = {"columns": COLUMNS, "rows": PEOPLE, "caption": "People", "filename": "Đảng viên"}
        return Table(request=rf.get(address), **{**chosen, **options})

    return made


def names(table: Table[Person]) -> list[str]:
    return [line.row.name for line in table.body]


def test_rows_stand_in_the_order_asked_for(make: Maker) -> None:
    assert names(make("/people/?sort=members")) == ["Vàng A Páo", "Lò Thị Mai", "=1+1"]
    assert names(make("/people/?sort=-members")) == ["=1+1", "Lò Thị Mai", "Vàng A Páo"]


@pytest.mark.parametrize(
    ("query", "narrowed"),
    [
        ("", False),
        ("?on=2024-06-01&sort=members&page=2", False),
        ("?q=", False),
        ("?state=", False),
        ("?q=Mai", True),
        ("?state=draft", True),
    ],
)
def test_what_narrows_a_table_is_told_from_what_does_not(make: Maker, query: str, narrowed: bool) -> None:
    assert make(f"/people/{query}", form_names=("state",)).is_narrowed == narrowed


@pytest.mark.parametrize("asked", ["rate", "password", "-", "--members", "members;drop", ""])
def test_an_order_that_is_not_offered_leaves_the_default(make: Maker, asked: str) -> None:
    assert names(make(f"/people/?sort={asked}", sort="name")) == ["=1+1", "Lò Thị Mai", "Vàng A Páo"]


def test_a_header_turns_its_own_order_and_keeps_the_rest_of_the_address(make: Maker) -> None:
    headers = {header.column.key: header for header in make("/people/?q=a&sort=members&page=2").headers}
    assert headers["members"].direction == "ascending"
    assert headers["members"].sort_url == "/people/?q=a&sort=-members"
    assert headers["name"].sort_url == "/people/?q=a&sort=name"
    assert headers["rate"].sort_url == ""


@pytest.mark.parametrize(("asked", "shown"), [("1", 1), ("2", 2), ("99", 2), ("x", 1), ("-1", 2)])
def test_a_page_that_is_none_gives_the_nearest(make: Maker, asked: str, shown: int) -> None:
    assert make(f"/people/?page={asked}", page_size=2).page.number == shown


def test_pages_link_to_each_other(make: Maker) -> None:
    first, second = make("/people/?sort=name", page_size=2), make("/people/?sort=name&page=2", page_size=2)
    assert (first.previous_url, first.next_url) == ("", "/people/?sort=name&page=2")
    assert (second.previous_url, second.next_url) == ("/people/?sort=name&page=1", "")
    assert first.page_links == [("1", "/people/?sort=name&page=1"), ("2", "/people/?sort=name&page=2")]
    assert second.current_label == "2"


def test_the_search_narrows_the_rows_and_can_be_taken_away(make: Maker) -> None:
    table = make("/people/?q=Mai&page=3", search=lambda rows, words: [row for row in rows if words in row.name])
    assert names(table) == ["Lò Thị Mai"]
    assert table.clear_url == "/people/"


def test_a_search_form_keeps_the_order_but_not_the_page(make: Maker) -> None:
    table = make("/people/?q=x&page=3&sort=name&state=late&unit=5", form_names=("state",))
    assert table.kept_parameters == [("sort", "name"), ("unit", "5")]


def test_two_tables_of_a_page_do_not_share_parameters(make: Maker) -> None:
    table = make("/people/?sort=members&b_sort=-members", prefix="b_")
    assert names(table)[0] == "=1+1"
    assert table.link(page=2) == "/people/?sort=members&b_sort=-members&b_page=2"


@pytest.mark.django_db
def test_a_queryset_is_sorted_by_the_database(rf: RequestFactory) -> None:
    for name in ("b", "a", "c"):
        User.objects.create_user(username=name)
    columns = (Column[User](key="who", label="Who", value=lambda row: row.username, order_by=("username",)),)
    table = Table(
        request=rf.get("/?sort=-who"), columns=columns, rows=User.objects.all(), caption="Users", filename="u"
    )
    assert [line.row.username for line in table.body] == ["c", "b", "a"]
    assert sheet_of(table.to_xlsx())[4:] == [("c",), ("b",), ("a",)]


def test_a_descending_default_of_the_column_is_turned_back() -> None:
    column = Column[Any](key="d", label="D", value=lambda _row: "", order_by=("-made",))
    assert column.sortable
    assert not column.numeric


def sheet_of(response: HttpResponse) -> list[tuple[Any, ...]]:
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_the_workbook_holds_all_rows_as_what_they_are(make: Maker) -> None:
    response = make("/people/?format=xlsx&sort=members", page_size=1).to_xlsx()
    rows = sheet_of(response)
    assert rows[0][0] == "People"
    assert rows[3] == ("Name", "Đảng viên", "Rate", "Joined", "Seen", "State")
    assert rows[4][:3] + rows[4][5:] == ("Vàng A Páo", 3, 93.5, "Bản nháp")
    assert [moment.isoformat() for moment in rows[4][3:5]] == ["2026-09-01T00:00:00", "2026-09-01T07:30:00"]
    assert [row[0] for row in rows[4:]] == ["Vàng A Páo", "Lò Thị Mai", "=1+1"]


def test_a_formula_in_a_name_stays_a_text(make: Maker) -> None:
    book = load_workbook(BytesIO(make("/?sort=-members").to_xlsx().content))
    sheet = book.active
    assert sheet is not None
    assert sheet["A5"].value == "=1+1"
    assert sheet["A5"].data_type == "s"


def test_the_workbook_has_a_vietnamese_file_name(make: Maker) -> None:
    assert make().to_xlsx()["Content-Disposition"] == "attachment; filename*=utf-8''%C4%90%E1%BA%A3ng%20vi%C3%AAn.xlsx"


def test_a_table_without_a_file_name_has_no_workbook(make: Maker) -> None:
    table = make("/people/?format=xlsx", filename="")
    assert not table.wants_xlsx
    assert table.xlsx_url == ""


def test_the_answer_is_the_workbook_where_the_address_asks_for_it(make: Maker) -> None:
    table = make("/people/?format=xlsx")
    assert table_response(table.request, "404.html", table)["Content-Type"].endswith("spreadsheetml.sheet")


def drawn_table(table: Table[Person]) -> str:
    return engines["django"].from_string('{% cotton table :table="table" %}{% endcotton %}').render({"table": table})


def test_the_page_shows_figures_days_states_and_dashes(make: Maker) -> None:
    table = make(row_class=lambda row: "is-late" if row.members == 3 else "")
    drawn = drawn_table(table)
    for expected in (
        "1.204",
        "93,5%",
        "100%",
        "01/09/2026",
        "07:30 01/09/2026",
        "state-info",
        "is-late",
        'scope="row"',
    ):
        assert expected in drawn
    assert 'data-label="Rate"' in drawn


def test_a_cell_template_sees_the_row_and_the_extra_context(make: Maker) -> None:
    column = Column[Person](key="p", label="P", value=lambda row: row.name, template="ui/gallery_unit_cell.html")
    table = make(columns=(column,), rows=PEOPLE[:1], extra={"address": "/units/7/"})
    assert '<a href="/units/7/">Vàng A Páo</a>' in next(iter(table.body)).cells[0].html


def test_an_empty_table_says_so_and_a_fruitless_search_says_something_else(make: Maker) -> None:
    empty = make(rows=(), empty_title="No people yet.", empty_text="Import a list.")
    fruitless = make("/?q=zzz", search=lambda _rows, _words: [])
    assert "No people yet." in drawn_table(empty)
    assert "Import a list." in drawn_table(empty)
    assert "Hiện tất cả" in drawn_table(fruitless)


def test_a_list_cannot_be_sorted_by_a_column_that_only_the_database_can_sort(make: Maker) -> None:
    column = Column[Person](key="who", label="Who", value=lambda row: row.name, order_by=("name",))
    assert names(make("/?sort=who", columns=(column,))) == [person.name for person in PEOPLE]


def test_truth_is_exported_as_truth(make: Maker) -> None:
    column = Column[Person](key="late", label="Late", value=lambda row: row.members > 3)
    assert [row[0] for row in sheet_of(make(columns=(column,)).to_xlsx())[4:]] == [False, True, True]
