"""Forms about the numbers of documents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.plans.enums import Numbered
from lantoa.plans.errors import NumberTaken


class PatternsForm(forms.Form):
    """How a unit numbers its documents; an empty pattern lets the usual one hold."""

    plan = forms.CharField(
        label=_("Number of plans"),
        max_length=60,
        required=False,
        help_text=_("With {n} where the number stands, for example {n}-KH/ĐU."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "{n}-KH/ĐU"}),
    )
    programme = forms.CharField(
        label=_("Number of action programmes"),
        max_length=60,
        required=False,
        help_text=_("For example {n}-CTr/ĐU."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "{n}-CTr/ĐU"}),
    )
    letter = forms.CharField(
        label=_("Number of convening letters"),
        max_length=60,
        required=False,
        help_text=_("For example {n}-CV/ĐU."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "{n}-CV/ĐU"}),
    )

    @property
    def patterns(self) -> dict[Numbered, str]:
        """What was typed, by kind of document."""
        return {kind: self.cleaned_data[kind.value] for kind in Numbered}


class RepeatMixin(forms.Form):
    """Takes a repeated number where whoever issues ticks that it is meant; asked only after a refusal."""

    repeat_confirmed = forms.BooleanField(
        label=_("The number is repeated knowingly."), required=False, widget=forms.HiddenInput
    )

    def offer_repeat(self, refusal: Exception) -> None:
        """Show the tick after a number was refused because another document bears it."""
        if isinstance(refusal, NumberTaken):
            self.fields["repeat_confirmed"].widget = forms.CheckboxInput()
