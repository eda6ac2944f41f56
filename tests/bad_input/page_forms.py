"""The forms of a page as a browser sees them: where they go, and what they send when nothing is changed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_UNSENT = {"submit", "button", "image", "reset"}


@dataclass
class PageForm:
    """One form: its address, the values that it would send, the names that a person types into, and those of them
    that take figures or dates."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    figures: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    @property
    def worded(self) -> set[str]:
        """The names that a person types words into."""
        return self.typed - self.figures

    @property
    def names(self) -> list[str]:
        """Every name that it can send, in the order of the page."""
        return [*self.values, *sorted(self.files)]


def _takes_figures(given: dict[str, str]) -> bool:
    return given.get("type") == "number" or given.get("inputmode") in {"numeric", "decimal"}


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[PageForm] = []
        self.current: PageForm | None = None
        self.select = ""
        self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, given.get("action") or self.address)
            self.current = PageForm(action.partition("#")[0], given.get("method", "get").lower())
            self.forms.append(self.current)
        if self.current is None or not given.get("name"):
            if tag == "option" and self.current is not None and self.select:
                self._take_option(self.current, given)
            return
        self._take(self.current, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.current = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.current is not None and self.textarea:
            self.current.values[self.textarea] = [data.lstrip("\n")]

    def _take(self, form: PageForm, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text")
        if tag == "input" and kind == "file":
            form.files.add(name)
        elif tag == "input" and kind in {"checkbox", "radio"}:
            form.values.setdefault(name, [])
            if "checked" in given:
                form.values[name].append(given.get("value", "on"))
        elif tag == "input" and kind not in _UNSENT:
            form.values[name] = [given.get("value", "")]
            if kind != "hidden":
                form.typed.add(name)
                form.figures.update([name] if _takes_figures(given) else [])
        elif tag == "textarea":
            form.values[name], self.textarea = [""], name
            form.typed.add(name)
        elif tag == "select":
            form.values[name], self.select = [], name
        elif tag == "button":
            form.values.setdefault(name, [given.get("value", "")])

    def _take_option(self, form: PageForm, given: dict[str, str]) -> None:
        if "selected" in given or not form.values[self.select]:
            form.values[self.select] = [given.get("value", "")]


def forms_of(address: str, html: str) -> list[PageForm]:
    """The forms on the page at `address`."""
    reader = _Reader(address)
    reader.feed(html)
    return reader.forms
