"""How long a recording lasts, told from its bytes: MP3, MP4 and Ogg say it in different ways."""

import re
import struct

_BIT_RATES = {
    3: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    0: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Thousands of bits a second of layer III by the version as the frame has it (ISO 11172-3, 13818-3)."""
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")
"""Where a frame of layer III begins that says its bit rate."""
_COUNTED = re.compile(rb"(?:Xing|Info)(?:\x00\x00\x00[\x01\x03\x05\x07\x09\x0b\x0d\x0f])(.{4})", re.DOTALL)
_OPUS_RATE = 48_000
"""Positions in Opus are counted at this rate, whatever the recording was made with (RFC 7845)."""


def seconds_of(content: bytes) -> int | None:
    """How long it lasts, in whole seconds and at least one; None where the bytes do not say so."""
    try:
        found = _ogg(content) if content.startswith(b"OggS") else _mp4(content) or _mp3(content)
    except (struct.error, IndexError, ZeroDivisionError):
        return None
    return max(1, round(found)) if found else None


def _ogg(content: bytes) -> float | None:
    """The position of the last page, by the rate of its codec."""
    opus, vorbis = content.find(b"OpusHead", 0, 4096), content.find(b"\x01vorbis", 0, 4096)
    last = content.rfind(b"OggS")
    (position,) = struct.unpack_from("<q", content, last + 6)
    if opus >= 0:
        (skipped,) = struct.unpack_from("<H", content, opus + 10)
        return float(position - skipped) / _OPUS_RATE
    if vorbis >= 0:
        (rate,) = struct.unpack_from("<I", content, vorbis + 12)
        return float(position) / float(rate)
    return None


def _mp4(content: bytes) -> float | None:
    """The header of the whole film (`mvhd`), which stands before or after the sound."""
    at = content.find(b"mvhd")
    if content[4:8] != b"ftyp" or at < 0:
        return None
    scale, length = struct.unpack_from(
        ">IQ" if content[at + 4] else ">II", content, at + (24 if content[at + 4] else 16)
    )
    return float(length) / float(scale)


def _mp3(content: bytes) -> float | None:
    """The number of frames where the first one says it, else what is left by its bit rate."""
    found = _FRAME.search(content, _after_tag(content))
    if found is None or found.group()[2] >> 2 & 3 == 3:
        return None
    at, (_sync, second, third) = found.start(), found.group()
    version = second >> 3 & 3
    if counted := _COUNTED.search(content, at, at + 200):
        samples = 1152 if version == 3 else 576
        return float(int.from_bytes(counted[1], "big")) * samples / _RATES[version][third >> 2 & 3]
    return (len(content) - at) * 8 / (_BIT_RATES[version][(third >> 4) - 1] * 1000)


def _after_tag(content: bytes) -> int:
    """Where what is said about the recording ends (ID3v2)."""
    if not content.startswith(b"ID3"):
        return 0
    size = 0
    for part in content[6:10]:
        size = size << 7 | part & 127
    return 10 + size
