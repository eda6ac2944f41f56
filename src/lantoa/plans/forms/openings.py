"""The forms by which a campaign starts, and by which it is opened to all after its pilots."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantoa.files.forms import UploadsMixin
from lantoa.ui.forms import OnceForm, VietnameseDateField, choice_field


class StartForm(forms.Form):
    """With whom a campaign begins; asked where there are pilot units."""

    ALL, PILOTS = "all", "pilots"

    whom = forms.ChoiceField(label=_("Who begins"), widget=forms.RadioSelect, initial=ALL, required=False)

    def __init__(self, *args: Any, pilots: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = ngettext(
            "Only the pilot units and what lies below them (%(count)d unit); the others when it is opened to all",
            "Only the pilot units and what lies below them (%(count)d units); the others when it is opened to all",
            pilots,
        )
        choice_field(self, "whom").choices = [
            (self.ALL, _("All units at once")),
            (self.PILOTS, only % {"count": pilots}),
        ]
        if not pilots:
            self.fields["whom"].widget = forms.HiddenInput()

    @property
    def pilots_first(self) -> bool:
        """Whether the valid form starts with the pilot units alone."""
        return bool(self.cleaned_data["whom"] == self.PILOTS)


class OpeningForm(UploadsMixin, OnceForm):
    """What the pilot units taught, and from when the campaign holds for all."""

    experience = forms.CharField(
        label=_("Experience of the pilot units"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What went well, what has to be done differently; every unit of the campaign reads it."),
    )
    holds_from = VietnameseDateField(
        label=_("Holds for all from"),
        help_text=_(
            "Today at the earliest. On that day the other units get their plans; they have as many days as the pilot "
            "units had, up to the end of the campaign."
        ),
    )
    field_order = ("client_id", "experience", "holds_from", "uploads", "no_secrecy_declared")
