"""A person at a browser: signs in as printed, and nothing that the browser complains about passes unnoticed."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    WebError,
    expect,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.e2e.words import vi

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Debian's browser without a window, which does the same work in two thirds of the time; else the one with a window."""
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE = 1280
PHONE = 360
HEIGHTS = {WIDE: 800, PHONE: 740}
PATIENCE = 15_000
_ANSWERED = "Failed to load resource: the server responded with a status of 4"


class Watch:
    """What went wrong in a browser: mistakes of scripts, breaches of the policy, answers of a broken server."""

    def __init__(self, context: BrowserContext) -> None:
        self.mistakes: list[str] = []
        context.on("weberror", self._on_error)
        context.on("console", self._on_console)
        context.on("response", self._on_response)

    def _on_error(self, error: WebError) -> None:
        self.mistakes.append(f"script: {error.error}")

    def _on_console(self, message: ConsoleMessage) -> None:
        # The status of an answer is judged in _on_response, where the kind of the resource is known.
        if message.type == "error" and not message.text.startswith(_ANSWERED):
            self.mistakes.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_response(self, response: Response) -> None:
        # Wagtail saves while somebody types, and answers 400 as long as what stands there is incomplete.
        unfinished = response.status == 400 and "/bien-tap/" in response.url
        read_by_people = response.request.resource_type == "document" or unfinished
        if response.status >= 500 or (response.status >= 400 and not read_by_people):
            self.mistakes.append(f"{response.status}: {response.request.method} {response.url}")


class Reader:
    """One person's page. Words of the interface are given as the code's messages and looked up in Vietnamese."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page

    def sign_in(self, username: str, password: str = "") -> None:
        """Sign in by the form, with the printed password unless another is given."""
        from lantoa.demonstration.staff import PASSWORD  # the models are ready when the tests run, not before

        self.page.goto("/accounts/login/")
        self.fill("Name or e-mail address", username)
        self.fill("Password", password or PASSWORD)
        self.press("Sign in")

    @property
    def session(self) -> str:
        """What the browser keeps of its sign-in."""
        found = {cookie["name"]: cookie["value"] for cookie in self.context.cookies() if "name" in cookie}
        return found[settings.SESSION_COOKIE_NAME]

    def come_back(self, url: str, session: str) -> None:
        """Open the first page with a session of before, as a browser that was closed and opened does."""
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
        self.page.goto("/")

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()

    def go(self, *names: str) -> None:
        """Click one link after the other."""
        for name in names:
            self.follow(self.link(name))

    def follow(self, way: Locator) -> None:
        """Click what leads to a page, and be there; where there is no such way, say what the page shows instead."""
        try:
            with self.page.expect_navigation():
                way.click()
        except PlaywrightTimeout as error:
            message = f"There is no such way on {self.page.url}, which shows: {self.text}"
            raise AssertionError(message) from error

    def link(self, name: str) -> Locator:
        """The first shown link of that very name."""
        return self.page.get_by_role("link", name=vi(name), exact=True).locator("visible=true").first

    def press(self, name: str) -> None:
        """Click the first shown button of that name, which sends a form."""
        self.follow(self.button(name))

    def button(self, name: str) -> Locator:
        """The first shown button of that very name."""
        return self.page.get_by_role("button", name=vi(name), exact=True).locator("visible=true").first

    def fill(self, label: str, text: str) -> None:
        """Type into the box of that label."""
        self.box(label).fill(text)

    def box(self, label: str) -> Locator:
        """The box whose label begins so (a label may end with “(optional)”)."""
        words = re.compile(rf"^\s*{re.escape(vi(label))}")
        return self.page.locator("main").get_by_label(words).first

    def choose(self, label: str) -> None:
        """Tick or choose what that label names."""
        self.box(label).check()

    def confirm(self, label: str, answer: str = "") -> None:
        """Press a button that asks once more, and say yes, by the same word or by `answer`."""
        self.page.locator("summary").filter(has_text=vi(label)).locator("visible=true").first.click()
        asked = self.page.locator("dialog[open], details[open]")
        self.follow(asked.get_by_role("button", name=vi(answer or label), exact=True))

    def says(self, message: str) -> None:
        """Wait until the page's main part shows that message."""
        expect(self.page.locator("main")).to_contain_text(vi(message))

    def says_nothing_of(self, message: str) -> None:
        """Wait until the page's main part does not show that message."""
        expect(self.page.locator("main")).not_to_contain_text(vi(message))

    def stat(self, label: str) -> str:
        """The figure that stands under a label."""
        return (
            self.page.locator("main .stat").filter(has_text=vi(label)).first.locator(".stat-value").inner_text().strip()
        )

    @property
    def text(self) -> str:
        """Everything that the page's main part shows, with plain spaces."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def heading(self) -> str:
        """The page's title as it is shown."""
        return self.page.locator("h1").inner_text().strip()


@contextmanager
def reading(
    browser: Browser,
    url: str,
    *,
    width: int = WIDE,
    scripts: bool = True,
    theme: str = "light",
    bypass_policy: bool = False,
) -> Iterator[Reader]:
    """A browser of one person, closed at the end; fails with all that the browser complained about.

    `bypass_policy` is for tools of the tests that put styles of their own into a page.
    """
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": HEIGHTS[width]},
        java_script_enabled=scripts,
        has_touch=width == PHONE,
        bypass_csp=bypass_policy,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "lantoa_theme", "value": theme, "url": url}])
    watch = Watch(context)
    try:
        yield Reader(context, context.new_page())
    finally:
        context.close()
    assert not watch.mistakes, "\n".join(watch.mistakes)
