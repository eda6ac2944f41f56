"""The printed sheet of a site's roll: which people stand on which page, always in the order of the roll."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hmac import compare_digest

from django.utils.crypto import salted_hmac

from lantoa.attendance.selectors.rolls import Roll, RollLine
from lantoa.organizations.restricting import unrestricted
from lantoa.study_sessions.models import Placement, Site

ROWS = 20
"""So many people stand on a page, however long their names are, so that paper and screen part at the same place."""
_CODE = 8


@dataclass(frozen=True)
class SheetPage:
    """One page, from 1 on: its people with their numbers on the sheet, and the code by which a printed page shows that
    it is of this list as it is now. The code is a keyed hash: it tells nothing of the people."""

    number: int
    lines: tuple[RollLine, ...]
    code: str

    def is_this(self, code: str) -> bool:
        """Whether a page that bears `code` was printed from these people in this order."""
        return compare_digest(self.code.encode(), code.strip().upper().encode())


@dataclass(frozen=True)
class Sheet:
    """The whole sheet. Whoever is exempt, was removed, or is not processed (ADR 27) stands on no page."""

    site: Site
    pages: tuple[SheetPage, ...]

    @property
    def people(self) -> int:
        """How many stand on it."""
        return sum(len(page.lines) for page in self.pages)

    def page(self, asked: str) -> SheetPage | None:
        """The page of the number that was asked for; None where there is none of it."""
        return next((page for page in self.pages if str(page.number) == asked), None)


def sheet_of(roll: Roll) -> Sheet:
    """The sheet of a roll as it is now (one query)."""
    placed = Placement.objects.filter(site=roll.site)
    open_to_all = set(unrestricted(placed, "entry__person_id").values_list("entry_id", flat=True))
    lines = [line for line in roll.lines if not line.excluded and line.entry_id in open_to_all]
    numbered = [replace(line, number=number) for number, line in enumerate(lines, start=1)]
    chunks = [tuple(numbered[start : start + ROWS]) for start in range(0, len(numbered), ROWS)]
    pages = (SheetPage(number, chunk, _code(roll.site, number, chunk)) for number, chunk in enumerate(chunks, start=1))
    return Sheet(roll.site, tuple(pages))


def with_numbers(roll: Roll, page: SheetPage) -> Roll:
    """The roll, its people of that page with their numbers on the sheet."""
    numbers = {line.entry_id: line.number for line in page.lines}
    return replace(roll, lines=tuple(replace(line, number=numbers.get(line.entry_id, 0)) for line in roll.lines))


def _code(site: Site, number: int, lines: Sequence[RollLine]) -> str:
    said = f"{site.session_id}:{site.pk}:{number}:{','.join(str(line.entry_id) for line in lines)}"
    return salted_hmac("lantoa.attendance.sheet", said, algorithm="sha256").hexdigest()[:_CODE].upper()
