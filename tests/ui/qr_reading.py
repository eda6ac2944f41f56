"""A reader of QR codes (ISO/IEC 18004) for tests: of clean ones, level M up to version 6, bytes and letters."""

import re
from collections.abc import Callable, Iterator

DATA_BLOCKS = {1: [16], 2: [28], 3: [44], 4: [32] * 2, 5: [43] * 2, 6: [27] * 4}
"""How many codewords of data are in each block of level M, by version."""
ALIGNED = {1: 0, 2: 18, 3: 22, 4: 26, 5: 30, 6: 34}
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
MASKS: list[Callable[[int, int], bool]] = [
    lambda x, y: (x + y) % 2 == 0,
    lambda _x, y: y % 2 == 0,
    lambda x, _y: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (y // 2 + x // 3) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
]


def read_path(path: str, side: int, quiet: int = 4) -> str:
    """What the code says that an SVG path draws in rows of modules, `side` modules wide with the white edge."""
    modules = [[False] * side for _ in range(side)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        modules[int(y)][int(x) : int(x) + int(length)] = [True] * int(length)
    return read([row[quiet : side - quiet] for row in modules[quiet : side - quiet]])


def read(modules: list[list[bool]]) -> str:
    """What the square says, given without its white edge."""
    version = (len(modules) - 17) // 4
    form = sum(black << 4 - place for place, black in enumerate(modules[8][:5])) ^ 0b10101
    assert form >> 3 == 0, "level M"
    mask = MASKS[form & 0b111]
    bits = [modules[y][x] ^ mask(x, y) for x, y in _order(version, len(modules))]
    words = [sum(bit << 7 - place for place, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits) - 7, 8)]
    blocks = DATA_BLOCKS[version]
    data = [word for at in range(len(blocks)) for word in words[at : sum(blocks) : len(blocks)]]
    return _said("".join(f"{word:08b}" for word in data))


def _order(version: int, side: int) -> Iterator[tuple[int, int]]:
    for pair in range((side - 1) // 2):
        right = side - 1 - 2 * pair
        right -= right <= 6
        rows = range(side - 1, -1, -1) if pair % 2 == 0 else range(side)
        for y in rows:
            for x in (right, right - 1):
                if not _is_fixed(version, side, x, y):
                    yield x, y


def _is_fixed(version: int, side: int, x: int, y: int) -> bool:
    corners = (x < 9 and y < 9) or (x >= side - 8 and y < 9) or (x < 9 and y >= side - 8)
    middle = ALIGNED[version]
    aligned = middle > 0 and abs(x - middle) <= 2 and abs(y - middle) <= 2
    return corners or aligned or x == 6 or y == 6


def _said(bits: str) -> str:
    if bits.startswith("0111"):  # the letters are said to be UTF-8, as they are without it
        bits = bits[12:]
    mode, count = bits[:4], 0
    if mode == "0100":
        count = int(bits[4:12], 2)
        return bytes(int(bits[at : at + 8], 2) for at in range(12, 12 + 8 * count, 8)).decode()
    assert mode == "0010", mode
    count, text = int(bits[4:13], 2), ""
    for at in range(13, 13 + 11 * (count // 2), 11):
        high, low = divmod(int(bits[at : at + 11], 2), 45)
        text += LETTERS[high] + LETTERS[low]
    if count % 2:
        at = 13 + 11 * (count // 2)
        text += LETTERS[int(bits[at : at + 6], 2)]
    return text
