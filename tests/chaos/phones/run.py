"""The chaos of the roll-call at length: series of examples in several processes, and the figures of all."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.registry import Options
from tests.demonstration.database import database_url

LENGTH = 100
"""Examples of a series: what one number makes again."""
_EVERY = 30.0


@dataclass
class Figures:
    """What came of all series so far."""

    total: int
    done: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    said: float = 0.0
    workers: "set[subprocess.Popen[str]]" = field(default_factory=set)
    stopped: threading.Event = field(default_factory=threading.Event)

    def add(self, answer: dict[str, Any]) -> None:
        """Count one more series."""
        self.done.update(answer["done"])
        if answer["failure"]:
            self.failures.append((answer["number"], answer["failure"]))

    def stop(self, *_signal: object) -> None:
        """Begin nothing more; what is being tried ends after its step, and does not count."""
        print("stopping …", flush=True)
        self.stopped.set()
        for worker in list(self.workers):
            worker.terminate()

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return max(0.001, time.monotonic() - self.begun)

    @property
    def examples_a_second(self) -> float:
        """How fast it goes."""
        return self.done["examples"] / self.seconds


def run(options: Options) -> bool:
    """Try all series and print the figures; False where anything was lost, doubled or otherwise wrong."""
    is_one = not isinstance(options.numbers, range)
    numbers = list(options.numbers) if is_one else list(range(-(-len(options.numbers) // LENGTH)))
    last = len(options.numbers) - LENGTH * (len(numbers) - 1)
    series = [(number, LENGTH if is_one or number < len(numbers) - 1 else last) for number in numbers]
    print(f"{sum(length for _, length in series):,} examples of seed {options.seed}, {options.processes} processes")
    figures = Figures(sum(length for _, length in series))
    waiting, lock = iter(series), threading.Lock()
    threads = [
        threading.Thread(target=_work, args=(options, number, waiting, lock, figures))
        for number in range(min(options.processes, len(series)))
    ]
    with _until_told(figures):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    _print(options, figures)
    return not figures.failures and not figures.stopped.is_set()


@contextmanager
def _until_told(figures: Figures) -> Iterator[None]:
    """Let a signal end all processes in good order, so that none of them, nor a folder or database, stays behind."""
    before = {one: signal.signal(one, figures.stop) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _work(
    options: Options, process: int, waiting: Iterator[tuple[int, int]], lock: threading.Lock, figures: Figures
) -> None:
    """One process after the other until no series waits: a process that ends takes its series for a failure."""
    while True:
        with tempfile.TemporaryFile() as said, _started(options, process, said, figures.workers) as worker:
            while True:
                with lock:
                    number, length = next(waiting, (-1, 0))
                if number < 0 or figures.stopped.is_set():
                    return
                answer = _answer(worker, number, length, said)
                if figures.stopped.is_set():
                    return
                with lock:
                    _take(options, figures, answer)
                if worker.poll() is not None:
                    break


@contextmanager
def _started(
    options: Options, process: int, said: Any, workers: "set[subprocess.Popen[str]]"
) -> "Iterator[subprocess.Popen[str]]":
    """A process with a session of its own: Ctrl-C reaches the browser's driver through it, and not beside it."""
    environment = dict(os.environ)
    if server := environment.get("DATABASE_URL"):
        environment["DATABASE_URL"] = database_url(server, f"phones_{os.getpid()}_{process}")
    command = [sys.executable, "-m", "tests.chaos.phones.worker", str(options.seed)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=said, env=environment, text=True, start_new_session=True
    ) as worker:
        workers.add(worker)
        try:
            yield worker
        finally:
            workers.discard(worker)


def _answer(worker: "subprocess.Popen[str]", number: int, length: int, said: Any) -> dict[str, Any]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    with suppress(BrokenPipeError):
        worker.stdin.write(f"{number} {length}\n")
        worker.stdin.flush()
    if line := worker.stdout.readline():
        answer: dict[str, Any] = json.loads(line)
        return answer
    said.seek(0)
    failure = f"the process ended with {worker.wait()}\n{said.read()[-2_000:].decode(errors='replace')}"
    return {"number": number, "failure": failure, "done": {}}


def _take(options: Options, figures: Figures, answer: dict[str, Any]) -> None:
    figures.add(answer)
    if answer["failure"]:
        options.folder.mkdir(parents=True, exist_ok=True)
        path = options.folder / f"rollcall-{options.seed}-{answer['number']}.txt"
        path.write_text(answer["failure"], encoding="utf-8")
        print(f"\nFAILED, series {answer['number']}:\n{answer['failure']}")
        print(f"kept as {path}; again: make chaos NAMES=rollcall SEED={options.seed} FILE={answer['number']}")
    now, examples = time.monotonic(), figures.done["examples"]
    if now - figures.said > _EVERY or examples >= figures.total:
        speed = figures.examples_a_second
        left = (figures.total - examples) / max(speed, 0.001) / 60
        print(
            f"{examples:,} of {figures.total:,} examples, {len(figures.failures)} failures, {speed:.2f} a second, "
            f"{left:.0f} min left",
            flush=True,
        )
        figures.said = now


def _print(options: Options, figures: Figures) -> None:
    done = figures.done
    stopped = "stopped before the end: " if figures.stopped.is_set() else ""
    minutes = figures.seconds / 60
    print(f"\n{stopped}{done['examples']:,} examples in {minutes:.1f} min, {figures.examples_a_second:.2f} a second")
    for kind in ("step", "fate"):
        named = {name.removeprefix(f"{kind} "): count for name, count in done.items() if name.startswith(f"{kind} ")}
        print(f"{sum(named.values()):,} {kind}s: " + ", ".join(f"{name} {named[name]:,}" for name in sorted(named)))
    lost = sum("AssertionError: lost" in failure for _, failure in figures.failures)
    doubled = sum("AssertionError: doubled" in failure for _, failure in figures.failures)
    print(
        f"events: {done['events made']:,} made, {done['events recorded']:,} recorded, "
        f"{done['events put aside']:,} put aside, {lost} lost, {doubled} doubled"
    )
    print(f"seed {options.seed}, failures {len(figures.failures)}")
