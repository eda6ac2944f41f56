"""The forms of the register."""

import re
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveClass, DirectiveKind, StudyMode
from lantoa.directives.models import Directive
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
    issued_on = VietnameseDateField(label=_("Date of issue"))
    received_on = VietnameseDateField(label=_("Received on"), required=False)
    directive_class = forms.ChoiceField(
        label=_("Class"),
        choices=_capital(DirectiveClass.choices),
        widget=forms.RadioSelect,
        help_text=_("It decides who is called to study the directive."),
    )
    sector = forms.ModelChoiceField(
        label=_("Sector"),
        queryset=Sector.objects.all(),
        required=False,
        empty_label=_("No sector"),
        help_text=_("Only for a sectoral directive."),
    )
    study_mode = forms.ChoiceField(label=_("Depth"), choices=_capital(StudyMode.choices), widget=forms.RadioSelect)
    abstract = forms.CharField(
        label=_("Abstract"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("The main points in plain words, for those who will not read the whole."),
    )

    field_order = (
        "registered_by", "kind", "number", "title", "body", "issued_on", "received_on", "directive_class", "sector",
        "study_mode", "abstract", "kept_files", "uploads", "no_secrecy_declared",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Sector and class, and the dates, agree with each other."""
        cleaned = super().clean()
        sectoral = cleaned.get("directive_class") == DirectiveClass.SECTORAL
        if "directive_class" in cleaned and "sector" in cleaned and sectoral != bool(cleaned["sector"]):
            self.add_error("sector", _("Name the sector of a sectoral directive, and of no other."))
        issued, received = cleaned.get("issued_on"), cleaned.get("received_on")
        if issued and received and received < issued:
            self.add_error("received_on", _("A directive cannot be received before it was issued."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The cleaned values under the names that the services take."""
        facts = dict(self.cleaned_data)
        facts.pop("version", None)
        facts["files"] = facts.pop("kept_files", ())
        return facts


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
        names = ("kind", "number", "title", "body", "issued_on", "received_on", "directive_class", "sector")
        initial = {name: getattr(directive, name) for name in (*names, "study_mode", "abstract", "version")}
        files = list(directive.files.order_by("pk"))
        kwargs["initial"] = {**initial, "kept_files": [file.pk for file in files]}
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[StoredFile]", self.fields["kept_files"])
        field.queryset = StoredFile.objects.filter(directives=directive)
        if not files:
            del self.fields["kept_files"]


class FilterForm(forms.Form):
    """The filter bar of the list; an unknown value filters nothing."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *_capital(DirectiveKind.choices)]
    )
    directive_class = forms.ChoiceField(
        label=_("Class"), required=False, choices=[("", _("All classes")), *_capital(DirectiveClass.choices)]
    )
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["year"])
        field.choices = [("", _("All years")), *((year, str(year)) for year in years)]

    def conditions(self) -> dict[str, Any]:
        """The chosen values as conditions on directives."""
        self.full_clean()
        columns = {"kind": "kind", "directive_class": "directive_class", "year": "issued_on__year"}
        chosen = getattr(self, "cleaned_data", {})
        return {column: chosen[name] for name, column in columns.items() if chosen.get(name)}
