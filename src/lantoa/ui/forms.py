"""Forms: fields that read Vietnamese dates and figures, and the mixins against double submits and lost edits."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from lantoa.ui.diff import Piece, word_pieces
from lantoa.ui.numbers import day, grouped

DATE_FORMATS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")
_INCOMPLETE = _("The form reached the server incomplete. Copy what you typed, reload the page and send it again.")
_YEARS = range(1900, 2101)
_VIETNAMESE_FIGURE = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<part>\d+))?")
_POINTED_FIGURE = re.compile(r"[+-]?\d+\.\d+")


class FieldRenderer(TemplatesSetting):
    """Renders a form and a field with our component, so that `{{ form }}` looks like every other form."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


class PlainSelect(forms.Select):
    """A list to choose from, for pages that are asked for often: Django renders a template for each of the choices."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """The list as HTML, without groups."""
        widget = self.get_context(name, value, attrs)["widget"]
        chosen = {True: SafeString(" selected"), False: ""}
        options = (
            (option["value"], chosen[bool(option["selected"])], option["label"])
            for _group, some, _place in widget["optgroups"]
            for option in some
        )
        shown = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), shown)


class VietnameseDateField(forms.DateField):
    """A day typed as 31/12/2026, 31-12-2026, 31.12.2026 or 2026-12-31, between 1900 and 2100."""

    default_error_messages = {
        "invalid": _("Enter the date as day/month/year, for example 31/12/2026."),
        "year": _("Enter a year between 1900 and 2100."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DATE_FORMATS)
        kwargs.setdefault("widget", VietnameseDateInput())
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or None for an empty text."""
        result = super().to_python(value)
        if result is not None and result.year not in _YEARS:
            raise ValidationError(self.error_messages["year"], code="year")
        return result


class VietnameseDateInput(forms.DateInput):
    """A text box for dd/mm/yyyy with the number keys on a phone."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        hints = {"inputmode": "numeric", "placeholder": "dd/mm/yyyy", "autocomplete": "off", "maxlength": "10"}
        super().__init__(attrs={**hints, **(attrs or {})}, format="%d/%m/%Y")


class VietnameseDecimalField(forms.DecimalField):
    """A figure typed the Vietnamese way: `95,5`, `1.234,5`, `1.234` (one thousand …), a closing `%` allowed.

    `95.5` is read as 95,5 too, for it cannot be a grouped figure.
    """

    default_error_messages = {
        "invalid": _("Enter a number, with a comma before the decimals, for example 95,5."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The figure, or None for an empty text."""
        if isinstance(value, str):
            value = self._plain(value) if value.strip() else ""
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """A stored figure as it would be typed; typed text as it stands."""
        return format(value.normalize(), "f").replace(".", ",") if isinstance(value, Decimal) else value

    def _plain(self, text: str) -> str:
        compact = re.sub(r"\s", "", text).removesuffix("%")
        if found := _VIETNAMESE_FIGURE.fullmatch(compact):
            return f"{found['sign']}{found['whole'].replace('.', '')}.{found['part'] or '0'}"
        if _POINTED_FIGURE.fullmatch(compact):
            return compact
        raise ValidationError(self.error_messages["invalid"], code="invalid")


def choice_field(form: forms.Form, name: str) -> forms.ChoiceField:
    """A field of the form whose choices are set when the form is made."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field


class OnceForm(forms.Form):
    """Carries a hidden `client_id`, drawn when the empty form is shown: the second submit of the same form carries
    the same id, so that the service can return the first one's result."""

    client_id = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid.uuid4, error_messages=dict.fromkeys(("required", "invalid"), _INCOMPLETE)
    )


@dataclass(frozen=True)
class Difference:
    """A field whose stored text is no longer what the form's reader saw: theirs beside ours, word by word."""

    name: str
    label: str
    theirs: str
    mine: str
    theirs_pieces: tuple[Piece, ...]
    mine_pieces: tuple[Piece, ...]


class VersionedForm(forms.Form):
    """Carries the `version` of the row as the form's reader saw it (optimistic locking)."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), _INCOMPLETE),
    )

    def differences(self, current: Mapping[str, Any]) -> tuple[Difference, ...]:
        """What differs between the row's `current` values (by field name) and the typed ones, in the form's order."""
        names = [name for name in self.fields if name in current and name != "version"]
        pairs = [(name, self._text(name, current[name]), self._text(name, self._typed(name))) for name in names]
        return tuple(self._difference(name, theirs, mine) for name, theirs, mine in pairs if theirs != mine)

    def take_version(self, version: int) -> None:
        """Let the next submit of this bound form build on `version`: its reader has now seen that text."""
        typed = QueryDict(mutable=True)
        typed.update(self.data)
        typed[self.add_prefix("version")] = str(version)
        self.data = typed

    def _typed(self, name: str) -> Any:
        return self.cleaned_data[name] if name in getattr(self, "cleaned_data", {}) else self[name].value()

    def _difference(self, name: str, theirs: str, mine: str) -> Difference:
        theirs_pieces, mine_pieces = word_pieces(theirs, mine)
        return Difference(name, str(self[name].label), theirs, mine, theirs_pieces, mine_pieces)

    def _text(self, name: str, value: Any) -> str:
        match value:
            case None:
                return ""
            case bool():
                return str(_("yes") if value else _("no"))
            case dt.date():
                return day(value)
            case Decimal():
                return grouped(value.normalize())
        if isinstance(value, list | tuple | QuerySet):
            return ", ".join(self._text(name, item) for item in value)
        key = value.pk if isinstance(value, Model) else value
        labels = {str(choice): str(label) for choice, label in getattr(self.fields[name], "choices", ())}
        return labels.get(str(key), str(value))
