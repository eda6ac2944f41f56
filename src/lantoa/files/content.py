"""What a file is, told from its bytes and never from its name."""

import io
import re
import zipfile
from dataclasses import dataclass
from xml.parsers import expat

HEAD = 4096
UNPACKED_LIMIT = 200_000_000
XML_LIMIT = 25_000_000
"""Of the parts that are parsed: five hundred pages take about ten million, and twenty-five take eight seconds."""
ENTRIES_LIMIT = 5_000
_CHUNK = 1 << 20
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MP4_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"}
)
_M4A_BRANDS = frozenset({b"M4A ", b"M4B "})
_PHONE_BRANDS = frozenset({b"3gp4", b"3gp5"})
_SOUND, _FILM = re.compile(rb"hdlr.{8}soun", re.DOTALL), re.compile(rb"hdlr.{8}vide", re.DOTALL)


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is kept: its media type, what people call it, the endings that fit it, and how many
    megabytes of it are kept at most, where the installation does not keep less."""

    media_type: str
    label: str
    endings: tuple[str, ...]
    most_megabytes: int = 100


PDF = FileKind("application/pdf", "PDF", (".pdf",))
DOCX = FileKind(f"{_OFFICE}wordprocessingml.document", "Word (.docx)", (".docx",))
XLSX = FileKind(f"{_OFFICE}spreadsheetml.sheet", "Excel (.xlsx)", (".xlsx",))
PPTX = FileKind(f"{_OFFICE}presentationml.presentation", "PowerPoint (.pptx)", (".pptx",))
PNG = FileKind("image/png", "PNG", (".png",), 10)
JPEG = FileKind("image/jpeg", "JPEG", (".jpg", ".jpeg"), 10)
WEBP = FileKind("image/webp", "WebP", (".webp",), 10)
MP3 = FileKind("audio/mpeg", "MP3", (".mp3",), 50)
M4A = FileKind("audio/mp4", "M4A", (".m4a", ".mp4"), 50)
OGG = FileKind("audio/ogg", "Ogg", (".ogg", ".oga", ".opus"), 50)
MP4 = FileKind("video/mp4", "MP4", (".mp4", ".m4v"))
OFFICE_KINDS = (DOCX, XLSX, PPTX)
PICTURE_KINDS = (PNG, JPEG, WEBP)
AUDIO_KINDS = (MP3, M4A, OGG)
KINDS = (PDF, *OFFICE_KINDS, *PICTURE_KINDS, *AUDIO_KINDS, MP4)


class Damaged(Exception):
    """The bytes break the rules of their own format, or unpack to more than is sensible."""


def kind_of(content: bytes) -> FileKind | None:
    """The kind of a file, or None where it is none of KINDS. Raises Damaged for a broken package."""
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    return next((kind for kind, found in _simple_kinds(content) if found), None)


def parts(content: bytes) -> dict[str, bytes]:
    """The XML parts of an Office file by their names. Raises Damaged for a broken package or one that swells."""
    try:
        return _parts(content)
    except Damaged:
        raise
    except Exception as error:  # a package is input: whatever it breaks in the reader, it is broken
        raise Damaged from error


def attributes(part: bytes, element: str) -> list[dict[str, str]]:
    """The attributes of each `element` (without prefix) of an XML part. Raises Damaged where it is not sound XML."""
    rows: list[dict[str, str]] = []

    def start(name: str, given: dict[str, str]) -> None:
        if name.rpartition(":")[2] == element:
            rows.append(given)

    parser = safe_parser()
    parser.StartElementHandler = start
    feed(parser, part)
    return rows


def safe_parser() -> expat.XMLParserType:
    """An XML parser that refuses a document type, and with it every entity of the document's own."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise Damaged

    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, part: bytes) -> None:
    """Parse the whole part. Raises Damaged where it is not sound XML."""
    is_whole = True
    try:
        parser.Parse(part, is_whole)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Damaged from error


def _parts(content: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left, xml_left = UNPACKED_LIMIT, XML_LIMIT
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for entry in _entries(package):
            is_xml = entry.filename.lower().endswith((".xml", ".rels"))
            data = _read(package, entry, min(left, xml_left) if is_xml else left)
            left -= len(data)
            if is_xml:
                xml_left -= len(data)
                found[entry.filename.lstrip("/")] = data
    return found


def _entries(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = package.infolist()
    if len(entries) > ENTRIES_LIMIT:
        raise Damaged
    return entries


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    pieces: list[bytes] = []
    with package.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise Damaged
            pieces.append(piece)
    return b"".join(pieces)


def _office_kind(content: bytes) -> FileKind | None:
    types = parts(content).get("[Content_Types].xml")
    if types is None:
        return None
    declared = {row.get("ContentType", "") for row in attributes(types, "Override")}
    if any("macroEnabled" in one or "vbaProject" in one for one in declared):
        return None
    return next((kind for kind in OFFICE_KINDS if f"{kind.media_type}.main+xml" in declared), None)


def _simple_kinds(content: bytes) -> tuple[tuple[FileKind, bool], ...]:
    brand = content[8:12] if content[4:8] == b"ftyp" else b""
    return (
        (PDF, content.startswith(b"%PDF-")),
        (PNG, content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR"),
        (JPEG, content.startswith(b"\xff\xd8\xff")),
        (WEBP, content[:4] == b"RIFF" and content[8:12] == b"WEBP"),
        (OGG, _is_ogg_sound(content)),
        (MP3, _is_mp3(content)),
        (M4A, brand in _M4A_BRANDS or _is_sound_alone(content, brand)),
        (MP4, brand in _MP4_BRANDS),
    )


def _is_ogg_sound(content: bytes) -> bool:
    """Whether the first stream of an Ogg file is sound: Vorbis or Opus (RFC 5334)."""
    return content.startswith(b"OggS\0") and (b"\x01vorbis" in content[27:300] or b"OpusHead" in content[27:300])


def _is_sound_alone(content: bytes, brand: bytes) -> bool:
    """Whether an MP4 has a track of sound and none of film: recorders of phones give it the brand of a film."""
    is_mp4 = brand in _MP4_BRANDS or brand in _PHONE_BRANDS
    return is_mp4 and _SOUND.search(content) is not None and _FILM.search(content) is None


def _is_mp3(content: bytes) -> bool:
    if content.startswith(b"ID3") and len(content) > 10:
        return content[3] < 0xFF and content[4] < 0xFF and all(byte < 0x80 for byte in content[6:10])
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0:
        return False
    version, layer = content[1] >> 3 & 3, content[1] >> 1 & 3
    bit_rate, sampling = content[2] >> 4, content[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in (0, 15) and sampling != 3
