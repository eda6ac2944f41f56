"""What the reader of the log may narrow it by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.audit.enums import Outcome
from lantoa.dashboard.audit_log.acts import ACTS
from lantoa.dashboard.audit_log.selectors import Filters
from lantoa.ui.forms import VietnameseDateField


class LogFilterForm(forms.Form):
    """Outcome, act, user and days, all optional."""

    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    action = forms.ChoiceField(label=_("Act"), required=False)
    who = forms.CharField(label=_("Sign-in name"), max_length=60, required=False)
    since = VietnameseDateField(label=_("From day"), required=False)
    until = VietnameseDateField(label=_("To day"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        acts = sorted(((code, str(name)) for code, name in ACTS.items()), key=lambda pair: pair[1])
        self._choices("outcome", [("", _("Every outcome")), *Outcome.choices])
        self._choices("action", [("", _("Every act")), *acts])

    def filters(self) -> Filters:
        """What was asked for, without what could not be read: that is told beside its field."""
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
