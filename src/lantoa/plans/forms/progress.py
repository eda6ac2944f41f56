"""Forms of how a running plan goes, and of a plan's files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.files.forms import UploadsMixin
from lantoa.kernel import clock
from lantoa.plans.models import Target, Task
from lantoa.ui.forms import OnceForm, VietnameseDateField, VietnameseDecimalField, choice_field


class AnnexForm(UploadsMixin, OnceForm):
    """Files that go with a plan."""

    field_order = ("client_id", "uploads", "no_secrecy_declared")


class ReadingForm(OnceForm):
    """What a target has come to, typed in."""

    target = forms.TypedChoiceField(label=_("Target"), coerce=int)
    read_on = VietnameseDateField(label=_("As of"))
    value = VietnameseDecimalField(label=_("Figure"), max_digits=14, decimal_places=2)
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Name no persons."))

    def __init__(self, *args: Any, targets: Sequence[Target], **kwargs: Any) -> None:
        usual = {"initial": {"read_on": clock.today()}, "auto_id": "reading_%s"}
        super().__init__(*args, **{**usual, **kwargs})
        choice_field(self, "target").choices = [
            (target.pk, f"{target.indicator} ({target.measure})" if target.measure else target.indicator)
            for target in targets
        ]


class EvidenceForm(UploadsMixin, OnceForm):
    """What shows that a task was done."""

    task = forms.TypedChoiceField(label=_("Task"), coerce=int)
    text = forms.CharField(
        label=_("What it is, or where it is found"),
        max_length=500,
        help_text=_("For example: minutes of the meeting of 12/11, kept at the office. Name no persons."),
    )
    field_order = ("client_id", "task", "text", "uploads", "no_secrecy_declared")

    def __init__(self, *args: Any, tasks: Sequence[Task], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "evidence_%s", **kwargs})
        choice_field(self, "task").choices = [(task.pk, task.title) for task in tasks]
