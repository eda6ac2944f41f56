"""Forms that place what a split leaves: by hand, or by a workbook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.models import DraftSuccessor, UnitEventDraft


class PlacingForm(forms.Form):
    """Where the ticked rows of a list go."""

    successor = forms.ModelChoiceField(
        DraftSuccessor.objects.none(), label=_("They go to"), empty_label=_("Choose one")
    )
    rest = forms.BooleanField(label=_("Place all that have no place yet there, too"), required=False)

    def __init__(self, *args: Any, draft: UnitEventDraft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = draft.successors.select_related("unit")  # type: ignore[attr-defined]


class PlacingFilterForm(forms.Form):
    """Narrows the list of what is to be placed."""

    show = forms.ChoiceField(
        label=_("Rows shown"), required=False, choices=[("", _("All")), ("left", _("Only those without a place"))]
    )


class PlacingUploadForm(forms.Form):
    """The workbook with the new unit of each row."""

    upload = forms.FileField(
        label=_("The list, filled in"),
        max_length=200,
        allow_empty_file=True,
        help_text=_("The workbook that you downloaded, or a list of yours with the member code and the new unit."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )
