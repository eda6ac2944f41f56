"""The words that an editor meets on Wagtail's pages, and which of them are English."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import wagtail
from babel.messages.mofile import read_mo
from playwright.sync_api import Page

from lantoa.config import catalog

SEEN = """() => {
    const said = new Set();
    const keep = (text) => { const plain = (text || '').replace(/\\s+/g, ' ').trim(); if (plain) said.add(plain); };
    const shown = (element) => element && element.checkVisibility();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const home = texts.currentNode.parentElement;
        if (shown(home) && !home.closest('script, style, template')) keep(texts.currentNode.textContent);
    }
    for (const element of document.querySelectorAll('*')) {
        if (!shown(element)) continue;
        for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-w-tooltip-content-value'])
            keep(element.getAttribute(name));
        if (element.matches('[type=submit], [type=button]')) keep(element.value);
    }
    keep(document.title);
    return [...said];
}"""
"""Texts that are shown, those for readers of the screen, and those that come with a pointer."""
ENGLISH = re.compile(
    r"\b(the|and|this|with|page|pages|edit|save|delete|search|your|from|status|draft|publish|published|choose|upload|"
    r"image|images|document|documents|comment|comments|review|workflow|task|actions|more|show|hide|toggle|close|move|"
    r"copy|history|version|compare|locked|unlock|items|approve|reject|cancel|submit|settings|date|title|name|select|"
    r"has|been|are|not|you|new|notifications)\b",
    re.IGNORECASE,
)
"""Words that no Vietnamese text has."""


def english_on(page: Page) -> set[str]:
    """What the page says in English: texts of Wagtail without a translation, and texts with an English word."""
    said = page.evaluate(SEEN)
    return {
        text for text in said if ENGLISH.search(text) or any(pattern.fullmatch(text) for pattern in _untranslated())
    }


@cache
def _untranslated() -> tuple[re.Pattern[str], ...]:
    return tuple(_patterns())


def _patterns() -> Iterator[re.Pattern[str]]:
    """Every text of Wagtail that neither its Vietnamese catalogues nor ours translate, whatever stands in its gaps."""
    root = Path(wagtail.__file__).parent
    for scripts, domain in ((False, "django"), (True, "djangojs")):
        known = {catalog.key_of(message) for message in catalog.merged(scripts=scripts)}
        for path in root.rglob(f"locale/vi/LC_MESSAGES/{domain}.mo"):
            known |= _keys(path)
        for path in root.rglob(f"locale/fr/LC_MESSAGES/{domain}.mo"):
            for _context, text in _keys(path) - known:
                if re.search(r"[a-z]{3}", re.sub(r"%\(\w+\)[sd]", "", text)):
                    parts = re.split(r"%\(\w+\)[sd]", " ".join(re.sub(r"<[^>]*>", "", text).split()))
                    yield re.compile(".+".join(re.escape(part) for part in parts))


def _keys(path: Path) -> set[catalog.Key]:
    with path.open("rb") as source:
        return {catalog.key_of(message) for message in read_mo(source) if message.id}
