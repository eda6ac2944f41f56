"""What the roll-call tells users."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from lantoa.notifications import kinds

MISSED = "attendance.missed"


def register() -> None:
    """Make the kind known; called in `AppConfig.ready`."""
    label = lazy("Make-up sessions owed")
    kinds.register(kinds.Kind(key=MISSED, label=label, icon="person-check", sentence=_missed))


def _missed(values: Mapping[str, Any], campaign: str) -> str:
    people = int(values["people"])
    text = ngettext(
        "%(campaign)s: %(people)d person of %(unit)s missed “%(session)s” and has no place at a make-up session yet.",
        "%(campaign)s: %(people)d persons of %(unit)s missed “%(session)s” and have no place at a make-up session yet.",
        people,
    )
    return text % {
        "campaign": campaign,
        "people": people,
        "unit": values["unit"],
        "session": values["session"],
    }
