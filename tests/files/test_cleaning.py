"""What a picture or a recording tells on the side is not kept, and what is seen and heard stays."""

import struct

import pytest

from lantoa.files.cleaning import TooManyPoints, cleaned
from lantoa.files.content import JPEG as JPEG_KIND
from lantoa.files.content import M4A as M4A_KIND
from lantoa.files.content import MP3 as MP3_KIND
from lantoa.files.content import PNG as PNG_KIND
from lantoa.files.content import WEBP as WEBP_KIND
from lantoa.files.content import Damaged
from tests.files.factories import JPEG, MP3, PNG, WEBP, jpeg, png, webp

PLACE = b"22.5833N 103.3500E"

BROKEN = b"Exif\0\0MM\0*\0\0\0\x63"


def exif(orientation: int, order: str = ">") -> bytes:
    """An Exif block with an orientation and a place."""
    entries = struct.pack(f"{order}HHIHH", 0x010F, 2, 1, 0, 0) + struct.pack(
        f"{order}HHIHH", 0x0112, 3, 1, orientation, 0
    )
    head = b"MM\0*" if order == ">" else b"II*\0"
    return b"Exif\0\0" + head + struct.pack(f"{order}IH", 8, 2) + entries + bytes(4) + PLACE


def box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


def test_a_png_loses_its_words_and_keeps_its_picture() -> None:
    told = png((b"pHYs", bytes(9)), (b"tEXt", b"Comment\0" + PLACE), (b"eXIf", PLACE))
    assert cleaned(told + b"behind " + PLACE, PNG_KIND) == png((b"pHYs", bytes(9)))
    assert cleaned(PNG, PNG_KIND) == PNG


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_loses_the_place_and_keeps_how_it_is_turned(order: str) -> None:
    colours = (0xE2, b"ICC_PROFILE\0")
    told = jpeg((0xE1, exif(6, order)), (0xED, PLACE), colours, (0xFE, PLACE))
    kept = cleaned(told + PLACE, JPEG_KIND)
    assert PLACE not in kept
    assert kept[2:4] == b"\xff\xe1"
    assert kept[:2] + kept[38:] == jpeg(colours)
    assert cleaned(kept, JPEG_KIND) == kept
    assert struct.pack(">HHIH", 0x0112, 3, 1, 6) in kept


@pytest.mark.parametrize("block", [exif(1), exif(9), b"http://ns.adobe.com/xap/1.0/\0" + PLACE, b"Exif\0\0XX", BROKEN])
def test_a_jpeg_that_stands_upright_needs_no_such_block(block: bytes) -> None:
    assert cleaned(jpeg((0xE1, block)), JPEG_KIND) == JPEG


def test_an_exif_block_without_the_way_it_is_turned_goes_whole() -> None:
    empty = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 0)
    assert cleaned(jpeg((0xE1, empty)), JPEG_KIND) == JPEG


def test_what_a_jpeg_tells_beside_its_colours_goes() -> None:
    assert cleaned(jpeg((0xE2, b"MPF\0" + PLACE)), JPEG_KIND) == JPEG


def test_fill_bytes_before_a_marker_are_stepped_over() -> None:
    assert cleaned(JPEG[:2] + b"\xff" + JPEG[2:], JPEG_KIND) == JPEG


def test_a_webp_loses_exif_and_xmp_and_says_so_in_its_head() -> None:
    picture = (b"VP8 ", bytes(6) + struct.pack("<HH", 4, 3))
    told = webp((b"VP8X", b"\x2c" + bytes(9)), picture, (b"EXIF", PLACE), (b"XMP ", PLACE), (b"NOTE", PLACE))
    assert cleaned(told, WEBP_KIND) == webp((b"VP8X", b"\x20" + bytes(9)), picture)
    assert cleaned(WEBP, WEBP_KIND) == WEBP


def test_a_recording_loses_its_place_where_it_stands() -> None:
    track = box(b"trak", box(b"meta", PLACE))
    long = struct.pack(">I4sQ", 1, b"mdat", 20) + b"song"
    told = box(b"ftyp", b"M4A ") + box(b"moov", box(b"udta", PLACE) + track) + long
    kept = cleaned(told, M4A_KIND)
    assert len(kept) == len(told)
    assert PLACE not in kept
    assert kept.endswith(b"song")
    to_the_end = struct.pack(">I4s", 0, b"mdat") + b"song"
    assert cleaned(to_the_end, M4A_KIND) == to_the_end


def test_what_a_program_left_in_free_space_goes_too() -> None:
    told = box(b"ftyp", b"M4A ") + box(b"free", PLACE) + box(b"moov", box(b"skip", PLACE))
    assert PLACE not in cleaned(told, M4A_KIND)


def test_boxes_within_boxes_without_end_are_damaged() -> None:
    deep = b""
    for _ in range(3_000):
        deep = box(b"moov", deep)
    with pytest.raises(Damaged):
        cleaned(deep, M4A_KIND)


def test_other_kinds_stay_as_they_are() -> None:
    assert cleaned(MP3, MP3_KIND) == MP3


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG[:30], PNG_KIND),
        (PNG[:-5], PNG_KIND),
        (png(width=0), PNG_KIND),
        (JPEG[:2], JPEG_KIND),
        (JPEG[:2] + b"xx", JPEG_KIND),
        (JPEG[:2] + b"\xff\xd8" + JPEG[2:], JPEG_KIND),
        (JPEG[:-2], JPEG_KIND),
        (JPEG[:2] + b"\xff\xe0\0\0" + JPEG[4:], JPEG_KIND),
        (JPEG[:2] + b"\xff\xd9", JPEG_KIND),
        (webp((b"VP8X", b"")), WEBP_KIND),
        (webp((b"VP8L", b"")), WEBP_KIND),
        (webp((b"ALPH", b"")), WEBP_KIND),
        (WEBP[:20], WEBP_KIND),
        (box(b"moov", struct.pack(">I4s", 99, b"trak")), M4A_KIND),
    ],
)
def test_what_breaks_its_own_format_is_damaged(content: bytes, kind: object) -> None:
    with pytest.raises(Damaged):
        cleaned(content, kind)  # type: ignore[arg-type]


def test_a_picture_of_too_many_points_is_not_unpacked_by_anybody() -> None:
    with pytest.raises(TooManyPoints):
        cleaned(jpeg(width=9_000, height=9_000), JPEG_KIND)
