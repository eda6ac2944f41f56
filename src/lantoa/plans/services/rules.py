"""What the rules of a campaign may say."""

from collections.abc import Sequence

from lantoa.plans import errors, rule_errors
from lantoa.plans.enums import Anchor, Owed
from lantoa.plans.models.rules import MOST_DAYS
from lantoa.plans.rules import Frame, RuleInput


def check_rules(rules: Sequence[RuleInput], frame: Frame) -> None:
    """Refuse what no rules can be: those of `rule_errors`, and DeadlineAfterEnd where the day is known."""
    keys = [(rule.unit_kind, rule.level, rule.owed) for rule in rules]
    if len(set(keys)) != len(keys):
        raise rule_errors.RuleRepeated
    for rule in rules:
        _check(rule, frame)
    nothing = {(rule.unit_kind, rule.level) for rule in rules if rule.owed == Owed.NOTHING}
    if any((rule.unit_kind, rule.level) in nothing and rule.owed != Owed.NOTHING for rule in rules):
        raise rule_errors.RuleContradicts


def _check(rule: RuleInput, frame: Frame) -> None:
    if bool(rule.unit_kind) == (rule.level is not None):
        raise rule_errors.RuleWithoutUnit
    fixed, counted = rule.due_on is not None, bool(rule.anchor) and rule.days is not None
    if (fixed, counted) not in (_NO_DAY if rule.owed == Owed.NOTHING else _ONE_DAY):
        raise rule_errors.RuleWithoutDeadline
    if rule.owed == Owed.STUDY and rule.anchor == Anchor.SESSION:
        raise rule_errors.RuleFromItself
    if rule.days is not None and abs(rule.days) > MOST_DAYS:
        raise rule_errors.RuleDaysOutOfRange(most=MOST_DAYS)
    if frame.ends_too_early_for(rule):
        raise errors.DeadlineAfterEnd


_NO_DAY = ((False, False),)
_ONE_DAY = ((True, False), (False, True))
