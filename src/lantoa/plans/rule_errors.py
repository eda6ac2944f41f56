"""Typed refusals about the rules of a campaign."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class RuleRepeated(Refusal):
    """One thing is asked of a kind of unit, or of a level, once."""

    code = "rule_repeated"
    message: ClassVar[str | Promise] = _("Two rules ask the same of the same units. Keep one of them.")


class RuleWithoutUnit(Refusal):
    """A rule is about a kind of unit or about a level."""

    code = "rule_without_unit"
    message: ClassVar[str | Promise] = _("Say which units the rule is about: a kind of unit, or a level.")


class RuleWithoutDeadline(Refusal):
    """What is owed is owed by a day."""

    code = "rule_without_deadline"
    message: ClassVar[str | Promise] = _("Say by which day it is due, or how many days after what.")


class RuleContradicts(Refusal):
    """Who owes nothing owes nothing else."""

    code = "rule_contradicts"
    message: ClassVar[str | Promise] = _("One rule says that these units owe nothing, another that they owe something.")


class RuleFromItself(Refusal):
    """A study cannot be counted from the study."""

    code = "rule_from_itself"
    message: ClassVar[str | Promise] = _(
        "A study cannot be due so many days after the study. Count from another event."
    )


class RuleDaysOutOfRange(Refusal):
    """Nobody plans further than two years."""

    code = "rule_days_out_of_range"
    message: ClassVar[str | Promise] = _("Give at most %(most)s days.")
