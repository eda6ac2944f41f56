"""The empty list of persons that clerks fill in: a plain header row, every column as text."""

import tempfile
from pathlib import Path

import xlsxwriter

from lantoa.organizations.reading import HEADINGS

STANDINGS = ("chính thức", "dự bị", "cán bộ")
_ROWS = 5_000
_WIDTHS = {"full_name": 28, "village": 20, "unit": 32, "sector": 18}


def empty_list() -> bytes:
    """An .xlsx whose columns are text, so that no leading zero is lost; required columns stand in bold."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet("Danh sách")
        text = book.add_format({"num_format": "@"})
        for position, heading in enumerate(HEADINGS):
            style = book.add_format({"bold": heading.required, "bottom": 1, "bg_color": "#F1F1F1", "num_format": "@"})
            sheet.set_column(position, position, _WIDTHS.get(heading.key, 16), text)
            sheet.write_string(0, position, heading.title, style)
            if heading.key == "standing":
                choice = {"validate": "list", "source": list(STANDINGS)}
                sheet.data_validation(1, position, _ROWS, position, choice)
        sheet.freeze_panes(1, 0)
        book.close()
        return path.read_bytes()
