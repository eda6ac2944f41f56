"""The convening letter (công văn triệu tập) and the list that goes with it, on paper."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils.translation import override

from lantoa.directives.models import Directive
from lantoa.organizations.models import Unit
from lantoa.plans.audiences import exceptions_of
from lantoa.plans.convening import Sitting, sittings_of
from lantoa.plans.models import Campaign, CampaignUnit, Summons, SummonsEntry
from lantoa.plans.papers.heads import body_of, issuer_of
from lantoa.plans.selectors.summons import LetterCell, ListCounts, sum_of
from lantoa.typesetting.papers import Align, Column, Grid, Heading, Paper, Paragraph, Part
from lantoa.typesetting.wording import on_the_day
from lantoa.ui.numbers import day, grouped, moment

MOST_PLACES = 10
"""So many places of an event are named; of more, the number alone."""
MOST_CELLS = 12
"""So many cells stand in the letter itself; more of them follow the signature as an annex."""
_ORDER = Column("TT", 7, Align.CENTRE)
_CELLS = (
    _ORDER,
    Column("Tổ chức đảng", 51),
    Column("Đảng viên", 14, Align.CENTRE),
    Column("Cán bộ không phải đảng viên", 16, Align.CENTRE),
    Column("Cộng", 12, Align.CENTRE),
)
_PEOPLE = (
    _ORDER,
    Column("Họ và chữ đệm", 28),
    Column("Tên", 13),
    Column("Năm sinh", 10, Align.CENTRE),
    Column("Chi bộ", 31),
    Column("Ghi chú", 11),
)


@override("vi")
def letter_paper(summons: Summons, cells: Sequence[LetterCell]) -> Paper:
    """The letter: what is to be studied, when and where, and how many of each cell are called. It names nobody.

    `cells` are those of the list with the people who are called still; where the reader may not see the counts of
    some, these stand in one row, so that the total is that of the letter.
    """
    campaign, issuer = summons.campaign, issuer_of(summons.campaign, summons.unit)
    documents = campaign.directives.order_by("issued_on", "pk")
    days = f"từ ngày {day(campaign.starts_on)} đến ngày {day(campaign.ends_on)}"
    subject = f"V/v triệu tập {_event(campaign)}"
    sittings = sittings_of(campaign, summons.unit)
    grid = _cell_grid(cells, _names(campaign, [cell for cell in cells if cell.seen]))
    apart = len(grid.rows) > MOST_CELLS
    counts: tuple[Part, ...] = (Paragraph(_COUNTS), grid, *_removed(cells))
    return Paper(
        head=issuer.head(number=summons.number, issued_on=summons.issued_on, subject=subject),
        addressee="Các tổ chức đảng có tên trong bảng kèm theo",
        parts=(
            Paragraph(
                f"Thực hiện đợt “{campaign.name}” ({days}), "
                f"{issuer.body} triệu tập cán bộ, đảng viên có tên trong danh sách kèm theo dự học tập, quán triệt:"
            ),
            *(Paragraph(f"{_document(row)};", item=True) for row in documents),
            *_audience(campaign),
            *([Paragraph("Thời gian, địa điểm:"), *map(_sitting, sittings)] if sittings else _LATER),
            *(() if apart else counts),
            Paragraph(
                "Đề nghị cấp ủy các đơn vị thông báo, đôn đốc cán bộ, đảng viên dự đúng thành phần, đúng thời gian; "
                "người vắng mặt phải báo cáo lý do."
            ),
        ),
        annex=(Heading("PHỤ LỤC"), *counts) if apart else (),
        recipients=("- Như trên,", *((f"- {issuer.superior} (để báo cáo),",) if issuer.superior else ()), "- Lưu."),
        signature=issuer.signature(),
    )


@override("vi")
def list_paper(
    campaign: Campaign,
    unit: Unit,
    entries: Iterable[SummonsEntry],
    *,
    letter: Summons | None,
    note: str = "",
    further_below: int = 0,
) -> Paper:
    """The people on a list, numbered, cell by cell in the order of given names.

    The note beside a name tells namesakes of one year apart by their village. `letter` is what the list goes with;
    `note` says who is left out, `further_below` how many stand on the lists of units below.
    """
    people = list(entries)
    issuer = issuer_of(campaign, unit)
    alike = Counter(_same(entry) for entry in people)
    rows = [_person(position, entry, alike) for position, entry in enumerate(people, start=1)]
    return Paper(
        head=issuer.head(number="", issued_on=letter.issued_on if letter else None),
        title=("DANH SÁCH", f"cán bộ, đảng viên được triệu tập {_event(campaign)}"),
        subtitle=_goes_with(letter) if letter else "",
        parts=(
            Grid(columns=_PEOPLE, rows=rows),
            Paragraph(f"Danh sách có {grouped(len(rows))} người."),
            *((Paragraph(note, note=True),) if note else ()),
            *((Paragraph(f"{grouped(further_below)} {_BELOW}", note=True),) if further_below else ()),
        ),
        signature=issuer.signature(),
        numbers_all=True,
    )


_COUNTS = "Số người được triệu tập của từng tổ chức đảng:"
_BELOW = "người thuộc các tổ chức bên dưới có danh sách riêng."
_OTHERS = "Các tổ chức khác"
_LATER = [Paragraph("Thời gian, địa điểm: theo thông báo của cấp ủy.")]


def _document(directive: Directive) -> str:
    kind = directive.get_kind_display().capitalize()
    return f"{kind} số {directive.number}, ngày {day(directive.issued_on)} của {directive.body}: {directive.title}"


def _audience(campaign: Campaign) -> Iterator[Paragraph]:
    """Whom the campaign calls: its class, and the exceptions from it."""
    sector = f" ({campaign.sector.name})" if campaign.sector is not None else ""
    audience = campaign.get_audience_display().partition(": ")[2]
    yield Paragraph(f"Thành phần triệu tập: {audience}{sector}.")
    for one in exceptions_of(campaign):
        yield Paragraph(f"{one};", item=True)


def _event(campaign: Campaign) -> str:
    return f"dự đợt “{campaign.name}”"


def _goes_with(letter: Summons) -> str:
    issuer = body_of(letter.unit.name)
    return f"(Kèm theo Công văn số {letter.number}, {on_the_day(letter.issued_on)} của {issuer})"


def _sitting(sitting: Sitting) -> Paragraph:
    many = len(sitting.places) > MOST_PLACES
    places = f"{grouped(len(sitting.places))} điểm cầu theo phân công" if many else "; ".join(sitting.places)
    where = f", tại {places}" if places else ""
    hours = f"từ {moment(sitting.starts_at)} đến {moment(sitting.ends_at)}"
    return Paragraph(f"{sitting.title}: {hours}{where};", item=True)


def _names(campaign: Campaign, cells: Sequence[LetterCell]) -> dict[int, str]:
    """The names of cells; those of one name are told apart by the unit above (at most one query)."""
    alike = Counter(cell.name for cell in cells)
    twice = [cell.unit_id for cell in cells if alike[cell.name] > 1]
    placed = CampaignUnit.objects.filter(campaign=campaign, unit__in=twice, parent__isnull=False)
    above = dict(placed.values_list("unit_id", "parent__name"))
    return {
        cell.unit_id: f"{cell.name} ({body_of(above[cell.unit_id])})" if cell.unit_id in above else cell.name
        for cell in cells
    }


def _cell_grid(cells: Sequence[LetterCell], names: Mapping[int, str]) -> Grid:
    """The cells that have a name here, the others together, and all of them; none of whom nobody is called."""
    called = [(names[cell.unit_id], cell.counts) for cell in cells if cell.unit_id in names]
    called.append((_OTHERS, sum_of(cell.counts for cell in cells if cell.unit_id not in names)))
    rows = [(name, counts) for name, counts in called if counts.total]
    return Grid(
        columns=_CELLS,
        rows=[(str(position), name, *_figures(counts)) for position, (name, counts) in enumerate(rows, start=1)],
        total=("", "Cộng", *_figures(sum_of(cell.counts for cell in cells))),
    )


def _figures(counts: ListCounts) -> tuple[str, str, str]:
    return grouped(counts.members), grouped(counts.cadres), grouped(counts.total)


def _removed(cells: Sequence[LetterCell]) -> tuple[Paragraph, ...]:
    removed = sum(cell.counts.removed for cell in cells)
    text = f"Không kể {grouped(removed)} người đã được đưa ra khỏi danh sách theo quyết định."
    return (Paragraph(text, note=True),) if removed else ()


def _same(entry: SummonsEntry) -> tuple[str, int | None]:
    return entry.person.folded_name, entry.person.birth_year


def _by_exception(entry: SummonsEntry) -> str:
    return entry.get_reason_display() if entry.exception_id is not None else ""


def _person(position: int, entry: SummonsEntry, alike: "Counter[tuple[str, int | None]]") -> tuple[str, ...]:
    family, _, given = entry.person.full_name.rpartition(" ")
    born = str(entry.person.birth_year or "")
    village = entry.person.village if alike[_same(entry)] > 1 else ""
    note = "; ".join(filter(None, (village, _by_exception(entry))))
    return (str(position), family, given, born, entry.unit.name, note)
