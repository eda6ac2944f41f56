"""How long recordings last."""

import pytest

from lantoa.files.sound import seconds_of
from tests.portal.reading.factories import mp3, mp3_counted, mp4, ogg, opus, vorbis, wav


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (mp3(245), 245),
        (mp3_counted(1000), 26),
        (mp3_counted(1).replace(b"\xff\xfb\x50", b"\xff\xf3\x50"), 1),
        (mp4(61), 61),
        (mp4(61, long=True), 61),
        (opus(90), 90),
        (vorbis(90), 90),
        (mp4(0), None),
        (ogg(b"\x7fFLAC" + b"\0" * 40, 48_000), None),
        (b"OggS", None),
        (b"ID3\x04\0\0\0\0\0\x00", None),
        (b"\xff\xfb\x5c\xc0" + b"\0" * 200, None),
        (wav(1), None),
        (b"", None),
    ],
)
def test_a_recording_says_how_long_it_lasts_or_nothing_is_said(content: bytes, seconds: int | None) -> None:
    assert seconds_of(content) == seconds
