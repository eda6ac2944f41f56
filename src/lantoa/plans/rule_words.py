"""What a rule means, in words."""

import datetime as dt

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.organizations.enums import UnitKind
from lantoa.plans.enums import Anchor, Owed
from lantoa.plans.models.rules import level_name
from lantoa.plans.rules import Frame, Rule
from lantoa.ui.numbers import day as written


def who_of(rule: Rule) -> str:
    """Of whom the rule speaks: a kind of unit, or a level."""
    return level_name(rule.level) if rule.level is not None else str(UnitKind(rule.unit_kind).label)


def sentence_of(rule: Rule, frame: Frame) -> str:
    """The rule as a sentence, with the day where it is known."""
    return _("%(who)s: %(what)s") % {"who": capfirst(who_of(rule)), "what": duty_of(rule, frame)}


def duty_of(rule: Rule, frame: Frame) -> str:
    """What is owed, and by when."""
    what = str(Owed(rule.owed).label)
    if rule.owed == Owed.NOTHING:
        return what
    return _("%(what)s %(when)s") % {"what": what, "when": when_of(rule, frame.common_due(rule))}


def when_of(terms: Rule, due: dt.date | None) -> str:
    """By when: the fixed day, or what is counted from what, and the day that it comes to, where that is known."""
    if terms.due_on is not None or terms.days is None:
        return _("by %(day)s") % {"day": written(terms.due_on)}
    counted = {"days": _span(terms), "anchor": str(Anchor(terms.anchor).label)}
    text = _("%(days)s before %(anchor)s") if terms.days < 0 else _("within %(days)s of %(anchor)s")
    if due is None:
        return _("%(counted)s; the day is fixed when that happens") % {"counted": text % counted}
    return _("%(counted)s, that is by %(day)s") % {"counted": text % counted, "day": written(due)}


def _span(terms: Rule) -> str:
    count = abs(terms.days or 0)
    if terms.working_days:
        return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
