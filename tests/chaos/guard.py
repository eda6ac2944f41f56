"""Processes that may hang, swell or die over a file, and one that watches them."""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120.0
"""So many seconds of the processor without an answer are a hang, however long a busy machine takes over them."""
_WAITING = 20 * 60.0
"""And so many seconds by the clock: whoever waits for a lock spends no time of the processor."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Answer:
    """What became of one file; `failure` is empty where all is as it should be."""

    number: int
    kind: str
    change: str
    outcome: str
    failure: str
    seconds: float = 0.0
    memory: int = 0
    size: int = 0


class Worker:
    """A process at work on one file at a time; it is begun anew after its end."""

    def __init__(self, seed: int, database: str) -> None:
        self._command = [sys.executable, "-m", "tests.chaos.worker", str(seed), *([database] if database else [])]
        self.number: int | None = None
        self.made = ("?", "being made")
        self._since = self._spent = 0.0
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 it is closed with the worker
        self._begin()

    def _begin(self) -> None:
        self._begun = b""
        self.process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=os.environ | {"PYTHONHASHSEED": "0", "RUST_BACKTRACE": "0"},
            start_new_session=True,  # Ctrl-C is for the one who watches
        )

    def take(self, number: int) -> None:
        """Begin with a file."""
        self.number, self.made = number, ("?", "being made")
        self._since, self._spent = time.monotonic(), self._processor_time()
        self._said.seek(0)
        self._said.truncate()
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number}\n".encode())
        self.process.stdin.flush()

    @property
    def output(self) -> int:
        """The pipe through which the process speaks."""
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def listen(self) -> Answer | None:
        """The answer, once it is complete; a failure where the process has ended over the file."""
        assert self.number is not None
        heard = os.read(self.output, 1 << 16)
        if not heard:
            self._said.seek(0)
            last_words = self._said.read()[-2_000:].decode(errors="replace")
            return self.end(f"the process ended with {self.process.wait()}\n{last_words}")
        *lines, self._begun = (self._begun + heard).split(b"\n")
        for line in lines:
            told = json.loads(line)
            if "made" not in told:
                answer = Answer(self.number, *self.made, **told)
                self.number = None
                return answer
            self.made = (told["made"][0], told["made"][1])
        return None

    @property
    def hangs(self) -> bool:
        """Whether it has been at its file for too long."""
        return self._processor_time() - self._spent > PATIENCE or time.monotonic() - self._since > _WAITING

    def _processor_time(self) -> float:
        told = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / _TICKS

    def end(self, failure: str) -> Answer:
        """Kill the process, begin another, and take the file for a failure."""
        assert self.number is not None
        answer = Answer(self.number, *self.made, outcome="", failure=failure)
        self._stop()
        self._begin()
        self.number = None
        return answer

    def close(self) -> None:
        """End the process for good."""
        self._stop()
        self._said.close()

    def _stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


def answers(seed: int, numbers: Sequence[int], *, processes: int, database: str = "") -> Iterator[Answer]:
    """What becomes of the files of these numbers, as it becomes known."""
    waiting = iter(numbers)
    workers = [Worker(seed, database) for _ in range(max(1, min(processes, len(numbers))))]
    try:
        busy = [worker for worker in workers if _give(worker, waiting)]
        while busy:
            for answer, worker in _heard(busy):
                yield answer
                if not _give(worker, waiting):
                    busy.remove(worker)
    finally:
        for worker in workers:
            worker.close()


def _give(worker: Worker, waiting: Iterator[int]) -> bool:
    number = next(waiting, None)
    if number is not None:
        worker.take(number)
    return number is not None


def _heard(busy: list[Worker]) -> Iterator[tuple[Answer, Worker]]:
    with selectors.DefaultSelector() as selector:
        for worker in busy:
            selector.register(worker.output, selectors.EVENT_READ, worker)
        ready = [key.data for key, _events in selector.select(timeout=1.0)]
    for worker in ready:
        if (answer := worker.listen()) is not None:
            yield answer, worker
    for worker in list(busy):
        if worker not in ready and worker.hangs:
            yield worker.end(f"no answer in {PATIENCE:.0f} s of the processor"), worker
