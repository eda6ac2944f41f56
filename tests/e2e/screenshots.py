"""Takes the pictures of docs/screenshots from the demonstration: `make screenshots`."""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, ViewportSize, sync_playwright

from tests.demonstration.database import Demonstration, build_demonstration
from tests.e2e.documents import take_documents
from tests.e2e.installation import running
from tests.e2e.portal_pictures import take_portal
from tests.e2e.reader import ARGUMENTS, CHROMIUM, PHONE, WIDE, Reader, reading
from tests.e2e.ways import open_roll, open_running_campaign, set_up_session

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
DISTRICT, COMMUNE, CLERK = "tuyengiao", "muongso.tuyengiao", "muongso.vanthu"
BOTH = (WIDE, PHONE)
SESSION = "Buổi học tại bản"
LARGEST = 300_000
WHOLE_STORY = ViewportSize(width=WIDE, height=1280)
"""What the first screen needs to show duties, delays and coverage together."""
ROWS = (
    "Họ và tên,Năm sinh,Tư cách,Thôn/bản,Chi bộ",
    "Lò Thị Mai,1990,chính thức,Vàng Pheo,Chi bộ Cơ quan xã Mường So",
    "Giàng A Páo,19x5,dự bị,Tây An,Chi bộ Công an xã Mường So",
    "Tẩn Lở Mẩy,1988,chính thức,Huổi Bảo,Chi bộ Trạm Y tế xã Mường So",
    ",1979,chính thức,Nà Củng,Chi bộ Quân sự xã Mường So",
    "Nùng Văn Ún,1983,cán bộ,Phiêng Đanh,Chi bộ Cơ quan xã Mường So",
    "Lò Thị Mai,1990,chính thức,Vàng Pheo,Chi bộ Cơ quan xã Mường So",
)
LIST = FilePayload(name="chi-bo-vang-pheo.csv", mimeType="text/csv", buffer="\n".join(ROWS).encode())


def _home(reader: Reader) -> None:
    reader.page.goto("/")


def _campaign(reader: Reader) -> None:
    open_running_campaign(reader)


def _plans(reader: Reader) -> None:
    open_running_campaign(reader, "Plans")


def _plan(reader: Reader) -> None:
    open_running_campaign(reader, "Plans")
    reader.follow(reader.page.locator("main tbody a[href^='/plans/']").first)


def _coverage(reader: Reader) -> None:
    open_running_campaign(reader, "Coverage")


def _cascade(reader: Reader) -> None:
    open_running_campaign(reader)
    reader.page.goto(f"{reader.page.url}units/")


def _materials(reader: Reader) -> None:
    reader.page.goto("/materials/")


def _phones(reader: Reader) -> None:
    reader.page.goto("/rollcall/devices/")


def _roll(reader: Reader) -> None:
    open_roll(reader, SESSION)
    for tap in reader.page.locator(".roll-tap").all()[1:5]:
        tap.click()


def _import(reader: Reader) -> None:
    reader.page.goto("/units/")
    reader.follow(reader.page.locator("main a[href^='/units/']").filter(has_text=re.compile("Mường So")).first)
    reader.page.goto(f"{reader.page.url}imports/new/")
    reader.page.locator("input[type=file]").set_input_files(LIST)
    reader.press("Check the list")


PICTURES: tuple[tuple[str, str, Callable[[Reader], None], tuple[int, ...], str], ...] = (
    ("home", DISTRICT, _home, BOTH, "light"),
    ("home-dark", DISTRICT, _home, (WIDE,), "dark"),
    ("campaign", DISTRICT, _campaign, BOTH, "light"),
    ("plans", DISTRICT, _plans, BOTH, "light"),
    ("plan", COMMUNE, _plan, BOTH, "light"),
    ("coverage", DISTRICT, _coverage, BOTH, "light"),
    ("cascade", DISTRICT, _cascade, BOTH, "light"),
    ("materials", DISTRICT, _materials, BOTH, "light"),
    ("phones", CLERK, _phones, BOTH, "light"),
    ("roll", CLERK, _roll, (PHONE,), "light"),
    ("import", COMMUNE, _import, BOTH, "light"),
)


def take(browser: Browser, url: str) -> None:
    """Every picture anew, as large as the window."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with reading(browser, url) as officer:
        officer.sign_in(COMMUNE)
        set_up_session(officer, SESSION)
    for title, username, go, widths, theme in PICTURES:
        for width in widths:
            with reading(browser, url, width=width, theme=theme) as reader:
                reader.sign_in(username)
                go(reader)
                if title.startswith("home") and width == WIDE:
                    reader.page.set_viewport_size(WHOLE_STORY)
                reader.page.evaluate("window.scrollTo(0, 0)")
                picture = reader.page.screenshot(path=FOLDER / f"{title}-{width}.png", animations="disabled")
                assert len(picture) < LARGEST, f"{title}-{width}.png has {len(picture)} bytes"


@contextmanager
def _server() -> Iterator[tuple[str, Path]]:
    from lantoa.config.embedded import embedded_database_url, release_embedded_database

    with tempfile.TemporaryDirectory(prefix="lantoa-screenshots-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if given := os.environ.get("DATABASE_URL"):
            yield given, folder
            return
        yield embedded_database_url(folder / "postgres"), folder
        release_embedded_database(folder / "postgres")


def main() -> None:
    """Build the demonstration in a database of its own, look at it, and leave nothing behind but the pictures."""
    template = os.environ.get("LANTOA_E2E_TEMPLATE") or "lantoa_screenshots"
    with _server() as (server_url, folder):
        demonstration = Demonstration(server_url, template, folder)
        build_demonstration(demonstration)
        os.environ.update(DATABASE_URL=server_url, LANTOA_DEMO="1", DJANGO_SETTINGS_MODULE="lantoa.config.settings")
        import django

        django.setup()
        with running(demonstration, f"{template}_{os.getpid()}") as started, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            take_portal(browser, started.url, FOLDER)
            take(browser, started.url)
            take_documents(browser, started.url, FOLDER, SESSION)
            browser.close()


if __name__ == "__main__":
    main()
