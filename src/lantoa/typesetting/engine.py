"""The one place where typst is called: our layouts, our fonts, no network, data beside the source and never in it."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from lantoa.kernel import clock

_PACKAGE = Path(__file__).parent
_LAYOUTS = _PACKAGE / "layouts"


def set_pdf(layout: str, said: Mapping[str, Any]) -> bytes:
    """The PDF that `layout` (a file of `layouts`, without its ending) makes of `said`.

    What is said reaches the layout as JSON, so that nothing in it is read as markup. The fonts are those of the package
    alone, so that a document looks the same wherever it is set.
    """
    compiler = typst.Compiler(
        _LAYOUTS / f"{layout}.typ",
        root=_LAYOUTS,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        package_path=_LAYOUTS,
        package_cache_path=_LAYOUTS,
    )
    moment = int(clock.now().timestamp())
    content = compiler.compile(format="pdf", sys_inputs={"said": json.dumps(said)}, timestamp=moment)
    assert isinstance(content, bytes)
    return content


@cache
def _fonts() -> typst.Fonts:
    folder = str(_PACKAGE / "fonts")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
