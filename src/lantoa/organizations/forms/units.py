"""Forms about units."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold, normalise
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import KINDS, Tree, UnitKind
from lantoa.organizations.models import Unit
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField

NAMED_AT_MOST = 5


class AdministrativeUnitField(forms.CharField):
    """An administrative unit in force, typed as its name, as its code, or as both (`3490 Xã Huổi Luông`)."""

    default_error_messages = {
        "unknown": _("There is no administrative unit of that name or code. Check it, or leave the field empty."),
        "several": _("Several units match: %(units)s. Type the code before the name."),
    }

    def clean(self, value: Any) -> Any:
        """The unit, or None for an empty text."""
        typed = normalise(super().clean(value))
        if not typed:
            return None
        found = list(_administrative(typed)[: NAMED_AT_MOST + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        raise ValidationError(self.error_messages["several"], code="several", params={"units": _named(found)})

    def prepare_value(self, value: Any) -> Any:
        """A unit as it would be typed."""
        return f"{value.code} {value.name}".strip() if isinstance(value, Unit) else value


def _administrative(typed: str) -> QuerySet[Unit]:
    units = Unit.objects.filter(tree=Tree.ADMINISTRATIVE).in_force().select_related("parent")
    code, _space, name = typed.partition(" ")
    if code.isdigit():
        return units.filter(code=code).matching(name)
    exact = units.filter(folded_name=fold(typed))
    return exact if exact.exists() else units.matching(typed)


def _named(units: list[Unit]) -> str:
    shown = [
        f"{unit.code} {unit.name}" + (f" ({unit.parent.name})" if unit.parent else "") for unit in units[:NAMED_AT_MOST]
    ]
    return "; ".join(shown) + ("…" if len(units) > NAMED_AT_MOST else "")


def _serves() -> AdministrativeUnitField:
    return AdministrativeUnitField(
        label=_("Serves"),
        required=False,
        max_length=200,
        help_text=_("The administrative unit that it works for: its name, or its code before the name."),
    )


class DecidedForm(OnceForm):
    """What a change of units cites."""

    decision_number = forms.CharField(label=_("Decision number"), max_length=60)
    decision_date = VietnameseDateField(label=_("Decision date"))
    decision_body = forms.CharField(label=_("Deciding body"), max_length=200)

    @property
    def decision(self) -> Decision:
        """The decision that a valid form cites."""
        given = self.cleaned_data
        return Decision(given["decision_number"], given["decision_date"], given["decision_body"])


class UnitForm(DecidedForm):
    """A new unit under a parent of `tree`."""

    name = forms.CharField(label=_("Name of the unit"), max_length=200, help_text=_("As the decision writes it."))
    short_name = forms.CharField(
        label=_("Short name"), max_length=80, required=False, help_text=_("For narrow tables and charts.")
    )
    kind = forms.ChoiceField(label=_("Kind"))
    code = forms.CharField(
        label=_("Unit code"), max_length=30, required=False, help_text=_("With its leading zeros, if it has any.")
    )
    starts_on = VietnameseDateField(
        label=_("Exists from"), help_text=_("The day on which the decision takes effect."), initial=clock.today
    )
    serves = _serves()
    field_order = ("name", "short_name", "kind", "code", "starts_on", "serves")

    def __init__(self, *args: Any, tree: Tree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.value, capfirst(kind.label)) for kind in KINDS[tree]]
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose one")), *choices])
        if tree == Tree.ADMINISTRATIVE:
            del self.fields["serves"]

    def clean_kind(self) -> UnitKind:
        """The kind as a member of its vocabulary."""
        return UnitKind(self.cleaned_data["kind"])

    @property
    def founding(self) -> dict[str, Any]:
        """What a valid form gives to the use case."""
        cited = ("decision_number", "decision_date", "decision_body")
        kept = {name: value for name, value in self.cleaned_data.items() if name not in cited}
        return {**kept, "decision": self.decision}


class UnitCorrectionForm(VersionedForm):
    """What may be corrected without a decision."""

    short_name = forms.CharField(
        label=_("Short name"), max_length=80, required=False, help_text=_("For narrow tables and charts.")
    )
    serves = _serves()

    def __init__(self, *args: Any, tree: Tree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if tree == Tree.ADMINISTRATIVE:
            del self.fields["serves"]


class UnitRenamingForm(DecidedForm):
    """A new name by decision; it opens with what the unit is called now."""

    name = forms.CharField(label=_("Name of the unit"), max_length=200, help_text=_("As the decision writes it."))
    short_name = forms.CharField(
        label=_("Short name"), max_length=80, required=False, help_text=_("For narrow tables and charts.")
    )
    code = forms.CharField(
        label=_("Unit code"), max_length=30, required=False, help_text=_("With its leading zeros, if it has any.")
    )
    effective_on = VietnameseDateField(
        label=_("Takes effect on"), help_text=_("A day to come is kept as planned and takes effect by itself.")
    )
    field_order = ("name", "short_name", "code", "effective_on")


def _choices(every: str, vocabulary: type[Tree] | type[UnitKind]) -> list[tuple[str, str]]:
    return [("", every), *((item.value, str(capfirst(item.label))) for item in vocabulary)]


class UnitFilterForm(forms.Form):
    """Which units the list shows."""

    tree = forms.ChoiceField(label=_("Tree"), required=False, choices=lambda: _choices(gettext("All trees"), Tree))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=lambda: _choices(gettext("All kinds"), UnitKind))


class CounterpartFilterForm(forms.Form):
    """Which rows of the two trees to show; anything unknown shows all."""

    show = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", _("all units")), ("alone", _("only without a counterpart"))]
    )

    @property
    def only_alone(self) -> bool:
        """Whether only units without a counterpart are asked for."""
        self.full_clean()
        return self.cleaned_data.get("show") == "alone"
