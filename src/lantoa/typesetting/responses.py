"""Documents as downloads."""

from dataclasses import replace
from enum import StrEnum

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from lantoa.typesetting.papers import Paper
from lantoa.typesetting.pdf import pdf_of
from lantoa.typesetting.word import word_of
from lantoa.typesetting.wording import DEMONSTRATION


class FileKind(StrEnum):
    """What a document may be taken out as; the value is the ending of the file's name."""

    PDF = "pdf"
    WORD = "docx"


_CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_WRITERS = {FileKind.PDF: pdf_of, FileKind.WORD: word_of}


def paper_response(paper: Paper, kind: FileKind, filename: str) -> HttpResponse:
    """The document as a download. `filename` comes without an ending and may be Vietnamese.

    In a demonstration every page says that its figures and names are invented.
    """
    shown = replace(paper, notice=DEMONSTRATION) if settings.LANTOA_DEMO else paper
    return download(_WRITERS[kind](shown), kind, filename)


def download(content: bytes, kind: FileKind, filename: str) -> HttpResponse:
    """A finished document as a download; nobody's cache keeps it."""
    disposition = content_disposition_header(as_attachment=True, filename=f"{filename.replace('/', '-')}.{kind}")
    headers = {"Content-Disposition": disposition or "", "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=_CONTENT_TYPES[kind], headers=headers)
