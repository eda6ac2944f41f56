"""The forms of a summons."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet, TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.directives.forms import NotationField
from lantoa.organizations.enums import Standing
from lantoa.organizations.models import Person
from lantoa.plans.enums import AdditionReason, RemovalReason, SummonsReason
from lantoa.plans.forms.numbering import RepeatMixin
from lantoa.plans.models import Summons
from lantoa.typesetting.responses import FileKind
from lantoa.ui.forms import OnceForm, VietnameseDateField


def _capital(vocabulary: type[TextChoices]) -> list[tuple[str, str]]:
    return [(value, str(capfirst(label))) for value, label in vocabulary.choices]


class SummonsForm(RepeatMixin, OnceForm):
    """The letter by which a unit convenes."""

    number = NotationField(
        label=_("Number and notation"),
        help_text=_("Of the convening letter, for example 15-CV/ĐU."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "15-CV/ĐU"}),
    )
    issued_on = VietnameseDateField(label=_("Date of issue"))
    field_order = ("client_id", "number", "repeat_confirmed", "issued_on")


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
    reason = forms.ChoiceField(
        label=_("Reason of the removal"), choices=lambda: _capital(RemovalReason), widget=forms.RadioSelect
    )


class AdditionForm(forms.Form):
    """The decision by which people come onto a frozen list. `persons` are ticked in the table of their names."""

    ALL, TICKED = "all", "ticked"

    decision = NotationField(
        label=_("Number of the decision"),
        help_text=_("For example 12-QĐ/ĐU."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "12-QĐ/ĐU"}),
    )
    added_on = VietnameseDateField(
        label=_("Date of the decision"),
        help_text=_("Whoever was added after the session of their cell is not in its rate."),
    )
    reason = forms.ChoiceField(
        label=_("Reason of the addition"), choices=lambda: _capital(AdditionReason), widget=forms.RadioSelect
    )
    whom = forms.ChoiceField(
        label=_("Who is added"),
        choices=[(ALL, _("Everybody whom the rule calls and who stands on no list")), (TICKED, _("Only those ticked"))],
        widget=forms.RadioSelect,
        initial=ALL,
    )
    persons = forms.ModelMultipleChoiceField(queryset=Person.objects.none(), required=False)

    def __init__(self, *args: Any, named: "QuerySet[Person]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelMultipleChoiceField[Person]", self.fields["persons"]).queryset = named

    def clean(self) -> dict[str, Any]:
        """Ask for a tick where only those ticked are added, and for none where everybody is."""
        cleaned = super().clean() or self.cleaned_data
        if "whom" in cleaned and "persons" in cleaned:
            whom, persons = cleaned["whom"], cleaned["persons"]
            if whom == self.TICKED and not persons:
                self.add_error("whom", _("Tick somebody in the table, or add everybody."))
            if whom == self.ALL and persons:
                self.add_error("whom", _("Some are ticked. Choose to add only those ticked, or untick them."))
        return cleaned

    def ticked(self) -> set[str]:
        """The numbers that stand ticked in what was sent, right or wrong."""
        return {str(number) for number in self["persons"].value() or ()}

    def person_ids(self) -> list[int] | None:
        """Whom a valid form adds: None for everybody."""
        if self.cleaned_data["whom"] == self.ALL:
            return None
        return [person.pk for person in self.cleaned_data["persons"]]


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
