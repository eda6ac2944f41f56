"""What Atom (RFC 4287) and sitemaps.org ask of a document, as checks that name each breach."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
"""RFC 3339, as section 3.3 of RFC 4287 asks."""
_ONCE = {
    "feed": {"id": True, "title": True, "updated": True, "subtitle": False, "rights": False, "logo": False},
    "entry": {"id": True, "title": True, "updated": True, "published": False, "summary": False, "content": False},
}
"""Elements of which there is exactly one (True) or at most one (sections 4.1.1 and 4.1.2)."""
_MAPS = {
    "urlset": ("url", {"loc": True, "lastmod": False, "changefreq": False, "priority": False}),
    "sitemapindex": ("sitemap", {"loc": True, "lastmod": False}),
}


def atom_problems(content: bytes, address: str) -> list[str]:
    """What of RFC 4287 the feed at that address breaks."""
    feed = ElementTree.fromstring(content)
    if feed.tag != f"{ATOM}feed":
        return [f"the root is {feed.tag}"]
    entries = feed.findall(f"{ATOM}entry")
    found = [*_element(feed, "feed"), *_links(feed, "feed")]
    selves = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if selves != [address]:
        found.append(f"it calls itself {selves} (4.1.1)")
    for entry in entries:
        found += [*_element(entry, "entry"), *_links(entry, "entry")]
        if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
            found.append("an entry has no author (4.1.2)")
        has_alternate = any(link.get("rel", "alternate") == "alternate" for link in entry.findall(f"{ATOM}link"))
        if entry.find(f"{ATOM}content") is None and not has_alternate:
            found.append("an entry has neither content nor a link (4.1.2)")
    versions = [(entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated")) for entry in entries]
    if len(set(versions)) != len(versions):
        found.append("two entries have one id and one moment (4.1.1)")
    return found


def _element(element: Element, kind: str) -> Iterator[str]:
    for name, is_needed in _ONCE[kind].items():
        count = len(element.findall(f"{ATOM}{name}"))
        if count > 1 or (is_needed and count == 0):
            yield f"{kind} has {count} {name} (4.1)"
    if not urlsplit(element.findtext(f"{ATOM}id") or "").scheme:
        yield f"the id of {kind} is no IRI (4.2.6)"
    for name in ("updated", "published"):
        moment = element.findtext(f"{ATOM}{name}")
        if moment is not None and not _MOMENT.fullmatch(moment):
            yield f"{name} of {kind} is {moment} (3.3)"
    yield from _texts(element, kind)


def _texts(element: Element, kind: str) -> Iterator[str]:
    for person in [*element.findall(f"{ATOM}author"), *element.findall(f"{ATOM}contributor")]:
        if not (person.findtext(f"{ATOM}name") or "").strip():
            yield f"a person of {kind} has no name (3.2.1)"
    for name in ("title", "subtitle", "summary", "rights"):
        for text in element.findall(f"{ATOM}{name}"):
            if text.get("type", "text") not in {"text", "html", "xhtml"}:
                yield f"{name} of {kind} is of type {text.get('type')} (3.1.1)"
            if text.get("type", "text") == "text" and len(text):
                yield f"{name} of {kind} holds elements (3.1.1.1)"


def _links(element: Element, kind: str) -> Iterator[str]:
    links = element.findall(f"{ATOM}link")
    alternates = [
        (link.get("type"), link.get("hreflang")) for link in links if link.get("rel", "alternate") == "alternate"
    ]
    if len(set(alternates)) != len(alternates):
        yield f"two alternates of {kind} have one type and language (4.1)"
    if any(not urlsplit(link.get("href", "")).netloc for link in links):
        yield f"a link of {kind} has no whole address (4.2.7)"


def sitemap_problems(content: bytes, host: str) -> list[str]:
    """What of sitemaps.org the map of that host breaks."""
    root = ElementTree.fromstring(content)
    name = root.tag.removeprefix(SITEMAP)
    if name not in _MAPS:
        return [f"the root is {root.tag}"]
    element, parts = _MAPS[name]
    found = [f"it holds {child.tag}" for child in root if child.tag != f"{SITEMAP}{element}"]
    if not 1 <= len(root) <= 50_000 or len(content) > 52_428_800:
        found.append(f"it names {len(root)} addresses in {len(content)} bytes")
    for entry in root:
        names = [child.tag.removeprefix(SITEMAP) for child in entry]
        found += [f"an entry holds {names}"] if not set(names) <= set(parts) or len(set(names)) < len(names) else []
        place = urlsplit(entry.findtext(f"{SITEMAP}loc") or "")
        if place.scheme not in {"http", "https"} or place.netloc != host or len(place.geturl()) >= 2048:
            found.append(f"it names {place.geturl()}")
        moment = entry.findtext(f"{SITEMAP}lastmod")
        if moment is not None and not _MOMENT.fullmatch(moment):
            found.append(f"lastmod is {moment}")
    return found
