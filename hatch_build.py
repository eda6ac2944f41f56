"""Compiles the Vietnamese catalogue into the package while it is built."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    """A wheel carries the compiled catalogue; nobody who installs it needs gettext."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are collected. The package itself is not importable yet, so load the one module."""
        source = Path(self.root) / "src" / "lantoa" / "config" / "catalog.py"
        spec = importlib.util.spec_from_file_location("lantoa_catalog", source)
        if spec is None or spec.loader is None:
            raise FileNotFoundError(source)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        module.compile_catalogue()
