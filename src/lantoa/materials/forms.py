"""The forms of the library."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveClass
from lantoa.directives.models import Directive
from lantoa.files import services as files
from lantoa.files.forms import ACCEPTED
from lantoa.materials.enums import Channel, MaterialAudience, MaterialKind, MaterialState
from lantoa.materials.facts import Facts
from lantoa.materials.models import Material
from lantoa.materials.querysets import MaterialQuerySet
from lantoa.materials.services import Content
from lantoa.materials.services.ledger import Published
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import SpokenLanguage
from lantoa.organizations.forms.transfers import PartyUnitField
from lantoa.organizations.models import Unit
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField

NEWEST_DIRECTIVES = 100
"""How many directives of the register a form offers."""
LONGEST_TEXT = 20_000
MOST_PEOPLE = 10_000_000


def _capital(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(value, capfirst(label)) for value, label in choices]


def _one_file(label: Any, help_text: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=files.NAME_LENGTH,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )


class FactsFields(forms.Form):
    """What is said of a material."""

    title = forms.CharField(label=_("Name of the material"), max_length=300)
    directives = forms.ModelMultipleChoiceField(
        label=_("Directives that it explains"),
        queryset=Directive.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one directive that the material explains.")},
    )
    audience = forms.ChoiceField(
        label=_("Whom it speaks to"), choices=_capital(MaterialAudience.choices), widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Language"), choices=SpokenLanguage.choices)
    place = PartyUnitField(
        label=_("Made for the people of"),
        max_length=200,
        required=False,
        help_text=_("The name or code of the unit whose people it suits; empty where it suits everybody."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, actor: Actor, kept: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = Directive.objects.visible_to(actor).values_list("pk", flat=True)[:NEWEST_DIRECTIVES]
        field = cast("forms.ModelMultipleChoiceField[Directive]", self.fields["directives"])
        field.queryset = Directive.objects.filter(pk__in=[*newest, *kept])

    def facts(self) -> Facts:
        """What a valid form says."""
        said = self.cleaned_data
        return Facts(
            title=said["title"],
            directives=tuple(said["directives"]),
            audience=said["audience"],
            language=said["language"],
            place=said["place"],
        )


class ContentFields(forms.Form):
    """What a version holds."""

    uploads = _one_file(
        _("File"),
        _("Word, PDF, PowerPoint or sound (MP3, M4A, Ogg) of 20 MB at most, a picture (PNG, JPEG, WebP) of 10 MB."),
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("In place of a file, or beside it: what is read on the page itself."),
    )
    address = forms.URLField(
        label=_("Address of the video"),
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Only for a video; the film itself is not kept here."),
    )
    light_upload = _one_file(
        _("Light variant for weak lines"),
        _("A smaller picture, sound of a lower quality, or the slides as a small PDF."),
    )
    light_text = forms.CharField(
        label=_("The outline as text only"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The lightest variant: it loads on any line."),
    )
    no_secrecy_declared = forms.BooleanField(
        label=_("I declare that none of these files bears a secrecy mark (confidential, secret or top secret)."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Asks for the declaration where there are files."""
        cleaned = super().clean() or self.cleaned_data
        given = cleaned.get("uploads") or cleaned.get("light_upload")
        if given and not cleaned.get("no_secrecy_declared"):
            self.add_error(
                "no_secrecy_declared", str(_("Declare that the file bears no secrecy mark before you upload it."))
            )
        return cleaned

    def content(self) -> Content:
        """What a valid form holds."""
        given = self.cleaned_data
        return Content(
            upload=given["uploads"] or None,
            text=given["text"],
            address=given["address"],
            light_upload=given["light_upload"] or None,
            light_text=given["light_text"],
            no_secrecy_declared=given["no_secrecy_declared"],
        )


