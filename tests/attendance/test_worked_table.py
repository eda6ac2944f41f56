"""The worked table of "The rate, exactly", through the real services: every figure of cells A, B and C together."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.utils import translation

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.folding import fold_waiting
from lantoa.attendance.models import Coverage
from lantoa.attendance.rates import Counts
from lantoa.attendance.recounting import recount
from lantoa.attendance.services.make_ups import set_up_make_up
from lantoa.attendance.services.marks import Mark, record_marks
from lantoa.attendance.services.rolls import close_roll
from lantoa.directives.enums import DirectiveClass
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ReasonClass, Role, Standing, UnitKind
from lantoa.organizations.models import Unit
from lantoa.organizations.services.persons import NewPerson, exempt_person, register_persons
from lantoa.plans.models import Campaign, SummonsEntry
from lantoa.plans.services.campaigns import create_campaign, start_campaign
from lantoa.plans.services.summons import freeze_summons
from lantoa.study_sessions.enums import SessionMode
from lantoa.study_sessions.models import Site
from lantoa.study_sessions.services import add_site, place_summoned, set_up_session
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_unit

pytestmark = pytest.mark.django_db

MORNING = dt.datetime(2026, 9, 14, 7, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
STATUSES = (
    *(MarkStatus.PRESENT for _ in range(10)), MarkStatus.LATE, MarkStatus.EXCUSED, MarkStatus.ABSENT,
)  # fmt: skip


@dataclass
class Table:
    """The committee with its three cells after everything in the table has happened."""

    campaign: Campaign
    committee: Unit
    a: Unit
    b: Unit
    c: Unit

    def counts(self, unit: Unit) -> Counts:
        """The kept counts of a unit, members and cadres together."""
        return Counts.of(Coverage.objects.get(campaign=self.campaign, unit=unit, group="all"))


def people(officer: Actor, cell: Unit, count: int, exempt: int) -> None:
    rows = [
        NewPerson(full_name=f"Lò Văn {chr(65 + number)}", standing=Standing.FULL, unit=cell, birth_year=1960 + number)
        for number in range(count)
    ]
    persons = register_persons(actor=officer, rows=rows, starts_on=dt.date(2020, 1, 1))
    for person in persons[:exempt]:
        exempt_person(
            actor=officer, person=person, reason_class=ReasonClass.HEALTH, decision_number="7-QĐ/ĐU",
            decision_date=dt.date(2026, 1, 5), starts_on=dt.date(2026, 1, 5),
        )  # fmt: skip


def owing(cell: Unit) -> list[SummonsEntry]:
    """The people of a cell who are not exempt."""
    entries = SummonsEntry.objects.filter(unit=cell, person__exemptions__isnull=True)
    return list(entries.order_by("person__birth_year"))


def take(clerk: Actor, site: Site, entries: Sequence[SummonsEntry], statuses: Sequence[MarkStatus]) -> None:
    marks = [
        Mark(entry.pk, status, uuid.uuid4(), clock.now(), ReasonClass.WORK if status == MarkStatus.EXCUSED else "")
        for entry, status in zip(entries, statuses, strict=True)
    ]
    assert {receipt.outcome for receipt in record_marks(actor=clerk, site=site, marks=marks)} == {"accepted"}


def stage() -> Table:
    """Everything in the table, step by step: campaign, list, session, rolls, make-up."""
    committee = make_unit("Đảng ủy xã", kind=UnitKind.GRASSROOTS_COMMITTEE)
    a, b, c = (make_unit(f"Chi bộ {letter}", parent=committee) for letter in "ABC")
    officer = make_actor(Role.OFFICER, committee)
    for cell, count, exempt in ((a, 14, 1), (b, 9, 0), (c, 20, 2)):
        people(officer, cell, count, exempt)
    campaign = create_campaign(
        actor=officer, client_id=uuid.uuid4(), owner=committee, name="Học tập Nghị quyết 57-NQ/TW",
        directives=[make_directive(committee)], audience=DirectiveClass.GENERAL, sector=None, target_rate=Decimal(95),
        starts_on=dt.date(2026, 9, 1), ends_on=dt.date(2026, 10, 31), pilots=[], rules=[],
    )  # fmt: skip
    start_campaign(actor=officer, campaign=campaign)
    campaign.refresh_from_db()
    freeze_summons(
        actor=officer, client_id=uuid.uuid4(), campaign=campaign, unit=committee, number="12-CV/ĐU",
        issued_on=dt.date(2026, 9, 7),
    )  # fmt: skip
    session = set_up_session(
        actor=officer, client_id=uuid.uuid4(), campaign=campaign, host=committee, title="Hội nghị học tập",
        mode=SessionMode.HYBRID, starts_at=MORNING, ends_at=MORNING + dt.timedelta(hours=4),
    )  # fmt: skip
    sites = {
        cell: add_site(actor=officer, session=session, unit=cell, name=cell.name, cells=[cell]) for cell in (a, b, c)
    }
    place_summoned(actor=officer, session=session)
    with clock.supposing(MORNING + dt.timedelta(minutes=20)):
        for cell, statuses in ((a, STATUSES), (c, (MarkStatus.PRESENT,) * 18)):
            clerk = make_actor(Role.CLERK, cell)
            take(clerk, sites[cell], owing(cell), statuses)
            close_roll(actor=clerk, site=sites[cell], absent_rest=False)
    again = set_up_make_up(
        actor=officer, client_id=uuid.uuid4(), session=session, host=committee, title="Hội nghị học bù",
        mode=SessionMode.IN_PERSON, starts_at=MORNING + dt.timedelta(days=7),
        ends_at=MORNING + dt.timedelta(days=7, hours=3),
    )  # fmt: skip
    with clock.supposing(MORNING + dt.timedelta(days=7, hours=1)):
        take(make_actor(Role.CLERK, committee), again.sites.get(), owing(a)[12:], [MarkStatus.PRESENT])
    fold_waiting()
    return Table(campaign, committee, a, b, c)


@pytest.fixture
def table() -> Table:
    with clock.supposing(MORNING - dt.timedelta(days=7)):
        return stage()


def test_cell_a(table: Table) -> None:
    counts = table.counts(table.a)
    assert counts == Counts(
        summoned=14, excluded=1, present=10, late=1, excused=1, absent=1, not_reported=0, made_up=1,
        cells_total=1, cells_reported=1, reported_denominator=13, reported_attended=11,
    )  # fmt: skip
    assert (counts.first_session.numerator, counts.denominator) == (11, 13)
    assert counts.first_session.percent == Decimal("84.6")
    assert (counts.coverage.numerator, counts.coverage.percent) == (12, Decimal("92.3"))
    assert not counts.coverage.at_least


def test_cell_b_is_not_reported(table: Table) -> None:
    counts = table.counts(table.b)
    assert counts == Counts(summoned=9, not_reported=9, cells_total=1)
    assert counts.first_session.percent is None
    with translation.override("vi"):
        assert counts.coverage.text == "chưa báo cáo"


def test_cell_c(table: Table) -> None:
    counts = table.counts(table.c)
    assert counts == Counts(
        summoned=20, excluded=2, present=18, cells_total=1, cells_reported=1, reported_denominator=18,
        reported_attended=18,
    )  # fmt: skip
    assert counts.first_session.percent == counts.coverage.percent == Decimal(100)
    assert counts.coverage.reaches(Decimal(95))


def test_the_committee(table: Table) -> None:
    counts = table.counts(table.committee)
    assert counts == Counts(
        summoned=43, excluded=3, present=28, late=1, excused=1, absent=1, not_reported=9, made_up=1,
        cells_total=3, cells_reported=2, reported_denominator=31, reported_attended=29,
    )  # fmt: skip
    assert (counts.first_session.numerator, counts.denominator) == (29, 40)
    assert counts.first_session.percent == Decimal("72.5")
    assert (counts.reported.numerator, counts.reported.denominator) == (29, 31)
    assert counts.reported.percent == Decimal("93.5")
    assert (counts.coverage.numerator, counts.coverage.percent) == (30, Decimal("75.0"))
    assert counts.coverage.at_least
    with translation.override("vi"):
        assert counts.first_session.text == "ít nhất 72,5%"
    assert not counts.coverage.reaches(Decimal(95))


def test_the_recount_agrees(table: Table) -> None:
    result = recount(table.campaign)
    assert result.agrees, [str(each) for each in result.differences]
