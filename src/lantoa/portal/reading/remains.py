"""What of an earlier version can still be shown: what no page uses any more is handed out to nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lantoa.portal.models import ArticlePage, Attachment, Picture
from lantoa.portal.uses import is_shown

_PICTURE, _RECORDING = "picture", "recording"
_USES = {"picture": "picture", "file": "file", "audio": "recording"}
"""The blocks that show a picture or hand out a file, and where it stands in them."""


@dataclass(frozen=True)
class Lost:
    """What stands in the place of something that is shown no longer: what it was (picture, file or recording), and the
    words that came with it."""

    kind: str
    words: str = ""
    transcript: Any = None


@dataclass(frozen=True)
class Part:
    """A block of the body, and what stands in its place where it shows something that is gone."""

    block: Any
    lost: Lost | None


@dataclass(frozen=True)
class Remains:
    """The body part by part, and what stands in the place of picture and recording of the article."""

    parts: list[Part]
    picture: Lost | None
    recording: Lost | None


def remains_of(then: ArticlePage) -> Remains:
    """The parts of an earlier version; its picture, its recording and what its body uses become what is still shown, or
    nothing (a query for the pictures, one for their sizes, and one for the files)."""
    used = [block.value[_USES[block.block_type]] for block in then.body if block.block_type in _USES]
    pictures = _pictures([then.picture_id, *(each.pk for each in used if isinstance(each, Picture))])
    files = _files([then.recording_id, *(each.pk for each in used if isinstance(each, Attachment))])
    had_picture, had_recording = then.picture_id is not None, then.recording_id is not None
    then.picture, then.recording = pictures.get(then.picture_id), files.get(then.recording_id)
    return Remains(
        [Part(block, _lost(block, pictures, files)) for block in then.body],
        Lost(_PICTURE, then.caption) if had_picture and then.picture is None else None,
        Lost(_RECORDING) if had_recording and then.recording is None else None,
    )


def _lost(block: Any, pictures: dict[int, Picture], files: dict[int, Attachment]) -> Lost | None:
    name = _USES.get(block.block_type)
    if name is None:
        return None
    was = block.value[name]
    shown: Picture | Attachment | None = (pictures if name == _PICTURE else files).get(was.pk if was else 0)
    block.value[name] = shown
    if shown is not None:
        return None
    words = block.value.get("caption") or block.value.get("title") or ""
    return Lost(name, str(words), block.value.get("transcript"))


def _pictures(numbers: Iterable[int | None]) -> dict[int, Picture]:
    wanted = {number for number in numbers if number is not None}
    rows = Picture.objects.filter(is_shown(Picture), pk__in=wanted).prefetch_related("renditions")
    return rows.in_bulk() if wanted else {}


def _files(numbers: Iterable[int | None]) -> dict[int, Attachment]:
    wanted = {number for number in numbers if number is not None}
    return Attachment.objects.filter(is_shown(Attachment), pk__in=wanted).in_bulk() if wanted else {}