class RegisterForm(OnceForm, ContentFields, FactsFields):
    """A new material with its first version."""

    owner = forms.ModelChoiceField(label=_("Kept by"), queryset=Unit.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose one")), *_capital(MaterialKind.choices)])

    field_order = (
        "client_id", "owner", "kind", "title", "directives", "audience", "language", "place", "uploads", "text",
        "address", "light_upload", "light_text", "no_secrecy_declared",
    )  # fmt: skip

    def __init__(self, *args: Any, units: "QuerySet[Unit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Unit]", self.fields["owner"])
        field.queryset = units
        if len(units) == 1:
            field.widget = forms.HiddenInput()
            field.initial = units[0].pk


class ChangeForm(VersionedForm, FactsFields):
    """A correction of what is said of a material."""

    @staticmethod
    def values_of(material: Material) -> dict[str, Any]:
        """The stored values by field name, as the form shows them at first."""
        return {
            "title": material.title,
            "directives": list(material.directives.all()),
            "audience": material.audience,
            "language": material.language,
            "place": material.place.name if material.place else "",
            "version": material.version,
        }


class VersionForm(OnceForm, ContentFields):
    """A further version."""

    change = forms.CharField(label=_("What this version changes"), max_length=500)

    field_order = ("client_id", "change")


class ReturnForm(forms.Form):
    """What is to be mended before a version can be used."""

    comment = forms.CharField(
        label=_("What is to be mended"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(forms.Form):
    """Why a material is used no more."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ShareForm(OnceForm):
    """A link that opens a material without sign-in."""

    ends_on = VietnameseDateField(label=_("Last day"), help_text=_("The link opens nothing after this day."))


class PublicationFields(forms.Form):
    """Where an item was published."""

    channel = forms.ChoiceField(label=_("Channel"), choices=_capital(Channel.choices))
    published_on = VietnameseDateField(label=_("Published on"))
    address = forms.CharField(
        label=_("Address or place"),
        max_length=500,
        help_text=_("The address of the page or group, or the place, for example the notice board of the village."),
    )
    reach = forms.IntegerField(
        label=_("People reached"),
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Empty where nobody counted."),
    )
    reach_source = forms.CharField(
        label=_("Who counted, and how"),
        max_length=200,
        required=False,
        help_text=_("For example the views that the page shows, or the clerk's count at the meeting."),
    )

    def published(self) -> Published:
        """What a valid form says."""
        said = self.cleaned_data
        return Published(
            channel=said["channel"],
            published_on=said["published_on"],
            address=said["address"],
            reach=said["reach"],
            reach_source=said["reach_source"],
        )


class PublicationForm(OnceForm, PublicationFields):
    """A line of the ledger."""

    unit = forms.ModelChoiceField(label=_("Published by"), queryset=Unit.objects.none(), empty_label=None)
    field_order = ("client_id", "unit")

    def __init__(self, *args: Any, units: "QuerySet[Unit]", **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "ledger_%s", **kwargs})
        field = cast("forms.ModelChoiceField[Unit]", self.fields["unit"])
        field.queryset = units
        if len(units) == 1:
            field.widget = forms.HiddenInput()
            field.initial = units[0].pk


class LineCorrectionForm(OnceForm, PublicationFields):
    """A line in the place of a wrong one."""

    takes_back = forms.BooleanField(
        label=_("It was not published at all: the line counts for nothing."), required=False
    )
    reason = forms.CharField(label=_("Reason of the correction"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "line_%s", **kwargs})


class FilterForm(forms.Form):
    """What the address narrows the library to."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *_capital(MaterialKind.choices)]
    )
    audience = forms.ChoiceField(
        label=_("Audience"), required=False, choices=[("", _("Everybody")), *_capital(MaterialAudience.choices)]
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All languages")), *SpokenLanguage.choices]
    )
    directive_class = forms.ChoiceField(
        label=_("Class of the directive"),
        required=False,
        choices=[("", _("All classes")), *_capital(DirectiveClass.choices)],
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All states")), *_capital(MaterialState.choices)]
    )

    def narrowed(self, rows: MaterialQuerySet) -> MaterialQuerySet:
        """The rows that fit what was chosen."""
        self.full_clean()
        chosen = getattr(self, "cleaned_data", {})
        found = rows.filter(**{name: chosen[name] for name in _COLUMNS if chosen.get(name)})
        if chosen.get("directive_class"):
            of_class = Directive.objects.filter(directive_class=chosen["directive_class"])
            links = Material.directives.through.objects.filter(directive__in=of_class.order_by().values("pk"))
            found = found.filter(pk__in=links.values("material"))
        return found.standing(MaterialState(chosen["state"])) if chosen.get("state") else found


_COLUMNS = ("kind", "audience", "language")
FILTER_NAMES = (*_COLUMNS, "directive_class", "state")
"""The parameters of the address that the filter sets."""
