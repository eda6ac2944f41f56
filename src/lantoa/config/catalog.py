"""The Vietnamese catalogue: one part file per app, merged and compiled without Debian's gettext.

The build of the package imports this module alone, so it needs nothing but Babel.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

LANGUAGE = "vi"
PACKAGE = Path(__file__).resolve().parent.parent
KEYWORDS: dict[str, Any] = {
    "_": None,
    "lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Key = tuple[str, str]
"""A message's context (empty for none) and its English text (the singular one)."""


class CatalogueError(Exception):
    """A part file cannot be read; the message names it and the line."""


@dataclass(frozen=True)
class Found:
    """A message as it stands in the code: where it was met first, and its plural where it has one."""

    key: Key
    plural: str
    place: str


def parts_folder(package: Path = PACKAGE, *, scripts: bool = False) -> Path:
    """Where the part files stand; with `scripts` those of texts that scripts of other packages show."""
    parts = package / "locale" / LANGUAGE / "parts"
    return parts / "javascript" if scripts else parts


def compiled_path(package: Path = PACKAGE, *, scripts: bool = False) -> Path:
    """Where Django looks for the compiled catalogue."""
    return package / "locale" / LANGUAGE / "LC_MESSAGES" / ("djangojs.mo" if scripts else "django.mo")


def key_of(message: Message) -> Key:
    """The key of one entry of a part file."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", text


def read_part(path: Path) -> Catalog:
    """One part file. Raises CatalogueError where it is not well-formed."""
    try:
        with path.open("rb") as source:
            return read_po(source, locale=LANGUAGE, abort_invalid=True)
    except PoFileError as error:
        message = f"{path.name}, line {error.lineno + 1}: {error}"
        raise CatalogueError(message) from error


def merged(package: Path = PACKAGE, *, scripts: bool = False) -> Catalog:
    """All parts as one catalogue, fuzzy and empty entries left out; of two translations the first part's holds."""
    whole = Catalog(locale=LANGUAGE, domain="djangojs" if scripts else "django", charset="utf-8")
    for _path, message in _finished(package, scripts=scripts):
        if whole.get(message.id, message.context) is None:
            whole.add(message.id, message.string, context=message.context)
    return whole


def contradictions(package: Path = PACKAGE) -> list[str]:
    """Texts that two parts translate differently, with both files."""
    first: dict[Key, tuple[Path, Message]] = {}
    found = []
    for path, message in _finished(package):
        other, earlier = first.setdefault(key_of(message), (path, message))
        if earlier.string != message.string:
            found.append(
                f"{key_of(message)[1]!r}: {other.name} says {earlier.string!r}, {path.name} {message.string!r}"
            )
    return found


def _finished(package: Path, *, scripts: bool = False) -> Iterator[tuple[Path, Message]]:
    for path in sorted(parts_folder(package, scripts=scripts).glob("*.po")):
        for message in read_part(path):
            if message.id and message.string and not message.fuzzy:
                yield path, message


def is_current(package: Path = PACKAGE) -> bool:
    """Whether both compiled catalogues are as young as the youngest part, and as the folder that lists them."""
    compiled = [compiled_path(package), compiled_path(package, scripts=True)]
    if not all(path.exists() for path in compiled):
        return False
    folder = parts_folder(package)
    if not folder.exists():  # an installed package carries what was compiled, and no parts
        return True
    youngest = max(source.stat().st_mtime for source in (folder, *folder.rglob("*")))
    return all(path.stat().st_mtime >= youngest for path in compiled)


def compile_catalogue(package: Path = PACKAGE) -> Path:
    """Write both compiled catalogues and return the path of the first; readers see the old file or the new one, never a
    half.

    Raises CatalogueError in an installed package, which carries no parts.
    """
    if not parts_folder(package).exists():
        message = "There are no parts to compile: this is an installed package. Install it again if texts are missing."
        raise CatalogueError(message)
    for scripts in (True, False):
        _compile(compiled_path(package, scripts=scripts), merged(package, scripts=scripts))
    return compiled_path(package)


def _compile(target: Path, catalogue: Catalog) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = BytesIO()
    write_mo(content, catalogue)
    handle, unfinished = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(content.getvalue())
    Path(unfinished).chmod(0o644)
    Path(unfinished).replace(target)


def ensure_compiled(package: Path = PACKAGE) -> None:
    """Compile where the catalogue is missing or older than a part: a checkout needs no build step."""
    if not is_current(package) and os.access(package / "locale", os.W_OK):
        compile_catalogue(package)


def found_messages(package: Path = PACKAGE) -> dict[Key, Found]:
    """Every text of the Python files and the templates that is marked for translation."""
    found: dict[Key, Found] = {}
    for path in sorted((*package.rglob("*.py"), *package.rglob("*.html"), *package.rglob("*.txt"))):
        if "migrations" in path.parts:
            continue
        for message in _messages_of(path, path.relative_to(package)):
            found.setdefault(message.key, message)
    return found


def missing_messages(package: Path = PACKAGE) -> list[Found]:
    """The texts of the code without a translation."""
    whole = merged(package)
    translated = {key_of(message) for message in whole if message.id}
    return [message for key, message in found_messages(package).items() if key not in translated]


def as_part(messages: Iterable[Found]) -> str:
    """The messages as entries of a part file, to be translated."""
    catalogue = Catalog(locale=LANGUAGE)
    for message in messages:
        context, text = message.key
        place, line = message.place.rsplit(":", 1)
        identity = (text, message.plural) if message.plural else text
        catalogue.add(identity, context=context or None, locations=[(place, int(line))])
    content = BytesIO()
    write_po(content, catalogue, omit_header=True, width=0)
    return content.getvalue().decode()


def _messages_of(path: Path, shown: Path) -> Iterator[Found]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = _as_python(source, str(shown))
    for line, texts, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
        singular, plural = (texts, "") if isinstance(texts, str) else (texts[0], texts[1])
        if singular:
            yield Found((context or "", singular), plural, f"{shown}:{line}")


def _as_python(template: str, name: str) -> str:
    """A template as Django's own extractor sees it: texts as Python calls, everything else blanked out."""
    from django.utils.translation.template import templatize  # the build has no Django

    lines = StringIO(templatize(template, origin=name))
    return "".join(line.lstrip(" \t") for line in lines)
