"""Pages of long lists."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

PAGE_SIZE = 50


def page_of(rows: "QuerySet[Any] | Sequence[Any]", number: str | int | None, size: int = PAGE_SIZE) -> "Page[Any]":
    """The page of `rows` that the reader asked for; the nearest one where the number is not a page."""
    return Paginator(rows, size).get_page(number)
