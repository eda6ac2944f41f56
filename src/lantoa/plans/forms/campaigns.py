"""The forms of campaigns."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveClass
from lantoa.directives.models import Directive
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Sector, Unit
from lantoa.plans import rule_errors
from lantoa.plans.enums import CampaignState, Document
from lantoa.plans.forms.days_off import days_in
from lantoa.plans.forms.rules import NAMES, RuleLine, line_fields, lines_in, rule_of_line, values_of_rule
from lantoa.plans.models import Campaign
from lantoa.plans.rule_words import sentence_of
from lantoa.plans.rules import Frame, RuleInput
from lantoa.plans.selectors.campaigns import kinds_and_levels
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField, VietnameseDecimalField
from lantoa.ui.numbers import day

NEWEST_DIRECTIVES = 200
"""How many directives of the register the form offers."""


class CampaignForm(OnceForm):
    """A campaign of one owner. A new one begins with a line of the rules for each kind of unit that exists under it."""

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
    opinion_on = forms.MultipleChoiceField(
        label=_("For an opinion before the issue"),
        choices=[(value, capfirst(str(label))) for value, label in Document.choices],
        initial=Document.values,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked is issued without the opinion of the unit's approver."),
    )
    days_off = forms.CharField(
        label=_("Days off besides public holidays"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "For deadlines in working days: Tết, Hùng Kings' Day and days that are swapped, for example 16/02/2027; "
            "17/02/2027-20/02/2027. Weekends, 1/1, 30/4, 1/5 and 2/9 are known."
        ),
    )

    def __init__(self, *args: Any, owner: Unit, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds, deepest = kinds_and_levels(owner)
        newest = Directive.objects.visible_to(actor).values_list("pk", flat=True)[:NEWEST_DIRECTIVES]
        self._offer("directives", Directive.objects.filter(pk__in=[*newest, *self._chosen("directives")]))
        below = Unit.objects.under(owner).in_force().exclude(pk=owner.pk)
        chosen = below.filter(pk__in=self._chosen("pilots"))
        self._offer("pilots", below.filter(parent=owner) | chosen)
        levels = range(deepest + 1)
        self.lines = lines_in(self.data if self.is_bound else None, self._stored_lines())
        for index in range(self.lines):
            self.fields.update(line_fields(index, self.kinds, levels))

    @property
    def rule_lines(self) -> list[RuleLine]:
        """The table of rules; after a look ahead, what each line means."""
        means: dict[int, str] = getattr(self, "means", {})
        return [
            RuleLine(means.get(index, ""), *(self[f"rule_{index}_{name}"] for name in NAMES))
            for index in range(self.lines)
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
        self._read_rules(cleaned)
        return cleaned

    def clean_days_off(self) -> list[dt.date]:
        """The days, in their order."""
        return days_in(self.cleaned_data["days_off"])

    def content(self) -> dict[str, Any]:
        """The cleaned values under the names that the services take."""
        names = ("name", "directives", "audience", "sector", "target_rate", "starts_on", "ends_on", "pilots")
        more = ("opinion_on", "days_off")
        return {**{name: self.cleaned_data[name] for name in (*names, *more)}, "rules": list(self.rules.values())}

    def _stored_lines(self) -> int:
        """A new campaign begins with a line for each kind of unit."""
        for index, kind in enumerate(self.kinds):
            self.initial.setdefault(f"rule_{index}_who", kind)
        return len(self.kinds)

    def _read_rules(self, cleaned: dict[str, Any]) -> None:
        self.rules: dict[int, RuleInput] = {}
        self.means: dict[int, str] = {}
        seen: set[tuple[str, int | None, str]] = set()
        frame = self._frame(cleaned)
        for index in range(self.lines):
            try:
                rule = rule_of_line(cleaned, index)
            except ValidationError as error:
                self.add_error(None, error)
                continue
            if rule is None:
                continue
            if (rule.unit_kind, rule.level, rule.owed) in seen:
                self.add_error(f"rule_{index}_owed", str(rule_errors.RuleRepeated()))
            seen.add((rule.unit_kind, rule.level, rule.owed))
            self.rules[index] = rule
            if frame is None:
                continue
            self.means[index] = sentence_of(rule, frame)
            if frame.ends_too_early_for(rule):
                self.add_error(
                    f"rule_{index}_value",
                    _("This deadline lies after the end of the campaign. Give an earlier date."),
                )

    def _frame(self, cleaned: dict[str, Any]) -> Frame | None:
        """What the days of the rules depend on, as far as it was typed rightly."""
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if not starts or not ends:
            return None
        issued = max((directive.issued_on for directive in cleaned.get("directives") or ()), default=None)
        return Frame(starts, ends, issued, tuple(cleaned.get("days_off") or ()))

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

    def _stored_lines(self) -> int:
        return sum(name.endswith("_owed") for name in self.initial)

    def _text(self, name: str, value: Any) -> str:
        """Lists by what they name: so that two versions can be compared by reading."""
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            keys = [getattr(row, "pk", row) for row in value or ()]
            return "; ".join(
                str(row) for row in cast("QuerySet[Any]", field.queryset).model.objects.filter(pk__in=keys)
            )
        return super()._text(name, value)


def values_of(campaign: Campaign) -> dict[str, Any]:
    """The stored campaign under the names of the form's fields."""
    names = ("name", "audience", "sector", "target_rate", "starts_on", "ends_on")
    values = {name: getattr(campaign, name) for name in names}
    for index, rule in enumerate(campaign.rules.all()):
        typed = values_of_rule(rule)
        values.update({f"rule_{index}_{name}": typed[name] for name in NAMES})
    values["opinion_on"] = campaign.opinion_on
    values["days_off"] = "; ".join(day(off) for off in campaign.days_off)
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
