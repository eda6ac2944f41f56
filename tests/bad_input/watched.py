"""What a page reads of what it was sent, and the forms that judge it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.forms import BaseForm
from django.http import QueryDict

EVERYTHING = "*"
"""Stands for all names, where a query is gone through as a whole."""


class Watched(QueryDict):
    """A query or a posted body that remembers at which of its names anything looked."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        self.read: set[str] = set()
        super().__init__(*arguments, **keywords)
        self.read.clear()

    def __getitem__(self, key: str) -> Any:
        """Noted, as every other way to a value is."""
        self.read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self.read.add(EVERYTHING)
        return super().__iter__()

    def appendlist(self, key: Any, value: Any) -> None:
        """Not noted: so it is filled."""
        before = set(self.read)
        super().appendlist(key, value)
        self.read = before

    def getlist(self, key: str, default: Any = None) -> Any:
        """Noted."""
        self.read.add(key)
        return super().getlist(key, default)

    def keys(self) -> Any:
        """Noted, as a look at everything."""
        self.read.add(EVERYTHING)
        return super().keys()

    def copy(self) -> Any:
        """Noted, as a look at everything."""
        self.read.add(EVERYTHING)
        return super().copy()

    def lists(self) -> Any:
        """Noted, as a look at everything; what writes it all out goes through here."""
        self.read.add(EVERYTHING)
        return super().lists()


@contextmanager
def watched_bodies() -> Iterator[list[Watched]]:
    """The bodies that are read from posted forms meanwhile."""
    found: list[Watched] = []

    class Noted(Watched):
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            found.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.http.QueryDict", Noted)
        yield found


@contextmanager
def watched_forms() -> Iterator[list[BaseForm]]:
    """The forms that are given a body meanwhile and judge it."""
    found: list[BaseForm] = []
    judge = BaseForm.full_clean

    def noted(form: BaseForm) -> None:
        judge(form)
        if form.is_bound:
            found.append(form)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseForm, "full_clean", noted)
        yield found
