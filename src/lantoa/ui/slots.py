"""Slots: places on a page of a lower app that upper apps fill, so that no import runs upward."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

Renderer = Callable[[HttpRequest, Any], str]
"""Gives the HTML for the object that the slot stands for; an empty text where there is nothing to show."""

FILLINGS: dict[str, list[tuple[int, Renderer]]] = {}


def fill(slot_name: str, renderer: Renderer, *, order: int = 100) -> None:
    """Show `renderer`'s HTML in the slot; call it in `AppConfig.ready`. Smaller orders come first."""
    FILLINGS.setdefault(slot_name, []).append((order, renderer))


def render(slot_name: str, request: HttpRequest, subject: Any = None) -> SafeString:
    """The HTML of everything in the slot for `subject`, empty where nothing fills it.

    A renderer's plain text is escaped; only what a template rendered (a `SafeString`) passes as it is.
    """
    fillings = sorted(FILLINGS.get(slot_name, []), key=lambda filling: filling[0])
    return format_html_join("\n", "{}", ((renderer(request, subject),) for _, renderer in fillings))
