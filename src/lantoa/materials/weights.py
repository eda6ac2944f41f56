"""How much there is to fetch, and in how long, in words."""

import math
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.materials.models import MaterialVersion

WEAK_LINE = 25_000
"""Bytes a second on a line of the second generation (EDGE), as it is met in the villages."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to fetch: the full version or its light variant, and its bytes (None for an address)."""

    light: bool
    what: str
    size: int | None

    @property
    def size_in_words(self) -> str:
        """`1,2 MB`; empty for an address."""
        return "" if self.size is None else filesizeformat(self.size)

    @property
    def wait_in_words(self) -> str:
        """How long it takes on a weak line."""
        if self.size is None:
            return _("A video needs a strong line.")
        seconds = math.ceil(self.size / WEAK_LINE)
        if seconds < 60:
            text = ngettext(
                "About %(count)d second on a weak line.", "About %(count)d seconds on a weak line.", seconds
            )
            return text % {"count": seconds}
        minutes = math.ceil(seconds / 60)
        text = ngettext("About %(count)d minute on a weak line.", "About %(count)d minutes on a weak line.", minutes)
        return text % {"count": minutes}


def offers_of(version: MaterialVersion, *, weak_line: bool) -> list[Offer]:
    """What of a version can be fetched, what suits the reader's line first; nothing where its file is gone."""
    found = [offer for offer in (_full(version), _light(version)) if offer is not None]
    return sorted(found, key=lambda offer: offer.light != weak_line)


def _full(version: MaterialVersion) -> Offer | None:
    if version.address:
        return Offer(light=False, what=version.address, size=None)
    if version.file is not None:
        return Offer(light=False, what=version.file.name, size=version.file.size)
    if version.text:
        return Offer(light=False, what=_("as text"), size=len(version.text.encode()))
    return None


def _light(version: MaterialVersion) -> Offer | None:
    if version.light_file is not None:
        return Offer(light=True, what=version.light_file.name, size=version.light_file.size)
    if version.light_text:
        return Offer(light=True, what=_("as text"), size=len(version.light_text.encode()))
    return None
