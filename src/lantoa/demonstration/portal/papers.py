"""The files of the demonstration's portal, set by the typesetting of the product."""

from lantoa.typesetting.papers import Align, Column, Grid, Head, Heading, Nation, Paper, Paragraph, Part
from lantoa.typesetting.pdf import pdf_of

_HEAD = Head(nation=Nation.PARTY, superior="HUYỆN ỦY PHONG THỔ", issuer="BAN TUYÊN GIÁO", place="Phong Thổ")
OURS = "Bản tóm tắt do Trang thông tin soạn để trình diễn, không thay văn bản gốc."


def summary_paper(*, kind: str, number: str, body: str, title: str, summary: str) -> bytes:
    """What a document is about, on one page, in our own words."""
    parts: list[Part] = [Paragraph(f"{body} ban hành."), Heading("Những điểm cần nắm")]
    parts += [Paragraph(line, item=True) for line in summary.strip().splitlines()]
    parts.append(Paragraph(OURS, note=True))
    return pdf_of(Paper(head=_HEAD, title=("TÓM TẮT", f"{kind} số {number}"), subtitle=title, parts=parts))


def list_paper() -> bytes:
    """An empty roll to be signed by hand."""
    columns = (
        Column("TT", 1, Align.CENTRE),
        Column("Họ và tên", 5),
        Column("Chi bộ", 4),
        Column("Ký tên", 3),
    )
    rows = [(str(number), "", "", "") for number in range(1, 21)]
    parts: list[Part] = [Paragraph("Điểm cầu: ……………………  Ngày: ……/……/………"), Grid(columns=columns, rows=rows)]
    return pdf_of(Paper(head=_HEAD, title=("DANH SÁCH ĐIỂM DANH",), parts=parts))


def digest_paper() -> bytes:
    """How a digest of one page is laid out."""
    parts: list[Part] = [
        Heading("Văn bản này nói gì"),
        Paragraph("Ba đến năm câu ngắn, mỗi câu một ý."),
        Heading("Liên quan gì đến bản mình"),
        Paragraph("Nêu một việc cụ thể, ai làm và bao giờ xong."),
        Heading("Hỏi thêm ở đâu"),
        Paragraph("Nơi trực và giờ trực của cán bộ phụ trách."),
    ]
    return pdf_of(Paper(head=_HEAD, title=("TÓM TẮT MỘT TRANG",), parts=parts))
