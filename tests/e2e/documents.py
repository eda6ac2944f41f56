"""Takes the pictures of the documents in docs/screenshots: each PDF, and each Word file as LibreOffice shows it, page
by page. Needs `soffice` and `pdftoppm` on the machine; called by `tests.e2e.screenshots`."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Download

from tests.e2e.reader import Reader, reading
from tests.e2e.ways import open_roll, open_running_campaign

DISTRICT, COMMUNE = "tuyengiao", "muongso.tuyengiao"
PURPOSE = "Danh sách dán tại cửa hội trường"
DOTS = "66"
"""Dots an inch: enough to read the letters, and a page takes some 30 KB."""
MOST_PAGES = 2
LARGEST = 120_000
RUN_FOR = 180
Take = Callable[[Reader], Download]


def _press(reader: Reader, button: str) -> Download:
    with reader.page.expect_download() as started:
        reader.button(button).click()
    return started.value


def _open(reader: Reader, link: str) -> Download:
    with reader.page.expect_download() as started:
        reader.link(link).click()
    return started.value


def _plan(link: str) -> Take:
    def take(reader: Reader) -> Download:
        open_running_campaign(reader, "Plans")
        reader.follow(reader.page.locator("main tbody a[href^='/plans/']").first)
        return _open(reader, link)

    return take


def _letter(link: str) -> Take:
    def take(reader: Reader) -> Download:
        open_running_campaign(reader, "Summons")
        reader.follow(reader.page.locator("main tbody a[href^='/summons/']").first)
        return _open(reader, link)

    return take


def _list(kind: str) -> Take:
    def take(reader: Reader) -> Download:
        open_running_campaign(reader, "Summons")
        reader.go("Open the list", "Take out by name")
        reader.fill("What are the names needed for?", PURPOSE)
        reader.box("Letter").select_option(index=1)
        reader.box("As").select_option(kind)
        return _press(reader, "Download")

    return take


def _sheet(session: str) -> Take:
    def take(reader: Reader) -> Download:
        open_roll(reader, session)
        reader.page.locator(".roll-print summary").first.click()
        reader.fill("What are the names needed for?", "Mang về bản không có sóng để ký")
        return _press(reader, "Download PDF")

    return take


def take_documents(browser: Browser, url: str, folder: Path, session: str) -> list[Path]:
    """The pictures of every document, written into `folder`; the roll sheet is that of the session's one site."""
    documents: tuple[tuple[str, str, Take], ...] = (
        ("document-plan", DISTRICT, _plan("Print (PDF)")),
        ("document-plan-word", DISTRICT, _plan("Word")),
        ("document-draft", COMMUNE, _plan("Print (PDF)")),
        ("document-letter", DISTRICT, _letter("Print (PDF)")),
        ("document-letter-word", DISTRICT, _letter("Word")),
        ("document-list", COMMUNE, _list("pdf")),
        ("document-list-word", COMMUNE, _list("docx")),
        ("document-sheet", COMMUNE, _sheet(session)),
    )
    pictures: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="lantoa-documents-") as name:
        for title, username, take in documents:
            with reading(browser, url) as reader:
                reader.sign_in(username)
                download = take(reader)
                file = Path(name) / f"{title}{Path(download.suggested_filename).suffix}"
                download.save_as(file)
            pictures += pages_of(file, folder, title)
    for picture in pictures:
        assert picture.stat().st_size < LARGEST, f"{picture.name} has {picture.stat().st_size} bytes"
    return pictures


def pages_of(file: Path, folder: Path, title: str) -> list[Path]:
    """Pictures of the first pages of a document, in shades of grey; a Word file goes through LibreOffice."""
    pdf = file if file.suffix == ".pdf" else _converted(file)
    for old in folder.glob(f"{title}-[0-9]*.png"):
        old.unlink()
    _run("pdftoppm", "-r", DOTS, "-gray", "-png", "-l", str(MOST_PAGES), str(pdf), str(folder / title))
    return sorted(folder.glob(f"{title}-[0-9]*.png"))


def _converted(file: Path) -> Path:
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    said = _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(file.parent), str(file))
    assert "warning" not in said.lower().replace("warning: failed to launch javaldx", ""), said
    return file.with_suffix(".pdf")


def _run(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    assert path, f"{program} is not installed"
    done = subprocess.run([path, *arguments], capture_output=True, text=True, timeout=RUN_FOR, check=True)
    return f"{done.stdout}{done.stderr}"
