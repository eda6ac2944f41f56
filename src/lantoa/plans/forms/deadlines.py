"""Forms of deadlines and reminders."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.organizations.enums import UnitKind
from lantoa.plans.enums import Deadline
from lantoa.plans.models import Campaign, Plan
from lantoa.ui.forms import OnceForm, VietnameseDateField, choice_field
from lantoa.ui.numbers import day

_OF_UNIT = "unit"
_STATES = (("", lazy("All states")), ("overdue", lazy("overdue")), ("soon", lazy("due within 7 days")))
_MORE_STATES = (("owing", lazy("still owed")), ("done", lazy("owes nothing any more")))


class DebtFilter(forms.Form):
    """What narrows the list of units and what they owe."""

    state = forms.ChoiceField(label=lazy("State"), required=False, choices=[*_STATES, *_MORE_STATES])
    owed = forms.ChoiceField(
        label=lazy("What is owed"), required=False, choices=[("", lazy("Plan or study")), *Deadline.choices]
    )
    kind = forms.ChoiceField(label=lazy("Kind of unit"), required=False)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        choice_field(self, "which").choices = _deadlines(campaign, plan)

    @property
    def of_one_unit(self) -> bool:
        """Whether the deadline of the one plan was chosen."""
        return str(self.cleaned_data["which"]) == _OF_UNIT

    @property
    def rule(self) -> tuple[str, Deadline]:
        """The kind of unit and what it owes, where it is not the one plan."""
        deadline, _dot, kind = str(self.cleaned_data["which"]).partition(".")
        return kind, Deadline(deadline)


def _deadlines(campaign: Campaign, plan: Plan | None) -> list[tuple[str, str]]:
    one = [(_OF_UNIT, _line(Deadline.PLAN, plan.unit.label, plan.due_on))] if plan is not None else []
    rules = list(campaign.rules.all())
    plans = [
        (f"plan.{rule.unit_kind}", _line(Deadline.PLAN, rule.get_unit_kind_display(), rule.plan_due_on))
        for rule in rules
        if rule.plan_due_on is not None
    ]
    studies = [
        (f"study.{rule.unit_kind}", _line(Deadline.STUDY, rule.get_unit_kind_display(), rule.study_due_on))
        for rule in rules
        if rule.study_due_on is not None
    ]
    return one + plans + studies


def _line(deadline: Deadline, whose: object, due: Any) -> str:
    return f"{str(deadline.label).capitalize()} · {whose} · {day(due)}"
