"""A little of what `make chaos` does at length, and that the one who watches sees what it is there to see."""

import os
import signal
from collections import Counter

import pytest

from tests.chaos import guard, worker
from tests.chaos.files import KINDS, MadeFile, made_file
from tests.chaos.guard import answers
from tests.chaos.importing import Importer
from tests.chaos.reading import READ

SEED = 7
FILES = 200
IMPORTED = range(1_000, 1_010)


def test_no_spoilt_file_breaks_a_reader() -> None:
    found = list(answers(SEED, range(FILES), processes=1))
    assert [answer for answer in found if answer.failure] == []
    kinds = Counter(answer.kind for answer in found)
    assert set(kinds) == set(KINDS)
    outcomes = Counter(answer.outcome for answer in found)
    assert outcomes[READ] > FILES / 10, "what is spoilt beyond reading finds nothing"
    assert len(outcomes) > 4


@pytest.mark.django_db
def test_no_spoilt_file_leaves_half_an_import() -> None:
    importer = Importer()
    outcomes = Counter(importer(made_file(SEED, number)) for number in IMPORTED)
    assert outcomes[READ] > 0
    assert len(outcomes) > 1


def test_a_file_is_made_of_its_seed_and_number() -> None:
    first = [made_file(SEED, number) for number in range(40)]
    assert [made_file(SEED, number) for number in range(40)] == first
    assert made_file(SEED + 1, 0) != first[0]


def test_errors_memory_and_time_are_failures() -> None:
    made = MadeFile(1, "csv", "none", "a.csv", b"")

    def fail(_made: MadeFile) -> str:
        raise RecursionError

    def swell(_made: MadeFile) -> str:
        return str(len(bytearray(2 * worker.MEMORY_LIMIT)))

    assert "RecursionError" in str(worker.answer_to(made, fail)["failure"])
    assert "MemoryError" in str(worker.answer_to(made, swell)["failure"])
    assert "s of the processor" in str(worker.answer_to(made, lambda _made: READ, -1.0)["failure"])
    assert worker.answer_to(made, lambda _made: READ)["failure"] == ""


class Asleep(guard.Worker):
    """A process that stops as soon as it has a file."""

    def take(self, number: int) -> None:
        """Begin, and stop."""
        super().take(number)
        os.kill(self.process.pid, signal.SIGSTOP)


def test_a_file_that_takes_for_ever_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "Worker", Asleep)
    monkeypatch.setattr(guard, "PATIENCE", -1.0)
    (answer,) = answers(SEED, [0], processes=1)
    assert "no answer" in answer.failure


def test_the_end_of_a_process_is_a_failure_of_its_file_alone() -> None:
    watched = guard.Worker(SEED, "")
    watched.take(3)
    watched.process.kill()
    answer = None
    while answer is None:
        answer = watched.listen()
    assert (answer.number, answer.failure[:25]) == (3, "the process ended with -9")
    watched.take(4)
    answer = None
    while answer is None:
        answer = watched.listen()
    watched.close()
    assert (answer.number, answer.failure) == (4, "")
