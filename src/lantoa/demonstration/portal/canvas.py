"""A sheet to draw on: flat shapes in few colours, drawn twice as large and brought down, so that edges are smooth."""

import io
import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 600
_TWICE = 2

RED, RED_DEEP, GOLD = "#9b1c1f", "#7f1417", "#e0a83c"
CREAM, PAPER, INK = "#f6efe2", "#fffdf8", "#23324a"
SKY, SKY_PALE, CLOUD = "#d8e7ec", "#e9f1f1", "#f8fbfb"
GREENS = ("#b9cf9a", "#93b981", "#6fa06f", "#4b8460", "#326a50", "#245341")
EARTH, WOOD, WOOD_DEEP = "#c9a57a", "#a06a43", "#74472b"
INDIGO, BLUE, STONE = "#2b3f6b", "#3f6f9c", "#9aa5a8"

Point = tuple[float, float]


class Canvas:
    """The sheet. Everything is measured from the upper left corner, on 960 × 600."""

    def __init__(self, ground: str) -> None:
        self._image = Image.new("RGB", (WIDTH * _TWICE, HEIGHT * _TWICE), ground)
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """The drawing as a file."""
        written = io.BytesIO()
        self._image.reduce(_TWICE).quantize(128, dither=Image.Dither.NONE).save(written, "PNG")
        return written.getvalue()

    def shape(self, points: Sequence[Point], fill: str) -> None:
        """A filled shape with straight edges."""
        self._draw.polygon([(x * _TWICE, y * _TWICE) for x, y in points], fill=fill)

    def box(self, x: float, y: float, width: float, height: float, fill: str, *, round_by: float = 0) -> None:
        """A rectangle."""
        corners = (x * _TWICE, y * _TWICE, (x + width) * _TWICE, (y + height) * _TWICE)
        self._draw.rounded_rectangle(corners, round_by * _TWICE, fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: str, *, flat: float = 1) -> None:
        """A circle around a point, or an ellipse that is so much lower."""
        corners = ((x - radius), (y - radius * flat), (x + radius), (y + radius * flat))
        self._draw.ellipse(tuple(value * _TWICE for value in corners), fill=fill)

    def arc(self, x: float, y: float, radius: float, turn: tuple[float, float], colour: str, thick: float) -> None:
        """A part of a circle, from one angle to another, clockwise from the right."""
        corners = tuple(value * _TWICE for value in (x - radius, y - radius, x + radius, y + radius))
        self._draw.arc(corners, *turn, fill=colour, width=round(thick * _TWICE))

    def line(self, points: Sequence[Point], colour: str, thick: float) -> None:
        """A line with round ends."""
        self._draw.line(
            [(x * _TWICE, y * _TWICE) for x, y in points], fill=colour, width=round(thick * _TWICE), joint="curve"
        )
        for x, y in (points[0], points[-1]):
            self.disc(x, y, thick / 2, colour)

    def ground(self, height: Callable[[float], float], fill: str, *, below: float = HEIGHT) -> None:
        """Everything from a line that a function gives down to a height: a hill, a field, water."""
        top = [(x, height(x)) for x in range(0, WIDTH + 8, 8)]
        self.shape([*top, (WIDTH, below), (0, below)], fill)

    def cloud(self, x: float, y: float, size: float = 1) -> None:
        """A cloud whose middle is at a point."""
        for dx, dy, radius in ((-52, 6, 26), (-18, -10, 36), (24, -4, 30), (54, 8, 22)):
            self.disc(x + dx * size, y + dy * size, radius * size, CLOUD)
        self.box(x - 76 * size, y + 8 * size, 152 * size, 26 * size, CLOUD, round_by=13 * size)

    def tree(self, x: float, y: float, size: float = 1, *, green: str = GREENS[4]) -> None:
        """A tree that stands at a point."""
        self.box(x - 4 * size, y - 34 * size, 8 * size, 34 * size, WOOD_DEEP)
        for dx, dy, radius in ((0, -74, 30), (-20, -52, 24), (20, -52, 24)):
            self.disc(x + dx * size, y + dy * size, radius * size, green)


def hill(middle: float, top: float, foot: float, width: float) -> Callable[[float], float]:
    """The outline of one rounded hill."""
    return lambda x: foot - (foot - top) * math.exp(-(((x - middle) / width) ** 2))


def wave(height: float, swing: float, length: float, shift: float = 0) -> Callable[[float], float]:
    """A gently waving outline."""
    return lambda x: height + swing * math.sin((x + shift) / length)
