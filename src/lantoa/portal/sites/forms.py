"""The form of a portal site."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.files.content import PICTURE_KINDS
from lantoa.files.services import NAME_LENGTH
from lantoa.portal.models import PortalSite

_ENDINGS = ",".join(ending for kind in PICTURE_KINDS for ending in kind.endings)


class SiteForm(forms.Form):
    """What a portal is called, where it answers, and how it looks."""

    name = forms.CharField(
        label=_("Name of the portal"),
        max_length=120,
        help_text=_("It stands at the head of every page."),
    )
    host = forms.CharField(
        label=_("Address (host)"),
        max_length=253,
        help_text=_("Such as phongtho.laichau.gov.vn, without http:// and without a path."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
    )
    colour = forms.CharField(
        label=_("Colour"),
        max_length=7,
        help_text=_("It must be dark enough for white letters."),
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=_("A square picture. Leave it blank to keep the one that is there."),
        widget=forms.FileInput(attrs={"accept": _ENDINGS}),
    )
    drop_logo = forms.BooleanField(label=_("Show no logo"), required=False)

    def __init__(self, *args: Any, portal: PortalSite | None, **kwargs: Any) -> None:
        """A logo is given to a site that is open; without `portal` the form opens one."""
        super().__init__(*args, **kwargs)
        if portal is None:
            del self.fields["logo"]
        if portal is None or portal.logo is None:
            del self.fields["drop_logo"]
