"""Axe, which reads a page for whoever cannot see, hear or tap it well, at each width and in each theme."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.reader import HEIGHTS, PHONE, WIDE, Reader

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""All that another theme changes, and what another width does not."""
THEMES = ("light", "dark")
IN_THEME = """theme => {
    document.documentElement.dataset.bsTheme = theme;
    return document.getAnimations().length;
}"""
"""Puts the page that is open into a theme; how much still moves, which for who wants no motion is nothing."""
RUN = """([rules, anew, without]) => {
    const seen = anew ? [...document.querySelectorAll('body *:not([data-seen])')] : [document.documentElement];
    const here = seen.filter(element => element.checkVisibility());
    for (const element of document.body.querySelectorAll('*')) {
        if (element.checkVisibility()) element.dataset.seen = '';
    }
    const off = Object.fromEntries(without.map(rule => [rule, {enabled: false}]));
    const options = {runOnly: rules, rules: off, resultTypes: ['violations'], preload: false};
    return here.length ? axe.run({include: here}, options) : {violations: []};
}"""
"""No rule of ours needs the style sheets and films that axe would load first. With `anew` it reads what no earlier run
has seen on this page in this theme: what a phone alone shows."""
FORGET = "() => document.querySelectorAll('[data-seen]').forEach(element => element.removeAttribute('data-seen'))"
THIN = """kept => {
    const own = ['id', 'for', 'href', 'name', 'value', 'action', 'data-label', 'aria-label', 'x', 'width'];
    const attributes = element => [...element.attributes].filter(({name}) => !own.includes(name))
        .map(({name, value}) => `${name}=${value}`).sort().join(' ');
    const shape = element =>
        `<${element.localName} ${attributes(element)}>${[...element.children].map(shape).join('')}</>`;
    for (const list of document.querySelectorAll('main tbody, main ul, main ol, main select')) {
        const seen = new Map();
        for (const child of [...list.children]) {
            const key = shape(child);
            seen.set(key, (seen.get(key) ?? 0) + 1);
            if (seen.get(key) > kept) child.remove();
        }
    }
}"""
"""Of the rows, entries and choices of one list that differ in their words and addresses alone, so many stay."""
ALIKE = 3
TWICE = """() => {
    const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
    const named = ['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns'].flatMap(name =>
        [...document.querySelectorAll(`[${name}]`)].flatMap(element => element.getAttribute(name).split(' ')));
    return ids.filter((id, place) => ids.indexOf(id) !== place && named.includes(id));
}"""
"""The ids that others point to and that the page has more than once, which rows that are taken out would hide."""


@dataclass
class Round:
    """What has been looked at, and what was found."""

    looked_at: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def look_at(reader: Reader, title: str, found: Round) -> None:
    """Let axe read the page, as it came, at both widths and in both themes.

    Its shape is judged whole. What axe reads costs time by the element: of rows that are alike a few stay, and of
    colours a phone's width adds only what the wide page does not show, since a width changes no colour.
    """
    reader.page.evaluate(AXE)
    for width in (PHONE, WIDE):
        resize(reader, width)
        found.problems += [f"{title} at {width}: {problem}" for problem in misshapen(reader)]
    reader.page.evaluate(THIN, ALIKE)
    for theme in THEMES:
        if reader.page.evaluate(IN_THEME, theme):
            found.problems.append(f"{title} moves into the {theme} theme")
        reader.page.evaluate(FORGET)
        for width in (WIDE, PHONE):
            resize(reader, width)
            found.problems += [
                f"{title} at {width} {theme}: {problem}" for problem in problems_of(reader, theme, width)
            ]
    resize(reader, WIDE)


def resize(reader: Reader, width: int) -> None:
    """Give the page another width."""
    reader.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})


def misshapen(reader: Reader) -> Iterator[str]:
    """What is wrong with the shape of the page."""
    page = reader.page
    if page.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"):
        yield "runs off the edge"
    if page.locator("main").count() != 1 or page.locator("h1").count() != 1:
        yield "has not one main part and one heading"
    if twice := page.evaluate(TWICE):
        yield f"has ids twice: {twice}"


def problems_of(reader: Reader, theme: str, width: int) -> Iterator[str]:
    """What axe finds. Colours first: what it reads of the rest counts as seen."""
    runs: list[list[object]] = [[COLOURS, width == PHONE, []]]
    if theme == THEMES[0]:
        runs.append([RULES, False, COLOURS])
    for run in runs:
        for rule in reader.page.evaluate(RUN, run)["violations"]:
            yield f"{rule['id']}: {[node['html'][:160] for node in rule['nodes'][:3]]}"
