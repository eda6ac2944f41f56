"""The form of an exception from an audience."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.models import Sector, Unit
from lantoa.plans.enums import Effect, PersonClass
from lantoa.plans.models import Campaign
from lantoa.ui.forms import OnceForm


class ExceptionForm(OnceForm):
    """Whom a campaign calls beside its class, or not; units of the two levels below the owner are on offer."""

    effect = forms.ChoiceField(
        label=_("What is different"),
        choices=lambda: [(value, str(capfirst(label))) for value, label in Effect.choices],
        widget=forms.RadioSelect,
    )
    persons = forms.ChoiceField(
        label=_("Who"), choices=lambda: [(value, str(capfirst(label))) for value, label in PersonClass.choices]
    )
    sector = forms.ModelChoiceField(
        label=_("Sector"),
        queryset=Sector.objects.all(),
        required=False,
        empty_label=_("No sector"),
        help_text=_("Only for those who work in a sector."),
    )
    unit = forms.ModelChoiceField(
        label=_("At which unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("All units of the campaign"),
        help_text=_("With the units below it. A single person is added or removed on the list, by a decision."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "exception_%s", **kwargs})
        near = Q(parent=campaign.owner_id) | Q(parent__parent=campaign.owner_id)
        cast("forms.ModelChoiceField[Unit]", self.fields["unit"]).queryset = (
            Unit.objects.filter(near).in_force().order_by("path")
        )
