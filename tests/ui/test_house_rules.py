"""What holds for every template and for what a page weighs."""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.test import Client

import lantoa
from lantoa.ui import navigation

PACKAGE = Path(lantoa.__file__).parent
STATIC = PACKAGE / "ui" / "static" / "ui"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
SHEETS = sorted(path.stem for path in STATIC.glob("*.css") if path.stem != "vendor")
STAFF_PAGE = 100 * 1024
PUBLIC_PAGE = 60 * 1024
CRITICAL = 14 * 1024


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def wrong_in_templates(found: Callable[[str], Iterable[str]]) -> str:
    """What is found wrong in the sources of the templates, a line each."""
    return "\n".join(f"{named(path)}: {problem}" for path in TEMPLATES for problem in found(path.read_text()))


def test_a_template_has_no_inline_style_or_script() -> None:
    forbidden = re.compile(r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|\bhx-on\b""")

    def found(text: str) -> Iterator[str]:
        source = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
        yield from forbidden.findall(source)
        for script in re.findall(r"<script\b[^>]*>", source):
            if "src=" not in script and 'type="application/json"' not in script:
                yield script

    wrong = wrong_in_templates(found)
    assert not wrong, wrong


def test_a_template_asks_no_other_host() -> None:
    foreign = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")
    wrong = wrong_in_templates(foreign.findall)
    assert not wrong, wrong


def test_a_template_states_its_blocks_and_context_at_its_head() -> None:
    def found(text: str) -> Iterator[str]:
        head = text.removeprefix("{% extends ").split("\n")[:2]
        if not any("{% comment %}" in line for line in head):
            yield "has no comment at its head"

    wrong = wrong_in_templates(found)
    assert not wrong, wrong


def test_every_icon_is_in_the_sprite() -> None:
    symbols = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "vendor" / "sprite.svg").read_text()))
    names = re.compile(r"""{% icon ["']([a-z0-9-]+)["']|\sicon=["']([a-z0-9-]+)["']""")
    wrong = wrong_in_templates(lambda text: {first or second for first, second in names.findall(text)} - symbols)
    assert not wrong, wrong


def test_every_icon_of_the_navigation_is_in_the_sprite() -> None:
    symbols = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "vendor" / "sprite.svg").read_text()))
    assert {item.icon for item in navigation.ITEMS.values()} - symbols == set()


def test_vendored_files_are_those_that_the_list_names() -> None:
    listed = dict(re.findall(r"\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|", (STATIC / "vendor" / "README.md").read_text()))
    files = [path for path in (STATIC / "vendor").iterdir() if path.suffix in {".css", ".js", ".svg"}]
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_both_kinds_of_dark_have_the_same_colours() -> None:
    tokens = (STATIC / "tokens.css").read_text()
    chosen = re.search(r':root\[data-bs-theme="dark"\] {(.*?)}', tokens, re.DOTALL)
    device = re.search(r':root\[data-bs-theme="auto"\] {(.*?)}', tokens, re.DOTALL)
    assert chosen
    assert device
    assert chosen[1].split() == device[1].split()


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_sheet_of_ours_lies_in_a_layer(sheet: str) -> None:
    source = re.sub(r"/\*.*?\*/", "", (STATIC / f"{sheet}.css").read_text(), flags=re.DOTALL).strip()
    assert re.fullmatch(r"@layer (tokens|base|components|utilities) {.*}", source, re.DOTALL)
    assert source.count("@layer") == 1
    assert "!important" not in source


def weight(page: str) -> int:
    """Bytes over the wire of the page and everything that it loads at first."""
    assets = set(re.findall(r'(?:href|src)="/static/(ui/[^"#]+)', page))
    modules = {f"ui/js/{path.name}" for path in (STATIC / "js").glob("*.js")}
    files = [STATIC.parent / name for name in assets | modules | {"ui/vendor/bootstrap.min.css"}]
    return len(gzip.compress(page.encode())) + sum(len(gzip.compress(path.read_bytes())) for path in files)


def test_a_staff_page_keeps_its_budget(signed_in: Client) -> None:
    page = signed_in.get("/gallery/").content.decode()
    assert "htmx" in page
    assert weight(page) <= STAFF_PAGE


@pytest.mark.django_db
def test_the_sign_in_page_keeps_the_budget_of_a_public_page(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert weight(page) <= PUBLIC_PAGE


@pytest.mark.django_db
def test_the_sign_in_page_and_our_own_sheets_fit_into_the_first_round_trip(client: Client) -> None:
    page = client.get("/accounts/login/").content
    sheets = [STATIC / f"{name}.css" for name in SHEETS if name != "print"]
    assert len(gzip.compress(page)) + sum(len(gzip.compress(path.read_bytes())) for path in sheets) <= CRITICAL


def test_a_page_answers_with_the_strict_policy(signed_in: Client) -> None:
    response = signed_in.get("/gallery/")
    policy = response["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert "unsafe" not in policy
    page = response.content.decode()
    assert all(f'nonce="{nonce[1]}"' in tag for tag in re.findall(r"<script\b[^>]*>", page))
