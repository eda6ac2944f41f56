"""What readers type, as it is kept: plain words, nothing that steers a screen."""

import unicodedata

from lantoa.kernel.vietnamese import normalise


def plain(text: str) -> str:
    """Text of several lines with single blanks and no more than one empty line between two others."""
    lines = [_seen(line) for line in text.splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip()


def one_line(text: str) -> str:
    """The same in one line."""
    return " ".join(plain(text).split())


def _seen(line: str) -> str:
    """Without control signs and without those that hide letters or turn the direction of writing (Unicode Cc, Cf)."""
    return normalise("".join(" " if sign == "\t" else sign for sign in line if sign == "\t" or not _steers(sign)))


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf"}
