"""Rows of an import: their problems, and what stands beside them."""

from typing import Any

from django import template

from lantoa.organizations.enums import RowDecision, RowKind
from lantoa.organizations.models import ImportRow
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
