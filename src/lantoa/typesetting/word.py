"""A document for Word, to be changed by whoever signs it."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from lantoa.kernel import clock
from lantoa.typesetting.papers import (
    VERSION,
    Align,
    Grid,
    Head,
    Heading,
    Nation,
    Paper,
    Paragraph,
    Part,
    Signature,
    plain,
)
from lantoa.typesetting.wording import ADDRESSED, MOTTO, PARTY, RECIPIENTS, STATE, dated, number_line

FONT = "Times New Roman"
WIDTH = 165
"""The millimetres between the margins."""
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER
_TWIPS = 1440 / 25.4
"""Word counts in twentieths of a point: so many are a millimetre."""
_LONGEST_TITLE = 250


def word_of(paper: Paper) -> bytes:
    """The document as DOCX (Office Open XML); its properties name the version of the layouts."""
    document = Document()
    _set_up(document, paper)
    _write_head(document, paper.head)
    _write_title(document, paper)
    for part in paper.parts:
        _write_part(document, part)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _write_foot(document, paper.recipients, paper.signature)
    if paper.annex:
        document.add_paragraph().paragraph_format.page_break_before = True
    for part in paper.annex:
        _write_part(document, part)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _set_up(document: WordDocument, paper: Paper) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = paper.name[:_LONGEST_TITLE], "", ""
    properties.language, properties.version = "vi-VN", VERSION
    properties.created = properties.modified = clock.now().replace(tzinfo=None)
    _set_letters(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(210 - 15 - WIDTH), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = not paper.numbers_all
    _write_top(section.header.paragraphs[0], paper.mark, numbered=True)
    _write_bottom(section.footer.paragraphs[0], paper.notice)
    if not paper.numbers_all:
        _write_top(section.first_page_header.paragraphs[0], paper.mark, numbered=False)
        _write_bottom(section.first_page_footer.paragraphs[0], paper.notice)


def _set_letters(document: WordDocument) -> None:
    """Times New Roman 14 and Vietnamese, for every script that Word tells apart."""
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    normal.font.name, normal.font.size = FONT, Pt(14)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    look = normal.element.get_or_add_rPr()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        look.get_or_add_rFonts().set(qn(script), FONT)
    look.append(_element("w:lang", val="vi-VN", eastAsia="vi-VN"))


def _write_top(paragraph: WordParagraph, mark: str, *, numbered: bool) -> None:
    """The mark to the left, the page's number in the middle."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH / 2), WD_TAB_ALIGNMENT.CENTER)
    _run(paragraph, plain(mark), size=12, bold=True)
    if numbered:
        paragraph.add_run("\t")
        run = paragraph.add_run("1")
        run.font.size = Pt(13)
        field = _element("w:fldSimple", instr="PAGE")
        field.append(run._r)
        paragraph._p.append(field)


def _write_bottom(paragraph: WordParagraph, notice: str) -> None:
    paragraph.alignment = _CENTRE
    _run(paragraph, plain(notice), size=9, italic=True)


def _write_head(document: WordDocument, head: Head) -> None:
    left, right = _bare_table(document, 75, WIDTH - 75)
    party = head.nation is Nation.PARTY
    if head.superior:
        _line(left, plain(head.superior).upper())
    _line(left, plain(head.issuer).upper(), bold=True, underline=not party)
    if party:
        _line(left, "*")
    if number := number_line(head):
        _line(left, number)
    if head.subject:
        _line(left, plain(head.subject), size=12, italic=True)
    if party:
        _line(right, PARTY, size=15, bold=True, underline=True)
    else:
        _line(right, STATE, size=12, bold=True)
        _line(right, MOTTO, bold=True, underline=True)
    _line(right, dated(head), italic=True)
    for cell in (left, right):
        _drop_first(cell)


def _write_title(document: WordDocument, paper: Paper) -> None:
    document.add_paragraph()
    for position, title in enumerate(paper.title):
        _run(_centred(document), plain(title), size=14 if position else 16, bold=True)
    if paper.subtitle:
        _run(_centred(document), plain(paper.subtitle), italic=True)
    if paper.title:
        _run(_centred(document), "-----")
    if paper.addressee:
        addressed = _centred(document)
        _run(addressed, ADDRESSED, underline=True)
        _run(addressed, f": {plain(paper.addressee)}")
    document.paragraphs[-1].paragraph_format.space_after = Pt(10)


