"""`reform`: a conversion table applied to a whole tree of units."""

import argparse
import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantoa.config.cli.commands import Command, CommandFailed, Result
from lantoa.config.cli.imports import content_of, day, refused_rows, tree_named

if TYPE_CHECKING:
    from lantoa.organizations.decisions import Decision
    from lantoa.organizations.enums import Tree, UnitKind
    from lantoa.organizations.services.reform_drafts import ReformPreview

BUILTIN = "2025-07-01"
BUILTIN_DAY = dt.date(2025, 7, 1)
BUILTIN_DECISION = ("1654–1687/NQ-UBTVQH15", dt.date(2025, 6, 16), "Ủy ban Thường vụ Quốc hội")
"""The resolutions of June 2025, one for each of the country's provinces."""
DONE = "{ended} units ended, {founded} began, {continued} went on; {links} lines of descent, {partial_links} in part."
_LISTS = {True: " (a list is open)", False: ""}
GAPS = {
    "without_row": "units that the table does not name; they end and nobody succeeds them",
    "from_nothing": "new units that no row leads to",
    "part_alone": "units said to have gone in part, with one row only; all of them went there",
}


def _options(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", type=Path, metavar="FILE", help="CSV with old_code, new_code, partial")
    source.add_argument("--builtin", choices=[BUILTIN], help="the country's communes on 1 July 2025, in the package")
    parser.add_argument("--units", type=Path, metavar="FILE", help="CSV of the new units, as for import-units")
    parser.add_argument("--tree", default="administrative", help="the tree to change (default administrative)")
    parser.add_argument("--level", default="commune", help="the kind of unit whose codes they are (default commune)")
    parser.add_argument("--on", dest="effective_on", type=day, metavar="DATE", help="first day of the new units")
    step = parser.add_mutually_exclusive_group()
    step.add_argument("--dry-run", action="store_true", help="write nothing; list what is still to be placed")
    step.add_argument("--prepare", action="store_true", help="open the lists on which that is placed")
    parser.add_argument("--decision", nargs=3, metavar=("NUMBER", "DATE", "BODY"), help="what ordered the reform")


def _reform(options: argparse.Namespace) -> Result:
    from lantoa.organizations.actors import SYSTEM
    from lantoa.organizations.errors import UnitFileRefused
    from lantoa.organizations.services.reform_drafts import prepare_reform, preview_reform
    from lantoa.organizations.services.reforms import apply_reform, builtin_conversion
    from lantoa.organizations.services.unit_imports import builtin_list

    tree, level = _place(options)
    on, decision = _order(options)
    builtin = options.builtin is not None
    asked: dict[str, Any] = {
        "actor": SYSTEM,
        "conversion": builtin_conversion() if builtin else content_of(options.file),
        "new_units": builtin_list(f"from-{BUILTIN}") if builtin else content_of(options.units),
        "tree": tree,
        "level": level,
        "effective_on": on,
    }
    started = time.perf_counter()
    try:
        if options.dry_run:
            return _left(preview_reform(**asked))
        if options.prepare:
            return _left(prepare_reform(**asked, decision=decision))
        applied = apply_reform(**asked, decision=decision, source=options.builtin or options.file.name)
    except UnitFileRefused as refusal:
        return refused_rows(refusal)
    seconds = round(time.perf_counter() - started, 1)
    figures, gaps = applied.reform.figures, applied.reform.gaps
    lines = [DONE.format(**figures) if applied.is_new else "This reform was applied before; nothing was changed."]
    lines += [f"{len(gaps[name])} {text}{_listed(gaps[name])}" for name, text in GAPS.items() if gaps[name]]
    lines.append(f"{seconds} s")
    return Result(
        ok=True, text="\n".join(lines), data={**figures, "new": applied.is_new, "gaps": gaps, "seconds": seconds}
    )


def _left(preview: "ReformPreview") -> Result:
    """What a reform would leave without a place, unit by unit."""
    lines = [f"{preview.ended} units would end; {preview.placed} things at them have a place, {_all(preview)} none."]
    lines += [
        f"  {left.unit.code}  {left.unit.name}: {left.units} units, {left.members} members, {left.appointments} "
        f"appointments → {', '.join(left.heirs) or 'nobody takes its place'}{_LISTS[left.is_prepared]}"
        for left in preview.left
    ]
    counts = ("units", "members", "appointments")
    found = [
        {
            "code": left.unit.code,
            "name": left.unit.name,
            **{name: getattr(left, name) for name in counts},
            "heirs": list(left.heirs),
            "prepared": left.is_prepared,
        }
        for left in preview.left
    ]
    data = {"ended": preview.ended, "placed": preview.placed, "left": found}
    return Result(ok=True, text="\n".join(lines), data=data)


def _all(preview: "ReformPreview") -> int:
    return sum(left.units + left.members + left.appointments for left in preview.left)


def _listed(units: list[list[str]]) -> str:
    return "".join(f"\n  {code}  {name}" for code, name in units)


def _place(options: argparse.Namespace) -> tuple["Tree", "UnitKind"]:
    """The tree and the level that were named. Raises CommandFailed."""
    from lantoa.organizations.enums import KINDS

    tree = tree_named(options.tree)
    level = next((kind for kind in KINDS[tree] if kind == options.level), None)
    if level is None:
        message = f"This tree has no level {options.level!r}: choose one of {', '.join(KINDS[tree])}."
        raise CommandFailed(message)
    return tree, level


def _order(options: argparse.Namespace) -> tuple[dt.date, "Decision"]:
    """The first day of the new units, and the decision that is cited. Raises CommandFailed where one is missing."""
    from lantoa.organizations.decisions import Decision

    if options.builtin:
        return options.effective_on or BUILTIN_DAY, Decision(*BUILTIN_DECISION)
    if not (options.units and options.effective_on and options.decision):
        message = "Name the list of new units (--units), their first day (--on) and the decision (--decision)."
        raise CommandFailed(message)
    number, date, body = options.decision
    try:
        return options.effective_on, Decision(number, day(date), body)
    except argparse.ArgumentTypeError as error:
        raise CommandFailed(str(error)) from error


COMMANDS = (
    Command(
        "reform",
        "turn old units into new ones by a conversion table",
        _reform,
        _options,
        details="All of it or nothing. What the table leaves open is listed. A second time it changes nothing. What "
        "stands at a unit that goes to several is placed beforehand: --dry-run lists it, --prepare opens the lists.",
    ),
)
