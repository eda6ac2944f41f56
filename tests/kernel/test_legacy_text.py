"""Text from before Unicode is recognised by its content and converted, and nothing else is touched."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.kernel.legacy_text import (
    Legacy,
    convert,
    convert_strays,
    convert_together,
    has_strays,
    readable_share,
    recognise,
)
from lantoa.kernel.syllables import is_syllable
from lantoa.organizations.services.unit_imports import BUILTIN_LISTS, builtin_list
from tests.organizations.sheets import TONES, tcvn3, vni

VOWELS = "aăâeêioôơuưy"
TONED = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in ("", *TONES)]
LETTERS = sorted({*TONED, "đ"} - set("aeiouy"))
SENTENCE = "Nguyễn Thị Hương; Đặng Văn Tỵ; Vừ Mí Sính; Bùi Quý Lượng; Phố Huổi Luông, xã Mường So ngày sinh họ và tên"
SYLLABLES = sorted({word.strip(";,") for word in SENTENCE.split()} | {"hoà", "hòa", "thuý", "thúy", "quốc", "nghĩa"})


def written(text: str, encoding: Legacy) -> str:
    return tcvn3(text) if encoding == Legacy.TCVN3 else vni(text)


@pytest.mark.parametrize("encoding", list(Legacy))
@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_comes_back(letter: str, encoding: Legacy) -> None:
    assert convert(f"b{written(letter, encoding)}n", encoding) == f"b{letter}n"


@pytest.mark.parametrize("letter", LETTERS)
def test_every_capital_comes_back(letter: str) -> None:
    capital = letter.upper()
    assert convert(vni(f"B{capital}N"), Legacy.VNI) == f"B{capital}N"
    assert convert(tcvn3(f"BB{capital}N"), Legacy.TCVN3) == f"BB{capital}N"


@pytest.mark.parametrize("encoding", list(Legacy))
def test_a_list_in_an_old_encoding_is_recognised_and_converted(encoding: Legacy) -> None:
    old = [written(part, encoding) for part in SENTENCE.split("; ")]
    assert recognise(old) == encoding
    assert convert_together(old, encoding) == SENTENCE.split("; ")


def test_a_font_of_capitals_gives_capitals_and_a_lone_initial_does_not() -> None:
    assert convert(tcvn3("NGUYỄN VĂN TÚ"), Legacy.TCVN3) == "NGUYỄN VĂN TÚ"
    assert convert(tcvn3("Lê Thị Hà"), Legacy.TCVN3) == "Lê Thị Hà"


def test_rows_in_unicode_among_old_ones_stay_as_they_are() -> None:
    mixed = [["Họ và tên"], ["Bùi", "Thị Hoà"], ["Lò", "Thị Mai"], [tcvn3("Nguyễn"), tcvn3("Văn Tú")], [tcvn3("Tú")]]
    assert recognise(text for row in mixed for text in row) == Legacy.TCVN3
    assert [convert_together(row, Legacy.TCVN3) for row in mixed] == [*mixed[:3], ["Nguyễn", "Văn Tú"], ["Tú"]]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4).map(" ".join), max_size=20),
    st.sampled_from(["NFC", "NFD"]),
)
def test_text_in_unicode_is_never_taken_for_old_text(texts: list[str], form: str) -> None:
    written_so = [unicodedata.normalize(form, text) for text in texts]  # type: ignore[arg-type]
    composed = [unicodedata.normalize("NFC", text) for text in written_so]
    assert recognise(composed) is None
    assert not has_strays(composed)
    assert convert_strays(composed) == composed


@pytest.mark.parametrize("name", ["Páo", "Sèo", "Lò Văn Hặc", "Thào A Chư", "Kpă Klơng", "Y Blô Niê", "Đinh Núp"])
def test_names_of_other_languages_are_left_alone(name: str) -> None:
    assert recognise([name, "Họ và tên"]) is None


def test_a_stray_text_is_converted_and_its_row_left_alone() -> None:
    row = [tcvn3("Nguyễn Văn Tú"), "Bé", "Lò Thị Hoà", tcvn3("Lò"), "00123"]
    assert has_strays(row)
    assert convert_strays(row) == ["Nguyễn Văn Tú", "Bé", "Lò Thị Hoà", "Lò", "00123"]


@pytest.mark.parametrize(
    "text",
    [
        "thaï", "Mön", "lön", "café résumé", "São Paulo", "Zürich Müller", "Kbuôr Hlô", "Ðinh Ðức", "5 µm",
        "naïve façade",
        "Blô Niê Êban", "Bríu", "½ ¾", "«Đảng»", "A·B", "Hµ", "Côte d’Ivoire", "Taï Viêt thaï", vni("Nguyễn Văn Tú"),
    ],
)  # fmt: skip
def test_words_of_other_languages_are_no_strays(text: str) -> None:
    assert not has_strays([text, "Họ và tên", "Lò Thị Hoà"])


def test_no_name_of_a_unit_is_a_stray() -> None:
    names = {cell for name in BUILTIN_LISTS for cell in builtin_list(name).decode().replace("\n", ",").split(",")}
    assert len(names) > 15_000
    assert not has_strays(names)
    old = [tcvn3(name) for name in names if tcvn3(name).isascii() is False]
    certain = sum(has_strays([name]) for name in old)
    assert certain > 0.8 * len(old)


def test_syllables_are_told_from_what_is_none() -> None:
    assert all(is_syllable(word) for word in SYLLABLES)
    assert not any(is_syllable(word) for word in ("nguyÔn", "thÞ", "vaên", "toàán", "bcd", "các".replace("á", "a")))
    assert readable_share(["plain words"]) == 1.0
    assert readable_share(["họ thÞ"]) == 0.5
