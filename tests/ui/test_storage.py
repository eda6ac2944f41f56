"""Static files as production serves them: under hashed names that follow each other."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import FileSystemStorage
from pytest_django.fixtures import Settings

from lantoa.ui.storage import StaticStorage


@pytest.fixture
def collected(tmp_path: Path, settings: Settings) -> Path:
    settings.DEBUG = False
    settings.STATIC_ROOT = tmp_path
    storage = StaticStorage(location=tmp_path, base_url="/static/")
    found: dict[str, tuple[FileSystemStorage, str]] = {}
    for path, source in AppDirectoriesFinder(app_names=["lantoa.ui"]).list([]):
        with source.open(path) as file:
            storage.save(path, file)
        found[path] = (storage, path)
    failures = [result for _, _, result in storage.post_process(found) if isinstance(result, Exception)]
    assert not failures
    return tmp_path / "ui"


def only(folder: Path, pattern: str) -> str:
    (path,) = [path for path in folder.glob(pattern) if re.search(r"\.[0-9a-f]{12}\.", path.name)]
    return path.read_text()


def test_modules_import_each_other_under_their_hashed_names(collected: Path) -> None:
    names = re.findall(r'from "\./([^"]+)"', only(collected / "js", "main.*.js"))
    assert names
    assert all((collected / "js" / name).exists() and re.search(r"\.[0-9a-f]{12}\.js$", name) for name in names)


def test_bootstrap_stays_in_its_layer_under_its_hashed_name(collected: Path) -> None:
    found = re.search(
        r'@import url\("(vendor/bootstrap\.min\.[0-9a-f]{12}\.css)"\) layer\(vendor\);', only(collected, "vendor.*.css")
    )
    assert found
    assert (collected / found[1]).exists()
