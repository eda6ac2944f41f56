"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lantoa.ui.navigation import navigation_for
from lantoa.ui.preferences import theme_of


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The navigation (built only where a layout draws it), the theme, and whether the data are a demonstration."""
    return {
        "navigation": SimpleLazyObject(lambda: navigation_for(request)),
        "theme": theme_of(request),
        "demo": settings.LANTOA_DEMO,
    }
