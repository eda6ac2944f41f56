"""The bare page."""

from typing import ClassVar

from wagtail.fields import RichTextField
from wagtail.models import Page


class BarePage(Page):  # type: ignore[misc]  # Wagtail has no types
    """A title and a text."""

    body = RichTextField()

    template: ClassVar[str] = "bare_page.html"

    class Meta:
        app_label = "_bare_wagtail"
