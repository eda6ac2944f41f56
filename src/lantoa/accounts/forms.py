"""Forms of people who are not signed in yet."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

_CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
_NEW = {"autocomplete": "new-password"}
_rules = lazy(password_validators_help_text_html, str)


class CodeForm(forms.Form):
    """The code of an invitation."""

    code = forms.CharField(
        label=_("Code"),
        max_length=80,
        help_text=_("As it stands on the slip; small letters and blanks do not matter."),
        widget=forms.TextInput(attrs=_CODE),
    )


class OwnPasswordForm(forms.Form):
    """What the owner of an account chooses; the code travels along."""

    code = forms.CharField(max_length=80, widget=forms.HiddenInput)
    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=60,
        help_text=_("You can keep it or choose another."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        strip=False,
        help_text=_rules(),
        widget=forms.PasswordInput(attrs=_NEW),
    )
    repeated = forms.CharField(
        label=_("The password once more"), max_length=500, strip=False, widget=forms.PasswordInput(attrs=_NEW)
    )

    def __init__(self, *args: Any, keeps_name: bool, **kwargs: Any) -> None:
        """`keeps_name`: the account was used before, and its name is not asked for."""
        super().__init__(*args, **kwargs)
        if keeps_name:
            del self.fields["username"]

    def clean_repeated(self) -> str:
        """The same text twice."""
        repeated: str = self.cleaned_data["repeated"]
        if self.cleaned_data.get("password", repeated) != repeated:
            raise ValidationError(_("The two passwords differ. Type both again."), code="differ")
        return repeated
