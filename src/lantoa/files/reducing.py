"""Pictures made as small as a screen needs them."""

from io import BytesIO

from PIL import Image, ImageOps

from lantoa.files.content import JPEG, PNG, WEBP, Damaged, FileKind

LONGEST = 2_560
"""Points of the longer side: twice what a page shows of it."""
_FORMATS = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP"}
_QUALITY = 88


def reduced(content: bytes, kind: FileKind) -> bytes:
    """The picture with at most `LONGEST` points on its longer side, upright; one that is small enough, or moves, as it
    came. Raises Damaged where it cannot be read."""
    try:
        with Image.open(BytesIO(content)) as picture:
            if max(picture.size) <= LONGEST or getattr(picture, "is_animated", False):
                return content
            return _smaller(picture, _FORMATS[kind])
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for broken pictures
        raise Damaged from error


def _smaller(picture: Image.Image, name: str) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST, LONGEST))
    written = BytesIO()
    upright.save(written, name, quality=_QUALITY, icc_profile=picture.info.get("icc_profile"))
    return written.getvalue()
