"""`catalog`: the Vietnamese texts, for developers."""

import argparse

from lantoa.config import catalog
from lantoa.config.cli.commands import Command, Result


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--missing",
        nargs="?",
        const="",
        metavar="APP",
        help="print the texts (of one app) without a translation as entries for its part file",
    )


def _catalogue(options: argparse.Namespace) -> Result:
    if options.missing is None:
        path = catalog.compile_catalogue()
        return Result(ok=True, text=f"Compiled {path}.", data={"path": path})
    missing = [found for found in catalog.missing_messages() if found.place.startswith(options.missing)]
    return Result(ok=not missing, text=catalog.as_part(missing), data={"missing": [found.key[1] for found in missing]})


COMMANDS = (
    Command(
        "catalog",
        "compile the Vietnamese catalogue, or list what it lacks",
        _catalogue,
        _options,
        needs_django=False,
    ),
)
