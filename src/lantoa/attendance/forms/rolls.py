"""Forms of closing a roll, settling a conflict, setting up a make-up session."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import ATTENDED, MISSED
from lantoa.study_sessions.forms import SessionForm


class CloseForm(forms.Form):
    """The closing of a roll: others present, and what becomes of those without a mark."""

    guests = forms.IntegerField(
        label=_("Others present, on no list"),
        min_value=0,
        max_value=100_000,
        initial=0,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("A headcount: non-members and people whom no list names. They are not in the rate."),
    )
    guests_note = forms.CharField(
        label=_("Note on the others"), max_length=300, required=False, help_text=_("Groups, not names.")
    )
    absent_rest = forms.BooleanField(required=False)

    def __init__(self, *args: Any, unmarked: int, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unmarked:
            self.fields["absent_rest"].label = label
        else:
            del self.fields["absent_rest"]

    def clean_guests(self) -> int:
        """The headcount, none for an empty field."""
        return self.cleaned_data["guests"] or 0


class RollUploadForm(forms.Form):
    """The workbook of a roll, filled in."""

    upload = forms.FileField(
        label=_("The workbook, filled in"),
        max_length=200,
        allow_empty_file=True,
        help_text=_("The one that you downloaded here. You see what it says before anything is recorded."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )


class SettleForm(forms.Form):
    """What a conflict is settled for."""

    status = forms.ChoiceField(choices=[(status.value, status.label) for status in (*ATTENDED, *MISSED)])


class MakeUpForm(SessionForm):
    """A make-up session: as any session, and where its people go."""

    ONE, EACH = "one", "each"
    arrangement = forms.ChoiceField(
        label=_("Sites"),
        choices=[(ONE, _("one site for all, at the host")), (EACH, _("one site for each cell"))],
        initial=ONE,
        widget=forms.RadioSelect,
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    field_order: Sequence[str] = (*SessionForm.field_order, "arrangement", "address")
