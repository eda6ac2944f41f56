"""Forms of activities besides conferences."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.enums import SpokenLanguage
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.standpoints import Sight
from lantoa.plans.models import Campaign
from lantoa.study_sessions.enums import ActivityKind, HeadcountBasis
from lantoa.study_sessions.forms import HourField
from lantoa.study_sessions.models import Activity
from lantoa.study_sessions.reach import Narrowing
from lantoa.study_sessions.services import ActivityFacts
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField

MOST_PEOPLE = 1_000_000
BASES = (HeadcountBasis.COUNTED, HeadcountBasis.BOOK, HeadcountBasis.REGISTERED, HeadcountBasis.ESTIMATED)


def _capital(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(value, str(capfirst(label))) for value, label in choices]


class ActivityFields(forms.Form):
    """What is told about an activity."""

    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: _capital(ActivityKind.choices))
    campaign = forms.ModelChoiceField(
        label=_("Roll-out"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=_("of no roll-out"),
        help_text=_("Which roll-out it served, where it served one."),
    )
    place = forms.CharField(
        label=_("Where it was held"), max_length=160, help_text=_("For example the culture house of the village.")
    )
    held_on = VietnameseDateField(label=_("Held on"))
    held_hour = HourField(label=_("Began at"))
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"), choices=SpokenLanguage.choices, widget=forms.CheckboxSelectMultiple
    )
    audience = forms.CharField(
        label=_("Who came"), max_length=160, help_text=_("Groups, not names: people of the village, women, youth.")
    )
    headcount = forms.IntegerField(
        label=_("Headcount"),
        min_value=0,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Everybody who came, members or not. It is reach and does not count in the rate."),
    )
    basis = forms.ChoiceField(
        label=_("How the headcount is known"),
        choices=lambda: _capital((basis.value, basis.label) for basis in BASES),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was spoken about and what people asked; no names."),
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Campaign]", self.fields["campaign"]).queryset = campaigns

    def facts(self) -> ActivityFacts:
        """What a valid form tells."""
        told = self.cleaned_data
        return ActivityFacts(
            kind=ActivityKind(told["kind"]),
            place=told["place"],
            held_at=timezone.make_aware(dt.datetime.combine(told["held_on"], told["held_hour"])),
            languages=[SpokenLanguage(one) for one in told["languages"]],
            audience=told["audience"],
            headcount=told["headcount"],
            basis=HeadcountBasis(told["basis"]),
            note=told["note"],
        )


class ActivityForm(OnceForm, ActivityFields):
    """A new activity of one of the actor's units."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    field_order: Sequence[str] = ("client_id", "unit", "kind", "campaign", "place", "held_on", "held_hour")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Unit]", self.fields["unit"]).queryset = units


class CorrectionForm(VersionedForm, ActivityFields):
    """A correction of what was recorded."""

    @classmethod
    def values_of(cls, activity: Activity) -> dict[str, Any]:
        """The activity's values by field name."""
        held = timezone.localtime(activity.held_at)
        names = ("kind", "place", "audience", "headcount", "basis", "note", "version", "languages")
        return {
            **{name: getattr(activity, name) for name in names},
            "campaign": activity.campaign,
            "held_on": held.date(),
            "held_hour": held.time().replace(second=0, microsecond=0),
        }


class TakingBackForm(forms.Form):
    """Why an activity counts no longer."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("For example: entered twice, did not take place.")
    )


class ActivityFilterForm(forms.Form):
    """The filter bar; an unknown value filters nothing."""

    unit = forms.ChoiceField(label=_("Unit and below"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=lambda: [("", _("All kinds")), *_capital(ActivityKind.choices)]
    )
    campaign = forms.ModelChoiceField(
        label=_("Roll-out"), queryset=Campaign.objects.none(), required=False, empty_label=_("All")
    )
    since = VietnameseDateField(label=_("From day"), required=False)
    until = VietnameseDateField(label=_("To day"), required=False)

    def __init__(self, data: QueryDict, *, sight: Sight, campaigns: QuerySet[Campaign]) -> None:
        asked = data.copy()
        asked["unit"] = str(sight.unit.pk) if sight.unit else ""
        super().__init__(asked)
        cast("forms.ModelChoiceField[Campaign]", self.fields["campaign"]).queryset = campaigns
        cast("forms.ChoiceField", self.fields["unit"]).choices = [(unit.pk, unit.label) for unit in sight.choices]

    def narrowing(self) -> Narrowing:
        """What was asked for, without what could not be read."""
        self.full_clean()
        told = {name: value for name, value in self.cleaned_data.items() if value and name != "unit"}
        return Narrowing(**told)
