"""Tables: one list of typed columns draws the page, its sorting and paging links, and the workbook."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from lantoa.kernel.pagination import PAGE_SIZE, page_of
from lantoa.ui.numbers import day, grouped, moment, percent
from lantoa.ui.responses import render_page
from lantoa.ui.states import State
from lantoa.ui.workbook import CellValue, workbook_response

Row = TypeVar("Row")

SHORT = 20
"""Texts of so many characters are kept in one line."""
_TAGS = re.compile(r"<[^>]*>|\s{2,}")
PROSE = 44
"""Longer texts are read from the left on a phone, under their label."""


class Kind(StrEnum):
    """How a value is written and aligned."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.NUMBER: grouped,
    Kind.PERCENT: percent,
    Kind.DATE: day,
    Kind.DATETIME: moment,
}


@dataclass(frozen=True, kw_only=True)
class Column(Generic[Row]):
    """One column. `value` gives what the workbook holds and, without `template` or `state`, what the page shows.

    `order_by` names model fields (a queryset is sorted by the database); for a list of objects give `sort_key`.
    `template` draws the cell on the page from `row`, `value`, `column` and `table`; `state` shows a badge; `href` makes
    a link.
    The `primary` column heads its row, also as the title of the block that a row becomes on a phone. `prose` is
    running text: it has room, and is read from the left on a phone (long plain texts are prose by themselves).
    A column that is not on `screen` is in the workbook alone.
    """

    key: str
    label: str | Promise
    value: Callable[[Row], CellValue | Promise]
    kind: Kind = Kind.TEXT
    order_by: tuple[str, ...] = ()
    sort_key: Callable[[Row], Any] | None = None
    href: Callable[[Row], str] | None = None
    state: Callable[[Row], State | None] | None = None
    template: str = ""
    primary: bool = False
    prose: bool = False
    wide_only: bool = False
    screen: bool = True
    export: bool = True

    @property
    def sortable(self) -> bool:
        """Whether readers may sort by it."""
        return bool(self.order_by) or self.sort_key is not None

    @property
    def numeric(self) -> bool:
        """Whether it is set flush right in tabular figures."""
        return self.kind in (Kind.NUMBER, Kind.PERCENT)


@dataclass(frozen=True)
class Header(Generic[Row]):
    """A column's head: `sort_url` sorts by it (the other way round where it is sorted already)."""

    column: Column[Row]
    sort_url: str
    direction: str


@dataclass(frozen=True)
class Cell(Generic[Row]):
    """One cell: the text or HTML that is shown."""

    column: Column[Row]
    text: str
    url: str
    state: State | None
    html: SafeString

    @property
    def css(self) -> str:
        """The classes of the cell: how it is aligned, whether it may break, whether wide screens alone show it."""
        column = self.column
        shown = _TAGS.sub("", self.html).strip() if self.html else self.text
        short = len(str(self.state.label) if self.state else shown) <= SHORT
        prose = column.prose or (len(shown) > PROSE and not self.html)
        found = {
            "is-number": column.numeric,
            "is-primary": column.primary,
            "is-short": short,
            "is-prose": prose and not column.primary,
            "is-wide-only": column.wide_only,
        }
        return " ".join(name for name, holds in found.items() if holds)


@dataclass(frozen=True)
class TableRow(Generic[Row]):
    """A row with its cells."""

    row: Row
    cells: tuple[Cell[Row], ...]
    css: str = ""


