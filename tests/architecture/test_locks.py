"""What the lock files must say so that a release of tomorrow cannot break an installation of today."""

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^\S+==.*(?= \\$)", re.MULTILINE)


def holds_here(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def pinned(lock: str) -> dict[str, set[str]]:
    """The packages that a lock file installs here, each with the extras that it names."""
    lines = map(Requirement, PINNED.findall((ROOT / lock).read_text()))
    return {canonicalize_name(line.name): line.extras for line in lines if holds_here(line)}


def asked_for(package: str) -> Iterator[tuple[str, str]]:
    """The extras that an installed package asks of others: (the other package, the extra)."""
    for requirement in map(Requirement, distribution(package).requires or ()):
        if holds_here(requirement):
            yield from ((canonicalize_name(requirement.name), extra) for extra in requirement.extras)


@pytest.mark.parametrize("lock", INSTALLED)
def test_an_extra_that_a_package_asks_for_stands_in_the_lock_file(lock: str) -> None:
    """Without it pip looks for the newest release that has the extra, which the lock file does not name."""
    named = pinned(lock)
    assert named
    missing = [
        f"{package} asks for {other}[{extra}]"
        for package in named
        for other, extra in asked_for(package)
        if extra not in named[other]
    ]
    assert not missing


@pytest.mark.parametrize("lock", [*INSTALLED, "requirements-build.lock"])
def test_a_lock_file_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
