"""The chaos of the importers: spoilt files of every kind, read by guarded processes, a share imported as well."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.chaos.files import KINDS, made_file
from tests.chaos.guard import Answer, answers
from tests.chaos.reading import READ
from tests.chaos.registry import Options

SHARE = 50
"""One of so many files goes into a database as well."""
_EVERY = 2.0
_FAILED = "FAILED"


@dataclass
class Figures:
    """What came of the files so far."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[Answer] = field(default_factory=list)
    slowest: Answer | None = None
    largest: Answer | None = None
    done: int = 0
    stopped: bool = False

    def add(self, answer: Answer) -> None:
        """Count one more."""
        self.done += 1
        outcome = _FAILED if answer.failure else answer.outcome
        self.outcomes.setdefault(answer.kind, Counter())[outcome] += 1
        if answer.failure:
            self.failures.append(answer)
        if self.slowest is None or answer.seconds > self.slowest.seconds:
            self.slowest = answer
        if self.largest is None or answer.memory > self.largest.memory:
            self.largest = answer


def run(options: Options) -> bool:
    """Read all files, import a share of them, and print the figures; False where anything failed."""
    numbers = list(options.numbers)
    print(f"{len(numbers):,} files of seed {options.seed}, {options.processes} processes")
    read = _counted("reading", answers(options.seed, numbers, processes=options.processes), len(numbers), options)
    failed = {one.number for one in read.failures}
    share = [number for number in numbers if number % SHARE == 0 or len(numbers) == 1]
    share = [number for number in share if number not in failed]
    imported = Figures()
    if share and not read.stopped:
        with _database() as name:
            found = answers(options.seed, share, processes=1, database=name)
            imported = _counted("importing", found, len(share), options)
    _print("read", read)
    _print("imported into a database", imported)
    print(f"seed {options.seed}, failures {len(read.failures) + len(imported.failures)}")
    return not (read.failures or imported.failures or read.stopped or imported.stopped)


def _counted(what: str, found: Iterable[Answer], total: int, options: Options) -> Figures:
    """The figures of all answers, or of those until Ctrl-C."""
    figures = Figures()
    try:
        _count(figures, what, found, total, options)
    except KeyboardInterrupt:
        figures.stopped = True
        print(f"\n{what}: stopped after {figures.done:,} of {total:,} files")
    return figures


def _count(figures: Figures, what: str, found: Iterable[Answer], total: int, options: Options) -> None:
    said, begun = 0.0, time.monotonic()
    for answer in found:
        figures.add(answer)
        if answer.failure:
            _keep(answer, options)
        now = time.monotonic()
        if now - said > (_EVERY if sys.stdout.isatty() else 15 * _EVERY) or figures.done == total:
            rate = figures.done / max(0.001, now - begun)
            left = (total - figures.done) / rate
            print(
                f"{what}: {figures.done:,} of {total:,} files, {len(figures.failures)} failures, {rate:.0f} a second, "
                f"{left / 60:.0f} min left",
                end="\r" if sys.stdout.isatty() and figures.done < total else "\n",
                flush=True,
            )
            said = now


def _keep(answer: Answer, options: Options) -> None:
    """Keep the file that failed, and say how to make it again."""
    options.folder.mkdir(parents=True, exist_ok=True)
    path = options.folder / f"importers-{options.seed}-{answer.number}.{answer.kind}"
    path.write_bytes(made_file(options.seed, answer.number).content)
    path.with_name(f"{path.name}.txt").write_text(f"{answer.change}\n{answer.failure}\n", encoding="utf-8")
    last = answer.failure.strip().splitlines()[-1][:200]
    print(f"\nFAILED: {answer.kind}, {answer.change}: {last}")
    print(f"  kept as {path}; again: make chaos SEED={options.seed} FILE={answer.number}", flush=True)


def _print(what: str, figures: Figures) -> None:
    print(f"\n{what}: {figures.done:,} files")
    kinds = [kind for kind in (*KINDS, "?") if kind in figures.outcomes]
    codes = Counter[str]()
    for counted in figures.outcomes.values():
        codes.update(counted)
    ordered = [READ, *(code for code, _count in codes.most_common() if code not in (READ, _FAILED)), _FAILED]
    print(f"{'':<34}" + "".join(f"{kind:>12}" for kind in kinds) + f"{'all':>12}")
    for code in ordered:
        counts = "".join(f"{figures.outcomes[kind][code]:>12,}" for kind in kinds)
        print(f"{code:<34}{counts}{codes[code]:>12,}")
    for name, one in (("slowest", figures.slowest), ("highest memory", figures.largest)):
        if one is not None:
            print(
                f"{name:<18}{one.seconds:7.2f} s {one.memory / 1e6:7.0f} MB   "
                f"file {one.number}: {one.kind}, {one.change}, {one.size:,} bytes"
            )


@contextmanager
def _database() -> Iterator[str]:
    """A fresh database for the process that imports; its name."""
    from benchmarks._campaigns import own_database

    os.environ["DJANGO_SETTINGS_MODULE"] = "lantoa.config.settings"
    with own_database():
        from django.db import connection

        name = str(connection.settings_dict["NAME"])
        connection.close()
        yield name
