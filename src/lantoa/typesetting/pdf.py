"""A document as PDF."""

from collections.abc import Sequence
from typing import Any

from lantoa.typesetting.engine import set_pdf
from lantoa.typesetting.papers import VERSION, Column, Grid, Head, Heading, Paper, Paragraph, Part, Signature, plain
from lantoa.typesetting.wording import ADDRESSED, MOTTO, PARTY, RECIPIENTS, STATE, dated, number_line


def pdf_of(paper: Paper) -> bytes:
    """The document as PDF, set with the fonts of the package; its properties name the version of the layouts."""
    return set_pdf("paper", said_by(paper))


def said_by(paper: Paper) -> dict[str, Any]:
    """What the layout is given, as JSON knows it."""
    return {
        "version": VERSION,
        "words": {
            "party": PARTY,
            "state": STATE,
            "motto": MOTTO,
            "addressed": ADDRESSED,
            "recipients": RECIPIENTS,
        },
        "name": paper.name,
        "head": _head(paper.head),
        "title": _lines(paper.title),
        "subtitle": plain(paper.subtitle),
        "addressee": plain(paper.addressee),
        "parts": [_part(part) for part in paper.parts],
        "annex": [_part(part) for part in paper.annex],
        "recipients": _lines(paper.recipients),
        "signature": _signature(paper.signature) if paper.signature else None,
        "mark": plain(paper.mark),
        "notice": plain(paper.notice),
        "numbers_all": paper.numbers_all,
    }


def _head(head: Head) -> dict[str, str]:
    return {
        "nation": head.nation.value,
        "superior": plain(head.superior),
        "issuer": plain(head.issuer),
        "number": number_line(head),
        "subject": plain(head.subject),
        "dated": dated(head),
    }


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Heading():
            return {"kind": "heading", "text": plain(part.text)}
        case Paragraph():
            return {"kind": "paragraph", "text": plain(part.text), "item": part.item, "note": part.note}
        case Grid():
            return {
                "kind": "grid",
                "columns": [_column(column) for column in part.columns],
                "rows": [_lines(row) for row in part.rows],
                "total": _lines(part.total),
            }


def _column(column: Column) -> dict[str, Any]:
    return {"label": plain(column.label), "share": column.share, "align": column.align.value}


def _signature(signature: Signature) -> dict[str, str]:
    return {
        "on_behalf": plain(signature.on_behalf),
        "office": plain(signature.office),
        "name": plain(signature.name),
    }


def _lines(texts: Sequence[str]) -> list[str]:
    return [plain(text) for text in texts]
