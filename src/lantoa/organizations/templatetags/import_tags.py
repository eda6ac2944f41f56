"""Problems of an import's rows."""

from django import template

from lantoa.organizations.enums import RowDecision
from lantoa.organizations.models import ImportRow
from lantoa.organizations.selectors.imports import Problem, is_open, message_of

register = template.Library()


@register.filter
def problem_text(problem: Problem) -> str:
    """What is wrong, as a sentence."""
    return message_of(problem)


@register.filter
def can_differ(row: ImportRow) -> bool:
    """Whether "a different person" would settle the row."""
    return not is_open(row.problems, RowDecision.DIFFERENT)
