"""Forms about the second factor."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.ui.forms import OnceForm

ANSWER_LENGTH = 20_000
_UNREAD = _("Your browser sent nothing from the key. Press the button again.")


class CodeInput(forms.TextInput):
    """A box for a code: figures on a phone's keyboard, filled in by the browser where it knows the code."""

    def __init__(self) -> None:
        super().__init__(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autocapitalize": "off",
                "spellcheck": "false",
            }
        )


class AppForm(OnceForm):
    """The first code of an app."""

    code = forms.CharField(
        label=_("Code that the app shows"), help_text=_("Six figures."), max_length=20, widget=CodeInput()
    )


class KeyForm(OnceForm):
    """A new key, with what it answered."""

    name = forms.CharField(
        label=_("Name of the key"),
        help_text=_("So that you know it again, for example: office machine."),
        max_length=60,
    )
    answer = forms.CharField(
        widget=forms.HiddenInput, max_length=ANSWER_LENGTH, error_messages={"required": _UNREAD, "max_length": _UNREAD}
    )


class RemoveForm(forms.Form):
    """Which factor to remove."""

    number = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class AskCodeForm(forms.Form):
    """A code at the sign-in."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("The six figures that the app on your phone shows now, or one of your recovery codes."),
        max_length=20,
        widget=CodeInput(),
    )


class AskKeyForm(forms.Form):
    """A key's answer at the sign-in."""

    answer = forms.CharField(
        widget=forms.HiddenInput, max_length=ANSWER_LENGTH, error_messages={"required": _UNREAD, "max_length": _UNREAD}
    )
