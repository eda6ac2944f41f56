"""Workbooks (.xlsx, .ods) whose XML is well packed and says what no spreadsheet would."""

import re
from collections.abc import Callable
from random import Random

from tests.chaos.byte_changes import changed_bytes
from tests.chaos.packages import Parts

_ENTITIES = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12))
_LAUGHS = f'<!DOCTYPE x [<!ENTITY l0 "ha">{_ENTITIES}]>'
_OUTSIDE = (
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    '<!DOCTYPE x [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]>',
    _LAUGHS,
)
_PLACES = (
    "XFD1048576", "A1048577", "XFE1", "A0", "A1", "ZZZ9999999", "AAAAAAA1", "1A", "", "a1", "B", "$A$1", "A-1", "A1:B2",
    "GR100051", "GS1", "A100050", "A99999999999999999999", "FXSHRXX1", "À1", "A1 ",
)  # fmt: skip
_NUMBERS = (
    "-1", "0", "4294967295", "4294967296", "18446744073709551616", "1e400", "-1e308", "NaN", "inf", "1e15", "0x10", "",
    " 1 ", "2958466", "-2958466", "1.7976931348623157e308", "60", "0.0000001", "99999999999", "1,5", "true", "x",
)  # fmt: skip
_KINDS = ("s", "str", "inlineStr", "b", "e", "d", "n", "x", "", "S")
_TEXTS = (
    "&#0;", "&#xD800;", "&#xFFFE;", "&#x110000;", "&lt;", "&amp;amp;", "_x0000_", "_xD800_", "_x000D_", "&l11;",
    "&nope;",
    "<![CDATA[x]]>", "<!-- x -->", "<?x y?>", "]]>", "<b/>", "\t\n", "&#9;", "9" * 400, "Lò" * 20_000, "<t>x</t>", "",
)  # fmt: skip
_RANGES = (
    "A1:XFD1048576",
    "B2:B1048576",
    "A1:H1",
    "H1:A1",
    "A1:A1",
    "A4:C9",
    "B3:D12",
    "",
    "A1",
    "A0:A0",
    "XFE1:XFE2",
    "A1:B",
)
_DEPTHS = (50, 300, 2_000, 2_000, 2_000, 20_000)
_CELL = re.compile(r"<c [^>]*?/?>")
_TAG = re.compile(r"<[^<>?!]+>")
_GIVEN = re.compile(r'([\w:-]+)="([^"]*)"')


def changed_xlsx(draw: Random, parts: Parts) -> tuple[str, Parts]:
    """The name of what was done, and the members."""
    name, change, pattern = draw.choice(_XLSX)
    changed = _with(draw, parts, change, pattern)
    if name == "a text in many cells":
        changed = _with(draw, changed, _replaced(re.compile(r">[^<]+<"), _long_text), r"sharedStrings")
    return name, changed


def changed_ods(draw: Random, parts: Parts) -> tuple[str, Parts]:
    """The same for a workbook of LibreOffice."""
    name, change, pattern = draw.choice(_ODS)
    return name, _with(draw, parts, change, pattern)


def _with(draw: Random, parts: Parts, change: "Edit", pattern: str) -> Parts:
    names = [name for name in parts if re.search(pattern, name)]
    if not names:
        return parts
    changed = dict(parts)
    name = draw.choice(names)
    text = parts[name].decode("utf-8", "replace")
    for _ in range(draw.choice((1, 1, 2, 6))):
        text = change(draw, text)
    changed[name] = text.encode("utf-8", "surrogatepass")
    return changed


Edit = Callable[[Random, str], str]


def _doctype(draw: Random, text: str) -> str:
    declared = draw.choice(_OUTSIDE)
    body = re.sub(r"<t[^>]*>|<text:p>", lambda found: found[0] + "&l11;", text, count=1)
    if draw.random() < 0.2:
        return declared + body
    return re.sub(r"^(<\?xml[^>]*\?>)?\s*", lambda found: found[0] + declared, body, count=1)


