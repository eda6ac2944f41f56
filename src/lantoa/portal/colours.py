"""Whether white letters can be read on a colour (WCAG 2.2, contrast)."""

import re

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
ENOUGH = 4.5
"""The contrast that WCAG 2.2 AA asks of text (success criterion 1.4.3)."""


def carries_white(colour: str) -> bool:
    """Whether the colour is written as #rrggbb and white text on it has enough contrast."""
    return _HEX.fullmatch(colour) is not None and 1.05 / (_luminance(colour) + 0.05) >= ENOUGH


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
