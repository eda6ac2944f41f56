"""`python -m tests.chaos`: all that is registered here, or the one that is named; exit code 1 where anything failed."""

import argparse
import os
from pathlib import Path

from tests.chaos import importers
from tests.chaos.phones import run as phones
from tests.chaos.registry import Chaos, Options

CHAOSES = (
    Chaos(
        "importers", "spoilt lists and tables never crash an importer, nor leave half a batch", 100_000, importers.run
    ),
    Chaos("rollcall", "no mark is lost or doubled, whatever happens to phone, line and server", 10_000, phones.run),
)
FOLDER = Path("var/chaos")


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("names", nargs="*", help=", ".join(f"{chaos.name}: {chaos.about}" for chaos in CHAOSES))
    parser.add_argument("--examples", type=int, help="how many; each chaos has a number of its own")
    parser.add_argument("--seed", type=int, default=20_261_126)
    parser.add_argument("--file", type=int, help="only the one of this number")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    unknown = set(asked.names) - {chaos.name for chaos in CHAOSES}
    if unknown:
        parser.error(f"no chaos is called {', '.join(sorted(unknown))}")
    held = True
    for chaos in CHAOSES:
        if chaos.name in asked.names or not asked.names:
            print(f"== {chaos.name}: {chaos.about}", flush=True)
            numbers = range(asked.examples or chaos.examples) if asked.file is None else [asked.file]
            held = chaos.run(Options(asked.seed, numbers, asked.processes, FOLDER)) and held
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