def _replaced(pattern: re.Pattern[str], of: Callable[[Random, re.Match[str]], str]) -> Edit:
    """Changes one place, drawn among all that fit."""

    def edit(draw: Random, text: str) -> str:
        found = list(pattern.finditer(text))
        if not found:
            return text
        one = draw.choice(found)
        return text[: one.start()] + of(draw, one) + text[one.end() :]

    return edit


def _place(draw: Random, found: re.Match[str]) -> str:
    return re.sub(r' r="[^"]*"', f' r="{draw.choice(_PLACES)}"', found[0])


def _kind(draw: Random, found: re.Match[str]) -> str:
    return re.sub(r' t="[^"]*"|(?=/?>$)', f' t="{draw.choice(_KINDS)}"', found[0], count=1)


def _style(draw: Random, found: re.Match[str]) -> str:
    return re.sub(r' s="[^"]*"|(?=/?>$)', f' s="{draw.choice(_NUMBERS)}"', found[0], count=1)


def _given(draw: Random, found: re.Match[str]) -> str:
    value = draw.choice((*_NUMBERS, *_PLACES, *_RANGES, "x" * 200_000 if draw.random() < 0.1 else "&lt;", "&l11;"))
    return f'{found[1]}="{value}"'


def _twice(_draw: Random, found: re.Match[str]) -> str:
    return found[0] * 2


def _none(_draw: Random, _found: re.Match[str]) -> str:
    return ""


def _renamed(draw: Random, found: re.Match[str]) -> str:
    new = draw.choice(("x:", "", "main:", "table:", "a b", "1", "xml:"))
    return re.sub(r"^(</?)[\w]*:?", lambda one: one[1] + new, found[0])


def _space(draw: Random, found: re.Match[str]) -> str:
    return f'{found[1]}="{draw.choice(("urn:x", "", "http://www.w3.org/2000/xmlns/", found[2] + "/"))}"'


def _inside(draw: Random, found: re.Match[str]) -> str:
    return ">" + draw.choice(_TEXTS) + "<"


def _number(draw: Random, _found: re.Match[str]) -> str:
    return f"<v>{draw.choice(_NUMBERS)}</v>"


def _deep(draw: Random, found: re.Match[str]) -> str:
    tag = draw.choice(("a", "is", "r", "c", "row", "table:table-row", "text:p"))
    depth = draw.choice(_DEPTHS)
    return f"<{tag}>" * depth + (f"</{tag}>" * depth if draw.random() < 0.7 else "") + found[0]


def _merged(draw: Random, text: str) -> str:
    ranges = "".join(f'<mergeCell ref="{draw.choice(_RANGES)}"/>' for _ in range(draw.choice((1, 4, 300))))
    return text.replace(
        "</sheetData>", f'</sheetData><mergeCells count="{draw.choice(_NUMBERS)}">{ranges}</mergeCells>'
    )


def _formula(draw: Random, found: re.Match[str]) -> str:
    inside = draw.choice(("1+1", 'HYPERLINK("x")', "A1", "x" * 100_000, "", "&l11;", "((((" * 900))
    given = draw.choice(
        ("", ' t="shared" si="0"', ' t="shared" ref="A1:XFD1048576" si="4294967295"', ' t="array" ref="A"')
    )
    return f"{found[0]}<f{given}>{inside}</f>"


def _dimension(draw: Random, text: str) -> str:
    return re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{draw.choice(_RANGES)}"', text)


def _swollen(draw: Random, _found: re.Match[str]) -> str:
    rows, columns = (draw.choice(("1", "5", "1000", "90000", "1048576", *_NUMBERS)) for _ in "ab")
    filled = draw.choice(("", ' office:value-type="string"', ' office:value-type="float" office:value="1"'))
    inside = draw.choice(("<text:p>x</text:p>", "", "<text:p><text:s text:c='999999999'/></text:p>"))
    return (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
        f'table:number-columns-repeated="{columns}"{filled}>{inside}</table:table-cell></table:table-row>'
    )


