"""What the search of a portal finds."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from lantoa.portal.documents.indexing import KIND as DOCUMENT
from lantoa.portal.documents.indexing import scope_of
from lantoa.portal.indexing import key_under
from lantoa.portal.models import PortalSite
from lantoa.portal.searching.forms import SearchForm
from lantoa.portal.searching.kinds import KINDS, Described, Kind
from lantoa.portal.selectors import KIND as ARTICLE
from lantoa.portal.selectors import PER_PAGE
from lantoa.search.excerpts import Highlighter, Piece, texts_around
from lantoa.search.finding import Hit, find_among
from lantoa.search.statements import Where
from lantoa.ui.numbers import at_least

MOST = 20 * PER_PAGE
"""So many of the best of a kind are found; whoever sees so many adds a word."""
Found = tuple[str, int]
"""Kind and number of an object."""


@dataclass(frozen=True)
class Result:
    """One thing that was found, with what was asked for marked in it."""

    kind: Kind
    day: dt.date
    described: Described
    number: list[Piece]
    title: list[Piece]
    excerpt: list[Piece]


@dataclass(frozen=True)
class Facet:
    """A kind to choose, its address, and how many fit of it, in figures as it is read too."""

    name: str
    label: str | Promise
    address: str
    number: int
    shown: str


def keys_of(portal: PortalSite) -> dict[str, list[str]]:
    """The keys of all that stands on a site, by kind."""
    return {ARTICLE: [key_under(portal.site.root_page_id)], DOCUMENT: scope_of(portal.pk)}


def hits_of(portal: PortalSite, asked: SearchForm) -> list[Hit]:
    """What fits on a site, of every kind, the best first."""
    section = asked.chosen_section
    scope = {ARTICLE: [key_under(section.pk)]} if section else keys_of(portal)
    where = Where(scope, first=asked.first_day, last=asked.last_day)
    return find_among(asked.text, where, by_day=asked.by_day, limit=MOST)


def facets_of(asked: SearchForm, hits: Sequence[Hit]) -> list[Facet]:
    """How many there are of each kind."""
    of_kind: dict[str, list[Hit]] = {name: [] for name in KINDS}
    for hit in hits:
        of_kind[hit.kind].append(hit)
    return [
        Facet(name, kind.label, asked.address(kind=name), len(of_kind[name]), number_of(of_kind[name]))
        for name, kind in KINDS.items()
    ]


def number_of(hits: Sequence[Hit]) -> str:
    """How many there are, as it is read: at least so many where a kind has as many as are given."""
    counted = Counter(hit.kind for hit in hits)
    return at_least(len(hits), is_more=any(number >= MOST for number in counted.values()))


def described(portal: PortalSite, hits: Sequence[Hit]) -> dict[Found, Described]:
    """What the portal says of these (one query a kind). What went meanwhile is left out."""
    found: dict[Found, Described] = {}
    for name, kind in KINDS.items():
        if numbers := [hit.object_id for hit in hits if hit.kind == name]:
            found |= {(name, pk): one for pk, one in kind.described(portal, numbers).items()}
    return found


def results_of(portal: PortalSite, text: str, hits: Sequence[Hit]) -> list[Result]:
    """Some hits as a page shows them (one query, and one a kind)."""
    highlighter = Highlighter(text)
    shown = described(portal, hits)
    kept = texts_around(hits, highlighter.needles())
    return [_result(highlighter, hit, shown[hit[:2]], kept.get(hit[:2], "")) for hit in hits if hit[:2] in shown]


def _result(highlighter: Highlighter, hit: Hit, said: Described, kept: str) -> Result:
    return Result(
        KINDS[hit.kind],
        hit.day,
        said,
        highlighter.marked(said.number),
        highlighter.marked(said.title),
        highlighter.excerpt([*said.texts, kept]),
    )
