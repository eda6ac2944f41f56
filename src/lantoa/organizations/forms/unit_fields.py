"""Fields that name units: typed as a name, as a code, or picked from those near by."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.vietnamese import fold, normalise
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import UnitQuerySet

NAMED_AT_MOST = 5
SUGGESTED_AT_MOST = 200
_WITH_PARENT = re.compile(r"(?P<name>.+?)\s*\((?P<parent>[^()]+)\)")
_UNKNOWN = _("There is no unit of the name or code “%(typed)s” among those that you look after. Check the spelling.")
_SEVERAL = _("Several units match “%(typed)s”: %(units)s. Add the superior unit in brackets.")


class UnitInput(forms.TextInput):
    """A text box that suggests units near by."""

    template_name = "organizations/_unit_input.html"
    suggested: Sequence[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The input with its list of suggestions."""
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_list"
        if self.suggested:
            context["widget"]["attrs"]["list"] = list_id
        return {**context, "list_id": list_id, "suggested": self.suggested}


class UnitField(forms.CharField):
    """One unit among `units`, typed as its name, its code, or its name with its superior in brackets."""

    widget = UnitInput
    units: UnitQuerySet

    def clean(self, value: Any) -> Any:
        """The unit, or None for an empty text."""
        typed = normalise(super().clean(value))
        return unit_named(self.units, typed) if typed else None


class UnitLinesField(forms.CharField):
    """Several units among `units`, one on each line."""

    units: UnitQuerySet

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def clean(self, value: Any) -> Any:
        """The units, in the order of the lines."""
        lines = (normalise(line) for line in super().clean(value).splitlines())
        return [unit_named(self.units, line) for line in lines if line]


def unit_named(units: UnitQuerySet, typed: str) -> Unit:
    """The unit of that name or code, whatever the diacritics. Raises ValidationError where there is none or several."""
    found = _matching(units.select_related("parent").order_by("sort_key", "pk"), typed)
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValidationError(_UNKNOWN, code="unknown", params={"typed": typed})
    shown = "; ".join(with_parent(unit) for unit in found[:NAMED_AT_MOST])
    more = "…" if len(found) > NAMED_AT_MOST else ""
    raise ValidationError(_SEVERAL, code="several", params={"typed": typed, "units": shown + more})


def with_parent(unit: Unit) -> str:
    """The unit as it can be typed without doubt: its name, and its superior in brackets."""
    return f"{unit.name} ({unit.parent.name})" if unit.parent else unit.name


def suggest(field: forms.Field, units: Iterable[Unit]) -> None:
    """Let the box of the field suggest these units."""
    field.widget.suggested = [with_parent(unit) for unit in units]


def _matching(units: UnitQuerySet, typed: str) -> list[Unit]:
    """At most a few more than are ever named: by code, by name and superior, by the whole name, by a part of it."""
    if by_code := list(units.filter(code=typed)[: NAMED_AT_MOST + 1]):
        return by_code
    if found := _WITH_PARENT.fullmatch(typed):
        above = units.filter(parent__folded_name__contains=fold(found["parent"]))
        if named := _named(above, found["name"]):
            return named
    return _named(units, typed)


def _named(units: UnitQuerySet, name: str) -> list[Unit]:
    found = list(units.matching(name)[:SUGGESTED_AT_MOST])
    wanted = fold(name)
    whole = [unit for unit in found if wanted in (fold(unit.name), fold(unit.short_name))]
    return whole or found
