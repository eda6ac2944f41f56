"""Figures, dates and icons as the reader's language writes them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import engines
from django.utils.translation import override

from lantoa.ui import numbers
from lantoa.ui.diff import word_pieces
from lantoa.ui.states import State, Tone


def drawn(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (Decimal("93.5"), "93,5%", "93.5%"),
        (Decimal("75.0"), "75,0%", "75.0%"),
        (Decimal("100.0"), "100%", "100%"),
        (Decimal("0.0"), "0%", "0%"),
        (Decimal(95), "95%", "95%"),
        (None, "–", "–"),
    ],
)
def test_per_cent(value: Decimal | None, vietnamese: str, english: str) -> None:
    assert numbers.percent(value) == vietnamese
    with override("en"):
        assert numbers.percent(value) == english


def test_large_figures_are_grouped() -> None:
    assert drawn("{{ n|number }} {{ d|number:2 }} {{ none|number }}", n=5600000, d=Decimal("1234.5"), none=None) == (
        "5.600.000 1.234,50 –"
    )
    with override("en"):
        assert numbers.grouped(3517) == "3,517"
        assert numbers.at_least(1000, is_more=True) == "1,000+"


def test_a_rate_is_drawn_from_its_counts() -> None:
    assert drawn("{{ a|percent_of:b }} {{ a|percent_of:none }}", a=29, b=31, none=0) == "93,5% –"


def test_days_and_moments_are_those_of_the_organisation() -> None:
    late = dt.datetime(2026, 8, 31, 23, 30, tzinfo=dt.UTC)
    assert drawn("{{ at|day }} {{ at|moment }} {{ none|day }}{{ none|moment }}", at=late, none=None) == (
        "01/09/2026 06:30 01/09/2026 ––"
    )
    assert numbers.day(dt.date(2026, 1, 2)) == "02/01/2026"


def test_an_icon_is_hidden_from_screen_readers_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in drawn('{% icon "house" %}')
    assert 'role="img" aria-label="a &lt; b"' in drawn('{% icon "house" label %}', label="a < b")


def test_a_tone_has_an_icon_of_its_own_unless_another_is_given() -> None:
    assert drawn('{{ "danger"|symbol:"" }} {{ "danger"|symbol:"x-lg" }}') == "exclamation-octagon x-lg"
    assert State("Issued", Tone.SUCCESS).symbol == "check-circle"
    assert State("Draft", icon="pencil").symbol == "pencil"


def test_a_captured_block_becomes_a_variable() -> None:
    assert drawn("{% capture a %} <b>{{ x }}</b>\n{% endcapture %}[{{ a }}][{{ a|plain }}]", x="<") == (
        "[<b>&lt;</b>][&lt;]"
    )


def test_two_texts_are_cut_at_their_differences() -> None:
    left, right = word_pieces("học tập nghị quyết", "học nghị quyết 57")
    assert "".join(piece.text for piece in left) == "học tập nghị quyết"
    assert "".join(piece.text for piece in right) == "học nghị quyết 57"
    assert [piece.text.strip() for piece in left if piece.changed] == ["tập"]
    assert [piece.text.strip() for piece in right if piece.changed] == ["57"]
    assert word_pieces("", "a") == ((), right_of("a"))


def right_of(text: str) -> tuple[object, ...]:
    return word_pieces("", text)[1]
