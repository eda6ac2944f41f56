"""Forms of transfers between cells."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold, normalise
from lantoa.organizations.enums import TransferKind
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.transfers import party_units_named
from lantoa.ui.forms import OnceForm, VietnameseDateField

NAMED_AT_MOST = 5


class PartyUnitField(forms.CharField):
    """A unit of the Party in force, typed as its code, its name, or its name with that of the unit above it."""

    default_error_messages = {
        "unknown": _("There is no Party unit of that name or code. Check it."),
        "several": _("Several units match: %(units)s. Type the name of the unit above it after a comma."),
    }

    def clean(self, value: Any) -> Any:
        """The unit; None where nothing was typed and nothing has to be."""
        typed = normalise(super().clean(value))
        if not typed and not self.required:
            return None
        found = list(party_units_named(typed)[: NAMED_AT_MOST + 1]) if typed else []
        exact = [unit for unit in found if fold(unit.name) == fold(typed.partition(",")[0])]
        found = exact if len(exact) == 1 else found
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        shown = "; ".join(_with_superior(unit) for unit in found[:NAMED_AT_MOST])
        more = "…" if len(found) > NAMED_AT_MOST else ""
        raise ValidationError(self.error_messages["several"], code="several", params={"units": shown + more})


def _with_superior(unit: Unit) -> str:
    return f"{unit.name}, {unit.parent.name}" if unit.parent else unit.name


class TransferForm(OnceForm):
    """Where a person goes, by which letter, from when."""

    kind = forms.ChoiceField(
        label=_("For how long"),
        choices=[
            (TransferKind.MOVE.value, _("For good: the new unit counts the person from that day on")),
            (TransferKind.STAY.value, _("For a time: the person takes part there, and the official unit stays")),
        ],
        widget=forms.RadioSelect,
        initial=TransferKind.MOVE.value,
    )
    to_unit = PartyUnitField(
        label=_("Receiving unit"),
        max_length=200,
        help_text=_(
            "Its code or its name; where several are called so, with the unit above: “Chi bộ bản Tây An, Mường So”."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    letter_number = forms.CharField(
        label=_("Number of the letter of introduction"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    letter_date = VietnameseDateField(label=_("Date of the letter"))
    effective_on = VietnameseDateField(
        label=_("From the day"), help_text=_("The first day in the receiving unit; it may be yet to come.")
    )
    ends_on = VietnameseDateField(
        label=_("Last day"), required=False, help_text=_("Only for a stay for a time: the last day there.")
    )

    def clean_kind(self) -> TransferKind:
        """The kind as the vocabulary has it."""
        return TransferKind(self.cleaned_data["kind"])

    def clean_letter_date(self) -> dt.date:
        """A letter that was written already."""
        day: dt.date = self.cleaned_data["letter_date"]
        if day > clock.today():
            raise ValidationError(_("A letter cannot be dated in the future."), code="future")
        return day


class StayEndForm(forms.Form):
    """The last day of a stay for a time."""

    ends_on = VietnameseDateField(label=_("Last day there"))


class TransferCancelForm(forms.Form):
    """Why an accepted transfer does not take place."""

    reason = forms.CharField(
        label=_("Why is it cancelled?"), max_length=200, help_text=_("Both units read it on the letter.")
    )
