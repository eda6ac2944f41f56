"""The lines of the table of rules in the form of a campaign."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.enums import UnitKind
from lantoa.plans.enums import Anchor, Owed
from lantoa.plans.models.rules import MOST_DAYS, level_name
from lantoa.plans.rules import Rule, RuleInput
from lantoa.ui.forms import VietnameseDateField
from lantoa.ui.numbers import day

MOST_LINES = 40
SPARE_LINES = 3
NAMES = ("who", "owed", "value", "when")
_FIXED = "fixed"
_LINE = re.compile(r"rule_(\d{1,2})_who")
_DAYS = re.compile(r"[+-]?\d{1,3}")
_KEYED = VietnameseDateField(required=False)


@dataclass(frozen=True)
class RuleLine:
    """One line of the table, and what it means in words (empty while that cannot be said)."""

    means: str
    who: BoundField
    owed: BoundField
    value: BoundField
    when: BoundField


def lines_in(data: Mapping[str, Any] | None, stored: int) -> int:
    """How many lines the form has: those that were sent, else those that are stored and some to spare."""
    if data is None:
        return min(stored + SPARE_LINES, MOST_LINES)
    sent = [int(found[1]) for name in data if (found := _LINE.fullmatch(name))]
    return min(max(sent, default=-1) + 1, MOST_LINES)


def line_fields(index: int, kinds: Iterable[str], levels: Iterable[int]) -> dict[str, forms.Field]:
    """The fields of one line, which may stay empty."""
    words = {"n": index + 1}
    of_kinds = [(kind, capfirst(str(UnitKind(kind).label))) for kind in kinds]
    of_levels = [(f"level.{level}", capfirst(level_name(level))) for level in levels]
    who = [("", _("No units")), (_("Kind of unit"), of_kinds), (_("Level"), of_levels)]
    owed = [("", _("Nothing chosen")), *((value, capfirst(str(label))) for value, label in Owed.choices)]
    return {
        f"rule_{index}_who": forms.ChoiceField(label=_("Rule %(n)d: units") % words, choices=who, required=False),
        f"rule_{index}_owed": forms.ChoiceField(
            label=_("Rule %(n)d: what is owed") % words, choices=owed, required=False
        ),
        f"rule_{index}_value": forms.CharField(
            label=_("Rule %(n)d: day or number of days") % words,
            required=False,
            max_length=10,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
        f"rule_{index}_when": forms.ChoiceField(
            label=_("Rule %(n)d: how the deadline is counted") % words, choices=_whens(), required=False
        ),
    }


def values_of_rule(rule: Rule) -> dict[str, str]:
    """A stored rule as it would be typed."""
    counted = f"{rule.anchor}.working" if rule.working_days else rule.anchor
    typed = day(rule.due_on) if rule.due_on else "" if rule.days is None else str(rule.days)
    return {
        "who": rule.unit_kind if rule.level is None else f"level.{rule.level}",
        "owed": rule.owed,
        "value": typed,
        "when": counted or _FIXED,
    }


def rule_of_line(cleaned: Mapping[str, Any], index: int) -> RuleInput | None:
    """The rule that a line says; None for a line on which nothing is chosen. Raises ValidationErrors by field name."""
    who, owed, value, when = (str(cleaned.get(f"rule_{index}_{name}") or "").strip() for name in NAMES)
    if not owed:
        if value:
            raise ValidationError({f"rule_{index}_owed": _("Say what is owed, or empty the line.")})
        return None
    if not who:
        raise ValidationError({f"rule_{index}_who": _("Say which units the rule is about.")})
    kind, level = ("", int(who.removeprefix("level."))) if who.startswith("level.") else (who, None)
    if owed == Owed.NOTHING:
        return RuleInput(owed=owed, unit_kind=kind, level=level)
    due_on, anchor, days, working = _terms(value, when or _FIXED, f"rule_{index}_value")
    return RuleInput(
        owed=owed, unit_kind=kind, level=level, due_on=due_on, anchor=anchor, days=days, working_days=working
    )


def _terms(value: str, when: str, name: str) -> tuple[dt.date | None, str, int | None, bool]:
    if when == _FIXED:
        try:
            due = _KEYED.to_python(value)
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error
        if due is None:
            raise ValidationError({name: _("Say by which day, for example 31/12/2026.")})
        return due, "", None, False
    if not _DAYS.fullmatch(value) or abs(int(value)) > MOST_DAYS:
        raise ValidationError({name: _("Give a number of days, for example 10; -3 is three days before.")})
    anchor, _dot, working = when.partition(".")
    return None, anchor, int(value), bool(working)


def _whens() -> list[tuple[str, Any]]:
    counted = [
        (value, text % {"anchor": anchor.label})
        for anchor in Anchor
        for value, text in (
            (anchor.value, _("days after %(anchor)s")),
            (f"{anchor.value}.working", _("working days after %(anchor)s")),
        )
    ]
    return [(_FIXED, _("on this day")), *counted]
