"""The command `lantoa`: exit code 0 where it was done, 1 where it was refused or failed, 2 for a wrong call."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from lantoa.config import catalog
from lantoa.config.cli.accounts import COMMANDS as ACCOUNTS
from lantoa.config.cli.backups import COMMANDS as BACKUPS
from lantoa.config.cli.catalogues import COMMANDS as CATALOGUES
from lantoa.config.cli.commands import Command, Result, failure_of, set_up
from lantoa.config.cli.demo import COMMANDS as DEMO
from lantoa.config.cli.doctor import COMMANDS as DOCTOR
from lantoa.config.cli.imports import COMMANDS as IMPORTS
from lantoa.config.cli.recount import COMMANDS as RECOUNT
from lantoa.config.cli.reforms import COMMANDS as REFORMS
from lantoa.config.cli.reindex import COMMANDS as REINDEX
from lantoa.config.cli.retention import COMMANDS as RETENTION
from lantoa.config.cli.serving import COMMANDS as SERVING

COMMANDS: tuple[Command, ...] = (
    *SERVING,
    *DEMO,
    *IMPORTS,
    *REFORMS,
    *ACCOUNTS,
    *RECOUNT,
    *REINDEX,
    *RETENTION,
    *BACKUPS,
    *DOCTOR,
    *CATALOGUES,
)
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    if words[:1] == ["manage"]:
        return _manage(words[1:])
    options = _parser().parse_args(words)
    result = _run(options.command, options)
    try:
        result.show(command=options.command.name, as_json=options.json)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough, as `head` does; what is left goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return result.exit_code


def _manage(words: Sequence[str]) -> int:
    from django.core.management import execute_from_command_line

    try:
        catalog.ensure_compiled()
        execute_from_command_line(["lantoa manage", *words])
    except Exception as error:
        failure = failure_of(error)
        if failure is None:
            raise
        failure.show(command="manage", as_json=False)
        return failure.exit_code
    return 0


def _run(command: Command, options: argparse.Namespace) -> Result:
    with ExitStack() as surroundings:
        try:
            if command.needs_django:
                surroundings.enter_context(set_up())
            return command.run(options)
        except KeyboardInterrupt:
            return Result(ok=False, text="Stopped.", code=INTERRUPTED)
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            return failure


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lantoa",
        description="Rolls a directive out to every member of a large organisation, and shows who has been reached.",
        epilog="`lantoa manage …` runs Django's own commands, for developers. Exit codes: 0 done, 1 refused or failed, "
        "2 a wrong call.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        child = commands.add_parser(command.name, help=command.summary, description=command.description)
        child.add_argument("--json", action="store_true", help="print the result as one JSON object")
        command.configure(child)
        child.set_defaults(command=command)
    return parser
