"""What every command has in common: how it is declared, how it answers, which errors it explains."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError

from lantoa.config import catalog
from lantoa.config.backup.errors import BackupError
from lantoa.config.catalog import CatalogueError
from lantoa.config.embedded import EmbeddedDatabaseError
from lantoa.config.environment import ConfigurationError
from lantoa.kernel.refusals import Refusal


class CommandFailed(Exception):
    """The command cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Result:
    """What a command answers: text for a reader, data for a program."""

    ok: bool
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    code: int | None = None

    @property
    def exit_code(self) -> int:
        """0 where it was done, 1 where not, or the code that was given."""
        if self.code is not None:
            return self.code
        return 0 if self.ok else 1

    def show(self, *, command: str, as_json: bool) -> None:
        """Print the answer: text of a failure goes to the error stream, JSON always to the output."""
        if as_json:
            answer = {"command": command, "ok": self.ok, "message": self.text, **self.data}
            print(json.dumps(answer, ensure_ascii=False, default=str))
        elif self.text:
            print(self.text, file=sys.stdout if self.ok else sys.stderr)


@dataclass(frozen=True)
class Command:
    """One command of `lantoa`."""

    name: str
    summary: str
    run: Callable[[argparse.Namespace], Result]
    configure: Callable[[argparse.ArgumentParser], None] = lambda parser: None
    details: str = ""
    needs_django: bool = True

    @property
    def description(self) -> str:
        """What `--help` says above the options."""
        return f"{self.summary[0].upper()}{self.summary[1:]}. {self.details}".strip()


def set_up() -> AbstractContextManager[None]:
    """Make Django ready, and give the language of the terminal: refusals are worded for users, an operator reads them
    in that one."""
    catalog.ensure_compiled()
    import django
    from django.utils import translation

    django.setup()
    return translation.override("vi" if os.environ.get("LANG", "").startswith("vi") else "en")


def failure_of(error: Exception) -> Result | None:
    """The answer for an error that an operator can do something about; None for a mistake of ours."""
    match error:
        case Refusal():
            return Result(ok=False, text=str(error), data={"code": error.code})
        case (
            CommandFailed()
            | CommandError()
            | ConfigurationError()
            | CatalogueError()
            | EmbeddedDatabaseError()
            | BackupError()
        ):
            return Result(ok=False, text=str(error))
        case ImproperlyConfigured():
            return Result(ok=False, text=f"The settings are wrong: {error}")
        case DatabaseError():
            advice = "Check DATABASE_URL and that the server runs, then run `lantoa migrate` and `lantoa doctor`."
            return Result(ok=False, text=f"The database refused: {str(error).strip()}\n{advice}")
        case _:
            return None
