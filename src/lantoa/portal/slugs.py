"""Addresses from Vietnamese titles, in the editor's browser: Wagtail's own rules lose every letter with a mark."""

import re

from lantoa.kernel.vietnamese import fold

_LETTERS = [chr(code) for code in (*range(0x00C0, 0x01B1), *range(0x1EA0, 0x1EFA))]
PLAIN = [
    (re.compile(f"[{''.join(letter for letter in _LETTERS if fold(letter) == base)}]"), base) for base in "adeiouy"
]
"""For the field of the address (`SlugInput`): the letters that are written without their marks."""
