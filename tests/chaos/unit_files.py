"""Tables of units and of their conversion, spoilt: the other files that Lan Tỏa takes in."""

from random import Random

from tests.chaos.byte_changes import changed_bytes

_UNITS = [
    ["level", "code", "name", "type", "parent_code"],
    ["province", "12", "Lai Châu", "tỉnh", ""],
    ["district", "109", "Phong Thổ", "huyện", "12"],
    ["commune", "03430", "Huổi Luông", "xã", "109"],
    ["commune", "03433", "Mường So", "xã", "109"],
]
_CONVERSION = [
    ["old_code", "new_code", "partial"],
    ["03430", "03430", "0"],
    ["03433", "03549", "1"],
    ["03433", "03550", "1"],
]
_CELLS = (
    "",
    "x" * 300,
    '"',
    '"a""b',
    "03430",
    "12",
    "2",
    "province",
    "\x00",
    "\ufffd",
    "=1+1",
    "a\nb",
    "commune",
    "-1",
)


def made_units(draw: Random, _seed: int) -> tuple[str, bytes]:
    """The name of what was done, and a table of units."""
    return _made(draw, _UNITS)


def made_conversion(draw: Random, _seed: int) -> tuple[str, bytes]:
    """The same for a table of conversion."""
    return _made(draw, _CONVERSION)


def _made(draw: Random, start: list[list[str]]) -> tuple[str, bytes]:
    rows = [list(row) for row in start]
    for _ in range(draw.choice((0, 1, 1, 3))):
        row = draw.choice(rows)
        if draw.random() < 0.2 or not row:
            draw.choice((rows.reverse, row.clear, lambda row=row: row.append("x"), lambda row=row: rows.append(row)))()
        else:
            row[draw.randrange(len(row))] = draw.choice(_CELLS)
    content = "\r\n".join(",".join(row) for row in rows).encode(draw.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")))
    return ("cells", content) if draw.random() < 0.5 else ("bytes", changed_bytes(draw, content))