@dataclass(kw_only=True)
class Table(Generic[Row]):
    """The rows of one page of `rows` (a queryset or a sequence), sorted and searched as the address says.

    `prefix` keeps the parameters of two tables on one page apart. `search` narrows the rows by `?q=`. `sort` is the
    key of the column sorted by at first, with a `-` before it for descending order. Only columns that declare an
    order can be sorted by. `filename` (without ending) names the workbook; without it there is none. `form_names` are
    the parameters that fields of the filter bar set themselves. `extra` goes into the context of cell templates.
    `note` stands above the rows of the workbook, such as how many of them it leaves out; where it `asks_purpose`, its
    address gives a page first.
    """

    request: HttpRequest
    columns: Sequence[Column[Row]]
    rows: "QuerySet[Any, Row] | Sequence[Row]"
    caption: str | Promise
    filename: str = ""
    sort: str = ""
    search: "Callable[[Any, str], Any] | None" = None
    page_size: int = PAGE_SIZE
    prefix: str = ""
    empty_title: str | Promise = ""
    empty_text: str | Promise = ""
    row_class: Callable[[Row], str] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    form_names: tuple[str, ...] = ()
    note: str = ""
    asks_purpose: bool = False

    @property
    def query(self) -> str:
        """What the reader searches for."""
        return self.request.GET.get(self.parameter("q"), "").replace("\x00", " ").strip()

    @property
    def is_narrowed(self) -> bool:
        """Whether the reader searched, or chose something in the filter bar."""
        return bool(self.query) or any(self.request.GET.get(name) for name in self.form_names)

    @property
    def wants_xlsx(self) -> bool:
        """Whether the address asks for the workbook, where there is one."""
        return bool(self.filename) and self.request.GET.get(self.parameter("format")) == "xlsx"

    @property
    def xlsx_url(self) -> str:
        """The address of the workbook of all pages, sorted and filtered as shown; empty where there is none."""
        return self.link(format="xlsx", page=None) if self.filename else ""

    @cached_property
    def page(self) -> "Page[Row]":
        """The page that is shown."""
        return page_of(self.sorted_rows, self.request.GET.get(self.parameter("page")), self.page_size)

    @cached_property
    def sorted_rows(self) -> "QuerySet[Any, Row] | Sequence[Row]":
        """All rows that the search leaves, in the order asked for."""
        rows = self.search(self.rows, self.query) if self.search and self.query else self.rows
        column, descending = self._sorting
        if column is None:
            return rows
        if column.order_by and isinstance(rows, QuerySet):
            return rows.order_by(*(_turned(name) if descending else name for name in (*column.order_by, "pk")))
        if column.sort_key is None:
            return rows
        return sorted(rows, key=column.sort_key, reverse=descending)

    @property
    def headers(self) -> list[Header[Row]]:
        """The heads of the columns."""
        return [self._header(column) for column in self.columns if column.screen]

    @property
    def body(self) -> Iterator[TableRow[Row]]:
        """The rows of this page with their cells."""
        shown = [column for column in self.columns if column.screen]
        for row in self.page.object_list:
            css = self.row_class(row) if self.row_class else ""
            yield TableRow(row, tuple(self._cell(column, row) for column in shown), css)

    @property
    def page_links(self) -> list[tuple[str, str]]:
        """(number, address) of the pages near this one; an ellipsis has no address."""
        numbers = self.page.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        return [(str(number), self.link(page=number) if isinstance(number, int) else "") for number in numbers]

    @property
    def current_label(self) -> str:
        """The number of this page, as in `page_links`."""
        return str(self.page.number)

    @property
    def kept_parameters(self) -> list[tuple[str, str]]:
        """What a search form must carry along: everything in the address but the search and the page."""
        own = {self.parameter("q"), self.parameter("page"), self.parameter("format"), *self.form_names}
        return [(name, value) for name, values in self.request.GET.lists() if name not in own for value in values]

    @property
    def previous_url(self) -> str:
        """The address of the page before, empty on the first."""
        return self.link(page=self.page.number - 1) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        """The address of the page after, empty on the last."""
        return self.link(page=self.page.number + 1) if self.page.has_next() else ""

    @property
    def clear_url(self) -> str:
        """The address without search."""
        return self.link(q=None, page=None)

    def parameter(self, name: str) -> str:
        """The name of this table's query parameter."""
        return f"{self.prefix}{name}"

    def link(self, **changes: str | int | None) -> str:
        """The page's address with some of the table's parameters changed (None takes one away)."""
        query = self.request.GET.copy()
        for name, value in changes.items():
            query.pop(self.parameter(name), None)
            if value is not None:
                query[self.parameter(name)] = str(value)
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def to_xlsx(self) -> HttpResponse:
        """The workbook of all rows: figures as figures, days as days, formulas as text."""
        columns = [column for column in self.columns if column.export]
        rows = self.sorted_rows
        found = rows.iterator(chunk_size=2000) if isinstance(rows, QuerySet) else iter(rows)
        return workbook_response(
            filename=self.filename,
            title=str(self.caption),
            labels=[str(column.label) for column in columns],
            kinds=[column.kind.value for column in columns],
            note=self.note,
            rows=([_exported(column.value(row)) for column in columns] for row in found),
        )

    @property
    def _sorting(self) -> tuple[Column[Row] | None, bool]:
        asked = self.request.GET.get(self.parameter("sort"), "")
        by_key = {column.key: column for column in self.columns if column.sortable}
        chosen = asked if asked.removeprefix("-") in by_key else self.sort
        return by_key.get(chosen.removeprefix("-")), chosen.startswith("-")

    def _header(self, column: Column[Row]) -> Header[Row]:
        if not column.sortable:
            return Header(column, "", "")
        current, descending = self._sorting
        direction = ("descending" if descending else "ascending") if current is column else ""
        asked = f"-{column.key}" if direction == "ascending" else column.key
        return Header(column, self.link(sort=asked, page=None), direction)

    def _cell(self, column: Column[Row], row: Row) -> Cell[Row]:
        value = column.value(row)
        html = SafeString()
        if column.template:
            context = {"row": row, "value": value, "column": column, "table": self, **self.extra}
            html = render_to_string(column.template, context, request=self.request)
        text = "–" if value is None or value == "" else _WRITERS.get(column.kind, str)(value)
        url = column.href(row) if column.href else ""
        return Cell(column, text, url, column.state(row) if column.state else None, html)


def table_response(
    request: HttpRequest, template: str, table: Table[Any], context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page with the table as `table`, or the table's workbook where the address asks for it."""
    if table.wants_xlsx:
        return table.to_xlsx()
    return render_page(request, template, {**(context or {}), "table": table})


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _exported(value: CellValue | Promise) -> CellValue:
    return str(value) if isinstance(value, Promise) else value
