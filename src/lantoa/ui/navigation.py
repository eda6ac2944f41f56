"""The main navigation as data: each app registers its entries in `AppConfig.ready`, the layout draws them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

BOTTOM_BAR_ITEMS = 4
"""How many entries a phone's bottom bar shows before "More", which is the fifth."""


def signed_in(request: HttpRequest) -> bool:
    """Whether the reader has signed in."""
    return request.user.is_authenticated


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry: `label` is lazy and short, `icon` a symbol of the sprite, `url_name` takes no arguments.

    The entry is current on every page whose view name begins with one of `match`; by default on all pages of the
    namespace of `url_name`. `badge` counts what waits there for the reader.
    """

    key: str
    label: str | Promise
    icon: str
    url_name: str
    order: int
    visible: Callable[[HttpRequest], bool] = signed_in
    match: tuple[str, ...] = ()
    badge: Callable[[HttpRequest], int] | None = None

    def is_current(self, view_name: str) -> bool:
        """Whether a page of that view name belongs to this entry."""
        namespace, colon, _ = self.url_name.rpartition(":")
        prefixes = self.match or ((namespace + colon) if colon else self.url_name,)
        return view_name.startswith(prefixes)


@dataclass(frozen=True)
class NavLink:
    """An entry as one reader sees it."""

    key: str
    label: str | Promise
    icon: str
    url: str
    current: bool
    count: int = 0


@dataclass(frozen=True)
class Navigation:
    """All entries for the left navigation, split in two for the bottom bar."""

    links: tuple[NavLink, ...]

    @property
    def bottom(self) -> tuple[NavLink, ...]:
        """The entries that stand in the bottom bar itself."""
        return self.links[:BOTTOM_BAR_ITEMS]

    @property
    def more(self) -> tuple[NavLink, ...]:
        """The entries under "More"."""
        return self.links[BOTTOM_BAR_ITEMS:]

    @property
    def more_current(self) -> bool:
        """Whether the page that is shown lies under "More"."""
        return any(link.current for link in self.more)


ITEMS: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Put `item` into the navigation. A second entry of the same key is a mistake of the programmer: ValueError."""
    if item.key in ITEMS:
        message = f"the navigation already has an entry {item.key!r}"
        raise ValueError(message)
    ITEMS[item.key] = item


def navigation_for(request: HttpRequest) -> Navigation:
    """The entries that the reader may see, in order, the current one marked."""
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    items = sorted(ITEMS.values(), key=lambda item: (item.order, item.key))
    shown = [item for item in items if item.visible(request)]
    current = max((item for item in shown if item.is_current(view_name)), key=_closeness, default=None)
    return Navigation(tuple(_link(item, request, current=item is current) for item in shown))


def _link(item: NavItem, request: HttpRequest, *, current: bool) -> NavLink:
    count = item.badge(request) if item.badge else 0
    return NavLink(item.key, item.label, item.icon, reverse(item.url_name), current, count)


def _closeness(item: NavItem) -> int:
    return max((len(prefix) for prefix in item.match), default=0)