def _write_part(document: WordDocument, part: Part) -> None:
    match part:
        case Heading():
            heading = document.add_paragraph()
            heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(8), Pt(6)
            heading.paragraph_format.keep_with_next = True
            _run(heading, plain(part.text), bold=True)
        case Paragraph():
            paragraph = document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            paragraph.paragraph_format.first_line_indent = Mm(10)
            paragraph.paragraph_format.space_after = Pt(6)
            text = f"– {plain(part.text)}" if part.item else plain(part.text)
            _run(paragraph, text, size=12 if part.note else None, italic=part.note)
        case Grid():
            document.element.body.insert(len(document.element.body) - 1, _grid(part))
            document.add_paragraph().paragraph_format.line_spacing = Pt(8)


def _write_foot(document: WordDocument, recipients: Sequence[str], signature: Signature | None) -> None:
    if not recipients and signature is None:
        return
    left, right = _bare_table(document, 80, WIDTH - 80)
    if recipients:
        _line(left, f"{RECIPIENTS}:", size=12, italic=True, underline=True, align=WD_ALIGN_PARAGRAPH.LEFT)
    for recipient in recipients:
        _line(left, plain(recipient), size=12, align=WD_ALIGN_PARAGRAPH.LEFT)
    if signature is not None:
        _line(right, plain(signature.on_behalf).upper(), bold=True)
        _line(right, plain(signature.office).upper())
        for _ in range(3):
            _line(right, "")
        _line(right, plain(signature.name), bold=True)
    for cell in (left, right):
        _drop_first(cell)


def _bare_table(document: WordDocument, *widths: float) -> list[_Cell]:
    """The cells of a table of one row without lines, which no page break parts."""
    table = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = list(table.rows[0].cells)
    for column, cell, width in zip(table.columns, cells, widths, strict=True):
        column.width = cell.width = Mm(width)
    return cells


def _line(
    cell: _Cell,
    text: str,
    *,
    size: int | None = None,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    align: WD_ALIGN_PARAGRAPH = _CENTRE,
) -> None:
    paragraph = cell.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.keep_with_next = True
    _run(paragraph, text, size=size, bold=bold, italic=italic, underline=underline)


def _drop_first(cell: _Cell) -> None:
    """Without the empty paragraph that a new cell begins with, where another follows."""
    first, *others = cell.paragraphs
    if others:
        first._p.getparent().remove(first._p)


def _centred(document: WordDocument) -> WordParagraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = _CENTRE
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def _run(
    paragraph: WordParagraph,
    text: str,
    *,
    size: int | None = None,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.underline = bold or None, italic or None, underline or None
    run.font.size = Pt(size) if size else None


def _grid(grid: Grid) -> Any:
    """The table, written straight as XML: cell by cell through the library takes minutes for thousands of rows."""
    shares = [column.share for column in grid.columns]
    widths = [round(WIDTH * _TWIPS * share / sum(shares)) for share in shares]
    aligns = [column.align for column in grid.columns]
    labels = [column.label for column in grid.columns]
    rows = [
        _row(labels, widths, [Align.CENTRE] * len(widths), bold=True, head=True),
        *(_row(row, widths, aligns) for row in grid.rows),
        *([_row(grid.total, widths, aligns, bold=True)] if grid.total else []),
    ]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
        f"{''.join(rows)}</w:tbl>"
    )


def _row(
    texts: Sequence[str], widths: Sequence[int], aligns: Sequence[Align], *, bold: bool = False, head: bool = False
) -> str:
    look = "<w:b/>" if bold else ""
    cells = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="40" w:after="40"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{look}<w:sz w:val="24"/></w:rPr><w:t xml:space="preserve">{escape(plain(text))}</w:t></w:r>'
        "</w:p></w:tc>"
        for text, width, align in zip(texts, widths, aligns, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
