"""The convening letter (công văn triệu tập) and the list that goes with it, on paper."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import override

from lantoa.directives.models import Directive
from lantoa.organizations.models import Unit
from lantoa.plans.convening import Sitting, sittings_of
from lantoa.plans.models import Campaign, CampaignUnit, Summons, SummonsEntry
from lantoa.plans.papers.heads import body_of, issuer_of
from lantoa.plans.selectors.summons import LetterCell, sum_of
from lantoa.typesetting.papers import Align, Column, Grid, Heading, Paper, Paragraph
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

    `cells` are those of the list whose counts the reader may see.
    """
    campaign, issuer = summons.campaign, issuer_of(summons.campaign, summons.unit)
    documents = campaign.directives.order_by("issued_on", "pk")
    days = f"từ ngày {day(campaign.starts_on)} đến ngày {day(campaign.ends_on)}"
    subject = f"V/v triệu tập {_event(campaign)}"
    sittings = sittings_of(campaign, summons.unit)
    apart = len(cells) > MOST_CELLS
    counts = (Paragraph(_COUNTS), _cell_grid(cells, _names(campaign, cells)))
    return Paper(
        head=issuer.head(number=summons.number, issued_on=summons.issued_on, subject=subject),
        addressee="Các tổ chức đảng có tên trong bảng kèm theo",
        parts=(
            Paragraph(
                f"Thực hiện đợt “{campaign.name}” ({days}), "
                f"{issuer.body} triệu tập cán bộ, đảng viên có tên trong danh sách kèm theo dự học tập, quán triệt:"
            ),
            *(Paragraph(f"{_document(row)};", item=True) for row in documents),
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
    campaign: Campaign, unit: Unit, entries: Iterable[SummonsEntry], *, letter: Summons | None, note: str = ""
) -> Paper:
    """The people on a list, numbered, cell by cell in the order of given names.

    The note beside a name tells namesakes of one year apart by their village. `letter` is what the list goes with;
    `note` says who is left out.
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
        ),
        signature=issuer.signature(),
        numbers_all=True,
    )


_COUNTS = "Số người được triệu tập của từng tổ chức đảng:"
_LATER = [Paragraph("Thời gian, địa điểm: theo thông báo của cấp ủy.")]


def _document(directive: Directive) -> str:
    kind = directive.get_kind_display().capitalize()
    return f"{kind} số {directive.number}, ngày {day(directive.issued_on)} của {directive.body}: {directive.title}"


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
    total = sum_of(cell.counts for cell in cells)
    return Grid(
        columns=_CELLS,
        rows=[
            (
                str(position),
                names[cell.unit_id],
                grouped(cell.counts.members),
                grouped(cell.counts.cadres),
                grouped(cell.counts.total),
            )
            for position, cell in enumerate(cells, start=1)
        ],
        total=("", "Cộng", grouped(total.members), grouped(total.cadres), grouped(total.total)),
    )


def _same(entry: SummonsEntry) -> tuple[str, int | None]:
    return entry.person.folded_name, entry.person.birth_year


def _person(position: int, entry: SummonsEntry, alike: "Counter[tuple[str, int | None]]") -> tuple[str, ...]:
    family, _, given = entry.person.full_name.rpartition(" ")
    born = str(entry.person.birth_year or "")
    note = entry.person.village if alike[_same(entry)] > 1 else ""
    return (str(position), family, given, born, entry.unit.name, note)
