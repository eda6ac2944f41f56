"""How one reader wants to see the product: theme, language and how strong their line is, kept in cookies, never in the
database."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import check_for_language

THEME_COOKIE = "lantoa_theme"
THEMES = ("light", "dark", "auto")
LINE_COOKIE = "lantoa_line"
LINES = ("weak", "strong")
_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """The theme that the reader chose: `light`, `dark`, or `auto` (as the device says), which is the default."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else "auto"


def has_weak_line(request: HttpRequest) -> bool:
    """Whether the reader said that their line is weak; else the browser's word holds (`Save-Data`)."""
    line = request.COOKIES.get(LINE_COOKIE, "")
    return line == "weak" if line in LINES else request.headers.get("Save-Data", "").lower() == "on"


def remember(response: HttpResponse, *, theme: str = "", language: str = "", line: str = "") -> None:
    """Set the cookies for what is among the choices; anything else is ignored."""
    if line in LINES:
        _set(response, LINE_COOKIE, line)
    if theme in THEMES:
        _set(response, THEME_COOKIE, theme)
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _set(response, settings.LANGUAGE_COOKIE_NAME, language)


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )
