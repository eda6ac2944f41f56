"""The codes of a wall: the same on the page and here, good for their half minute and one more on either side."""

import datetime as dt
import hashlib
import hmac
import re
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lantoa.rollcall
from lantoa.rollcall.wall_codes import code_of, is_code, new_key, step_of

KEY = "00" * 16 + "ff" * 16
NOON = dt.datetime(2026, 12, 5, 5, 0, tzinfo=dt.UTC)


@given(st.integers(min_value=0, max_value=2**63))
def test_a_code_is_six_digits_of_an_hmac_over_its_step(step: int) -> None:
    digest = hmac.new(bytes.fromhex(KEY), struct.pack(">Q", step), hashlib.sha256).digest()
    assert code_of(KEY, step) == f"{struct.unpack('>I', digest[:4])[0] % 1_000_000:06}"


def test_a_step_is_half_a_minute() -> None:
    assert step_of(NOON + dt.timedelta(seconds=29)) == step_of(NOON)
    assert step_of(NOON + dt.timedelta(seconds=30)) == step_of(NOON) + 1


@pytest.mark.parametrize(("late", "good"), [(-31, False), (-30, True), (0, True), (29, True), (59, True), (60, False)])
def test_a_code_is_good_for_its_step_and_one_on_either_side(late: int, good: bool) -> None:
    step = step_of(NOON)
    now = NOON + dt.timedelta(seconds=late)
    assert is_code(KEY, code_of(KEY, step), now=now) is good
    assert is_code(KEY, code_of(KEY, step), now=now, step=step) is good


def test_a_scanned_code_must_be_that_of_the_step_that_it_names() -> None:
    step = step_of(NOON)
    assert not is_code(KEY, code_of(KEY, step), now=NOON, step=step + 1)
    assert not is_code(KEY, code_of(KEY, step), now=NOON, step=10**30)


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "0" * 1000])
def test_what_is_no_code_is_none(code: str) -> None:
    assert not is_code(KEY, code, now=NOON)


def test_another_key_has_other_codes() -> None:
    keys = [new_key(), new_key()]
    steps = range(20)
    assert [code_of(keys[0], step) for step in steps] != [code_of(keys[1], step) for step in steps]


def test_vendored_files_are_those_that_the_list_names() -> None:
    folder = Path(lantoa.rollcall.__path__[0]) / "static" / "rollcall" / "vendor"
    listed = dict(re.findall(r"\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|", (folder / "README.md").read_text()))
    files = [path for path in folder.iterdir() if path.suffix not in {".md", ".LICENSE"}]
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
