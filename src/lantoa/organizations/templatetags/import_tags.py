"""Rows of an import: their problems, and what stands beside them."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _

from lantoa.organizations.enums import RowDecision, RowKind, Standing
from lantoa.organizations.models import ImportRow
from lantoa.organizations.reading import FIELDS
from lantoa.organizations.selectors.comparisons import COMPARED
from lantoa.organizations.selectors.import_problems import Problem, message_of, settles

register = template.Library()


@register.filter
def problem_text(problem: Problem) -> str:
    """What is wrong, as a sentence."""
    return message_of(problem)


@register.filter
def can_differ(row: ImportRow) -> bool:
    """Whether "a different person" would settle the row."""
    return settles(row.problems, RowDecision.DIFFERENT)


@register.filter
def can_update(row: ImportRow) -> bool:
    """Whether "the same person" would settle the row."""
    return settles(row.problems, RowDecision.UPDATE)


@register.filter
def is_person(row: ImportRow) -> bool:
    """Whether the row is a person."""
    return row.kind == RowKind.PERSON


@register.filter
def beside(row: ImportRow, known: dict[Any, Any]) -> list[Any]:
    """The records and the rows that this row looks like, of those that were found."""
    keys = [key for problem in row.problems for key in (*problem.get("persons", ()), f"row:{problem.get('row')}")]
    return [known[key] for key in dict.fromkeys(keys) if key in known]


@dataclass(frozen=True, slots=True)
class Told:
    """A difference in words: the field's key and title, the record's value, the list's, whether it is taken."""

    key: str
    title: str
    old: str
    new: str
    take: bool


@register.filter
def told(row: ImportRow, sectors: dict[str, str]) -> list[Told]:
    """What differs in a row of a compared list, in the order of the fields."""
    found = row.differences or {}
    return [
        Told(
            key,
            FIELDS[key].title,
            _in_words(key, one["old"], sectors),
            _in_words(key, one["new"], sectors),
            one["take"],
        )
        for key, one in ((key, found[key]) for key in COMPARED if key in found)
    ]


def _in_words(key: str, value: Any, sectors: dict[str, str]) -> str:
    match key:
        case "standing":
            return str(Standing(value).label)
        case "is_manager":
            return str(_("yes") if value else _("no"))
        case "sector":
            return sectors.get(value, "–")
    return str(value or "–")
