"""Forms of a list that is compared with the records."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.reading import FIELDS
from lantoa.organizations.selectors.comparisons import COMPARED, FieldCount
from lantoa.organizations.selectors.import_problems import TITLES

DIFFERING, ALL, ABSENT = "", "all", "absent"
_GREATEST_ROW = 2**31 - 1


class ComparisonFilterForm(forms.Form):
    """Narrows the rows: those that differ, by field, by what is to be put right, and who is not in the list."""

    show = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, fields: list[FieldCount], problems: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["show"] = forms.ChoiceField(
            label=_("Rows shown"),
            required=False,
            choices=[
                (DIFFERING, _("Rows that differ")),
                *((one.key, f"{FIELDS[one.key].title} ({one.rows})") for one in fields),
                *((code, f"{TITLES[code]} ({count})") for code, count in problems.items()),
                (ABSENT, _("Recorded here, not in the list")),
                (ALL, _("All rows")),
            ],
        )


class ChoiceForm(forms.Form):
    """What is taken over or left: of one field or all, in one row or all."""

    choice = forms.ChoiceField(choices=[(f"{step}:{key}", "") for step in ("take", "leave") for key in ("", *COMPARED)])
    number = forms.IntegerField(required=False, min_value=1, max_value=_GREATEST_ROW)

    def chosen(self) -> dict[str, Any]:
        """The arguments of the use case."""
        step, _colon, field = self.cleaned_data["choice"].partition(":")
        return {"take": step == "take", "field": field, "number": self.cleaned_data["number"]}
