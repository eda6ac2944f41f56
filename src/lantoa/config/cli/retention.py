"""`retention`: what has been kept long enough, shown or let go."""

import argparse

from lantoa.config.cli.commands import Command, Result


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--apply", action="store_true", help="let it go (default: only say what would go)")


def _retention(options: argparse.Namespace) -> Result:
    from lantoa.organizations.actors import SYSTEM
    from lantoa.privacy.services.retention import apply_retention

    if not options.apply:
        return _dry_run()
    run = apply_retention(actor=SYSTEM)
    lines = [f"{key}: {count} rows went." for key, count in run.result.items()]
    text = "\n".join(lines) or "Nothing was due."
    return Result(ok=True, text=text, data={"day": run.day, "gone": run.result})


def _dry_run() -> Result:
    from lantoa.privacy.retention import periods
    from lantoa.privacy.services.retention import due_by_step

    lines, data = [], []
    for step, found in due_by_step():
        days = periods()[step.key]
        lines.append(f"{step.key} ({days} days): {sum(due.rows for due in found)} rows would go. {step.label}.")
        lines += [f"  {due.unit or 'the whole installation'}: {due.rows}, the oldest of {due.oldest}" for due in found]
        data += [{"kind": step.key, "unit": due.unit, "rows": due.rows, "oldest": due.oldest} for due in found]
    lines.append("Nothing was changed. `lantoa retention --apply` lets it go.")
    return Result(ok=True, text="\n".join(lines), data={"due": data})


COMMANDS = (
    Command(
        "retention",
        "say what has been kept long enough, or let it go",
        _retention,
        _options,
        details="Counts and the audit log stay. A run that was cut off is resumed by the next one.",
    ),
)
