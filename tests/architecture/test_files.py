"""Rules of the house that no tool knows."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "lantoa"
LONGEST_FILE = 400


def own_modules() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def templates() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.html")) if "templates" in path.parts]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def wrong_in(paths: list[Path], found: Callable[[str], Iterator[str]]) -> str:
    """What is found wrong in the texts of those files, a line each: one test reads all files, since a test for each
    of them costs many times what it takes to read it."""
    return "\n".join(f"{shown(path)}: {problem}" for path in paths for problem in found(path.read_text()))


def test_a_module_is_short_and_says_what_it_is_for() -> None:
    def found(text: str) -> Iterator[str]:
        if len(text.splitlines()) > LONGEST_FILE:
            yield "split it by noun"
        if text.strip() and not ast.get_docstring(ast.parse(text)):
            yield "begin with a docstring"

    wrong = wrong_in(own_modules(), found)
    assert not wrong, wrong


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX)\b")
    wrong = wrong_in(own_modules(), lambda text: iter(later.findall(text)))
    assert not wrong, wrong


def test_a_template_says_what_it_is_given() -> None:
    def found(text: str) -> Iterator[str]:
        if "{% comment %}" not in text:
            yield "state blocks and context at the head"
        if "style=" in text:
            yield "the content security policy forbids inline styles"
        if re.search(r"\son[a-z]+=", text):
            yield "the content security policy forbids inline handlers"
        if re.search(r"<script(?![^>]*\bsrc=)", text):
            yield "scripts are modules of their own"

    wrong = wrong_in(templates(), found)
    assert not wrong, wrong


def test_a_page_stands_on_one_of_our_layouts() -> None:
    known = {str(found).split("/templates/", 1)[1] for found in templates()}

    def found(text: str) -> Iterator[str]:
        for parent in re.findall(r'{% extends "([^"]+)" %}', text):
            # allauth's own bases stand on the two layouts of allauth that are ours.
            if parent not in known and not parent.startswith("account/base_"):
                yield f"{parent} is none of our templates"

    wrong = wrong_in(templates(), found)
    assert not wrong, wrong


def use_cases() -> list[tuple[str, ast.FunctionDef]]:
    """Every public function of a services module, with its place."""
    found: list[tuple[str, ast.FunctionDef]] = []
    for path in own_modules():
        if "services" not in path.parts and path.stem != "services":
            continue
        body = ast.parse(path.read_text()).body
        functions = [node for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
        found.extend((f"{shown(path)}:{node.name}", node) for node in functions)
    return found


def decorators(node: ast.FunctionDef) -> set[str]:
    return {found.id for found in node.decorator_list if isinstance(found, ast.Name)}


def wrong_with(node: ast.FunctionDef) -> Iterator[str]:
    """What a use case lacks."""
    if node.args.args:
        yield "takes its arguments by keyword only"
    if [argument.arg for argument in node.args.kwonlyargs[:1]] != ["actor"]:
        yield "is told the actor first"
    if not ast.get_docstring(node):
        yield "has a docstring with its errors"


def test_a_use_case_is_keyword_only_and_told_who_acts() -> None:
    cases = [(place, node) for place, node in use_cases() if "use_case" in decorators(node)]
    assert cases
    wrong = [f"{place} {rule}" for place, node in cases for rule in wrong_with(node)]
    assert not wrong, "\n".join(wrong)


def test_every_use_case_has_a_name_in_the_log() -> None:
    from lantoa.dashboard.audit_log.acts import ACTS

    missing = set()
    for place, node in use_cases():
        app = place.split("/")[2]
        if "use_case" in decorators(node) and f"{app}.{node.name}" not in ACTS:
            missing.add(f"{app}.{node.name}")
    assert not missing, "name them in lantoa.dashboard.audit_log.acts"


def test_every_act_that_is_written_down_has_a_name_in_the_log() -> None:
    from lantoa.dashboard.audit_log.acts import ACTS

    written = re.compile(r"action=\"([a-z_]+\.[a-z_]+)\"")
    found = {act for path in own_modules() for act in written.findall(path.read_text())}
    assert found <= set(ACTS)
