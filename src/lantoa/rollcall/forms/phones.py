"""Setting a phone up, and naming it."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.ui.forms import OnceForm


class SetUpForm(OnceForm):
    """At which of the reader's units the phone takes the roll; not asked where there is only one."""

    unit = forms.TypedChoiceField(label=_("The phone takes the roll of"), coerce=int)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = {grant.unit_id: grant.unit_name for grant in actor.grants if grant.role in authority.TAKES_ROLL}
        field = cast("forms.TypedChoiceField", self.fields["unit"])
        field.choices = list(units.items())
        if len(units) == 1:
            field.widget, field.initial = forms.HiddenInput(), next(iter(units))


class RenameForm(forms.Form):
    """What people call the phone."""

    label = forms.CharField(label=_("Name of the phone"), max_length=80)


class ParcelForm(forms.Form):
    """What a phone that finds no network saved for somebody else to carry."""

    parcel = forms.FileField(
        label=_("File of a phone"),
        max_length=200,
        allow_empty_file=True,
        help_text=_("The one that the phone saved when it could not send. It is recorded in the name of that phone."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )
