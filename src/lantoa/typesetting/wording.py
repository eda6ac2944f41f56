"""The fixed words of Vietnamese official documents, which no reader's language changes."""

import datetime as dt

from lantoa.typesetting.papers import Head, Nation, plain

PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT = "DỰ THẢO"
SUPERSEDED = "ĐÃ ĐƯỢC THAY THẾ"
ADDRESSED = "Kính gửi"
RECIPIENTS = "Nơi nhận"
DEMONSTRATION = "Số liệu trình diễn: tên người và con số là giả định"
_GAP = "\N{NO-BREAK SPACE}" * 8
"""Room to write a number or a date in by hand."""


def on_the_day(day: dt.date | None) -> str:
    """A date as a document writes it; with room to write it in where there is none.

    Days below ten and the months January and February have two digits, as 36-HD/VPTW and Nghị định 30 ask.
    """
    if day is None:
        return f"ngày{_GAP}tháng{_GAP}năm{_GAP}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def dated(head: Head) -> str:
    """Place and date beneath the right head; dots where the place is not known."""
    return f"{plain(head.place) or '…………'}, {on_the_day(head.issued_on)}"


def number_line(head: Head) -> str:
    """The line of the number; room for it where only its sign (`-KH/HU`) is known; empty without either."""
    number = plain(head.number)
    if not number:
        return ""
    label = "Số" if head.nation is Nation.PARTY else "Số:"
    return f"{label} {_GAP if number[0] in '-/' else ''}{number}"
