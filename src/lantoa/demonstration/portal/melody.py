"""A recording without a recorder: a short tune of five tones over a drone, as khèn players have it, written as MP3.

A sound that does not change is one number in each frame of MPEG-2 Layer III: the strength of one of its 576 lines. So
a tune can be written down straight away, every tone on the lines that are its own (ISO/IEC 13818-3): no sound is
computed, and no program that packs sound is needed.
"""

from collections.abc import Iterable

RATE = 16_000
LINES = 576
"""So many lines a frame has, each RATE / 2 / LINES = 13.9 Hz wide."""
FRAME = 36
"""Bytes of a frame of 8 kbit/s: a head of 4, 9 about the frame, and 23 of lines."""
_HEAD = bytes((0xFF, 0xF3, 0x18, 0xC4))
"""MPEG-2 Layer III without checksum, 8 kbit/s, 16 kHz, one channel, an original."""
_LOUD, _DYING = 194, 14
"""The strength of a tone when it begins (four steps are twice), and how many steps it dies away, one in two frames."""
_DRONE = (12, 18)
TONES = {"1": 24, "2": 27, "3": 30, "5": 36, "6": 40, "8": 48}
"""The tones by their place in the scale: pure intervals, whole lines."""
TUNE = "1-2-3-5-- 6-5-3-5-- 8-6-5-3-- 2-3-1--- 1-2-3-5-- 6-8-6-5-- 3-5-2-3-- 2-1-1----"
_BEAT = 6
"""Frames of a beat: a tone lasts one, and one more for each dash after it."""


def recording() -> bytes:
    """The tune as a file, the same each time: 16 seconds, 16 kB."""
    return b"".join(_frame(lines, loudness, number) for number, (lines, loudness) in enumerate(_frames()))


def _frames() -> Iterable[tuple[tuple[int, ...], int]]:
    """What sounds in each frame, and how loud."""
    sounding: tuple[int, ...] = ()
    since = 0
    for sign in TUNE:
        if sign in TONES:
            sounding, since = (*_DRONE, TONES[sign], 2 * TONES[sign]), 0
        for _ in range(_BEAT if sign != " " else _BEAT // 2):
            yield sounding, _LOUD - min(since // 2, _DYING)
            since += 1


def _frame(lines: tuple[int, ...], loudness: int, number: int) -> bytes:
    """A frame in which these lines sound and all others do not."""
    signs = {line: "01"[line * number % 2] for line in lines}
    fours = "".join(
        _four([signs.get(line, "") for line in range(start, start + 4)]) for start in range(0, max(lines) + 1, 4)
    )
    about = "".join((
        f"{0:08b}", "0",  # nothing of the frame stands in an earlier one
        f"{len(fours):012b}", f"{0:09b}",  # no pairs of large numbers: fours of 0 and 1 alone
        f"{loudness:08b}", f"{0:09b}", "0",  # one strength for all lines, long windows
        f"{0:022b}", "0", "1",  # the table in which every four has four bits
    ))  # fmt: skip
    written = f"{about}{fours}".ljust((FRAME - len(_HEAD)) * 8, "0")
    return _HEAD + int(written, 2).to_bytes(FRAME - len(_HEAD), "big")


def _four(signs: list[str]) -> str:
    """Four lines in table B of the standard, which turns every bit round, and the signs of those that sound.

    An odd line changes its sign from frame to frame; that is how its tone goes on where the last frame left it.
    """
    return "".join("0" if sign else "1" for sign in signs) + "".join(signs)
