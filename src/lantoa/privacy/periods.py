"""For how many days each kind of record is kept: `retention.toml`, and what the installation sets instead."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

LONGEST = 36_500


def periods() -> dict[str, int]:
    """Days by kind. Raises ImproperlyConfigured where the file that the setting names is none or has a mistake."""
    return _periods(str(getattr(settings, "LANTOA_RETENTION", "")))


@cache
def _periods(path: str) -> dict[str, int]:
    given: dict[str, int] = tomllib.loads(files("lantoa.privacy").joinpath("retention.toml").read_text("utf-8"))
    if not path:
        return given
    try:
        own = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"LANTOA_RETENTION names {path}, which cannot be read: {error}"
        raise ImproperlyConfigured(message) from error
    for key, days in own.items():
        if key not in given or type(days) is not int or not 1 <= days <= LONGEST:
            message = f"{path}: {key} = {days!r} is none of {', '.join(given)} with 1 to {LONGEST} days."
            raise ImproperlyConfigured(message)
    return given | own
