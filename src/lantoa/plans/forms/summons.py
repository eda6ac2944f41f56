"""The forms of a summons."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lantoa.directives.forms import NotationField
from lantoa.organizations.enums import Standing
from lantoa.plans.enums import SummonsReason
from lantoa.plans.models import Summons
from lantoa.typesetting.responses import FileKind
from lantoa.ui.forms import OnceForm, VietnameseDateField


class SummonsForm(OnceForm):
    """The letter by which a unit convenes."""

    number = NotationField(
        label=_("Number and notation"),
        help_text=_("Of the convening letter, for example 15-CV/ĐU."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "15-CV/ĐU"}),
    )
    issued_on = VietnameseDateField(label=_("Date of issue"))


class RemovalForm(forms.Form):
    """The decision by which a person is taken off the list."""

    decision = NotationField(
        label=_("Number of the decision"),
        help_text=_("For example 12-QĐ/ĐU."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "12-QĐ/ĐU"}),
    )
    removed_on = VietnameseDateField(
        label=_("Date of the decision"),
        help_text=_("Whoever was removed before the session does not count in the rate."),
    )


class PurposeForm(forms.Form):
    """Why names leave the system."""

    purpose = forms.CharField(
        label=_("What are the names needed for?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: list for the door of the conference on 5 December. It stays in the audit log."),
    )


class ListForm(PurposeForm):
    """The list of names to be taken out: why, as which file, and by which letter where it goes with one.

    Without a choice it is a workbook of everybody on the lists.
    """

    letter = forms.ModelChoiceField(
        queryset=Summons.objects.none(),
        label=_("Letter"),
        required=False,
        empty_label=_("All letters"),
        help_text=_("With a letter, the document says which it goes with and leaves out who was removed."),
    )
    kind = forms.ChoiceField(
        label=_("As"),
        required=False,
        choices=[
            ("xlsx", _("Excel workbook")),
            (FileKind.PDF.value, _("PDF, ready to print")),
            (FileKind.WORD.value, _("Word document")),
        ],
    )

    def __init__(self, *args: Any, letters: "QuerySet[Summons]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Summons]", self.fields["letter"]).queryset = letters

    @property
    def file_kind(self) -> FileKind | None:
        """The document that was asked for; None for a workbook."""
        kind = self.cleaned_data["kind"]
        return FileKind(kind) if kind in set(FileKind) else None


class EntryFilterForm(forms.Form):
    """The filter bar of a list; an unknown value filters nothing."""

    cell = forms.ChoiceField(label=_("Cell"), required=False)
    standing = forms.ChoiceField(
        label=_("Standing"), required=False, choices=[("", _("All standings")), *Standing.choices]
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", _("All reasons")), *SummonsReason.choices]
    )

    def __init__(self, *args: Any, cells: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(cells) > 1:
            cast(forms.ChoiceField, self.fields["cell"]).choices = [("", _("All cells")), *cells]
        else:
            del self.fields["cell"]

    def conditions(self) -> dict[str, Any]:
        """The chosen values as conditions on entries."""
        self.full_clean()
        columns = {"cell": "unit", "standing": "standing", "reason": "reason"}
        chosen = getattr(self, "cleaned_data", {})
        return {column: chosen[name] for name, column in columns.items() if chosen.get(name)}
