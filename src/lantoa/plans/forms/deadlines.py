"""Forms of deadlines and reminders."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.organizations.enums import UnitKind
from lantoa.plans.enums import Deadline, Owed
from lantoa.plans.models import Campaign, CampaignRule, Plan
from lantoa.plans.selectors.rules import frame_for
from lantoa.ui.forms import OnceForm, VietnameseDateField, choice_field
from lantoa.ui.numbers import day

_OF_UNIT = "unit"
_STATES = (("", lazy("All states")), ("overdue", lazy("overdue")), ("soon", lazy("due within 7 days")))
_MORE_STATES = (
    ("waiting", lazy("no deadline yet")),
    ("owing", lazy("still owed")),
    ("done", lazy("owes nothing any more")),
)


class DebtFilter(forms.Form):
    """What narrows the list of units and what they owe."""

    state = forms.ChoiceField(label=lazy("State"), required=False, choices=[*_STATES, *_MORE_STATES])
    owed = forms.ChoiceField(label=lazy("What is owed"), required=False)
    kind = forms.ChoiceField(label=lazy("Kind of unit"), required=False)

    def __init__(self, *args: Any, kinds: list[str], asked: Sequence[Deadline], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        things = [(one.value, capfirst(str(one.label))) for one in asked]
        choice_field(self, "owed").choices = [("", _("Everything")), *things]
        choice_field(self, "kind").choices = [("", _("All kinds")), *((kind, UnitKind(kind).label) for kind in kinds)]


class RemindForm(OnceForm):
    """The ticked units; what is no number was not ticked on our page and is left out."""

    def ticked(self) -> list[int]:
        """The numbers of the units."""
        values: list[str] = self.data.getlist("unit") if hasattr(self.data, "getlist") else []
        return sorted({int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 18})


class DeadlineForm(OnceForm):
    """Which deadline, which day, and why."""

    which = forms.ChoiceField(label=lazy("Deadline"))
    new = VietnameseDateField(label=lazy("New day"))
    reason = forms.CharField(
        label=lazy("Reason"),
        help_text=lazy("It is kept with the campaign. Name no persons."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
    )

    def __init__(self, *args: Any, campaign: Campaign, plan: Plan | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        choice_field(self, "which").choices = self._choices(campaign)

    @property
    def of_one_unit(self) -> bool:
        """Whether the deadline of the one unit's document was chosen."""
        return str(self.cleaned_data["which"]) == _OF_UNIT

    @property
    def rule(self) -> CampaignRule:
        """The rule, where it is not the one unit's document."""
        return self.rules[str(self.cleaned_data["which"])]

    def _choices(self, campaign: Campaign) -> list[tuple[str, str]]:
        one = []
        if self.plan is not None:
            one = [(_OF_UNIT, _line(self.plan.document, self.plan.unit.label, self.plan.due_on))]
        owed = list(campaign.rules.exclude(owed=Owed.NOTHING))
        frame = frame_for(campaign, owed)
        self.rules = {f"rule.{rule.pk}": rule for rule in sorted(owed, key=lambda rule: _ORDER.index(rule.owed))}
        return one + [(key, _line(rule.owed, rule.who, frame.common_due(rule))) for key, rule in self.rules.items()]


_ORDER = Deadline.values


def _line(owed: str, whose: object, due: dt.date | None) -> str:
    until = day(due) if due is not None else _("counted for each unit")
    return f"{capfirst(str(Deadline(owed).label))} · {whose} · {until}"
