"""The form that makes one record of two."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.models import Person
from lantoa.ui.forms import OnceForm

KEPT, OTHER = "kept", "other"
_LABELS = {
    "full_name": _("Full name"),
    "birth_year": _("Year of birth"),
    "village": _("Village"),
    "code": _("Member code"),
    "is_manager": _("Leader or manager"),
    "sector": _("Sector"),
}


class MergeForm(OnceForm):
    """Which value stays, for each field in which the two records differ."""

    def __init__(self, *args: Any, kept: Person, merged: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in _LABELS.items():
            mine, theirs = (_shown(person, name) for person in (kept, merged))
            if mine != theirs:
                self.fields[name] = forms.ChoiceField(
                    label=label,
                    choices=[(KEPT, mine or _("nothing")), (OTHER, theirs or _("nothing"))],
                    widget=forms.RadioSelect,
                    initial=KEPT if mine else OTHER,
                )

    @property
    def take(self) -> list[str]:
        """The fields that a valid form takes from the other record, as the service names them."""
        names = {"sector": "sector_id"}
        return [names.get(name, name) for name, value in self.cleaned_data.items() if value == OTHER]


def _shown(person: Person, name: str) -> str:
    value = getattr(person, name)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "" if value is None else str(value)
