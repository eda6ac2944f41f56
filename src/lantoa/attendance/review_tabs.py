"""The kinds of matters that wait on the page "To settle": upper apps register theirs, so that no import runs upward."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTab:
    """One kind: `waiting` is counted, `matters` are what a page shows, each drawn by `template` as `matter`; `unit_of`
    says at which unit one is decided; `empty` is drawn where there is none. `key` stands in the address."""

    key: str
    label: str | Promise
    order: int
    waiting: Callable[[Actor], "QuerySet[Any]"]
    matters: Callable[[Actor], Sequence[Any]]
    unit_of: Callable[[Any], Unit]
    template: str
    empty: str

    @property
    def url(self) -> str:
        """Where it is shown."""
        return f"{reverse('attendance:review_list')}?show={self.key}"


_TABS: dict[str, ReviewTab] = {}


def register(tab: ReviewTab) -> None:
    """Show the kind on the page; call it in `AppConfig.ready`."""
    _TABS[tab.key] = tab


def every_tab() -> tuple[ReviewTab, ...]:
    """All kinds, in their order."""
    return tuple(sorted(_TABS.values(), key=lambda tab: tab.order))


def tab_of(key: str) -> ReviewTab:
    """The kind with that key, or the first one."""
    return _TABS.get(key) or every_tab()[0]
