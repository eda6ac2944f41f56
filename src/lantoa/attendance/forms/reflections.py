"""Forms of reflections."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import OwedBy, ReflectionExemption
from lantoa.attendance.models import ReflectionCall
from lantoa.files.forms import UploadsMixin
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField


class AskForm(VersionedForm):
    """What a campaign asks for."""

    questions = forms.CharField(
        label=_("Questions"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What people are to reflect on, one question a line."),
    )
    due_on = VietnameseDateField(label=_("To be handed in by"))
    owed_by = forms.ChoiceField(
        label=_("Who owes one"),
        choices=lambda: [(value, str(capfirst(label))) for value, label in OwedBy.choices],
        widget=forms.RadioSelect,
    )
    exempt_born_until = forms.IntegerField(
        label=_("Exempt: born in or before"),
        required=False,
        min_value=1900,
        max_value=2100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Leave it empty where nobody is exempt for their age."),
    )

    @classmethod
    def values_of(cls, call: ReflectionCall | None) -> dict[str, Any]:
        """The values by field name; for None those of a new call."""
        if call is None:
            return {"version": 0, "owed_by": OwedBy.PRESENT.value}
        names = ("questions", "due_on", "owed_by", "exempt_born_until", "version")
        return {name: getattr(call, name) for name in names}


class HandInForm(OnceForm, VersionedForm, UploadsMixin):
    """What somebody handed in."""

    text = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Typed; or leave it empty and choose the scans of the handwriting below."),
    )
    handed_in_on = VietnameseDateField(label=_("Handed in on"))
    field_order = ("client_id", "version", "handed_in_on", "text", "uploads", "no_secrecy_declared")


class AssessForm(VersionedForm):
    """How the cell assesses it."""

    outcome = forms.ChoiceField(
        label=_("The cell says"),
        choices=[("passed", _("Passed")), ("again", _("To be done again"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Remark"), max_length=500, required=False, help_text=_("What is missing, where it is to be done again.")
    )


class ExemptForm(VersionedForm):
    """Why somebody owes none."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=lambda: [(value, str(capfirst(label))) for value, label in ReflectionExemption.choices],
        widget=forms.RadioSelect,
    )
