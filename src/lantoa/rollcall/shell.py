"""What the page without a network is made of, and the version that its service worker goes by."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language

from lantoa.organizations.enums import ReasonClass

FOLDER = Path(__file__).resolve().parent / "static" / "rollcall"
WORKER = "rollcall/worker.js"
SENDER = "rollcall/sync.js"
OTHER_PAGES = ("rollcall/wall.js", "rollcall/server-time.js", "rollcall/check-in.js")
"""They belong to the pages of the wall code and of the check-in by it."""
TYPES = "rollcall/types.js"
"""What only the check of types reads."""
SCANNER = ("rollcall/detector.js", "rollcall/vendor/barcode-detector.js", "rollcall/vendor/zxing_reader.wasm")
"""What browsers that read no QR codes by themselves fetch when somebody scans, and keep from then on."""
OLD_BROWSERS = ("rollcall/vendor/fflate.js",)
"""What compresses where the browser can't; kept by those browsers only."""
SHARED = ("ui/icon.svg", "ui/js/event-ids.js", "ui/js/fold.js")
VENDORED = ("rollcall/vendor/idb.js", "rollcall/vendor/lean-qr.js")


def files() -> list[str]:
    """The static files that the page is made of, without those that only some browsers need."""
    modules = {f"rollcall/{path.name}" for path in FOLDER.glob("*.js")} - {WORKER, TYPES, *OTHER_PAGES, *SCANNER}
    return sorted({*modules, *SHARED, *VENDORED, "rollcall/page.css", "rollcall/icon-192.png"})


def page() -> str:
    """The page itself, in the language of the request and with nothing about the reader."""
    return _page(version())


def version() -> str:
    """A short hash of everything that the page is made of, in the language of the request."""
    return _digest() if settings.DEBUG else _digest_once(get_language() or "")


def worker(*, module: bool) -> str:
    """The service worker's script: its version, what to keep under it, then what it does. As a module, which only some
    browsers take, it can send what waits by itself, while no page is open."""
    known = {
        "VERSION": version(),
        "SHELL": [static(name) for name in files()],
        "OLD_BROWSERS": [static(name) for name in OLD_BROWSERS],
        "SCANNER": [static(name) for name in SCANNER],
        "STATIC": settings.STATIC_URL,
    }
    lines = [f"const {name} = {json.dumps(value)};" for name, value in known.items()]
    lines.append(f'import {{ send }} from "{static(SENDER)}";' if module else "const send = null;")
    return "\n".join([*lines, _content(WORKER).decode()])


def _page(named: str) -> str:
    context = {"version": named, "demo": settings.LANTOA_DEMO, "reasons": ReasonClass.choices}
    return render_to_string("rollcall/page.html", context)


@cache
def _digest_once(_language: str) -> str:
    return _digest()


def _digest() -> str:
    digest = hashlib.sha256(_page("").encode())
    for name in [*files(), *SCANNER, *OLD_BROWSERS, WORKER]:
        digest.update(static(name).encode() + _content(name))
    return digest.hexdigest()[:12]


def _content(name: str) -> bytes:
    return Path(str(finders.find(name))).read_bytes()
