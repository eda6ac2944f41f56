"""Forms about appointments and the accounts of those who hold them."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantoa.accounts.enums import InvitationKind
from lantoa.accounts.mail import can_send
from lantoa.kernel import clock
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import FactorResetReason, Role
from lantoa.ui.forms import OnceForm, VietnameseDateField

WAY_PASSWORD, WAY_MAIL, WAY_SLIP = "password", InvitationKind.MAIL.value, InvitationKind.SLIP.value


def _ways() -> list[tuple[str, str]]:
    mail = [(WAY_MAIL, gettext("With a link that is sent to the e-mail address"))] if can_send() else []
    return [
        (WAY_PASSWORD, gettext("With a one-time password that is shown on the next page")),
        *mail,
        (WAY_SLIP, gettext("With a code on a slip that you print and hand over")),
    ]


def _why_no_mail() -> str:
    return "" if can_send() else gettext("No mail server is set up here, so that no link can be sent by e-mail.")


_without_mail = lazy(_why_no_mail, str)()


def _roles() -> list[tuple[str, str]]:
    return [("", gettext("Choose one")), *((role.value, str(capfirst(role.label))) for role in Role)]


class DecidedForm(OnceForm):
    """What every appointment cites, and the term that the decision names."""

    decision_number = forms.CharField(label=_("Decision number"), max_length=60)
    decision_date = VietnameseDateField(label=_("Decision date"))
    decision_body = forms.CharField(label=_("Deciding body"), max_length=200)
    term_ends_on = VietnameseDateField(
        label=_("The term ends on"),
        required=False,
        help_text=_(
            "The last day of the term, where the decision names one. It reminds you to renew and ends nothing."
        ),
    )

    @property
    def decision(self) -> Decision:
        """The decision that a valid form cites."""
        given = self.cleaned_data
        return Decision(given["decision_number"], given["decision_date"], given["decision_body"])

    def clean_decision_date(self) -> dt.date:
        """A decision that was taken already."""
        day: dt.date = self.cleaned_data["decision_date"]
        if day > clock.today():
            raise ValidationError(_("A decision cannot be dated in the future."), code="future")
        return day


class AppointmentForm(DecidedForm):
    """Who holds which role at a unit, from when."""

    member_code = forms.CharField(
        label=_("Member code"), max_length=30, help_text=_("The code in the person's record, with its leading zeros.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=_roles)
    title = forms.CharField(
        label=_("Position"), max_length=120, required=False, help_text=_("As it is written under a signature.")
    )
    starts_on = VietnameseDateField(label=_("Holds it from"), initial=clock.today)
    ends_on = VietnameseDateField(
        label=_("Gives it up from"),
        required=False,
        help_text=_("The first day without the role. Leave it empty while no end is decided."),
    )
    field_order = ["member_code", "role", "title", "starts_on", "ends_on"]

    @property
    def values(self) -> dict[str, Any]:
        """What a valid form says, for the service, the person aside."""
        names = ("client_id", "role", "title", "starts_on", "ends_on", "term_ends_on")
        return {"decision": self.decision, **{name: self.cleaned_data[name] for name in names}}

    def clean_role(self) -> Role:
        """The role as a member of its vocabulary."""
        return Role(self.cleaned_data["role"])


class RenewalForm(DecidedForm):
    """The next term of an appointment."""

    starts_on = VietnameseDateField(label=_("The new term begins on"), initial=clock.today)
    field_order = ["starts_on"]


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
    way = forms.ChoiceField(
        label=_("How does the person get in the first time?"),
        choices=_ways,
        initial=WAY_PASSWORD,
        widget=forms.RadioSelect,
        help_text=_without_mail,
    )


class InvitationForm(OnceForm):
    """An invitation by e-mail to an account that is open already."""

    email = forms.EmailField(label=_("E-mail address"))


class NumbersField(forms.TypedMultipleChoiceField):
    """The numbers of rows that were ticked; whether there are such rows, the service says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """Figures, and no more than a number of a row has."""
        return value.isascii() and value.isdigit() and len(value) <= 18


class SlipsForm(OnceForm):
    """For whom slips are printed."""

    persons = NumbersField()


def _reset_reasons() -> list[tuple[str, str]]:
    return [("", gettext("Choose one")), *((reason.value, str(capfirst(reason.label))) for reason in FactorResetReason)]


class FactorResetForm(forms.Form):
    """Why a second factor is taken away, and the newest one that the form's reader was shown."""

    reason = forms.TypedChoiceField(label=_("Reason"), choices=_reset_reasons, coerce=FactorResetReason)
    seen = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class AppointmentFilterForm(forms.Form):
    """Which appointments the list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("In force or still to come")), ("ended", _("Ended already")), ("all", _("All appointments"))],
    )
