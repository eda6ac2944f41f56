"""What a filled-in workbook of a roll would record, row by row, and why a row is refused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.roll_workbooks import WorkbookLine
from lantoa.attendance.selectors.rolls import RollLine
from lantoa.attendance.selectors.sheets import Sheet
from lantoa.kernel.vietnamese import fold


class Finding(TextChoices):
    """What becomes of a row."""

    MARK = "mark", _("is recorded")
    OTHER = "other", _("is recorded; the roll says otherwise, and a tick on the page counts more")
    SAME = "same", _("stands on the roll already")
    BLANK = "blank", _("without a mark")
    UNKNOWN = "unknown", _("refused: no person on the sheet of this site has this row number")
    ROLL = "roll", _("refused: the row is of the roll of another site or session")
    NAME = "name", _("refused: the row number belongs to a person of another name")
    TWICE = "twice", _("refused: the row number stands twice in the file")
    WORD = "word", _("refused: this is none of the words of the list")


RECORDED = (Finding.MARK, Finding.OTHER)
REFUSED = (Finding.UNKNOWN, Finding.ROLL, Finding.NAME, Finding.TWICE, Finding.WORD)
_ORDER = [*REFUSED, *RECORDED, Finding.SAME, Finding.BLANK]


@dataclass(frozen=True)
class CheckedLine:
    """A row of the file and what becomes of it."""

    line: WorkbookLine
    finding: Finding

    @property
    def mark(self) -> tuple[int, str]:
        """The entry and the value of the choice that would be recorded."""
        return self.line.entry_id or 0, self.line.value or ""


@dataclass(frozen=True)
class CheckedWorkbook:
    """Every row of the file, the refused ones first."""

    lines: tuple[CheckedLine, ...]

    @property
    def recorded(self) -> list[CheckedLine]:
        """The rows that would be recorded."""
        return [row for row in self.lines if row.finding in RECORDED]

    @property
    def telling(self) -> list[CheckedLine]:
        """The rows that are refused or would be recorded."""
        return [row for row in self.lines if row.finding in REFUSED or row.finding in RECORDED]

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return sum(row.finding in REFUSED for row in self.lines)

    @property
    def untouched(self) -> int:
        """How many rows change nothing."""
        return len(self.lines) - self.refused - len(self.recorded)


def check_workbook(sheet: Sheet, lines: Sequence[WorkbookLine]) -> CheckedWorkbook:
    """What the rows come to at a site whose sheet is `sheet`; reads only."""
    people = {line.entry_id: line for page in sheet.pages for line in page.lines}
    times = Counter(line.entry_id for line in lines)
    checked = [
        CheckedLine(
            line,
            Finding.ROLL
            if line.site_id not in (None, sheet.site.pk)
            else _finding(line, people.get(line.entry_id or 0), times[line.entry_id]),
        )
        for line in lines
    ]
    return CheckedWorkbook(tuple(sorted(checked, key=lambda row: (_ORDER.index(row.finding), row.line.number))))


def _finding(line: WorkbookLine, person: RollLine | None, times: int) -> Finding:
    refusal = _refusal(line, person, times)
    if refusal is not None or person is None:
        return refusal or Finding.UNKNOWN
    if not line.value:
        return Finding.BLANK
    if line.value in (person.value, str(person.status)):
        return Finding.SAME
    return Finding.OTHER if person.value else Finding.MARK


def _refusal(line: WorkbookLine, person: RollLine | None, times: int) -> Finding | None:
    if person is None:
        return Finding.UNKNOWN
    if times > 1:
        return Finding.TWICE
    if line.name and fold(line.name) != fold(person.name):
        return Finding.NAME
    return Finding.WORD if line.value is None else None
