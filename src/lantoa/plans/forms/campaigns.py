"""The forms of campaigns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveClass
from lantoa.directives.models import Directive
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Sector, Unit
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign
from lantoa.plans.selectors.campaigns import kinds_under
from lantoa.plans.services.campaigns import RuleInput
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField, VietnameseDecimalField

NEWEST_DIRECTIVES = 200
"""How many directives of the register the form offers."""
_RULE_FIELDS = tuple(field.name for field in fields(RuleInput))[1:]


@dataclass(frozen=True)
class RuleRow:
    """One line of the table of rules."""

    label: str | Promise
    units: int
    owes_plan: BoundField
    plan_due_on: BoundField
    study_due_on: BoundField

    @property
    def cells(self) -> tuple[tuple[str | Promise, BoundField], ...]:
        """The line's fields under the heads of their columns."""
        return (
            (_("Owes a plan"), self.owes_plan),
            (_("Plan issued by"), self.plan_due_on),
            (_("Study held by"), self.study_due_on),
        )


class CampaignForm(OnceForm):
    """A campaign of one owner: the rules are asked for each kind of unit that exists under it."""

    name = forms.CharField(
        label=_("Name of the campaign"),
        max_length=200,
        help_text=_("As people will know it, for example by the number it rolls out."),
    )
    directives = forms.ModelMultipleChoiceField(
        label=_("Directives"),
        queryset=Directive.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one directive that this campaign rolls out.")},
    )
    audience = forms.ChoiceField(
        label=_("Audience"),
        choices=[(value, capfirst(label)) for value, label in DirectiveClass.choices],
        widget=forms.RadioSelect,
        help_text=_("It decides who stands on the summons lists."),
    )
    sector = forms.ModelChoiceField(
        label=_("Sector"),
        queryset=Sector.objects.all(),
        required=False,
        empty_label=_("No sector"),
        help_text=_("Only for a sectoral audience."),
    )
    target_rate = VietnameseDecimalField(
        label=_("Target rate (%)"),
        min_value=1,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        initial="95",
        help_text=_("Of those summoned, how many are to be reached, for example 95 or 95,5."),
    )
    starts_on = VietnameseDateField(label=_("Begins on"))
    ends_on = VietnameseDateField(label=_("Ends on"))
    pilots = forms.ModelMultipleChoiceField(
        label=_("Pilot units"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("They go first and are compared with the rest."),
    )

    def __init__(self, *args: Any, owner: Unit, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds_under(owner)
        newest = Directive.objects.visible_to(actor).values_list("pk", flat=True)[:NEWEST_DIRECTIVES]
        self._offer("directives", Directive.objects.filter(pk__in=[*newest, *self._chosen("directives")]))
        below = Unit.objects.under(owner).in_force().exclude(pk=owner.pk)
        chosen = below.filter(pk__in=self._chosen("pilots"))
        self._offer("pilots", below.filter(parent=owner) | chosen)
        for kind in self.kinds:
            self._add_rule(kind)

    @property
    def rule_rows(self) -> list[RuleRow]:
        """The table of rules."""
        return [
            RuleRow(UnitKind(kind).label, units, *(self[f"{name}_{kind}"] for name in _RULE_FIELDS))
            for kind, units in self.kinds.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Audience and sector, the dates, and each rule agree."""
        cleaned = super().clean() or self.cleaned_data
        sectoral = cleaned.get("audience") == DirectiveClass.SECTORAL
        if "audience" in cleaned and "sector" in cleaned and sectoral != bool(cleaned["sector"]):
            self.add_error("sector", _("Name the sector of a sectoral audience, and of no other."))
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("A campaign cannot end before it begins."))
        for kind in self.kinds:
            self._check_rule(kind, cleaned)
        return cleaned

    def content(self) -> dict[str, Any]:
        """The cleaned values under the names that the services take."""
        names = ("name", "directives", "audience", "sector", "target_rate", "starts_on", "ends_on", "pilots")
        return {**{name: self.cleaned_data[name] for name in names}, "rules": list(self._rules())}

    def _rules(self) -> Iterator[RuleInput]:
        for kind in self.kinds:
            owes, plan_due, study_due = (self.cleaned_data[f"{name}_{kind}"] for name in _RULE_FIELDS)
            if owes or study_due:
                yield RuleInput(kind, owes, plan_due if owes else None, study_due)

    def _check_rule(self, kind: str, cleaned: dict[str, Any]) -> None:
        if cleaned.get(f"owes_plan_{kind}") and f"plan_due_on_{kind}" in cleaned and not cleaned[f"plan_due_on_{kind}"]:
            self.add_error(f"plan_due_on_{kind}", _("Say by when the plan is due."))
        ends = cleaned.get("ends_on")
        for name in (f"plan_due_on_{kind}", f"study_due_on_{kind}"):
            if ends and cleaned.get(name) and cleaned[name] > ends:
                self.add_error(name, _("This deadline lies after the end of the campaign. Give an earlier date."))

    def _add_rule(self, kind: str) -> None:
        label = UnitKind(kind).label
        self.fields[f"owes_plan_{kind}"] = forms.BooleanField(
            label=_("%(kind)s: owes a plan") % {"kind": label}, required=False
        )
        dates = {"plan_due_on": _("%(kind)s: plan issued by"), "study_due_on": _("%(kind)s: study held by")}
        for name, words in dates.items():
            self.fields[f"{name}_{kind}"] = VietnameseDateField(label=words % {"kind": label}, required=False)

    def _offer(self, name: str, rows: Any) -> None:
        cast("forms.ModelMultipleChoiceField[Any]", self.fields[name]).queryset = rows

    def _chosen(self, name: str) -> list[int]:
        """What is ticked already, typed or stored: it stays on offer."""
        values: Iterable[Any] = (
            cast(QueryDict, self.data).getlist(name) if self.is_bound else self.initial.get(name, ())
        )
        return [int(value) for value in values if str(value).isdecimal()]


class CampaignChangeForm(CampaignForm, VersionedForm):
    """A campaign that has not started."""

    def __init__(self, *args: Any, campaign: Campaign, actor: Actor, **kwargs: Any) -> None:
        kwargs["initial"] = {**values_of(campaign), "version": campaign.version}
        super().__init__(*args, owner=campaign.owner, actor=actor, **kwargs)

    def _text(self, name: str, value: Any) -> str:
        """Lists by what they name, ticks in words: so that two versions can be compared by reading."""
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            keys = [getattr(row, "pk", row) for row in value or ()]
            return "; ".join(
                str(row) for row in cast("QuerySet[Any]", field.queryset).model.objects.filter(pk__in=keys)
            )
        if isinstance(field, forms.BooleanField):
            return str(_("yes") if value else _("no"))
        return super()._text(name, value)


def values_of(campaign: Campaign) -> dict[str, Any]:
    """The stored campaign under the names of the form's fields."""
    names = ("name", "audience", "sector", "target_rate", "starts_on", "ends_on")
    values = {name: getattr(campaign, name) for name in names}
    for rule in campaign.rules.all():
        values.update({f"{name}_{rule.unit_kind}": getattr(rule, name) for name in _RULE_FIELDS})
    values["directives"] = [directive.pk for directive in campaign.directives.all()]
    values["pilots"] = [unit.pk for unit in campaign.pilots.all()]
    return values


class CampaignFilterForm(forms.Form):
    """The filter bar of the list; an unknown value filters nothing."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *CampaignState.choices])

    def conditions(self) -> dict[str, str]:
        """The chosen values as conditions on campaigns."""
        self.full_clean()
        state = getattr(self, "cleaned_data", {}).get("state")
        return {"state": state} if state else {}
