"""What is marked in a text, and which part of it is shown."""

import datetime as dt

import pytest

from lantoa.search.excerpts import LENGTH, Highlighter, texts_around
from lantoa.search.finding import Hit
from lantoa.search.indexing import Document, put


def marked(typed: str, text: str) -> str:
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in Highlighter(typed).marked(text))


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        ("đảng", "Đang được Đảng tin", "Đang được [Đảng] tin"),
        ("dang", "Đang được Đảng tin", "[Đang] được [Đảng] tin"),
        ("hoà bình", "Hòa bình, hoa bình", "[Hòa bình], hoa bình"),
        ("bình hòa", "Hòa bình, bình", "[Hòa bình], [bình]"),
        ('"hòa bình"', "Bình hòa bình", "Bình [hòa bình]"),
        ("13-KL/TW", "Kết luận 13-KL/TW, 13 KL", "Kết luận [13-KL/TW], 13 KL"),
        ("công ngh", "Công nghệ và công nghiệp", "[Công nghệ] và [công nghiệp]"),
        ("ng", "Công nghệ", "Công nghệ"),
        ("", "Công nghệ", "Công nghệ"),
        ("xyz", "", ""),
    ],
)
def test_as_typed_comes_before_what_is_alike(typed: str, text: str, shown: str) -> None:
    assert marked(typed, text) == shown


def test_an_excerpt_is_of_the_text_that_has_most_of_the_words() -> None:
    asked = Highlighter("chè nương")
    assert [piece.text for piece in asked.excerpt(["Bà con hái chè", "Chè ở trên nương"])] == [
        "Chè",
        " ở trên ",
        "nương",
    ]
    assert asked.excerpt(["", ""]) == []


def test_an_excerpt_is_cut_between_words_unless_one_is_longer_than_it() -> None:
    (piece, rest) = Highlighter("xyz").excerpt(["bản " * 200])
    assert piece.text == ("bản " * 200)[: LENGTH - 1]
    assert rest.text == " …"
    (piece, rest) = Highlighter("xyz").excerpt(["a" * 900])
    assert piece.text == "a" * LENGTH


@pytest.mark.django_db
def test_of_a_long_text_the_part_is_read_that_has_the_words() -> None:
    body = f"{'Chuyện khác, chuyện nữa. ' * 3000}Bà con trồng chè trên nương. {'Chuyện sau… ' * 3000}"
    put([Document(kind="leaflet", object_id=1, day=dt.date(2026, 1, 1), scope=["at1"], title="Tin", attached=body)])
    hits = [Hit("leaflet", 1, 0, dt.date(2026, 1, 1))]
    assert "Bà con trồng chè trên nương." in texts_around(hits, Highlighter("chè").needles())["leaflet", 1]
    assert "Bà con trồng chè" in texts_around(hits, Highlighter("nương trên").needles())["leaflet", 1]
    assert "Bà con trồng chè" in texts_around(hits, Highlighter("nươ").needles())["leaflet", 1]
    assert texts_around(hits, Highlighter("xyz").needles())["leaflet", 1] == body[:2400]
    assert texts_around(hits, []) == texts_around([], ["x"]) == {}