def _ods_value(draw: Random, _found: re.Match[str]) -> str:
    kind = draw.choice(("float", "date", "time", "boolean", "percentage", "currency", "string", "x", ""))
    value = draw.choice((*_NUMBERS, "0000-00-00", "99999-12-31", "PT99999999999H", "-P1Y", "1985-02-30", "TRUE"))
    name = draw.choice(("value", "date-value", "time-value", "boolean-value", "string-value"))
    spans = draw.choice(("", f' table:number-rows-spanned="{value}" table:number-columns-spanned="{value}"'))
    return f'<table:table-cell office:value-type="{kind}" office:{name}="{value}"{spans}>'


def _bytes(draw: Random, text: str) -> str:
    return changed_bytes(draw, text.encode()).decode("utf-8", draw.choice(("replace", "ignore")))


def _sheet_name(draw: Random, found: re.Match[str]) -> str:
    name = draw.choice(("", "&#0;", "x" * 70_000, "&#xFFFF;", "_x0000_", "../x", "Danh sách", "\t", "'"))
    return f'{found[1]}name="{name}"'


def _many_uses(draw: Random, text: str) -> str:
    """One shared text meant by many cells."""
    count = draw.choice((10, 3_000, 60_000))
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{draw.choice((0, 1))}</v></c></row>' for row in range(90, 90 + count)
    )
    return text.replace("</sheetData>", f"{cells}</sheetData>")


def _long_text(draw: Random, found: re.Match[str]) -> str:
    return f">{'x' * draw.choice((500, 20_000, 300_000))}<"


def _told_count(draw: Random, found: re.Match[str]) -> str:
    return f'{found[1]}ount="{draw.choice(_NUMBERS)}"'


def _rows_in_rows(draw: Random, text: str) -> str:
    depth = draw.choice((2, 300, 30_000))
    inside = draw.choice(("", "<row r='1'/>"))
    cells = f"<c r='A5'>{inside}<v>1</v></c>" + "<row>" * depth + "</row>" * depth + "<c><v>1</v></c>"
    return text.replace("</sheetData>", f"<row r='5'>{cells}</row><row><c><v>1</v></c></row></sheetData>")


def _tall_merges(draw: Random, text: str) -> str:
    ranges = "".join(
        f'<mergeCell ref="A{1 + row % 7}:A{draw.choice((9, 99_999))}"/>' for row in range(draw.choice((9, 5_000)))
    )
    return text.replace("</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>")


def _same_sheet(draw: Random, found: re.Match[str]) -> str:
    return "".join(found[0].replace('name="', f'name="{number}') for number in range(draw.choice((2, 39, 300))))


def _elsewhere(draw: Random, found: re.Match[str]) -> str:
    target = draw.choice(
        ("evil/workbook.xml", "/xl/workbook.xml", "xl\\workbook.xml", "xl/./workbook.xml", "", "../xl/x.xml")
    )
    return f'Target="{target}"'


def _tables_in_tables(draw: Random, text: str) -> str:
    row = '<table:table-row><table:table-cell office:value="1"/></table:table-row>'
    name = draw.choice(("table:table", "x:table", "table:table-row", "x:table-row"))
    return text.replace("</table:table>", f"{row * 3}<{name}>{row}</{name}>{row}</table:table>", 1)


def _ods_long(draw: Random, text: str) -> str:
    long = "x" * draw.choice((500, 30_000, 1_000_000))
    spread = draw.choice(("rows", "columns"))
    repeats = f'table:number-{spread}-repeated="{draw.choice((3, 190, 60_000))}"'
    row, cell = (repeats, "") if spread == "rows" else ("", repeats)
    value = draw.choice((f'office:string-value="{long}"', 'office:value-type="string"', f'table:formula="{long}"'))
    made = f"<table:table-cell {cell} {value}><text:p>{long}</text:p></table:table-cell>"
    return text.replace("<table:table-row>", f"<table:table-row {row}>{made}</table:table-row><table:table-row>", 1)


