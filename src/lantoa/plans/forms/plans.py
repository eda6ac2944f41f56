"""Forms of a plan: its columns, one target or task, what is inherited, results, and each step."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from lantoa.kernel import clock
from lantoa.plans.enums import Document, Indicator, PlanPart, PlanState, PlanStep
from lantoa.plans.forms.numbering import RepeatMixin
from lantoa.plans.models import Plan, Target, Task
from lantoa.plans.services.progress import ResultInput
from lantoa.plans.services.workflow import CommentInput
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField, VietnameseDecimalField, choice_field


class PlanForm(VersionedForm):
    """The plan's own columns."""

    title = forms.CharField(label=lazy("Title of the plan"), max_length=300)
    aims = forms.CharField(
        label=lazy("Aims and requirements, fitted to the place"),
        help_text=lazy(
            "What is particular to this unit: its people, its villages, its languages; not a copy of the plan above."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        max_length=20_000,
    )
    starts_on = VietnameseDateField(label=lazy("First day"), required=False)
    ends_on = VietnameseDateField(label=lazy("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        """The last day does not lie before the first."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The plan ends before it begins. Correct one of the two dates."))
        return cleaned


class ItemForm(OnceForm, VersionedForm):
    """What a target and a task have in common."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    owner = forms.CharField(
        label=lazy("Responsible"),
        help_text=lazy("A position or a body of the unit, for example: secretary of the cell."),
        max_length=120,
        required=False,
    )
    due_on = VietnameseDateField(label=lazy("By when"), required=False)


class TargetForm(ItemForm):
    """One target. It may be saved incomplete and be completed before it is submitted."""

    field_order = ("indicator", "number", "measure", "follows", "owner", "due_on")
    indicator = forms.CharField(
        label=lazy("Indicator"),
        help_text=lazy("What is counted, for example: members who attend the study session."),
        max_length=200,
    )
    number = VietnameseDecimalField(
        label=lazy("Figure"), max_digits=14, decimal_places=2, min_value=Decimal(0), required=False
    )
    measure = forms.CharField(
        label=lazy("Measure"), help_text=lazy("For example: %, persons, sessions."), max_length=40, required=False
    )
    follows = forms.ChoiceField(
        label=lazy("Shown by the figures of the system"),
        choices=[("", lazy("None: the progress is typed in")), *Indicator.choices],
        help_text=lazy("The figure is computed whenever the plan is read, and opens the rows behind it."),
        required=False,
    )


class TaskForm(ItemForm):
    """One task."""

    field_order = ("title", "owner", "due_on")
    title = forms.CharField(label=lazy("Task"), help_text=lazy("What will be done, and how."), max_length=300)


class InheritForm(forms.Form):
    """Which targets and tasks of the plan above the unit takes over."""

    targets = forms.ModelMultipleChoiceField(queryset=Target.objects.none(), required=False)
    tasks = forms.ModelMultipleChoiceField(queryset=Task.objects.none(), required=False)

    def __init__(self, *args: Any, above: Plan | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if above is not None:
            _choices(self, "targets").queryset = Target.objects.filter(plan=above)
            _choices(self, "tasks").queryset = Task.objects.filter(plan=above)

    def clean(self) -> dict[str, Any]:
        """At least one of them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("targets") and not cleaned.get("tasks"):
            raise ValidationError(_("Choose at least one target or task to inherit."))
        return cleaned


class ResultsForm(VersionedForm):
    """Results of all targets and done days of all tasks of a running plan, on one page."""

    def __init__(self, *args: Any, targets: Sequence[Target], tasks: Sequence[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets, self.tasks = targets, tasks
        for target in targets:
            label = f"{target.indicator} ({target.measure})" if target.measure else target.indicator
            self.fields[f"result_{target.pk}"] = VietnameseDecimalField(
                label=_("Result: %(what)s") % {"what": label}, max_digits=14, decimal_places=2, required=False
            )
            self.fields[f"note_{target.pk}"] = forms.CharField(
                label=_("Note: %(what)s") % {"what": target.indicator}, max_length=300, required=False
            )
        for task in tasks:
            label = _("Done on: %(what)s") % {"what": task.title}
            self.fields[f"done_{task.pk}"] = VietnameseDateField(label=label, required=False)

    def clean(self) -> dict[str, Any]:
        """No task is done on a day in the future."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, dt.date) and value > clock.today():
                self.add_error(name, _("A task cannot be done on a day in the future."))
        return cleaned

    @staticmethod
    def values_of(targets: Iterable[Target], tasks: Iterable[Task]) -> dict[str, Any]:
        """The stored values by field name."""
        values: dict[str, Any] = {}
        for target in targets:
            values |= {f"result_{target.pk}": target.result, f"note_{target.pk}": target.result_note}
        return values | {f"done_{task.pk}": task.done_on for task in tasks}

    @property
    def results(self) -> Mapping[int, ResultInput]:
        """What was typed, by target."""
        data = self.cleaned_data
        return {row.pk: ResultInput(data[f"result_{row.pk}"], data[f"note_{row.pk}"]) for row in self.targets}

    @property
    def done(self) -> Mapping[int, dt.date | None]:
        """What was typed, by task."""
        return {row.pk: self.cleaned_data[f"done_{row.pk}"] for row in self.tasks}


class StepForm(VersionedForm):
    """A step that asks for nothing more."""


class CopyForm(StepForm):
    """The submission of a plan that only copies the plan above: the submitter says to have seen the warning."""

    copy_seen = forms.BooleanField(
        label=lazy("I know that this plan has nothing of the unit's own, and submit it nevertheless."),
        error_messages={
            "required": lazy("Add a target or a task of the unit's own, or tick that you submit the copy as it is.")
        },
    )


class IssueForm(RepeatMixin, StepForm):
    """Number, date and signer."""

    number = forms.CharField(label=lazy("Number and notation"), max_length=60)
    issued_on = VietnameseDateField(label=lazy("Date of issue"))
    signer = forms.CharField(label=lazy("Signed by"), max_length=120)
    field_order = ("version", "number", "repeat_confirmed", "issued_on", "signer")


class ReviseForm(StepForm):
    """Why a new edition is needed."""

    reason = forms.CharField(
        label=lazy("Reason of the revision"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


class ReturnForm(StepForm):
    """A comment beside each part of the plan; at least one is written."""

    def __init__(self, *args: Any, targets: Sequence[Target], tasks: Sequence[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts: dict[str, tuple[PlanPart, Target | None, Task | None]] = {}
        self._ask("whole", _("The plan as a whole"), PlanPart.WHOLE)
        self._ask("dates", _("Its dates"), PlanPart.DATES)
        for target in targets:
            self._ask(f"target_{target.pk}", _("Target: %(what)s") % {"what": target}, PlanPart.TARGET, target)
        for task in tasks:
            self._ask(f"task_{task.pk}", _("Task: %(what)s") % {"what": task}, PlanPart.TASK, None, task)

    def clean(self) -> dict[str, Any]:
        """Something has to be said."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in self.parts):
            raise ValidationError(
                _("Write at least one comment on a part of the plan, so that the unit knows what to change.")
            )
        return cleaned

    @property
    def comments(self) -> list[CommentInput]:
        """What was said."""
        said = [(self.cleaned_data.get(name), part) for name, part in self.parts.items()]
        return [CommentInput(part, text, target, task) for text, (part, target, task) in said if text]

    def _ask(
        self, name: str, label: str, part: PlanPart, target: Target | None = None, task: Task | None = None
    ) -> None:
        box = forms.Textarea(attrs={"rows": 2})
        self.fields[name] = forms.CharField(label=label, widget=box, max_length=2000, required=False)
        self.parts[name] = (part, target, task)


class CascadeFilter(forms.Form):
    """What narrows the list of a campaign's plans."""

    state = forms.ChoiceField(label=lazy("State"), required=False)
    document = forms.ChoiceField(label=lazy("Document"), required=False)
    under = forms.TypedChoiceField(label=lazy("Plan above"), required=False, coerce=int, empty_value=None)
    pilot = forms.ChoiceField(
        label=lazy("Units"),
        required=False,
        choices=[("", lazy("All units")), ("1", lazy("Pilot units"))],
    )

    def __init__(
        self, *args: Any, under: Sequence[tuple[int, str]], documents: Sequence[Document], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if len(documents) > 1:
            kinds = [(kind.value, capfirst(str(kind.label))) for kind in documents]
            choice_field(self, "document").choices = [("", _("All documents")), *kinds]
        else:
            del self.fields["document"]
        choice_field(self, "state").choices = [
            ("", _("All states")),
            ("overdue", _("overdue")),
            ("not_begun", pgettext("plan", "not begun")),
            ("in_force", _("in force")),
            *((state.value, state.label) for state in PlanState if state != PlanState.SUPERSEDED),
        ]
        choice_field(self, "under").choices = [("", _("All")), *under]


def step_form(step: PlanStep, plan: Plan, *, data: Mapping[str, Any] | None, pure_copy: bool, hint: str) -> StepForm:
    """The form of a step, empty or with what was typed. `hint` is the number suggested for an issue."""
    initial: dict[str, Any] = {"version": plan.version}
    match step:
        case PlanStep.SUBMIT if pure_copy:
            return CopyForm(data, initial=initial)
        case PlanStep.ISSUE:
            return IssueForm(data, initial={**initial, "number": hint, "issued_on": clock.today()})
        case PlanStep.REVISE:
            return ReviseForm(data, initial=initial)
        case PlanStep.RETURN:
            return ReturnForm(data, initial=initial, targets=list(plan.targets.all()), tasks=list(plan.tasks.all()))
        case _:
            return StepForm(data, initial=initial)


def _choices(form: forms.Form, name: str) -> "forms.ModelMultipleChoiceField[Any]":
    field = form.fields[name]
    assert isinstance(field, forms.ModelMultipleChoiceField)
    return field
