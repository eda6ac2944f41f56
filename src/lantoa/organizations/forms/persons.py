"""Forms of persons, their exemptions and their import."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.enums import ReasonClass, Standing
from lantoa.organizations.models import Sector
from lantoa.organizations.new_persons import FIRST_YEAR, NAME_LENGTH, is_name, latest_birth_year
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField

ENDING = "ending"
"""The filter for exemptions that end soon."""


class PersonFields(forms.Form):
    """What a record holds: the least that tells two people apart."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=NAME_LENGTH,
        help_text=_("As the person writes it, with all marks."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth_year = forms.CharField(
        label=_("Year of birth"),
        required=False,
        help_text=_("Four digits. It tells namesakes apart."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4", "autocomplete": "off"}),
    )
    village = forms.CharField(label=_("Village"), max_length=120, required=False)
    code = forms.CharField(
        label=_("Member code"),
        max_length=30,
        required=False,
        help_text=_("The number in the national register, with its leading zeros."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    standing = forms.ChoiceField(label=_("Standing"), choices=Standing.choices, widget=forms.RadioSelect)
    is_manager = forms.BooleanField(
        label=_("Leader or manager"),
        required=False,
        help_text=_("Strategic directives are studied by leaders and managers of all levels."),
    )
    sector = forms.ModelChoiceField(
        label=_("Sector"),
        queryset=Sector.objects.all(),
        required=False,
        empty_label=_("None"),
        help_text=_("Sectoral directives are studied by those who work in the sector."),
    )

    def clean_full_name(self) -> str:
        """The name in composed form."""
        name = normalise(self.cleaned_data["full_name"])
        if not is_name(name):
            raise ValidationError(_("Use letters only in a name."), code="name")
        return name

    def clean_birth_year(self) -> int | None:
        """The year as a number."""
        text = self.cleaned_data["birth_year"].strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= latest_birth_year()):
            raise ValidationError(
                _("Give a year of birth of four digits between 1900 and %(latest)s."),
                code="year",
                params={"latest": latest_birth_year()},
            )
        return int(text)

    def clean_standing(self) -> Standing:
        """The standing as the vocabulary has it."""
        return Standing(self.cleaned_data["standing"])


class PersonCreateForm(PersonFields, OnceForm):
    """A person who joins a unit."""

    starts_on = VietnameseDateField(label=_("Counted here from"), help_text=_("The day of the transfer or admission."))


class PersonEditForm(PersonFields, VersionedForm):
    """A correction of a record."""


class ExemptionForm(forms.Form):
    """A decision that exempts a person from activities."""

    reason_class = forms.ChoiceField(
        label=_("Reason"),
        choices=ReasonClass.choices,
        widget=forms.RadioSelect,
        help_text=_("Only the class of the reason is kept, and it is never shown above the cell."),
    )
    decision_number = forms.CharField(
        label=_("Number of the decision"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    decision_date = VietnameseDateField(label=_("Date of the decision"))
    starts_on = VietnameseDateField(label=_("From"))
    ends_on = VietnameseDateField(
        label=_("Last day"), required=False, help_text=_("Leave it blank where the decision names none.")
    )

    def clean_reason_class(self) -> ReasonClass:
        """The reason as the vocabulary has it."""
        return ReasonClass(self.cleaned_data["reason_class"])

    def clean_decision_date(self) -> Any:
        """A decision that was taken already."""
        day = self.cleaned_data["decision_date"]
        if day > clock.today():
            raise ValidationError(_("A decision cannot be dated in the future."), code="future")
        return day


class ExemptionEndForm(forms.Form):
    """The last day of an exemption."""

    ends_on = VietnameseDateField(label=_("Last day of the exemption"))


class ExportForm(forms.Form):
    """Why names leave the system."""

    purpose = forms.CharField(
        label=_("What are the names needed for?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: list for the summons of the conference on 5 December. It stays in the audit log."),
    )


class StandingFilterForm(forms.Form):
    """Narrows the list of persons of a past day."""

    standing = forms.ChoiceField(label=_("Standing"), required=False, choices=[("", _("All")), *Standing.choices])


class PersonFilterForm(StandingFilterForm):
    """Narrows the list of persons."""

    exemption = forms.ChoiceField(
        label=_("Exemption"), required=False, choices=[("", _("All")), (ENDING, _("ends soon, or ended lately"))]
    )
