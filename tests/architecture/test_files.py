"""Rules of the house that no tool knows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "lantoa"
LONGEST_FILE = 400


def own_modules() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def templates() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.html")) if "templates" in path.parts]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", own_modules(), ids=shown)
def test_a_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE, "split it by noun"
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "begin with a docstring"


@pytest.mark.parametrize("path", own_modules(), ids=shown)
def test_nothing_is_left_for_later(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", path.read_text())


@pytest.mark.parametrize("path", templates(), ids=shown)
def test_a_template_says_what_it_is_given(path: Path) -> None:
    text = path.read_text()
    assert "{% comment %}" in text, "state blocks and context at the head"
    assert "style=" not in text, "the content security policy forbids inline styles"
    assert not re.search(r"\son[a-z]+=", text), "the content security policy forbids inline handlers"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "scripts are modules of their own"


@pytest.mark.parametrize("path", templates(), ids=shown)
def test_a_page_stands_on_one_of_our_layouts(path: Path) -> None:
    known = {str(found).split("/templates/", 1)[1] for found in templates()}
    for parent in re.findall(r'{% extends "([^"]+)" %}', path.read_text()):
        # allauth's own bases stand on the two layouts of allauth that are ours.
        assert parent in known or parent.startswith("account/base_"), f"{parent} is none of our templates"


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


@pytest.mark.parametrize(("place", "node"), [pytest.param(*found, id=found[0]) for found in use_cases()])
def test_a_use_case_is_keyword_only_and_told_who_acts(place: str, node: ast.FunctionDef) -> None:
    if "use_case" not in decorators(node):
        return
    assert not node.args.args, f"{place} takes its arguments by keyword only"
    assert node.args.kwonlyargs[0].arg == "actor", f"{place} is told the actor first"
    assert ast.get_docstring(node), f"{place} has a docstring with its errors"


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
