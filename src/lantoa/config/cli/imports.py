"""`import-units` and `import-persons`: tables into the register."""

import argparse
import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantoa.config.cli.commands import Command, CommandFailed, Result

if TYPE_CHECKING:
    from lantoa.organizations.enums import Tree
    from lantoa.organizations.errors import UnitFileRefused

BUILTIN_DATES = {
    # The list of codes of the country's units came into force with Decision 124/2004/QĐ-TTg.
    "before-2025-07-01": dt.date(2004, 7, 8),
    "from-2025-07-01": dt.date(2025, 7, 1),
}
SHOWN_PROBLEMS = 200


def day(text: str) -> dt.date:
    """A day written 2025-07-01 or 01/07/2025. Raises ArgumentTypeError."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    message = f"{text!r} is no day: write it as 2025-07-01 or 01/07/2025"
    raise argparse.ArgumentTypeError(message)


def _unit_options(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", type=Path, metavar="FILE", help="CSV: level,code,name,type,parent_code")
    source.add_argument("--builtin", choices=sorted(BUILTIN_DATES), help="one of the country's tables in the package")
    parser.add_argument("--tree", default="administrative", help="the tree to fill (default administrative)")
    parser.add_argument("--from", dest="starts_on", type=day, metavar="DATE", help="first day of the units")


def _import_units(options: argparse.Namespace) -> Result:
    from lantoa.organizations.actors import SYSTEM
    from lantoa.organizations.errors import UnitFileRefused
    from lantoa.organizations.services.unit_imports import builtin_list, import_units

    tree = tree_named(options.tree)
    starts_on = options.starts_on or BUILTIN_DATES.get(options.builtin or "")
    if starts_on is None:
        message = "Give the first day of these units with --from, for example --from 2025-07-01."
        raise CommandFailed(message)
    data = builtin_list(options.builtin) if options.builtin else content_of(options.file)
    started = time.perf_counter()
    try:
        imported = import_units(
            actor=SYSTEM,
            data=data,
            tree=tree,
            starts_on=starts_on,
            source=options.builtin or options.file.name,
        )
    except UnitFileRefused as refusal:
        return refused_rows(refusal)
    seconds = round(time.perf_counter() - started, 1)
    text = f"{imported.created} units created, {imported.present} were there already, in {seconds} s."
    figures = {"created": imported.created, "present": imported.present, "total": imported.total, "seconds": seconds}
    return Result(ok=True, text=text, data=figures)


def _person_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=".xlsx or .csv with a header row")
    parser.add_argument("--unit", required=True, help="number, code or name of the unit that the persons are in")
    parser.add_argument("--as", dest="username", required=True, metavar="USER", help="the user who imports")
    parser.add_argument("--from", dest="starts_on", type=day, metavar="DATE", help="first day (default today)")
    parser.add_argument("--apply", action="store_true", help="import; without it, only show what would be done")
    parser.add_argument("--skip-problems", action="store_true", help="leave rows with problems out")


def _import_persons(options: argparse.Namespace) -> Result:
    from lantoa.kernel import clock
    from lantoa.organizations.selectors.imports import unit_named
    from lantoa.organizations.services.imports import import_file

    outcome = import_file(
        actor=actor_named(options.username),
        name=options.file.name,
        content=content_of(options.file),
        unit=unit_named(options.unit),
        effective_on=options.starts_on or clock.today(),
        apply=options.apply,
        skip_problem_rows=options.skip_problems,
    )
    figures = {
        "batch": outcome.batch_id,
        "rows": outcome.rows,
        "ready": outcome.ready,
        "applied": outcome.applied,
        "persons": outcome.persons,
        "problems": [{"row": row, "message": message} for row, message in outcome.problems],
    }
    lines = [f"row {row}: {message}" for row, message in outcome.problems]
    if options.apply and not outcome.applied:
        return _refused("Nothing was imported.", lines, figures["problems"], figures)
    done = f"{outcome.persons} persons imported." if outcome.applied else "Nothing was written: add --apply to import."
    text = "\n".join([f"{outcome.rows} rows, {outcome.ready} of them ready.", *lines[:SHOWN_PROBLEMS], done])
    return Result(ok=True, text=text, data=figures)


def actor_named(username: str) -> Any:
    """The actor of an active user. Raises CommandFailed where there is none of that name."""
    from lantoa.accounts.models import User
    from lantoa.organizations.actors import Actor

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        message = f"There is no active user {username!r}."
        raise CommandFailed(message)
    return Actor.of(user)


def content_of(path: Path) -> bytes:
    """The file's bytes. Raises CommandFailed where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise CommandFailed(message) from error


def tree_named(name: str) -> "Tree":
    """The tree of that name. Raises CommandFailed."""
    from lantoa.organizations.enums import Tree

    if name not in Tree.values:
        message = f"There is no tree {name!r}: choose one of {', '.join(Tree.values)}."
        raise CommandFailed(message)
    return Tree(name)


def refused_rows(refusal: "UnitFileRefused") -> Result:
    """The answer where a table has bad rows: each with its line."""
    problems = [{"line": row.line, "code": row.code, "message": row.message} for row in refusal.problems]
    return _refused(str(refusal), [f"line {row.line}: {row.message}" for row in refusal.problems], problems)


def _refused(summary: str, lines: list[str], problems: Any, figures: dict[str, Any] | None = None) -> Result:
    """The answer of a command that wrote nothing: the first bad lines and a summary, all of them for a program."""
    more = len(lines) - SHOWN_PROBLEMS
    shown = [*lines[:SHOWN_PROBLEMS], *([f"… and {more} more (all of them with --json)"] if more > 0 else [])]
    return Result(ok=False, text="\n".join([*shown, summary]), data={**(figures or {}), "problems": problems})


COMMANDS = (
    Command(
        "import-units",
        "read a tree of units from a table",
        _import_units,
        _unit_options,
        details="All rows or none: every bad row is listed with its line. A second time it changes nothing.",
    ),
    Command(
        "import-persons",
        "read persons from a table",
        _import_persons,
        _person_options,
        details="Shows what would be done; with --apply it is done as one batch that can be undone.",
    ),
)
