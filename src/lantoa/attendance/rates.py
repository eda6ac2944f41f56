"""The rate as it may be defended: always with its numerator, its denominator, the exclusions and who reported.

Pure arithmetic on counts ("The rate, exactly" of the domain); nothing here reads a table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Protocol, Self

from django.utils.translation import gettext as _

from lantoa.kernel.numbers import percent_half_up, reaches
from lantoa.ui.numbers import percent as shown


class SupportsCounts(Protocol):
    """Anything that carries the counts of one unit and one group, such as a coverage row."""

    summoned: int
    excluded: int
    present: int
    late: int
    excused: int
    absent: int
    not_reported: int
    made_up: int
    cells_total: int
    cells_reported: int
    reported_denominator: int
    reported_attended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of those summoned and not excluded.

    `at_least`: somebody's mark is missing, so the figure is a lower bound. `known` is False where nothing at all was
    reported: then there is no figure to show.
    """

    numerator: int
    denominator: int
    excluded: int
    cells_reported: int
    cells_total: int
    at_least: bool
    known: bool

    @property
    def percent(self) -> Decimal | None:
        """In per cent, rounded half up to one decimal, for show only; None where nothing is reported or owed."""
        return percent_half_up(self.numerator, self.denominator) if self.known else None

    @property
    def owed(self) -> bool:
        """Whether anybody is to be reached at all."""
        return self.denominator > 0

    @property
    def text(self) -> str:
        """`at least 72,5%`, `84,6%`, or that nothing was reported."""
        if not self.owed:
            return _("nobody to reach")
        if not self.known:
            return _("not reported")
        figure = shown(self.percent)
        return _("at least %(rate)s") % {"rate": figure} if self.at_least else figure

    def reaches(self, target: Decimal) -> bool:
        """Whether the exact share reaches `target` per cent: 94.96 % is not 95 %."""
        return self.known and reaches(self.numerator, self.denominator, target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts of one unit and one group; whoever is excluded is in no other count but `summoned`."""

    summoned: int = 0
    excluded: int = 0
    present: int = 0
    late: int = 0
    excused: int = 0
    absent: int = 0
    not_reported: int = 0
    made_up: int = 0
    cells_total: int = 0
    cells_reported: int = 0
    reported_denominator: int = 0
    reported_attended: int = 0

    @classmethod
    def of(cls, row: SupportsCounts) -> Self:
        """The counts that `row` carries."""
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})

    @classmethod
    def total(cls, parts: Iterable["Counts"]) -> Self:
        """The sum of `parts`."""
        found = list(parts)
        return cls(**{field.name: sum(getattr(part, field.name) for part in found) for field in fields(cls)})

    @property
    def denominator(self) -> int:
        """Summoned and not excluded."""
        return self.summoned - self.excluded

    @property
    def attended(self) -> int:
        """Present at the first session; late is present."""
        return self.present + self.late

    @property
    def reached(self) -> int:
        """Present at the first or at a make-up session."""
        return self.attended + self.made_up

    @property
    def missed(self) -> int:
        """Known to have been away from the first session."""
        return self.excused + self.absent

    @property
    def is_reported(self) -> bool:
        """Whether anybody has a mark at the first session."""
        return self.not_reported < self.denominator

    @property
    def is_complete(self) -> bool:
        """Whether nobody's mark is missing."""
        return self.not_reported == 0

    @property
    def first_session(self) -> Rate:
        """Present at the first session, of those summoned and not excluded."""
        return self._rate(self.attended, known=self.is_reported)

    @property
    def coverage(self) -> Rate:
        """Present at the first or a make-up session, of the same denominator."""
        return self._rate(self.reached, known=self.is_reported or self.made_up > 0)

    @property
    def reported(self) -> Rate:
        """The first-session rate among the units that reported in full."""
        return Rate(
            numerator=self.reported_attended,
            denominator=self.reported_denominator,
            excluded=self.excluded,
            cells_reported=self.cells_reported,
            cells_total=self.cells_total,
            at_least=False,
            known=self.reported_denominator > 0,
        )

    def _rate(self, numerator: int, *, known: bool) -> Rate:
        return Rate(
            numerator=numerator,
            denominator=self.denominator,
            excluded=self.excluded,
            cells_reported=self.cells_reported,
            cells_total=self.cells_total,
            at_least=known and self.not_reported > 0,
            known=known,
        )
