"""The containers: every setting reaches them, and what `deploy/.env` leaves out is as it is without containers."""

import re
from pathlib import Path

import pytest

from lantoa.config.environment import read_environment

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r'"(LANTOA_[A-Z_]+)"')
PASSED = re.compile(r"^ {4}(LANTOA_[A-Z_]+): \$\{\1:(?:-(.*)|\?)\}$", re.MULTILINE)
FOR_ONE_MACHINE = {"LANTOA_DEBUG", "LANTOA_DEMO"}
"""They open an installation to whoever reaches it."""
IN_THE_IMAGE = {"LANTOA_DATA_DIR"}


def passed() -> dict[str, str | None]:
    """What the containers are given, with what holds where nothing is set; None where something must be."""
    text = (ROOT / "deploy" / "compose.yaml").read_text()
    return {match[1]: match[2] for match in PASSED.finditer(text)}


def test_every_setting_reaches_the_containers() -> None:
    read = set(READ.findall((ROOT / "src/lantoa/config/environment.py").read_text()))
    assert len(read) > 10
    assert read - passed().keys() == FOR_ONE_MACHINE | IN_THE_IMAGE
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    assert all(f"{name}=" in dockerfile for name in IN_THE_IMAGE)


def test_what_is_not_set_is_as_without_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    given = passed()
    for name in (*given, *FOR_ONE_MACHINE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://lantoa@database/lantoa")
    for name in (name for name, default in given.items() if default is None):
        monkeypatch.setenv(name, "x" * 50)
    bare = read_environment()
    for name, default in given.items():
        if default is not None:
            monkeypatch.setenv(name, default)
    assert read_environment() == bare
