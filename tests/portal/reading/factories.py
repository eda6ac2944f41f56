"""Recordings, and articles that were published more than once."""

import io
import itertools
import struct
import wave

from django.core.files.uploadedfile import SimpleUploadedFile

from lantoa.portal.models import ArticlePage, Attachment, PortalSite

_numbers = itertools.count(1)
_FRAME = b"\xff\xfb\x50\xc0" + b"\0" * 204
"""A silent frame of MP3 at 64 kbit/s and 44,100 Hz, one channel."""


def mp3(seconds: int) -> bytes:
    """Silence as MP3, by its bit rate as long as that."""
    size = seconds * 8_000
    return (_FRAME * (size // len(_FRAME) + 1))[:size]


def mp3_counted(frames: int) -> bytes:
    """The same with its number of frames in the first one, after a tag."""
    tag = b"ID3\x04\0\0\0\0\0\x05" + b"\0" * 5
    return tag + _FRAME[:21] + b"Xing" + struct.pack(">II", 1, frames) + b"\0" * 100 + _FRAME * 3


def mp4(seconds: int, *, long: bool = False) -> bytes:
    """The head of a sound as MP4; a long one counts in 64 bits."""
    times = struct.pack(">QQIQ" if long else ">IIII", 0, 0, 1000, seconds * 1000)
    header = b"mvhd" + (b"\1" if long else b"\0") + b"\0\0\0" + times
    return b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom" + struct.pack(">I", len(header) + 4) + header


def ogg(head: bytes, position: int) -> bytes:
    """The first and the last page of an Ogg file."""
    page = b"OggS\0\2" + struct.pack("<q", 0) + b"\0" * 13
    last = b"OggS\0\4" + struct.pack("<q", position) + b"\0" * 13
    return page + head + last


def opus(seconds: int) -> bytes:
    return ogg(b"OpusHead\1\1" + struct.pack("<HI", 312, 16_000) + b"\0" * 3, seconds * 48_000 + 312)


def vorbis(seconds: int) -> bytes:
    return ogg(b"\1vorbis\0\0\0\0\1" + struct.pack("<I", 44_100) + b"\0" * 14, seconds * 44_100)


def wav(seconds: int) -> bytes:
    """A sound of a kind that is not kept."""
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * seconds)
    return written.getvalue()


def make_recording(portal: PortalSite, *, seconds: int = 245) -> Attachment:
    """A recording of the portal's own collection."""
    recording = Attachment(title="Bài đọc", collection=portal.collection)
    recording.file = SimpleUploadedFile(f"bai-doc-{next(_numbers)}.mp3", mp3(seconds))
    recording.save()
    return recording


def publish(article: ArticlePage, **changes: object) -> ArticlePage:
    """The article published once more with those changes to its draft."""
    draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision().as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save_revision().publish()
    found: ArticlePage = ArticlePage.objects.get(pk=article.pk)
    return found
