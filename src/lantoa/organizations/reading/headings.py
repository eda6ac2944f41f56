"""What the columns of a list may mean, and by which titles they are known."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.vietnamese import fold

_BRACKETS = re.compile(r"[(\[{].*?(?:[)\]}]|$)")
_SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Heading:
    """A field: its key, its title as the template writes it, other titles that are understood (folded, parted by `; `).

    `label` is what the page of columns calls a field that the template does not have.
    """

    key: str
    title: str
    aliases: str = ""
    required: bool = False
    label: str | Promise = ""


HEADINGS = (
    Heading(
        "full_name",
        "Họ và tên",
        "ho ten; hvt; h va ten; ten dang vien; ho ten dang vien; ho va ten khai sinh; full name",
        required=True,
    ),
    Heading(
        "birth_year",
        "Năm sinh",
        "ngay sinh; ngay thang nam sinh; ngay nam sinh; ngay thang sinh; n sinh; ng sinh; ns; n s; ntns; sinh nam; "
        "sinh ngay; ngay sinh nam sinh; year of birth; date of birth",
    ),
    Heading(
        "village",
        "Thôn/bản",
        "thon; ban; thon ban to dan pho; to dan pho; tdp; noi o; cho o; cho o hien nay; noi o hien nay; noi cu tru; "
        "dia chi; thuong tru; noi thuong tru; village",
    ),
    Heading(
        "code",
        "Mã đảng viên",
        "ma so; ma; ma dv; so the dang vien; so the; so the dv; so tdv; the dang vien; ma so dang vien; "
        "so hieu dang vien; so ly lich; ma dinh danh dang vien; member code",
    ),
    Heading("standing", "Tư cách", "loai dang vien; tu cach dang vien; dang vien; standing", required=True),
    Heading(
        "unit",
        "Chi bộ",
        "cb; don vi; chi bo sinh hoat; to chuc dang; noi sinh hoat; don vi sinh hoat; ten chi bo; "
        "chi bo noi sinh hoat; sinh hoat tai chi bo; chi bo truc thuoc; dang bo chi bo; cell",
    ),
    Heading(
        "is_manager",
        "Lãnh đạo quản lý",
        "lanh dao; quan ly; ldql; ld ql; can bo lanh dao quan ly; leader or manager; leader",
    ),
    Heading("sector", "Lĩnh vực", "nganh; linh vuc cong tac; nganh linh vuc; nganh nghe; sector"),
)
"""The columns of the template."""

SPLIT_HEADINGS = (
    Heading(
        "family_name",
        "Họ và tên đệm",
        "ho; ho dem; ho va dem; ho lot; ho va ten lot; ho chu dem; ho va chu dem; ho ten dem",
        label=_("Family and middle names"),
    ),
    Heading("given_name", "Tên", "ten goi", label=_("Given name")),
    Heading("birth_male", "Nam", label=_("Birth, men")),
    Heading("birth_female", "Nữ", label=_("Birth, women")),
    Heading(
        "joined_on",
        "Ngày vào Đảng",
        "ngay ket nap; ngay vao dang du bi; ngay du bi; ngay vao dcsvn; nvd; ket nap",
        label=_("Day of admission"),
    ),
    Heading(
        "confirmed_on",
        "Ngày chính thức",
        "ngay vao dang chinh thuc; ngay cong nhan chinh thuc; ngay cn chinh thuc; chuyen chinh thuc",
        label=_("Day of full membership"),
    ),
)
FIELDS = {heading.key: heading for heading in (*HEADINGS, *SPLIT_HEADINGS)}
NUMBERING = frozenset({"stt", "so tt", "tt", "no", "so thu tu", "st t"})
REASON = "Lý do"
"""The title of the column that a workbook of errors adds."""

IGNORED = NUMBERING | {"ly do", "ghi chu"}
# A column of dates or of marks under these titles means something by the title above it alone.
_UNDER = {
    ("birth_year", "nam"): "birth_male",
    ("birth_year", "nu"): "birth_female",
    ("full_name", "ho"): "family_name",
    ("full_name", "ten"): "given_name",
    ("joined_on", "du bi"): "joined_on",
    ("joined_on", "chinh thuc"): "confirmed_on",
}


@lru_cache(maxsize=8_192)
def folded_title(text: str) -> str:
    """A title as titles are compared: without brackets, signs, case and diacritics."""
    return _SIGNS.sub(" ", _BRACKETS.sub(" ", fold(text))).strip()


_TITLES = {
    folded_title(title): heading.key
    for heading in reversed((*HEADINGS, *SPLIT_HEADINGS))
    for title in (*heading.aliases.split("; "), heading.title)
    if title
}
_LONGEST_FIRST = sorted((title for title in _TITLES if len(title) > 6), key=len, reverse=True)


@lru_cache(maxsize=8_192)
def field_of(title: str) -> str:
    """The key of the field that a title means, empty for none: the whole title first, then how it begins."""
    asked = folded_title(title)
    if not asked or asked in IGNORED or len(asked) > 60:
        return ""
    if asked in _TITLES:
        return _TITLES[asked]
    return next((_TITLES[known] for known in _LONGEST_FIRST if asked.startswith(f"{known} ")), "")


def field_under(upper: str, lower: str) -> str:
    """The key of the field that a title under another one means."""
    above, below = field_of(upper), folded_title(lower)
    if found := _UNDER.get((above, below)):
        return found
    if not below or below == folded_title(upper):
        return above
    joined = field_of(f"{upper} {lower}")
    if joined and joined != above:
        return joined
    return field_of(lower) if below not in ("nam", "nu", "du bi", "chinh thuc", "ten", "ho") else ""
