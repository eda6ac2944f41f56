"""Forms about one person's data."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.privacy.enums import RequestField, RequestKind
from lantoa.ui.forms import OnceForm


class ErasureForm(OnceForm):
    """Why a person's data are to be erased."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: the person asked for it in a letter of 5 December. Do not write the name here."),
    )


class HandOverForm(forms.Form):
    """Why a person's data are handed over."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: the person asked for it in a letter of 5 December. Do not write the name here."),
    )


class DecisionForm(forms.Form):
    """A decision on a request. The full name is typed where the data are to go."""

    confirmation = forms.CharField(
        label=_("Full name of the person"),
        required=False,
        max_length=160,
        help_text=_("Only to erase: type the name as it stands above. Nothing brings the data back."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason of the decision"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept. Do not write the name here."),
    )


def _whats() -> list[tuple[str, str | Promise]]:
    fields: list[tuple[str, str | Promise]] = [
        (field.value, _("Correct: %(field)s") % {"field": field.label}) for field in RequestField
    ]
    return [*fields, (RequestKind.RESTRICTION.value, _("Restrict the processing of all my data"))]


class RequestForm(OnceForm):
    """What is to be corrected, or that the processing is to be restricted."""

    what = forms.ChoiceField(label=_("What is asked for"), choices=_whats)
    value = forms.CharField(
        label=_("What it should say"),
        required=False,
        max_length=120,
        help_text=_("Only for a correction."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why, and what proves it"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: the birth certificate, shown to the clerk."),
    )

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        asked = {"reason": data["reason"], "client_id": data["client_id"]}
        if data["what"] == RequestKind.RESTRICTION:
            return {**asked, "kind": RequestKind.RESTRICTION}
        return {**asked, "kind": RequestKind.CORRECTION, "field": data["what"], "value": data["value"]}


class AnswerForm(forms.Form):
    """The reason of a decision on a request."""

    reason = forms.CharField(
        label=_("Reason of the decision"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it."),
    )
