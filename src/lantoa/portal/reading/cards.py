"""The picture that goes with a link: the title on the site's colour, with its logo, 1200 by 630 points."""

import hashlib
import io
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image, ImageDraw, ImageFont

from lantoa.portal.models import Picture, PortalSite

WIDTH, HEIGHT = 1200, 630
LAYOUT = "1"
"""Another number makes all pictures anew."""
_EDGE, _FOOT = 72, 16
_SIZES = (76, 68, 60, 52, 46, 40)
_MOST_LINES = 5
_LOGO = (200, 72)


@dataclass(frozen=True)
class Card:
    """What stands on the picture. `mark` is in its address: what is changed has another one."""

    portal: PortalSite
    kind: str
    pk: int
    title: str
    above: str

    @property
    def mark(self) -> str:
        """Another one for another picture."""
        said = (LAYOUT, self.portal.name, self.portal.colour, str(self.portal.logo_id), self.title, self.above)
        return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def picture_of(card: Card) -> bytes:
    """The picture as PNG, made where it is not kept yet; of each thing the latest one is kept."""
    kept, folder = storages["portal_pictures"], f"cards/{card.kind}/{card.pk}"
    name = f"{folder}/{card.mark}.png"
    if kept.exists(name):
        with kept.open(name) as file:
            return bytes(file.read())
    content = drawn(card.title, card.above, card.portal)
    for older in kept.listdir(folder)[1] if kept.exists(folder) else ():
        kept.delete(f"{folder}/{older}")
    kept.save(name, ContentFile(content))
    return content


def drawn(title: str, above: str, portal: PortalSite) -> bytes:
    """Title, what stands above it, name and logo of the site, as PNG."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), portal.colour)
    pen = ImageDraw.Draw(picture)
    left = _EDGE + _put_logo(picture, portal.logo)
    pen.text((left, _EDGE + _LOGO[1] / 2), _composed(portal.name), "#ffffff", _font(36), anchor="lm")
    font, lines = _fitted(_composed(title))
    step = font.size * 1.28
    top = HEIGHT - _EDGE - _FOOT - step * len(lines)
    for number, line in enumerate(lines):
        pen.text((_EDGE, top + step * number), line, "#ffffff", font)
    if above:
        pen.text((_EDGE, top - 56), _composed(above), "#ffffff", _font(30, bold=False))
    pen.rectangle((0, HEIGHT - _FOOT, WIDTH, HEIGHT), "#ffffff")
    written = io.BytesIO()
    picture.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def _put_logo(picture: Image.Image, logo: Picture | None) -> int:
    """Put the logo on its corner; returns how much room it takes."""
    if logo is None:
        return 0
    with logo.file.open("rb") as file, Image.open(file) as opened:
        shown = opened.convert("RGBA")
    shown.thumbnail(_LOGO)
    picture.paste(shown, (_EDGE, _EDGE + (_LOGO[1] - shown.height) // 2), shown)
    return shown.width + 24


def _fitted(title: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest letters in which the title fits, and its lines; a title that fits in none ends in dots."""
    *larger, smallest = _SIZES
    for size in larger:
        lines = _lines(title, _font(size))
        if len(lines) <= _MOST_LINES - (size > 60):
            return _font(size), lines
    lines = _lines(title, _font(smallest))
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES - 1 :] = [f"{lines[_MOST_LINES - 1].rstrip('.,;: ')}…"]
    return _font(smallest), lines


def _lines(title: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= WIDTH - 2 * _EDGE or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _composed(text: str) -> str:
    """Each letter with its marks as one character, for which the font has a shape."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=16)
def _font(size: int, *, bold: bool = True) -> ImageFont.FreeTypeFont:
    name = "LiberationSerif-Bold.ttf" if bold else "LiberationSerif-Regular.ttf"
    content = resources.files("lantoa.typesetting").joinpath("fonts", name).read_bytes()
    return ImageFont.truetype(io.BytesIO(content), size)
