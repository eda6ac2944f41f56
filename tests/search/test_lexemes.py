"""What somebody types as questions to the index."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.vietnamese import spelling
from lantoa.search.lexemes import MOST_WORDS, lexemes_of, lexemes_of_day, since, tiers_of, words_of


def questions(text: str) -> list[str]:
    return [tier.query for tier in tiers_of(text)]


def sum_of(three: str) -> str:
    """The one lexeme that stands for three words."""
    (found,) = (lexeme for lexeme in lexemes_of([], [], [words_of(three)]) if lexeme.startswith("+"))
    return found


def test_a_word_is_asked_for_as_typed_first_then_folded_then_as_a_beginning() -> None:
    assert questions("Hòa") == ["'^=1hoa'", "'=1hoa'", "'^hoa'", "'hoa'", "'=1hoa':*", "'hoa':*"]


def test_the_tone_may_stand_on_either_vowel_and_apart_from_its_letter() -> None:
    assert spelling("hòa") == spelling("hoà") == spelling(unicodedata.normalize("NFD", "HÒA")) == "1hoa"
    assert spelling("hoa") == "0hoa"
    assert spelling("đường") == "1đương"
    assert questions("hoà bình") == questions(unicodedata.normalize("NFD", "hòa  bình"))


def test_a_number_is_looked_for_where_numbers_stand_before_anywhere_else() -> None:
    assert questions("57")[0] == "'#57'"
    assert questions("nghị quyết 57")[0] == "'^nghi' & '^quyet' & '#57'"
    assert questions("57-NQ/TW")[0] == "'#~57_nq' & '#~nq_tw'"


def test_the_beginning_of_a_word_needs_three_letters() -> None:
    assert not any(":*" in query for query in questions("cán b"))
    assert questions("cán bộc")[-1] == "'can' & 'boc':*"


def test_a_phrase_asks_for_neighbours_and_is_not_open_ended() -> None:
    tiers = tiers_of('"khoa học công nghệ"')
    assert tiers[-2].query == "'^~khoa_hoc' & '^~hoc_cong' & '^~cong_nghe'"
    assert tiers[-1].query == " & ".join(f"('{sum_of(three)}' | '+')" for three in ("khoa hoc cong", "hoc cong nghe"))
    assert tiers[-1].phrases == (" khoa hoc cong nghe ",)
    assert not any(":*" in tier.query for tier in tiers)


def test_three_words_have_one_sum_and_so_ask_for_their_neighbours_too() -> None:
    assert questions('"chuyển đổi số"')[-1] == f"('{sum_of('chuyen doi so')}' | '+') & '~chuyen_doi' & '~doi_so'"


@given(st.lists(st.sampled_from(("khoa", "học", "công", "Nghệ", "57", "đổi")), min_size=3, max_size=9), st.data())
def test_all_that_a_phrase_asks_for_is_kept_of_a_text_that_has_it(words: list[str], data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(words) - 3))
    phrase = " ".join(words[begin : data.draw(st.integers(begin + 3, len(words)))])
    kept = lexemes_of([], [], [words_of(" ".join(words))])
    asked = [question for question in questions(f'"{phrase}"') if not {"^", "#"} & set(question)]
    assert asked
    lexemes = {part.removesuffix(" | '+')").strip("('") for question in asked for part in question.split(" & ")}
    assert lexemes <= set(kept)


def test_words_after_a_phrase_may_go_on() -> None:
    last = tiers_of("“khoa học” công-nghệ-thô")[-1]
    assert last.query == "'~khoa_hoc' & '~cong_nghe' & '~nghe_tho':*"
    assert last.phrases == (" cong nghe tho",)


def test_the_words_of_the_head_are_kept_apart() -> None:
    found = lexemes_of(words_of("57-NQ"), words_of("Đảng ủy"), [words_of("xã")])
    assert found == sorted(found)
    assert {"#57", "#~57_nq", "^57", "^dang", "^=2đang", "^~dang_uy", "dang", "=2đang", "~dang_uy", "xa"} <= set(found)
    assert "^xa" not in found
    assert "~uy_xa" not in found, "the last word of one part is no neighbour of the next part's first"
    assert not any(lexeme.startswith("+") for lexeme in found), "no part has three words"


def test_the_latest_days_are_asked_for_by_quarters_and_many_by_years() -> None:
    last = dt.date(2026, 2, 3)
    assert since("'hoa'", dt.date(2025, 8, 31), last) == (
        "'hoa' & ('@2025q3' | '@2025q4' | '@2026q1')",
        dt.date(2025, 7, 1),
    )
    assert since("'hoa'", last, last) == ("'hoa' & ('@2026q1')", dt.date(2026, 1, 1))
    assert since("'hoa'", dt.date(2024, 8, 31), last) == (
        "'hoa' & ('@2024' | '@2025' | '@2026')",
        dt.date(2024, 1, 1),
    )


@given(st.dates(dt.date(2000, 1, 1)), st.integers(0, 3000), st.data())
def test_a_day_is_among_the_latest_where_it_is_not_before_the_first_of_them(
    first: dt.date, length: int, data: st.DataObject
) -> None:
    last = first + min(dt.timedelta(days=length), dt.date.max - first)
    question, begin = since("'hoa'", first, last)
    assert begin <= first
    day = data.draw(st.dates(dt.date(1999, 1, 1), last))
    assert any(f"'{lexeme}'" in question for lexeme in lexemes_of_day(day)) == (day >= begin)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "'", "!!! & | ( ) <-> :*", "\ud800", "\u0301\u0301", '""', "___"])
def test_a_text_without_a_word_asks_nothing(text: str) -> None:
    assert tiers_of(text) == []


def test_a_long_text_is_cut() -> None:
    asked = questions(" ".join(f"từ{number}" for number in range(500)))[-1]
    assert asked.count("&") == MOST_WORDS - 1


@given(st.text(max_size=80))
def test_whatever_is_typed_becomes_plain_lexemes(text: str) -> None:
    for tier in tiers_of(text):
        for part in tier.query.split(" & "):
            lexeme = part.removesuffix(":*").removeprefix("(").removesuffix(" | '+')")
            assert lexeme[0] == lexeme[-1] == "'"
            assert not {"'", "\\", "\x00"} & set(lexeme[1:-1])
