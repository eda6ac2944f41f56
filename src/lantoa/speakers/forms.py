"""Forms of the register of speakers."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import SpokenLanguage
from lantoa.organizations.models import Sector, Unit
from lantoa.organizations.selectors.standpoints import Sight
from lantoa.speakers.enums import Tier
from lantoa.speakers.models import Speaker
from lantoa.speakers.selectors import Asked
from lantoa.speakers.services import RecognitionFacts
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField

LAPSED = "all"


def _capital(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, str]]:
    return [(value, str(capfirst(str(label)))) for value, label in choices]


def _sectors() -> QuerySet[Sector]:
    return Sector.objects.order_by("name", "pk")


class RecognitionFields(forms.Form):
    """What a decision says of a speaker."""

    tier = forms.TypedChoiceField(
        label=_("Tier"), coerce=int, choices=lambda: [("", _("Choose one")), *_capital(Tier.choices)]
    )
    decision_number = forms.CharField(label=_("Decision number"), max_length=60)
    decision_date = VietnameseDateField(label=_("Decision date"))
    decision_body = forms.CharField(label=_("Deciding body"), max_length=200)
    starts_on = VietnameseDateField(label=_("Recognised from"))
    last_day = VietnameseDateField(
        label=_("Recognised until"),
        required=False,
        help_text=_("The last day on which it holds. Leave it empty where the decision names none."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=SpokenLanguage.choices, widget=forms.CheckboxSelectMultiple
    )
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"),
        queryset=Sector.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The sectors on which the person speaks. None means that they speak on everything."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelMultipleChoiceField[Sector]", self.fields["topics"]).queryset = _sectors()

    def clean_decision_date(self) -> dt.date:
        """A decision that was taken already."""
        return taken_already(self.cleaned_data["decision_date"])

    def facts(self) -> RecognitionFacts:
        """What a valid form tells."""
        told = self.cleaned_data
        return RecognitionFacts(
            tier=Tier(told["tier"]),
            starts_on=told["starts_on"],
            last_day=told["last_day"],
            decision=Decision(told["decision_number"], told["decision_date"], told["decision_body"]),
            topics=list(told["topics"]),
            languages=[SpokenLanguage(one) for one in told["languages"]],
        )


class RecognitionForm(OnceForm, RecognitionFields):
    """A new recognition by one of the actor's units."""

    unit = forms.ModelChoiceField(label=_("Recognised by"), queryset=Unit.objects.none(), empty_label=None)
    member_code = forms.CharField(
        label=_("Member code"), max_length=30, help_text=_("The code in the person's record, with its leading zeros.")
    )
    full_name = forms.CharField(
        label=_("Full name"), max_length=120, help_text=_("As the decision writes it. It must fit the member code.")
    )
    field_order: Sequence[str] = ("client_id", "unit", "member_code", "full_name")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Unit]", self.fields["unit"]).queryset = units


class CorrectionForm(VersionedForm, RecognitionFields):
    """A correction of what was recorded."""

    @classmethod
    def values_of(cls, speaker: Speaker) -> dict[str, Any]:
        """The recognition's values by field name."""
        names = ("tier", "decision_number", "decision_date", "decision_body", "last_day", "languages", "version")
        return {
            **{name: getattr(speaker, name) for name in names},
            "starts_on": speaker.period.lower,
            "topics": list(speaker.topics.all()),
        }


class EndForm(forms.Form):
    """By which decision a recognition ends, and with which day."""

    last_day = VietnameseDateField(label=_("Last day of the recognition"))
    decision_number = forms.CharField(label=_("Number of the decision that ends it"), max_length=60)
    decision_date = VietnameseDateField(label=_("Date of that decision"))

    def clean_decision_date(self) -> dt.date:
        """A decision that was taken already."""
        return taken_already(self.cleaned_data["decision_date"])


class RegisterFilter(forms.Form):
    """The filter bar; an unknown value filters nothing."""

    unit = forms.ChoiceField(label=_("Unit and below"), required=False)
    tier = forms.TypedChoiceField(
        label=_("Tier"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("All tiers")), *_capital(Tier.choices)],
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All languages")), *SpokenLanguage.choices]
    )
    sector = forms.ModelChoiceField(
        label=_("Topic"), queryset=Sector.objects.none(), required=False, empty_label=_("All topics")
    )
    day = VietnameseDateField(label=_("In force on"), required=False)
    which = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[("", _("in force that day")), (LAPSED, _("with those that are over or to come"))],
    )

    def __init__(self, data: QueryDict, *, sight: Sight) -> None:
        given = data.copy()
        given["unit"] = str(sight.unit.pk) if sight.unit else ""
        super().__init__(given)
        cast("forms.ModelChoiceField[Sector]", self.fields["sector"]).queryset = _sectors()
        cast("forms.ChoiceField", self.fields["unit"]).choices = [(unit.pk, unit.label) for unit in sight.choices]

    def asked(self) -> Asked:
        """What was asked for, without what could not be read."""
        self.full_clean()
        told = self.cleaned_data
        return Asked(
            day=told.get("day") or clock.today(),
            tier=told.get("tier"),
            language=told.get("language", ""),
            sector=told.get("sector"),
            lapsed=told.get("which") == LAPSED,
        )


def taken_already(day: dt.date) -> dt.date:
    """The day of a decision. Raises ValidationError where it has not come yet."""
    if day > clock.today():
        raise ValidationError(_("A decision cannot be dated in the future."), code="future")
    return day
