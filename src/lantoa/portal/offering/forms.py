"""The form by which figures are given out."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.portal.models import PortalSite, SectionPage
from lantoa.ui.forms import OnceForm, choice_field


class OfferForm(OnceForm):
    """Under which section the draft begins."""

    section = forms.ChoiceField(label=_("Section of the portal"))

    def __init__(self, *args: Any, sections: Iterable[tuple[PortalSite, SectionPage]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = {str(section.pk): section for _portal, section in sections}
        choice_field(self, "section").choices = [
            (str(section.pk), f"{portal.name} – {section.title}") for portal, section in sections
        ]

    def clean_section(self) -> SectionPage:
        """The section."""
        return self.sections[self.cleaned_data["section"]]
