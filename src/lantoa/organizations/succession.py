"""What upper apps keep at a unit, and what becomes of it when the unit ends or is split.

They register a steward in `AppConfig.ready`, so that no import runs upward (ADR 19). What is finished stays with the
unit of its day; what is open goes to the unit that takes over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Succession:
    """A unit that ends or is split, and the units that come after it, the one that takes over its work first.

    A unit that an event being prepared would found has a negative number.
    """

    unit_id: int
    successors: tuple[int, ...]

    @property
    def heir(self) -> int | None:
        """The unit that takes the open work over; None where it stays."""
        first = next(iter(self.successors), None)
        return None if first == self.unit_id else first


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """One thing at a unit that ends: what it is, what it is called, and to which unit it goes (None: it stays).

    `remark` says why it stays, or what is done beside. `key` and `version` tell whether it is still the same.
    """

    key: str
    version: int
    kind: str | Promise
    label: str
    unit_id: int
    heir_id: int | None
    remark: str | Promise = ""


class Steward(Protocol):
    """An app that keeps things at units."""

    def open_work(self, successions: Sequence[Succession]) -> list[OpenWork]:
        """What is open at the units, and where it would go; reads only."""
        ...

    def hand_over(self, successions: Sequence[Succession]) -> int:
        """Let what is open go where `open_work` says; how many things went. Inside the caller's transaction."""
        ...


def heirs_of(successions: Sequence[Succession]) -> dict[int, int]:
    """The units whose open work goes to another one, and which that is."""
    return {one.unit_id: one.heir for one in successions if one.heir is not None}


_stewards: list[tuple[int, Steward]] = []


def register(steward: Steward, *, order: int) -> None:
    """Ask `steward` at every event that ends or splits units; smaller orders come first."""
    _stewards.append((order, steward))


def open_work(successions: Sequence[Succession]) -> list[OpenWork]:
    """Everything that is open at the units."""
    return [work for steward in _in_order() for work in steward.open_work(successions)]


def hand_over(successions: Sequence[Succession]) -> int:
    """Let everything that is open go to the units that take over; how many things went."""
    return sum(steward.hand_over(successions) for steward in _in_order())


def _in_order() -> list[Steward]:
    return [steward for _order, steward in sorted(_stewards, key=lambda pair: pair[0])]
