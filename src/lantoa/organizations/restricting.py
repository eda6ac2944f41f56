"""Whose data are kept and counted, and processed no further (ADR 27).

The app that decides on restrictions registers who is restricted, in `AppConfig.ready`, so that no import runs upward.
What leaves the system takes `unrestricted`; a list on a page takes `marked` and shows `MASK` for the name.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantoa.kernel.refusals import Refusal

MASK = _("Processing restricted")
"""Stands for the name in a list."""


class RestrictedRecord(Refusal):
    """The processing of these data is restricted, and the actor does not decide on restrictions."""

    code = "restricted_record"
    message: ClassVar[str | Promise] = _(
        "The processing of this person's data is restricted. An officer or the secretary of the unit can open the "
        "record or lift the restriction."
    )
    status = 403


Rows = TypeVar("Rows", bound="QuerySet[Any]")
Source = Callable[[], "QuerySet[Any, int]"]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Let `source` tell the numbers of the persons who are restricted, as a query; whoever one of them names is."""
    _sources.append(source)


def restricted(person: str = "person_id") -> Q:
    """The condition that the processing of the person is restricted; `person` leads to the person's number."""
    condition = Q(pk__in=[])
    for source in _sources:
        condition |= Q(**{f"{person}__in": source()})
    return condition


def marked(rows: Rows, person: str = "person_id") -> Rows:
    """The rows, each with `restricted`: whether its name may be shown in no list (no query more)."""
    shown = Case(
        When(restricted(person), then=Value(value=True)), default=Value(value=False), output_field=BooleanField()
    )
    found: Rows = rows.annotate(restricted=shown)
    return found


def unrestricted(rows: Rows, person: str = "person_id") -> Rows:
    """The rows that may leave the system."""
    found: Rows = rows.exclude(restricted(person))
    return found


def restricted_among(person_ids: Iterable[int]) -> set[int]:
    """Those of the persons who are restricted, for reads that are no query of rows (one query each source)."""
    wanted = list(person_ids)
    return {pk for source in _sources for pk in source().filter(person_id__in=wanted)}


def left_out(rows: "QuerySet[Any]", person: str = "person_id") -> str:
    """How many of the rows do not leave the system, in a sentence for the file; empty where all do (one query)."""
    count = rows.filter(restricted(person)).values(person).distinct().count()
    if not count:
        return ""
    text = ngettext(
        "%(count)d person whose processing is restricted is not in this file.",
        "%(count)d persons whose processing is restricted are not in this file.",
        count,
    )
    return text % {"count": count}


def name_of(row: Any, name: str) -> str:
    """The name as a list shows it: the mask where the row of `marked` says so."""
    return str(MASK) if getattr(row, "restricted", False) else name


def detail_of(row: Any, text: str) -> str:
    """What tells namesakes apart, as a list shows it: nothing where the row of `marked` says so."""
    return "" if getattr(row, "restricted", False) else text
