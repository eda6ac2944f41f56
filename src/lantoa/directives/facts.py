"""What the register says about a directive, as one value."""

import datetime as dt
from dataclasses import dataclass

from lantoa.directives import errors
from lantoa.directives.enums import DirectiveClass, DirectiveKind, StudyMode
from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.models import Sector


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The columns of a directive that an officer writes, and its sectors."""

    kind: DirectiveKind | str
    number: str
    body: str
    issued_on: dt.date
    directive_class: DirectiveClass | str
    study_mode: StudyMode | str
    title: str
    abstract: str = ""
    received_on: dt.date | None = None
    sectors: tuple[Sector, ...] = ()
    signer: str = ""
    effective_from: dt.date | None = None
    effective_until: dt.date | None = None
    key_points: str = ""
    digest: str = ""

    def check(self) -> None:
        """Refuse what cannot be true of any directive.

        Raises NumberMissing, TitleMissing, DateInFuture, ReceivedBeforeIssue, EndsBeforeItBegins, SectorMismatch.
        """
        if not normalise(self.number):
            raise errors.NumberMissing(field="number")
        if not normalise(self.title):
            raise errors.TitleMissing(field="title")
        self._check_dates()
        if (self.directive_class == DirectiveClass.SECTORAL) != bool(self.sectors):
            raise errors.SectorMismatch(field="sectors")

    def write_to(self, directive: Directive) -> None:
        """Put the columns and what is derived from them onto the row."""
        for name in COLUMNS:
            setattr(directive, name, getattr(self, name))
        directive.set_texts()

    def _check_dates(self) -> None:
        if self.issued_on > clock.today():
            raise errors.DateInFuture(field="issued_on")
        if self.received_on is not None and self.received_on > clock.today():
            raise errors.DateInFuture(field="received_on")
        if self.received_on is not None and self.received_on < self.issued_on:
            raise errors.ReceivedBeforeIssue(field="received_on")
        if self.effective_until is not None and self.effective_until < (self.effective_from or self.issued_on):
            raise errors.EndsBeforeItBegins(field="effective_until")


COLUMNS = tuple(name for name in Facts.__dataclass_fields__ if name != "sectors")
"""The names of the columns on the row itself."""
