"""Secrecy marks in a text: Mật, Tối mật, Tuyệt mật standing as a mark, not as words of a sentence.

The marks are those of the law on the protection of state secrets (29/2018/QH14, article 8). A mark stands alone: in its
paragraph, in a cell, between tabs or wide blanks, perhaps in brackets, after "Độ mật:", or before a copy's number. So
"bí mật", "mật ong" or "bảo vệ tài liệu tối mật" are no marks.
"""

import re
import unicodedata
from collections.abc import Iterable

MARKS = ("TUYỆT MẬT", "TỐI MẬT", "MẬT")
_SEGMENTS = re.compile(r"[\t\r\n\v\f|;/]|\s{3,}|\s[-–—]\s")
_FRAME = " \u00a0.,:*_-–—=~\"'“”‘’()[]{}<>«»"
_LEAD = re.compile(r"^(?:(?:MỨC\s+)?ĐỘ\s+MẬT|DẤU(?:\s+CHỈ)?(?:\s+MỨC)?\s+ĐỘ\s+MẬT)\s*[:\-–]?\s*")
_COPY = re.compile(r"\s*[(,:\-–]*\s*(?:BẢN\s+)?SỐ\s*:?\s*[\d./…_ ]*\)?$")


def mark_in(lines: Iterable[str]) -> str | None:
    """The first secrecy mark among the lines of a text, as the law writes it; None where there is none."""
    for line in lines:
        for segment in _SEGMENTS.split(unicodedata.normalize("NFC", line)):
            if mark := _mark(segment):
                return mark
    return None


def _mark(segment: str) -> str | None:
    text = " ".join(segment.upper().split()).strip(_FRAME)
    text = _joined(_COPY.sub("", _LEAD.sub("", text)).strip(_FRAME))
    return text if text in MARKS else None


def _joined(text: str) -> str:
    """`M Ậ T` with its letters spread out as `MẬT`."""
    words = text.split(" ")
    if len(words) < len("MẬT") or any(len(word) != 1 for word in words):
        return text
    return {mark.replace(" ", ""): mark for mark in MARKS}.get("".join(words), text)