_SHEET = r"sheets/sheet"
_ANY = r"(xml|rels)$"
_EVERYWHERE: tuple[tuple[str, Edit, str], ...] = (
    ("entities", _doctype, _ANY),
    ("attributes", _replaced(_GIVEN, _given), _ANY),
    ("attributes", _replaced(_GIVEN, _given), _ANY),
    ("an attribute twice", _replaced(re.compile(r' [\w:]+="[^"]*"'), _twice), _ANY),
    ("an attribute missing", _replaced(re.compile(r' [\w:]+="[^"]*"'), _none), _ANY),
    ("a tag missing", _replaced(_TAG, _none), _ANY),
    ("a tag twice", _replaced(_TAG, _twice), _ANY),
    ("a tag renamed", _replaced(_TAG, _renamed), _ANY),
    ("namespaces", _replaced(re.compile(r'(xmlns[:\w]*)="([^"]*)"'), _space), _ANY),
    ("texts", _replaced(re.compile(r">[^<]*<"), _inside), _ANY),
    ("bytes in XML", _bytes, _ANY),
)
_XLSX = (
    *_EVERYWHERE,
    ("cells out of place", _replaced(_CELL, _place), _SHEET),
    ("cells out of place", _replaced(_CELL, _place), _SHEET),
    ("kinds of cells", _replaced(_CELL, _kind), _SHEET),
    ("styles of cells", _replaced(_CELL, _style), _SHEET),
    ("numbers", _replaced(re.compile(r"<v>[^<]*</v>"), _number), _SHEET),
    ("numbers", _replaced(re.compile(r"<v>[^<]*</v>"), _number), _SHEET),
    ("formulas", _replaced(_CELL, _formula), _SHEET),
    ("merged cells", _merged, _SHEET),
    ("dimension", _dimension, _SHEET),
    ("elements in elements", _replaced(_TAG, _deep), _SHEET),
    ("shared texts", _replaced(re.compile(r">[^<]*<"), _inside), r"sharedStrings"),
    ("names of sheets", _replaced(re.compile(r'(<sheet )name="[^"]*"'), _sheet_name), r"workbook.xml$"),
    ("formats", _replaced(_GIVEN, _given), r"styles"),
    ("a text in many cells", _many_uses, _SHEET),
    ("long shared texts", _replaced(re.compile(r">[^<]+<"), _long_text), r"sharedStrings"),
    ("counts of shared texts", _replaced(re.compile(r'(uniqueC|c)ount="[^"]*"'), _told_count), r"sharedStrings"),
    ("rows in rows", _rows_in_rows, _SHEET),
    ("tall merged cells", _tall_merges, _SHEET),
    ("one sheet many times", _replaced(re.compile(r"<sheet [^>]*/>"), _same_sheet), r"workbook.xml$"),
    ("a workbook elsewhere", _replaced(re.compile(r'Target="[^"]*workbook.xml"'), _elsewhere), r"^_rels"),
)
_ODS = (
    *_EVERYWHERE,
    ("repeated cells", _replaced(re.compile(r"(?=<table:table-row)"), _swollen), r"content"),
    ("repeated cells", _replaced(re.compile(r"(?=<table:table-row)"), _swollen), r"content"),
    ("kinds of cells", _replaced(re.compile(r"<table:table-cell [^/>]*>"), _ods_value), r"content"),
    ("elements in elements", _replaced(_TAG, _deep), r"content"),
    ("a text in many cells", _ods_long, r"content"),
    ("tables in tables", _tables_in_tables, r"content"),
    ("names of sheets", _replaced(re.compile(r'(<table:table table:)name="[^"]*"'), _sheet_name), r"content"),
)
