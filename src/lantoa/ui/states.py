"""How a state looks: a word, a tone and an icon, so that none is told by colour alone."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Tone(StrEnum):
    """The five meanings that colour may underline."""

    NEUTRAL = "neutral"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


ICONS = {
    Tone.NEUTRAL: "circle",
    Tone.INFO: "info-circle",
    Tone.SUCCESS: "check-circle",
    Tone.WARNING: "exclamation-triangle",
    Tone.DANGER: "exclamation-octagon",
}


@dataclass(frozen=True)
class State:
    """A state to show in a badge: `label` is the word, `icon` a symbol of the sprite (by default the tone's own)."""

    label: str | Promise
    tone: Tone = Tone.NEUTRAL
    icon: str = ""

    @property
    def symbol(self) -> str:
        """The icon that is drawn."""
        return self.icon or ICONS[self.tone]


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumbs; the page itself is not among them."""

    label: str | Promise
    url: str = ""


@dataclass(frozen=True)
class Tab:
    """One tab: a link to a page of the same subject."""

    label: str | Promise
    url: str
    current: bool = False
    count: int | None = None
