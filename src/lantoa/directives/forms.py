"""The forms of the register."""

import re
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveClass, DirectiveKind, RelationKind, StudyMode
from lantoa.directives.facts import COLUMNS, Facts
from lantoa.directives.models import Directive
from lantoa.directives.querysets import DirectiveQuerySet
from lantoa.files.forms import UploadsMixin
from lantoa.files.models import StoredFile
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.models import Sector, Unit
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField

NOTATION = re.compile(r"\d{1,5}[A-Za-z]?(?:/(?:19|20)\d\d)?[-/][^\W_]+(?:[-/.&][^\W_]+)*")
"""`57-NQ/TW` of a Party document, `50/KH-UBND` or `30/2020/NĐ-CP` of a state one."""
_AROUND_SIGNS = re.compile(r"\s*([-–/])\s*")


def _capital(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The choices with a capital letter, as they stand at the head of a line."""
    return [(value, capfirst(label)) for value, label in choices]


class NotationField(forms.CharField):
    """A number with its notation, as printed at the head of a document; blanks around the signs are taken out."""

    default_error_messages = {
        "required": _("Enter the number and notation as printed, for example 57-NQ/TW."),
        "notation": _("Enter number and notation without blanks, for example 57-NQ/TW, 50/KH-UBND or 30/2020/NĐ-CP."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("help_text", _("As printed, for example 57-NQ/TW or 50/KH-UBND."))
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "placeholder": "57-NQ/TW"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The notation in its usual form."""
        text: str = super().clean(value)
        if not text:
            return text
        plain = _AROUND_SIGNS.sub(lambda sign: sign[1].replace("–", "-"), normalise(text))
        if not NOTATION.fullmatch(plain):
            raise ValidationError(self.error_messages["notation"], code="notation")
        return plain


class DirectiveForm(UploadsMixin, OnceForm):
    """What the register says about a directive."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose one")), *_capital(DirectiveKind.choices)])
    number = NotationField(label=_("Number and notation"))
    title = forms.CharField(
        label=_("Subject"),
        max_length=400,
        help_text=_("What it is about, without kind and number."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    body = forms.CharField(
        label=_("Issuing body"), max_length=200, help_text=_("For example the Politburo, or a Party committee.")
    )
    signer = forms.CharField(
        label=_("Signed by"), max_length=120, required=False, help_text=_("As printed under the document.")
    )
    issued_on = VietnameseDateField(label=_("Date of issue"))
    received_on = VietnameseDateField(label=_("Received on"), required=False)
    effective_from = VietnameseDateField(
        label=_("In force from"), required=False, help_text=_("Empty: from the date of issue.")
    )
    effective_until = VietnameseDateField(
        label=_("In force until"), required=False, help_text=_("Empty: until another document ends it.")
    )
    directive_class = forms.ChoiceField(
        label=_("Class"),
        choices=_capital(DirectiveClass.choices),
        widget=forms.RadioSelect,
        help_text=_("It decides who is called to study the directive."),
    )
    sectors = forms.ModelMultipleChoiceField(
        label=_("Sectors"),
        queryset=Sector.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for a sectoral directive; one or several."),
    )
    study_mode = forms.ChoiceField(label=_("Depth"), choices=_capital(StudyMode.choices), widget=forms.RadioSelect)
    abstract = forms.CharField(
        label=_("Abstract"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("The main points in plain words, for those who will not read the whole."),
    )
    key_points = forms.CharField(
        label=_("What is new"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One point in each line: what whoever speaks about it must stress."),
    )
    digest = forms.CharField(
        label=_("One-page digest"),
        required=False,
        max_length=3_500,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What fits on one printed page, to be handed out or read aloud."),
    )

    field_order = (
        "registered_by", "kind", "number", "title", "body", "signer", "issued_on", "received_on", "effective_from",
        "effective_until", "directive_class", "sectors", "study_mode", "abstract", "key_points", "digest", "kept_files",
        "uploads", "no_secrecy_declared",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Sectors and class, and the dates, agree with each other."""
        cleaned = super().clean()
        sectoral = cleaned.get("directive_class") == DirectiveClass.SECTORAL
        if "directive_class" in cleaned and "sectors" in cleaned and sectoral != bool(cleaned["sectors"]):
            self.add_error("sectors", _("Name the sectors of a sectoral directive, and of no other."))
        issued, received = cleaned.get("issued_on"), cleaned.get("received_on")
        if issued and received and received < issued:
            self.add_error("received_on", _("A directive cannot be received before it was issued."))
        begins, ends = cleaned.get("effective_from") or issued, cleaned.get("effective_until")
        if begins and ends and ends < begins:
            self.add_error("effective_until", _("A directive cannot end before it is in force."))
        return cleaned

    def given(self) -> dict[str, Any]:
        """The cleaned values under the names that the services take."""
        cleaned = dict(self.cleaned_data)
        columns = {name: cleaned.pop(name) for name in COLUMNS}
        facts = Facts(sectors=tuple(cleaned.pop("sectors")), **columns)
        cleaned.pop("version", None)
        files = cleaned.pop("kept_files", ())
        return {**cleaned, "facts": facts, "files": files}


class RegisterForm(DirectiveForm):
    """A new directive."""

    registered_by = forms.ModelChoiceField(label=_("Registered by"), queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, units: "QuerySet[Unit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Unit]", self.fields["registered_by"])
        field.queryset = units
        if len(units) == 1:
            field.widget = forms.HiddenInput()
            field.initial = units[0].pk


class ChangeForm(DirectiveForm, VersionedForm):
    """A correction: unticked files are taken off the directive."""

    kept_files = forms.ModelMultipleChoiceField(
        label=_("Files that stay"),
        queryset=StoredFile.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Take away the tick of a file that does not belong here any more."),
    )

    def __init__(self, *args: Any, directive: Directive, **kwargs: Any) -> None:
        files = list(directive.files.order_by("pk"))
        kwargs["initial"] = {**stored_values(directive), "kept_files": [file.pk for file in files]}
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[StoredFile]", self.fields["kept_files"])
        field.queryset = StoredFile.objects.filter(directives=directive)
        if not files:
            del self.fields["kept_files"]


class RelationForm(forms.Form):
    """What a directive does to another one, which is named by its number."""

    kind = forms.ChoiceField(label=_("This directive"), choices=RelationKind.choices)
    number = NotationField(label=_("Number of the other directive"))


class FilterForm(forms.Form):
    """The filter bar of the list; an unknown value filters nothing."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *_capital(DirectiveKind.choices)]
    )
    directive_class = forms.ChoiceField(
        label=_("Class"), required=False, choices=[("", _("All classes")), *_capital(DirectiveClass.choices)]
    )
    study_mode = forms.ChoiceField(
        label=_("Depth"), required=False, choices=[("", _("Any depth")), *_capital(StudyMode.choices)]
    )
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    body = forms.ChoiceField(label=_("Issuing body"), required=False)
    on = VietnameseDateField(label=_("In force on"), required=False)

    def __init__(
        self, *args: Any, years: list[int], bodies: list[str], sectors: Iterable[Sector], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("year", _("All years"), ((year, str(year)) for year in years))
        self._offer("body", _("All bodies"), ((body, body) for body in bodies))
        self._offer("sector", _("All sectors"), ((str(sector.pk), sector.name) for sector in sectors))

    def narrowed(self, rows: DirectiveQuerySet) -> DirectiveQuerySet:
        """The rows that fit what was chosen."""
        self.full_clean()
        chosen = getattr(self, "cleaned_data", {})
        conditions = {column: chosen[name] for name, column in _FILTERS.items() if chosen.get(name)}
        found = rows.filter(**conditions)
        return found.in_force_on(chosen["on"]) if chosen.get("on") else found

    def _offer(self, name: str, everything: Any, choices: Iterable[tuple[Any, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", everything), *choices]


_FILTERS = {
    "kind": "kind",
    "directive_class": "directive_class",
    "study_mode": "study_mode",
    "sector": "sectors",
    "year": "issued_on__year",
    "body": "body",
}
"""The parameters of the address, and the columns that they narrow."""
FILTER_NAMES = (*_FILTERS, "on")


def stored_values(directive: Directive) -> dict[str, Any]:
    """What the form of a correction shows at first."""
    values = {name: getattr(directive, name) for name in (*COLUMNS, "version")}
    return {**values, "sectors": list(directive.sectors.all())}
