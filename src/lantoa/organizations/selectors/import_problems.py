"""What can be wrong with a row of an import, in words, and what settles it."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.enums import RowDecision

Problem = dict[str, Any]
"""`code`, the column's `field`, and the values of the message."""

MESSAGES: dict[str, str | Promise] = {
    "name_missing": _("The name is missing."),
    "name_not_plain": _("“%(text)s” is not a name: use letters only, at most 120 characters."),
    "birth_year_unclear": _("“%(text)s” is not a year of birth: write four digits, for example 1975, or a whole date."),
    "birth_year_two_digits": _("“%(text)s” has no century: write the year with four digits, for example 1975."),
    "birth_year_implausible": _(
        "The year of birth %(text)s is not plausible: it must lie between 1900 and %(latest)s."
    ),
    "too_long": _("“%(text)s…” is too long: at most %(limit)s characters."),
    "standing_missing": _("The standing is missing: write chính thức, dự bị or cán bộ."),
    "standing_unknown": _("“%(text)s” is no standing: write chính thức, dự bị or cán bộ."),
    "unit_missing": _("The cell is missing."),
    "unit_unknown": _("No cell “%(text)s” in this unit. Choose the right one, or write its name as it is recorded."),
    "unit_ambiguous": _("Several cells may be “%(text)s”. Choose the right one, or write its code."),
    "manager_unclear": _("“%(text)s” is unclear: write x for a leader or manager, or leave it blank."),
    "sector_unknown": _("No sector is called “%(text)s”."),
    "code_is_number": _(
        "The member code %(text)s is a number in the file: zeros at its beginning may be lost. Check it."
    ),
    "code_taken": _("Another person has the member code %(text)s already."),
    "code_twice": _("The member code %(text)s stands in row %(row)s too."),
    "same_person": _(
        "Somebody of this name, year of birth and village is recorded already. "
        "Decide: the same person, leave the row out, or a different person?"
    ),
    "same_code": _("This person is recorded already with this member code. Decide: the same person, or leave it out?"),
    "code_missing": _("The member code is missing: without it nobody can be recognised."),
    "code_unknown": _("Nobody is recorded with the member code %(text)s. Register the person, or correct the code."),
    "code_elsewhere": _("The person with the member code %(text)s is not counted in a cell whose list you keep."),
    "unit_differs": _("The file has this person in %(text)s, the record in %(unit)s. Who moves is sent by a letter."),
    "spelling": _("The name differs by its spelling only."),
    "other_name": _("The name is another one. Make sure that the code is the right person's before you take it over."),
    "same_row": _(
        "Row %(row)s has the same name, year of birth and village. Decide: leave this out, or a different person?"
    ),
}
TITLES: dict[str, str | Promise] = {
    "name_missing": _("Name missing"),
    "name_not_plain": _("No proper name"),
    "birth_year_unclear": _("Year of birth unclear"),
    "birth_year_two_digits": _("Year of birth without a century"),
    "birth_year_implausible": _("Year of birth not plausible"),
    "too_long": _("Text too long"),
    "standing_missing": _("Standing missing"),
    "standing_unknown": _("Standing unknown"),
    "unit_missing": _("Cell missing"),
    "unit_unknown": _("Cell unknown"),
    "unit_ambiguous": _("Cell ambiguous"),
    "manager_unclear": _("Leader or manager unclear"),
    "sector_unknown": _("Sector unknown"),
    "code_is_number": _("Member code was a number"),
    "code_taken": _("Member code taken"),
    "code_twice": _("Member code twice"),
    "same_person": _("Recorded already"),
    "same_code": _("Recorded already by its code"),
    "same_row": _("Twice in the file"),
    "code_missing": _("Member code missing"),
    "code_unknown": _("Member code unknown"),
    "code_elsewhere": _("Counted elsewhere"),
    "unit_differs": _("In another cell"),
    "spelling": _("Name differs by spelling"),
    "other_name": _("Another name"),
}
"""The same in two or three words, to choose rows by."""

NOTICES = frozenset({"code_is_number", "unit_differs", "spelling", "other_name"})
"""What is pointed out, and stops nothing."""

SETTLED_BY = {
    RowDecision.DIFFERENT: frozenset({"same_person", "same_row"}),
    RowDecision.UPDATE: frozenset({"same_person", "same_code"}),
}
RECORDED = ("same_person", "same_code", "code_taken")
"""What the register says of a row, and not the file."""

DECIDABLE = frozenset.union(*SETTLED_BY.values())


def is_open(problems: Sequence[Problem], decision: str) -> bool:
    """Whether problems remain after a decision: leaving out settles all, the others what they are made for."""
    if decision == RowDecision.SKIP:
        return False
    settled = SETTLED_BY[RowDecision(decision)] if decision else frozenset()
    return any(problem["code"] not in settled | NOTICES for problem in problems)


def settles(problems: Sequence[Problem], decision: str) -> bool:
    """Whether a decision can be taken on a row with these problems and leaves none of them open."""
    codes = {problem["code"] for problem in problems}
    meant = decision in ("", RowDecision.SKIP) or bool(codes & SETTLED_BY[RowDecision(decision)])
    return (
        meant
        and (not decision or not is_open(problems, decision))
        and (decision != RowDecision.UPDATE or person_meant(problems) is not None)
    )


def person_meant(problems: Sequence[Problem]) -> int | None:
    """The person whom an update would complete, where the problems name exactly one."""
    found = {pk for problem in problems for pk in problem.get("persons", ())}
    return next(iter(found)) if len(found) == 1 else None


def message_of(problem: Problem) -> str:
    """What is wrong, in the reader's language."""
    return str(MESSAGES[problem["code"]]) % problem
