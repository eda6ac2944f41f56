"""Forms of an import of persons: the file, its columns, its cells, and the decisions on its rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.enums import ImportKind, RowDecision
from lantoa.organizations.import_template import STANDINGS
from lantoa.organizations.models import Unit
from lantoa.organizations.reading import FIELDS, Layout
from lantoa.organizations.reading.headers import is_numbering
from lantoa.organizations.selectors.import_problems import TITLES
from lantoa.ui.forms import OnceForm, VietnameseDateField


class ImportForm(OnceForm):
    """A list of persons to be checked, or compared with the records."""

    kind = forms.ChoiceField(
        label=_("What is the list for?"),
        choices=[
            (ImportKind.REGISTER.value, _("To register new persons")),
            (ImportKind.COMPARE.value, _("To put records right by member code, as the national register has them")),
        ],
        initial=ImportKind.REGISTER.value,
        required=False,
        widget=forms.RadioSelect,
    )

    upload = forms.FileField(
        label=_("List of persons"),
        max_length=200,
        allow_empty_file=True,
        help_text=_("A workbook (.xlsx, .xls, .ods) or a CSV file as you keep it, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )
    effective_on = VietnameseDateField(
        label=_("Counted from"), help_text=_("The memberships of all persons in the list begin on this day.")
    )

    def clean_kind(self) -> ImportKind:
        """What the list is for; to register persons where nothing is said."""
        return ImportKind(self.cleaned_data["kind"] or ImportKind.REGISTER)


class ImportFilterForm(forms.Form):
    """Narrows the rows of an import; `counts` are the problems that there are, with the number of their rows."""

    show = forms.ChoiceField(label=_("Rows shown"), required=False)

    def __init__(self, *args: Any, counts: Mapping[str, int], others: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["show"] = forms.ChoiceField(
            label=_("Rows shown"),
            required=False,
            choices=[
                ("", _("All rows")),
                ("problems", _("Only rows with problems")),
                *((code, f"{TITLES[code]} ({count})") for code, count in counts.items()),
                *([("others", _("Rows that are no persons"))] if others else []),
            ],
        )


class ImportApplyForm(forms.Form):
    """What becomes of rows with problems."""

    skip_problem_rows = forms.BooleanField(label=_("Leave out the rows with problems"), required=False)


class DecisionForm(forms.Form):
    """What becomes of one row; nothing takes the decision back."""

    decision = forms.ChoiceField(required=False, choices=RowDecision.choices)


class ManyDecisionForm(forms.Form):
    """What becomes of all rows with one problem."""

    problem = forms.ChoiceField(choices=[(code, code) for code in TITLES])
    decision = forms.ChoiceField(required=False, choices=RowDecision.choices)


class SheetForm(forms.Form):
    """Which sheet of the file holds the list."""

    sheet = forms.TypedChoiceField(label=_("Sheet with the list"), coerce=int)

    def __init__(self, *args: Any, layout: Layout, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(index), name) for index, name in enumerate(layout.sheets)]
        self.fields["sheet"] = forms.TypedChoiceField(
            label=_("Sheet with the list"), coerce=int, choices=choices, initial=str(layout.sheet)
        )


class ColumnsForm(forms.Form):
    """What each column of the list means. A column without a choice is not taken over."""

    standing = forms.ChoiceField(
        label=_("Standing of everybody whose row says none"),
        required=False,
        choices=[("", _("It stands in the list")), *((text, text) for text in STANDINGS)],
    )
    proper_case = forms.BooleanField(
        label=_("Write names in capitals in proper case"),
        required=False,
        help_text=_("VÀNG A PÁO becomes Vàng A Páo. Names that are not in capitals stay as they are."),
    )
    converts = forms.BooleanField(
        label=_("Convert the text of the old font into Unicode"),
        required=False,
        help_text=_("Take the mark away if the text was read rightly as it stands in the file."),
    )

    def __init__(self, *args: Any, layout: Layout, examples: Sequence[str], **kwargs: Any) -> None:
        initial = {"standing": layout.standing, "proper_case": layout.proper_case, "converts": layout.converts}
        super().__init__(*args, **{"initial": initial, **kwargs})
        if not layout.encoding:
            del self.fields["converts"]
        self._width = len(layout.columns)
        choices = [("", _("Not taken over")), *((key, one.label or one.title) for key, one in FIELDS.items())]
        for position, (title, key) in enumerate(zip(layout.titles, layout.columns, strict=True)):
            if not key and (not title or is_numbering(title)):
                continue
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=title or _("Column %(number)s, without a title") % {"number": position + 1},
                help_text=examples[position],
                required=False,
                choices=choices,
                initial=key,
            )
        self.order_fields([name for name in self.fields if name.startswith("column_")])

    def columns(self) -> list[str]:
        """The chosen meaning of each column, empty where it is not taken over."""
        return [self.cleaned_data.get(f"column_{position}", "") for position in range(self._width)]


class UnitsForm(forms.Form):
    """Which cell each unclear text of the file means."""

    def __init__(self, *args: Any, texts: Sequence[tuple[str, int]], units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._texts = [text for text, _rows in texts]
        choices = [("", _("Undecided")), *((str(unit.pk), unit.name) for unit in units)]
        for position, (text, count) in enumerate(texts):
            self.fields[f"unit_{position}"] = forms.TypedChoiceField(
                label=text,
                help_text=_("%(count)s rows") % {"count": count},
                required=False,
                coerce=int,
                empty_value=None,
                choices=choices,
            )
            self.fields[f"text_{position}"] = forms.CharField(
                initial=text, widget=forms.HiddenInput, required=False, strip=False
            )

    def choices(self) -> dict[str, int]:
        """The number of the chosen unit by text, for the texts that the page showed."""
        found: dict[str, int] = {}
        for position in range(len(self._texts)):
            chosen, shown = self.cleaned_data.get(f"unit_{position}"), self.cleaned_data.get(f"text_{position}", "")
            if chosen and shown in self._texts:
                found[shown] = chosen
        return found
