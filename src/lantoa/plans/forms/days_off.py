"""Days off as they are typed: days and ranges of days."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantoa.ui.forms import VietnameseDateField

MOST_DAYS_OFF = 200
_PARTS = re.compile(r"[;,\n]+")
_RANGE = re.compile(r"\s*(?:–|-|đến)\s*")
_DAY = VietnameseDateField(required=False)


def days_in(text: str) -> list[dt.date]:
    """The days of a text such as `16/02/2027; 17/02/2027-20/02/2027`, each once, in order. Raises ValidationError."""
    days: set[dt.date] = set()
    for part in filter(None, map(str.strip, _PARTS.split(text))):
        found = [_DAY.to_python(piece) for piece in _RANGE.split(part, maxsplit=1)]
        if None in found:
            raise ValidationError(_("Write each day as day/month/year, and a range as two days with a dash between."))
        first, last = min(filter(None, found)), max(filter(None, found))
        if (last - first).days >= MOST_DAYS_OFF:
            raise ValidationError(_("Give at most %(most)s days off.") % {"most": MOST_DAYS_OFF})
        days.update(first + dt.timedelta(days=more) for more in range((last - first).days + 1))
    if len(days) > MOST_DAYS_OFF:
        raise ValidationError(_("Give at most %(most)s days off.") % {"most": MOST_DAYS_OFF})
    return sorted(days)
