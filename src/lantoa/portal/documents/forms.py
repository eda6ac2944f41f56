"""The filter bar of the public register."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveKind
from lantoa.kernel import clock
from lantoa.portal.documents.selectors import Choices
from lantoa.portal.querysets import PublicDocumentQuerySet
from lantoa.portal.typed import WordsField
from lantoa.ui.forms import choice_field

_COLUMNS = {
    "kind": "directive__kind",
    "body": "directive__body",
    "sector": "directive__sectors",
    "year": "directive__issued_on__year",
}
"""The parameters of the address, and the columns that they narrow."""


class FilterForm(forms.Form):
    """What the list is narrowed to; an unknown value narrows nothing."""

    q = WordsField(
        label=_("Words of a document"),
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("Number, subject, or words of the text")}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("All kinds")), *((value, capfirst(label)) for value, label in DirectiveKind.choices)],
    )
    body = forms.ChoiceField(label=_("Issuing body"), required=False)
    sector = forms.ChoiceField(label=_("Subject area"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    in_force = forms.BooleanField(label=_("Only what is in force"), required=False)

    def __init__(self, data: Mapping[str, Any], *, known: Choices) -> None:
        super().__init__(data)
        choice_field(self, "body").choices = [("", _("All bodies")), *((body, body) for body in known.bodies)]
        areas = [(str(number), name) for number, name in known.sectors]
        choice_field(self, "sector").choices = [("", _("All subject areas")), *areas]
        choice_field(self, "year").choices = [("", _("All years")), *((str(year), str(year)) for year in known.years)]

    def chosen(self) -> dict[str, Any]:
        """What was chosen and is known, by the names of the address."""
        self.full_clean()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}

    def narrowed(self, rows: PublicDocumentQuerySet) -> PublicDocumentQuerySet:
        """The rows that fit what was chosen, words aside."""
        chosen = self.chosen()
        found = rows.filter(**{column: chosen[name] for name, column in _COLUMNS.items() if name in chosen})
        return found.in_force_on(clock.today()) if "in_force" in chosen else found
