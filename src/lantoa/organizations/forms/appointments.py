"""Forms about appointments and the accounts of those who hold them."""

import re

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.enums import Role
from lantoa.ui.forms import OnceForm, VietnameseDateField


def _roles() -> list[tuple[str, str]]:
    return [("", gettext("Choose one")), *((role.value, str(capfirst(role.label))) for role in Role)]


class AppointmentForm(OnceForm):
    """Who holds which role at a unit, from when."""

    member_code = forms.CharField(
        label=_("Member code"), max_length=30, help_text=_("The code in the person's record, with its leading zeros.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=_roles)
    title = forms.CharField(
        label=_("Position"), max_length=120, required=False, help_text=_("As it is written under a signature.")
    )
    decision_number = forms.CharField(label=_("Decision number"), max_length=60, required=False)
    starts_on = VietnameseDateField(label=_("Holds it from"), initial=clock.today)
    ends_on = VietnameseDateField(
        label=_("Gives it up from"),
        required=False,
        help_text=_("The first day without the role. Leave it empty while no end is decided."),
    )

    def clean_role(self) -> Role:
        """The role as a member of its vocabulary."""
        return Role(self.cleaned_data["role"])


class AppointmentEndForm(forms.Form):
    """From when somebody no longer holds a role."""

    ends_on = VietnameseDateField(
        label=_("Gives it up from"),
        help_text=_("The first day without the role. With today's date the access ends at once."),
    )


class AccountForm(OnceForm):
    """The sign-in of a person."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=60,
        help_text=_("3 to 60 letters without diacritics, figures or the signs . - _"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("With it the person can sign in as well, and set a forgotten password anew."),
    )


class AppointmentFilterForm(forms.Form):
    """Which appointments the list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("In force or still to come")), ("ended", _("Ended already")), ("all", _("All appointments"))],
    )


def suggested_username(full_name: str) -> str:
    """A sign-in name made of the person's name: `Lò Văn Minh` gives `lo.van.minh`."""
    return re.sub(r"[^a-z0-9]+", ".", fold(full_name)).strip(".")[:60]
