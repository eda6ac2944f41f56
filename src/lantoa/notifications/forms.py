"""Forms of the inbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.notifications.kinds import KINDS
from lantoa.notifications.models import LONGEST_SILENCE
from lantoa.ui.forms import choice_field

_DAYS = ((1, lazy("1 day")), (7, lazy("7 days")), (14, lazy("14 days")), (LONGEST_SILENCE, lazy("30 days")))


class InboxFilter(forms.Form):
    """What narrows the inbox."""

    kind = forms.ChoiceField(label=lazy("Kind"), required=False)
    unread = forms.ChoiceField(label=lazy("State"), required=False, choices=[("", lazy("All")), ("1", lazy("Unread"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "kind").choices = [
            ("", _("All kinds")),
            *((kind.key, kind.label) for kind in KINDS.values()),
        ]

    @property
    def chosen(self) -> dict[str, Any]:
        """The kind and whether only what is unread; an unknown choice narrows nothing."""
        typed = self.cleaned_data if self.is_valid() else {}
        return {"kind": typed.get("kind", ""), "unread": bool(typed.get("unread"))}


class SilenceForm(forms.Form):
    """What to silence, and for how long."""

    what = forms.ChoiceField(label=lazy("What"))
    days = forms.TypedChoiceField(label=lazy("For how long"), choices=_DAYS, coerce=int, initial=7)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "what").choices = choices

    @property
    def wanted(self) -> dict[str, Any]:
        """The kind, or the type and number, as the use case wants them."""
        what: str = self.cleaned_data["what"]
        if what in KINDS:
            return {"kind": what}
        about_type, _colon, number = what.rpartition(":")
        return {"about_type": about_type, "about_id": int(number)}


class ReadAllForm(InboxFilter):
    """What the inbox showed, and the last notification that it counted."""

    until = forms.IntegerField(min_value=0, max_value=2**62, widget=forms.HiddenInput)
