"""Going from page to page as far as links lead."""

from collections.abc import Callable, Container, Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.e2e.reader import Reader

NO_PAGE = {
    "healthz", "ui:preferences", "files:file_download", "organizations:import_template",
    "materials:version_fetch", "materials:shared_fetch",
    "rollcall_page:worker", "rollcall_page:manifest",
    "attendance:roll_news", "privacy:own_data_export", "accounts:session_state", "study_sessions:calendar_mine",
    "study_sessions:session_calendar", "portal:sitemap", "portal:colours", "portal:picture", "portal:attachment",
    "portal:feed", "portal:robots", "portal:document_feed", "portal:document_file", "visits:beacon",
    "portal:banner_follow", "portal:calendar_file", "portal:calendar_entry", "portal:article_qr",
    "portal:card", "portal:sitemap_part", "portal:suggestions", "wagtailadmin_javascript_catalog",
    "visits:beacon_of", "visits:figures", "visits:figures_of", "bien-tap/", "plans:plan_document",
    "plans:summons_letter", "portal:article_rate", "portal:article_comment", "portal:poll_vote",
}  # fmt: skip
"""What a GET answers with a file or with figures for a program, and what is only sent."""
Judge = Callable[[str, str], bool]
"""Says of a page, by its path and its HTML, whether the reader shall stand on it."""


class Links(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def of(cls, html: str) -> list[str]:
        """The addresses below our root, but for what is downloaded."""
        reader = cls()
        reader.feed(html)
        return [href for href in reader.found if href.startswith(("/", "?")) and "format=xlsx" not in href]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and "download" not in given:
            self.found.append(given.get("href") or "")


def name_of(address: str) -> str:
    """The name of the URL at an address; empty for what is none of ours."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def walk(
    reader: Reader, starts: list[str], *, known: Container[str] = (), is_worth: Judge | None = None
) -> Iterator[str]:
    """The reader stands on one page of each name that can be reached by links, one after the other.

    Of the names in `known`, and of what is not worth it, the links are read without the browser's opening the page.
    """
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        address = waiting.pop(0)
        name = name_of(address)
        if not name or name in seen or name in NO_PAGE:
            continue
        seen.add(name)
        if name in known or is_worth is not None:
            path, html = _fetched(reader, address)
            is_open = name not in known and is_worth is not None and bool(html) and is_worth(path, html)
            if is_open:
                reader.page.goto(address)
        else:
            reader.page.goto(address)
            path, html, is_open = urlsplit(reader.page.url).path, reader.page.content(), True
        waiting += [href if href.startswith("/") else path + href for href in Links.of(html)]
        if is_open:
            yield name_of(reader.page.url)


def _fetched(reader: Reader, address: str) -> tuple[str, str]:
    """Where an address leads, and the HTML there; empty where it is something else."""
    answer = reader.page.request.get(address)
    assert answer.status < 500, address
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    return urlsplit(answer.url).path, answer.text() if is_page else ""
