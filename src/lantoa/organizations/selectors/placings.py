"""What a split leaves to be placed, row by row, and what a workbook says about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.text import capfirst

from lantoa.kernel.vietnamese import fold, normalise, text_key
from lantoa.organizations.models import DraftSuccessor, Person
from lantoa.organizations.reading.cells import Cell
from lantoa.organizations.reading.placings import PlacingLine
from lantoa.organizations.restricting import detail_of, marked, name_of
from lantoa.organizations.selectors.courses import Course


@dataclass(frozen=True, slots=True)
class Placeable:
    """One row to be placed; `key` tells it from the others, `order` sorts it."""

    key: str
    name: str
    what: str
    order: str
    successor: DraftSuccessor | None
    birth_year: int | None = None
    village: str = ""
    code: str = ""

    @property
    def place(self) -> str:
        """The name of the unit that it goes to; empty while it has no place."""
        return self.successor.label if self.successor is not None else ""


class Finding(StrEnum):
    """What a row of a workbook means for the list."""

    PLACED = "placed"
    MOVED = "moved"
    SAME = "same"
    BLANK = "blank"
    UNKNOWN_ROW = "unknown_row"
    SEVERAL_ROWS = "several_rows"
    TWICE = "twice"
    UNKNOWN_UNIT = "unknown_unit"
    SEVERAL_UNITS = "several_units"


CHANGES = (Finding.PLACED, Finding.MOVED)
BAD = (Finding.UNKNOWN_ROW, Finding.SEVERAL_ROWS, Finding.TWICE, Finding.UNKNOWN_UNIT, Finding.SEVERAL_UNITS)


@dataclass(frozen=True, slots=True)
class CheckedPlacing:
    """A row of a workbook with what it means: `row` and `successor` are None where they are not known."""

    line: PlacingLine
    finding: Finding
    row: Placeable | None = None
    successor: DraftSuccessor | None = None

    @property
    def name(self) -> str:
        """Of whom or what it speaks: as the list names it, else as the file does."""
        return self.row.name if self.row is not None else self.line.name

    @property
    def place(self) -> str:
        """The unit, as the event names it, else as the file does."""
        return self.successor.label if self.successor is not None else self.line.place


def rest_of(course: Course) -> list[Placeable]:
    """Sub-units and appointments of a unit that is split."""
    units = {
        going.row.unit_id: Placeable(
            f"unit-{going.row.unit_id}",
            going.row.name,
            capfirst(going.row.get_kind_display()),
            text_key(going.row.name),
            going.successor,
        )
        for going in course.sub_units
    }
    offices = [
        Placeable(
            f"appointment-{going.row.pk}",
            going.row.person.full_name,
            capfirst(going.row.get_role_display()),
            going.row.person.sort_key,
            going.successor,
        )
        for going in course.appointments
    ]
    return [*units.values(), *offices]


def people_of(course: Course) -> list[Placeable]:
    """The people of a unit that is split, by name; not by the name of whom processing is restricted (one query)."""
    persons = marked(Person.objects.all(), "pk").in_bulk([going.row.person_id for going in course.memberships])
    return [
        Placeable(
            f"member-{going.row.pk}",
            name_of(person, person.full_name),
            capfirst(going.row.get_standing_display()),
            f"{person.sort_key} {person.birth_year or ''}",
            going.successor,
            None if getattr(person, "restricted", False) else person.birth_year,
            detail_of(person, person.village),
            detail_of(person, person.code),
        )
        for going in course.memberships
        for person in (persons[going.row.person_id],)
    ]


def unit_texts(successors: Sequence[DraftSuccessor]) -> dict[int, str]:
    """How a workbook names each unit that takes over: its name; with its superior, then its number, where several
    share one."""
    names = Counter(successor.label for successor in successors)
    texts = {one.pk: one.label if names[one.label] == 1 else _with_superior(one) for one in successors}
    shared = Counter(texts.values())
    return {
        one.pk: texts[one.pk] if shared[texts[one.pk]] == 1 else f"{texts[one.pk]} – {number}"
        for number, one in enumerate(successors, start=1)
    }


def check_placings(
    lines: Iterable[PlacingLine], rows: Sequence[Placeable], successors: Sequence[DraftSuccessor]
) -> list[CheckedPlacing]:
    """Each row of the file with what it means. Rows are known by their key, else by the member's code, with or without
    its leading zeros; units by their name, whatever the diacritics where that leaves no doubt."""
    known, names = _Rows(rows), _Names(successors)
    met: set[str] = set()
    return [_checked(line, known, names, met) for line in lines]


def _with_superior(successor: DraftSuccessor) -> str:
    above = successor.parent or (successor.unit.parent if successor.unit is not None else None)
    return f"{successor.label} ({above.name})" if above is not None else successor.label


def _checked(line: PlacingLine, known: "_Rows", names: "_Names", met: set[str]) -> CheckedPlacing:
    found = known.meant(line)
    if len(found) != 1:
        return CheckedPlacing(line, Finding.SEVERAL_ROWS if found else Finding.UNKNOWN_ROW)
    row = found[0]
    if row.key in met:
        return CheckedPlacing(line, Finding.TWICE, row)
    met.add(row.key)
    if not line.place:
        return CheckedPlacing(line, Finding.BLANK, row)
    units = names.meant(line.place)
    if len(units) != 1:
        return CheckedPlacing(line, Finding.SEVERAL_UNITS if units else Finding.UNKNOWN_UNIT, row)
    if row.successor is None:
        return CheckedPlacing(line, Finding.PLACED, row, units[0])
    return CheckedPlacing(line, Finding.SAME if row.successor == units[0] else Finding.MOVED, row, units[0])


class _Rows:
    """The rows of the list by what a file may call them."""

    def __init__(self, rows: Sequence[Placeable]) -> None:
        self.by_key = {row.key: [row] for row in rows}
        self.by_code: dict[str, list[Placeable]] = defaultdict(list)
        self.by_figure: dict[str, list[Placeable]] = defaultdict(list)
        for row in rows:
            if row.code:
                self.by_code[row.code].append(row)
                self.by_figure[row.code.lstrip("0")].append(row)

    def meant(self, line: PlacingLine) -> list[Placeable]:
        """The rows that the line may speak of."""
        if line.key:
            return self.by_key.get(line.key, [])
        return self.by_code.get(str(line.code)) or self._by_figure(line.code)

    def _by_figure(self, code: Cell) -> list[Placeable]:
        return self.by_figure.get(str(code), []) if isinstance(code, int) else []


class _Names:
    """The units that take over by what a file may call them."""

    def __init__(self, successors: Sequence[DraftSuccessor]) -> None:
        self.exact: dict[str, list[DraftSuccessor]] = defaultdict(list)
        self.folded: dict[str, list[DraftSuccessor]] = defaultdict(list)
        texts = unit_texts(successors)
        for successor in successors:
            for text in {normalise(texts[successor.pk]), normalise(successor.label)}:
                self.exact[text].append(successor)
                self.folded[fold(text)].append(successor)

    def meant(self, place: str) -> list[DraftSuccessor]:
        """The units of that name."""
        return self.exact.get(place) or self.folded.get(fold(place), [])
