"""Takes the pictures of the portal as its readers see it, for `docs/screenshots`."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.reader import PHONE, WIDE, Reader, reading

LARGEST = 400_000
EVERYTHING_SHOWN = """async () => {
  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = 'eager';
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
}"""


def _top(reader: Reader) -> None:
    reader.page.evaluate("window.scrollTo(0, 0)")


def _foot(reader: Reader) -> None:
    reader.page.locator("footer.foot").scroll_into_view_if_needed()
    reader.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")


def _after(reader: Reader) -> None:
    reader.page.locator(".rating").first.evaluate("part => part.scrollIntoView({block: 'center'})")


ARTICLE = "/cong/ban-lang-doi-moi/con-duong-be-tong-o-ban-sin-pao-do-ai-cung-gop-cong/"
SPOKEN = "/cong/tieng-cac-dan-toc/nyob-zoo-ua-tsaug/"
PICTURES: tuple[tuple[str, str, Callable[[Reader], None]], ...] = (
    ("portal-home", "/cong/", _top),
    ("portal-counters", "/cong/", _foot),
    ("portal-article", ARTICLE, _top),
    ("portal-after-article", ARTICLE, _after),
    ("portal-spoken", SPOKEN, _top),
    ("portal-documents", "/cong/van-ban/", _top),
)


def take_portal(browser: Browser, url: str, folder: Path) -> None:
    """Every picture anew, on a screen and on a phone, each as large as the window."""
    for title, address, look in PICTURES:
        for width in (WIDE, PHONE):
            with reading(browser, url, width=width) as reader:
                reader.page.goto(address)
                reader.page.evaluate(EVERYTHING_SHOWN)
                look(reader)
                picture = reader.page.screenshot(path=folder / f"{title}-{width}.png", animations="disabled")
                assert len(picture) < LARGEST, f"{title}-{width}.png has {len(picture)} bytes"
