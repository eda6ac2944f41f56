"""What a chaos is: it has a name, says what must hold, and answers whether it held."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """How much is tried, from which seed, by how many processes, and where failures are kept."""

    seed: int
    numbers: Sequence[int]
    processes: int
    folder: Path


@dataclass(frozen=True)
class Chaos:
    """One chaos: `run` prints its progress and its figures, and returns whether everything held."""

    name: str
    about: str
    examples: int
    run: Callable[[Options], bool]
