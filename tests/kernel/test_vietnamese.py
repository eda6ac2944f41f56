"""Vietnamese text: what a search compares, and the order of names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.vietnamese import fold, name_key, normalise, spelling, text_key

WORDS = st.text(alphabet=st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặềểễếệừửữứự "), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Hoà", "Hòa"),
        ("dang bo", "Đảng bộ"),
        ("HUOI  LUONG", "Huổi Luông"),
        ("tham quyen", "thẩm quyền"),
        ("QÐ-TTg", "qđ-ttg"),
    ],
)
def test_a_search_ignores_marks_case_and_blanks(typed: str, stored: str) -> None:
    assert fold(typed) == fold(stored)


def test_a_letter_of_another_alphabet_that_looks_like_ours_is_ours() -> None:
    assert normalise("Ðặng Thị Ðào, QÐ-TTg, ðảng") == "Đặng Thị Đào, QĐ-TTg, đảng"
    assert spelling("Ðảng") == spelling("đảng")


def test_decomposed_text_is_the_same_text() -> None:
    assert normalise(unicodedata.normalize("NFD", "  Sin   Suối Hồ ")) == "Sin Suối Hồ"


def test_names_are_in_the_order_of_the_given_name_then_family_then_middle() -> None:
    names = [
        "Vàng A Páo",
        "Lò Thị An",
        "Lò Văn An",
        "Giàng A Chu",
        "Hoàng Văn An",
        "Tẩn Láo Tả",
        "Lý Thị Đào",
        "Ma Dung",
    ]
    assert sorted(names, key=name_key) == [
        "Hoàng Văn An",
        "Lò Thị An",
        "Lò Văn An",
        "Giàng A Chu",
        "Ma Dung",
        "Lý Thị Đào",
        "Vàng A Páo",
        "Tẩn Láo Tả",
    ]


def test_letters_with_marks_are_letters_of_their_own() -> None:
    assert sorted(["ơ", "ô", "o", "ê", "e", "đ", "d", "â", "ă", "a", "ư", "u"], key=text_key) == list("aăâdđeêoôơuư")


def test_tones_follow_the_dictionary() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=text_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_a_shorter_word_comes_first() -> None:
    assert sorted(["Hoàng", "Hoa", "Hòa"], key=text_key) == ["Hoa", "Hòa", "Hoàng"]


def test_one_word_is_a_name_too() -> None:
    assert name_key("An") < name_key("Bình")
    assert name_key("") == name_key("  ")


@given(WORDS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text).isascii()


@given(WORDS)
def test_a_key_does_not_depend_on_how_the_text_is_composed(text: str) -> None:
    assert text_key(text) == text_key(unicodedata.normalize("NFD", text))
    assert name_key(text) == name_key(unicodedata.normalize("NFD", text.upper()))


@given(WORDS)
def test_blanks_at_the_ends_mean_nothing(text: str) -> None:
    assert fold(f" {text} ") == fold(text)
