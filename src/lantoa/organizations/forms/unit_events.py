"""Forms that prepare an event of units."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import KINDS, Tree, UnitEventKind, UnitKind
from lantoa.organizations.forms.unit_fields import UnitField, UnitLinesField, suggest, with_parent
from lantoa.organizations.forms.units import DecidedForm
from lantoa.organizations.models import DraftSuccessor, Unit, UnitEvent, UnitEventDraft
from lantoa.organizations.selectors.courses import stamp_of
from lantoa.organizations.services.event_drafts import Changing, NewUnit
from lantoa.ui.forms import VietnameseDateField

LONGEST_NAME = 200
NEAR = 100
"""So many units near by are offered; any other is typed."""


class UnitEventForm(DecidedForm):
    """What every event of `unit` is prepared with. `corrects` is an earlier event of it that this one puts right."""

    effective_on = VietnameseDateField(
        label=_("Takes effect on"), help_text=_("A day to come is kept as planned and takes effect by itself.")
    )
    corrects = forms.ModelChoiceField(UnitEvent.objects.none(), required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    event_kind: ClassVar[UnitEventKind]

    def __init__(
        self, *args: Any, actor: Actor, unit: Unit, draft: UnitEventDraft | None = None, **kwargs: Any
    ) -> None:
        """With `draft` the form opens with what that one says, and changes it."""
        self.unit, self.draft = unit, draft
        if draft is not None:
            kwargs["initial"] = {**_terms_of(draft), **self.initial_of(draft)}
        super().__init__(*args, **kwargs)
        units = Unit.objects.visible_to(actor).filter(tree=unit.tree).in_force()
        self.near = list(units.filter(parent=unit.parent_id).exclude(pk=unit.pk)[:NEAR]) if unit.parent_id else []
        for sibling in self.near:
            sibling.parent = unit.parent
        own = UnitEvent.objects.filter(links__predecessor=unit) | UnitEvent.objects.filter(links__successor=unit)
        self.fields["corrects"].queryset = own.distinct()  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field, UnitField | UnitLinesField):
                field.units = units

    @property
    def shared(self) -> dict[str, Any]:
        """What a valid form gives to every use case that prepares an event."""
        given = self.cleaned_data
        kept = {name: given[name] for name in ("client_id", "effective_on", "corrects")}
        changing = Changing(self.draft, given["seen"]) if self.draft is not None else None
        return {**kept, "decision": self.decision, "changing": changing}

    def initial_of(self, draft: UnitEventDraft) -> dict[str, Any]:
        """What the fields of this kind of event hold for a prepared one, beyond its terms."""
        return {}


class TransferForm(UnitEventForm):
    """Another superior."""

    event_kind = UnitEventKind.TRANSFER

    parent = UnitField(
        label=_("Next superior unit"),
        max_length=300,
        help_text=_("Its name, or its code. Units near by are suggested."),
    )
    field_order = ("parent", "effective_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (above := self.unit.parent) is not None:
            beside = Unit.objects.filter(parent=above.parent_id, tree=above.tree).in_force().select_related("parent")
            suggest(self.fields["parent"], beside.exclude(pk=above.pk)[:NEAR])

    def initial_of(self, draft: UnitEventDraft) -> dict[str, Any]:
        """The superior."""
        return {"parent": "".join(with_parent(one.parent) for one in _taking_over(draft) if one.parent is not None)}


class MergerForm(UnitEventForm):
    """Which units become one, and which one."""

    event_kind = UnitEventKind.MERGE

    siblings = forms.TypedMultipleChoiceField(
        label=_("It is merged with"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    others = UnitLinesField(
        label=_("And with units elsewhere"),
        max_length=4000,
        required=False,
        help_text=_("One on each line: its name, or its code."),
    )
    goes_on = forms.ChoiceField(
        label=_("What they become"), help_text=_("A unit that goes on keeps its name, its code and its history.")
    )
    name = forms.CharField(
        label=_("Name of the new unit"), max_length=200, required=False, help_text=_("As the decision writes it.")
    )
    short_name = forms.CharField(label=_("Short name"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Kind"))
    code = forms.CharField(label=_("Unit code"), max_length=30, required=False)
    parent = UnitField(label=_("The new unit belongs to"), max_length=300, required=False)
    field_order = (
        "siblings", "others", "goes_on", "name", "short_name", "kind", "code", "parent", "effective_on",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by_pk = {unit.pk: unit for unit in (self.unit, *self.near)}
        siblings = [(unit.pk, unit.name) for unit in self.near]
        self.fields["siblings"].choices = siblings  # type: ignore[attr-defined]
        if not siblings:
            del self.fields["siblings"]
        going_on = [(str(pk), gettext("%(unit)s goes on") % {"unit": unit.name}) for pk, unit in self._by_pk.items()]
        self.fields["goes_on"].choices = [("new", _("a new unit")), *going_on]  # type: ignore[attr-defined]
        _offer_kinds(self.fields["kind"], self.unit)
        if self.unit.parent:
            self.fields["parent"].initial = self.unit.parent.name

    def initial_of(self, draft: UnitEventDraft) -> dict[str, Any]:
        """The units that are merged, and what they become."""
        others = draft.predecessors.exclude(pk=self.unit.pk).select_related("parent")
        beside = [unit for unit in others if unit.parent_id == self.unit.parent_id][:NEAR]
        found = {
            "siblings": [unit.pk for unit in beside],
            "others": "\n".join(with_parent(unit) for unit in others if unit not in beside),
        }
        one = _taking_over(draft)[0]
        if one.unit is not None:
            return {**found, "goes_on": str(one.unit_id)}
        columns = {name: getattr(one, name) for name in ("name", "short_name", "kind", "code")}
        return {**found, **columns, "goes_on": "new", **_superior(one)}

    @property
    def units(self) -> list[Unit]:
        """The units that are merged, that of the page first."""
        given = self.cleaned_data
        chosen = [self._by_pk[pk] for pk in given.get("siblings", ())]
        return [self.unit, *chosen, *(unit for unit in given["others"] if unit not in chosen and unit != self.unit)]

    @property
    def successor(self) -> Unit | NewUnit:
        """What they become."""
        given = self.cleaned_data
        if given["goes_on"] != "new":
            return self._by_pk[int(given["goes_on"])]
        return NewUnit(
            name=given["name"],
            short_name=given["short_name"],
            code=given["code"],
            kind=UnitKind(given["kind"]),
            parent=given["parent"],
        )

    def clean(self) -> dict[str, Any]:
        """A new unit has a name and a superior; a unit that goes on is one of those that are merged."""
        given = super().clean() or self.cleaned_data
        choice = given.get("goes_on")
        if choice == "new":
            for name, message in (("name", _NAME_MISSING), ("parent", _PARENT_MISSING)):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(message, code="required"))
        elif choice and int(choice) not in (self.unit.pk, *given.get("siblings", ())):
            self.add_error("goes_on", ValidationError(_NOT_AMONG, code="not_among"))
        return given


class SplitForm(UnitEventForm):
    """Among which units a unit is divided."""

    event_kind = UnitEventKind.SPLIT

    goes_on = forms.BooleanField(
        label=_("The unit itself goes on with what stays there, and keeps its open work"), required=False, initial=True
    )
    new_units = forms.CharField(
        label=_("New units"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One name on each line. Where the unit does not go on, the first one takes over its open work."),
    )
    kind = forms.ChoiceField(label=_("Kind of the new units"))
    parent = UnitField(label=_("The new units belong to"), max_length=300, required=False)
    others = UnitLinesField(
        label=_("Units that exist and take a part"),
        max_length=4000,
        required=False,
        help_text=_("One on each line: its name, or its code."),
    )
    field_order = ("goes_on", "new_units", "kind", "parent", "others", "effective_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_kinds(self.fields["kind"], self.unit)
        if self.unit.parent:
            self.fields["parent"].initial = self.unit.parent.name

    def initial_of(self, draft: UnitEventDraft) -> dict[str, Any]:
        """Those that take over: the unit itself, new ones, others."""
        taking = _taking_over(draft)
        begun = [one for one in taking if one.unit is None]
        others = [one.unit for one in taking if one.unit is not None and one.unit_id != self.unit.pk]
        return {
            "goes_on": any(one.unit_id == self.unit.pk for one in taking),
            "new_units": "\n".join(one.name for one in begun),
            "others": "\n".join(with_parent(unit) for unit in others),
            **({"kind": begun[0].kind, **_superior(begun[0])} if begun else {}),
        }

    @property
    def successors(self) -> list[Unit | NewUnit]:
        """The units that take over, the one that takes the open work first."""
        given = self.cleaned_data
        kind, parent = UnitKind(given["kind"]), given["parent"]
        own: list[Unit | NewUnit] = [self.unit] if given["goes_on"] else []
        begun = [NewUnit(name=name, kind=kind, parent=parent) for name in self._names()]
        return [*own, *begun, *(unit for unit in given["others"] if unit != self.unit)]

    def clean(self) -> dict[str, Any]:
        """New units have a superior, and names that fit their column."""
        given = super().clean() or self.cleaned_data
        if "new_units" in given and self._names() and not given.get("parent") and "parent" not in self.errors:
            self.add_error("parent", ValidationError(_PARENT_MISSING, code="required"))
        if any(len(name) > LONGEST_NAME for name in self._names()):
            self.add_error("new_units", ValidationError(_NAME_TOO_LONG, code="too_long"))
        return given

    def _names(self) -> list[str]:
        lines = (normalise(line) for line in self.cleaned_data.get("new_units", "").splitlines())
        return [line for line in lines if line]


class DissolutionForm(UnitEventForm):
    """Where what stands at the unit goes."""

    event_kind = UnitEventKind.DISSOLVE

    heir = UnitField(
        label=_("What stands there goes to"),
        max_length=300,
        required=False,
        help_text=_(
            "Sub-units, members, appointments and open work. Leave it empty where the unit is empty by that day."
        ),
    )
    field_order = ("heir", "effective_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggest(self.fields["heir"], [*([self.unit.parent] if self.unit.parent else []), *self.near])

    def initial_of(self, draft: UnitEventDraft) -> dict[str, Any]:
        """The unit that takes what stands there."""
        return {"heir": "".join(with_parent(one.unit) for one in _taking_over(draft) if one.unit is not None)}


def _terms_of(draft: UnitEventDraft) -> dict[str, Any]:
    """What every event says, as a form shows it."""
    names = ("effective_on", "decision_number", "decision_date", "decision_body", "corrects")
    return {**{name: getattr(draft, name) for name in names}, "seen": stamp_of(draft)}


def _taking_over(draft: UnitEventDraft) -> list[DraftSuccessor]:
    return list(draft.successors.select_related("unit__parent", "parent__parent"))


def _superior(successor: DraftSuccessor) -> dict[str, str]:
    return {"parent": with_parent(successor.parent)} if successor.parent is not None else {}


def _offer_kinds(field: forms.Field, unit: Unit) -> None:
    field.choices = [(kind.value, capfirst(kind.label)) for kind in KINDS[Tree(unit.tree)]]  # type: ignore[attr-defined]
    field.initial = unit.kind


_NAME_TOO_LONG = _("A name has at most 200 characters. Write each name on a line of its own.")
_NAME_MISSING = _("Give the new unit a name.")
_PARENT_MISSING = _("Say to which unit the new one belongs.")
_NOT_AMONG = _("A unit that goes on is one of those that are merged. Tick it above, or choose another.")
