"""What a card says, and which cards this server takes for its own."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from lantoa.rollcall.card_codes import card_text, new_number, read_card, typed_text

NUMBER = "ABCDEFGHIJKLMNOP"


def derived(secret: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 of RFC 5869, for one block and without a salt."""
    extracted = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def test_a_card_says_its_number_and_a_mac_by_the_servers_secret(settings: Settings) -> None:
    settings.SECRET_KEY = "another secret of fifty characters and some more…"
    key = derived(settings.SECRET_KEY.encode(), b"lantoa.rollcall.card")
    mac = hmac.new(key, NUMBER.encode(), hashlib.sha256).digest()[:6]
    assert card_text(NUMBER) == f"LT1:{NUMBER}:{base64.b32encode(mac).decode().strip('=')}"


def test_numbers_are_eighty_bits_by_chance() -> None:
    numbers = {new_number() for _ in range(50)}
    assert len(numbers) == 50
    assert {len(base64.b32decode(number)) for number in numbers} == {10}


@given(st.binary(min_size=10, max_size=10))
def test_every_number_is_read_back(content: bytes) -> None:
    number = base64.b32encode(content).decode()
    assert read_card(card_text(number)) == number
    assert read_card(typed_text(number)) == number


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda said: f"  {said}\n",
        lambda said: said.replace(":", " "),
        lambda said: said.replace(":", "–"),
        lambda said: said.removeprefix("LT1:"),
        " ".join,
        lambda said: "LT1:" + said[4:].replace("O", "0").replace("I", "1").replace("B", "8"),
    ],
)
def test_a_card_is_read_as_people_type_it(typed: object) -> None:
    assert callable(typed)
    assert read_card(typed(card_text(NUMBER))) == NUMBER


@pytest.mark.parametrize("place", [4, 19, 21, 29])
def test_a_changed_letter_makes_no_card(place: int) -> None:
    said = card_text(NUMBER)
    assert read_card(said[:place] + ("A" if said[place] != "A" else "C") + said[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "LT1:", "LT1::", NUMBER, "LT2:" + card_text(NUMBER)[4:], "ạ" * 26, "A" * 10_000])
def test_other_texts_are_no_cards(text: str) -> None:
    assert read_card(text) is None


def test_a_card_of_another_server_is_no_card(settings: Settings) -> None:
    said = card_text(NUMBER)
    settings.SECRET_KEY = "the secret of another installation, of fifty characters"
    assert read_card(said) is None
