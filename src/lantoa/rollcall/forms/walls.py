"""What people who check in type."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.rollcall.wall_codes import DIGITS

_LARGEST = 2**63 - 1


class CodeForm(forms.Form):
    """What stands on the wall, for phones without a camera."""

    site = forms.IntegerField(
        label=_("Number of the site"),
        min_value=1,
        max_value=_LARGEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Code on the wall"),
        max_length=20,
        help_text=_("Six digits. They change every half minute."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        """The digits alone; what is no code is one that is not good."""
        typed = "".join(self.cleaned_data["code"].split())
        return typed if len(typed) == DIGITS else ""


class CardForm(forms.Form):
    """One's card."""

    card = forms.CharField(
        label=_("Letters on your card"),
        max_length=60,
        help_text=_("Seven groups. Small letters and blanks do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["card"].error_messages["required"] = _("Type the letters on your card.")
