"""Building the demonstration: deterministic, through the services, dated so that the running campaign runs today."""

import datetime as dt
from decimal import Decimal
from random import Random

from django.db import connection

from lantoa.attendance.folding import fold_waiting
from lantoa.attendance.models import RollClosing
from lantoa.demonstration.library import fill_library
from lantoa.demonstration.organisation import District, Progress, make_people, make_staff, make_units, stable_id
from lantoa.demonstration.outreach import give_cards, reach_out, write_reflections
from lantoa.demonstration.papers import call_others_too, put_papers_around
from lantoa.demonstration.phoning import set_up_phones
from lantoa.demonstration.places import PILOTS, VISITED
from lantoa.demonstration.planning import (
    PAST,
    PRESENT,
    Calendar,
    at,
    close_plans,
    make_district_plan,
    make_unit_plans,
)
from lantoa.demonstration.publishing import open_portal, open_portal_of_commune
from lantoa.demonstration.register import make_register
from lantoa.demonstration.reminding import remind
from lantoa.demonstration.speaking import make_speakers, write_programme
from lantoa.demonstration.staff import make_visitors
from lantoa.demonstration.studying import (
    disagree,
    exempt_the_old,
    hold_conference,
    leave_something_to_decide,
    make_up,
    take_rolls,
)
from lantoa.directives.enums import DirectiveClass
from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Sector, Unit
from lantoa.plans.enums import Anchor, Owed
from lantoa.plans.models import Campaign
from lantoa.plans.rules import RuleInput
from lantoa.plans.services.campaigns import create_campaign, finish_campaign, start_campaign
from lantoa.study_sessions.models import Site

SEED = 1327
OWING = (UnitKind.COMMUNE_COMMITTEE, UnitKind.GRASSROOTS_COMMITTEE, UnitKind.GRASSROOTS_CELL)
_PROGRAMMES = RuleInput(
    owed=Owed.PROGRAMME, unit_kind=UnitKind.COMMUNE_COMMITTEE, anchor=Anchor.SESSION, days=15, working_days=True
)


def is_built() -> bool:
    """Whether the database holds units already."""
    return Unit.objects.exists()


def build(progress: Progress) -> None:
    """Write the whole demonstration. `progress` is told the part, how much of it is done, and of how much."""
    district = District(random=Random(SEED), progress=progress)
    make_units(district)
    make_people(district)
    make_staff(district)
    visitors = make_visitors(district)
    officer = visitors["tuyengiao"]
    register = make_register(district, officer)
    fill_library(district, register, clock.today())
    exempt_the_old(district, officer)
    district.speakers = make_speakers(district, officer)
    _past(district, officer, register)
    _present(district, officer, register)
    _future(district, officer, register)
    open_portal(district)
    open_portal_of_commune(district)
    progress("Tổng hợp", 0, 1)
    fold_waiting()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    progress("Tổng hợp", 1, 1)


def _campaign(
    district: District,
    officer: Actor,
    *,
    name: str,
    directives: list[Directive],
    starts_on: dt.date,
    days: int,
    audience: DirectiveClass = DirectiveClass.GENERAL,
    sector: Sector | None = None,
    programmes: bool = True,
) -> Campaign:
    return create_campaign(
        actor=officer,
        client_id=stable_id(f"campaign {name}"),
        owner=district.committee,
        name=name,
        directives=directives,
        audience=audience,
        sector=sector,
        target_rate=Decimal(95),
        starts_on=starts_on,
        ends_on=starts_on + dt.timedelta(days=days),
        pilots=[unit for unit in district.grassroots if unit.name in {f"Đảng bộ xã {name}" for name in PILOTS}],
        rules=[*_rules(starts_on), *([_PROGRAMMES] if programmes else [])],
    )


def _rules(starts_on: dt.date) -> list[RuleInput]:
    """Plans by days from the first day, and the study by one day for all."""
    study, start = starts_on + dt.timedelta(days=50), Anchor.START
    first = RuleInput(owed=Owed.PLAN, unit_kind=UnitKind.DISTRICT_COMMITTEE, anchor=start, days=5, working_days=True)
    plans = [RuleInput(owed=Owed.PLAN, unit_kind=kind, anchor=start, days=25) for kind in OWING]
    kinds = (UnitKind.DISTRICT_COMMITTEE, *OWING, UnitKind.CELL)
    studies = [RuleInput(owed=Owed.STUDY, unit_kind=kind, due_on=study) for kind in kinds]
    return [first, *plans, *studies]


def _past(district: District, officer: Actor, register: dict[str, Directive]) -> None:
    """The campaign of spring 2023: every plan closed, every roll in, make-ups held."""
    begins = dt.date(2023, 2, 6)
    with clock.supposing(at(begins, 8)):
        campaign = _campaign(
            district,
            officer,
            name="Học tập, quán triệt các nghị quyết Hội nghị Trung ương 6 khóa XIII",
            directives=[register["27-NQ/TW"], register["28-NQ/TW"]],
            starts_on=begins,
            days=110,
            programmes=False,
        )
        start_campaign(actor=officer, campaign=campaign)
    make_district_plan(district, campaign, "112-KH/HU", begins + dt.timedelta(days=5))
    make_unit_plans(district, campaign, PAST, _calendar(campaign))
    study_day = dt.date(2023, 3, 22)
    session = hold_conference(district, campaign, officer, study_day, "310-CV/HU")
    write_programme(session, officer, district.speakers, study_day)
    sites = take_rolls(district, session, study_day, missing=0, partial=0)
    fold_waiting()
    make_up(district, session, sites[:48], dt.date(2023, 4, 5))
    reach_out(district, campaign, dt.date(2023, 4, 8), units=20)
    close_plans(district, campaign, campaign.ends_on - dt.timedelta(days=3))
    with clock.supposing(at(campaign.ends_on, 16)):
        finish_campaign(actor=officer, campaign=campaign)


def _present(district: District, officer: Actor, register: dict[str, Directive]) -> None:
    """The campaign that runs today: late units, returned plans, rolls complete, partial and missing."""
    today = clock.today()
    begins = today - dt.timedelta(days=48)
    with clock.supposing(at(begins, 8)):
        campaign = _campaign(
            district,
            officer,
            name="Học tập, quán triệt Nghị quyết số 57-NQ/TW của Bộ Chính trị",
            directives=[register["57-NQ/TW"]],
            starts_on=begins,
            days=110,
        )
        start_campaign(actor=officer, campaign=campaign)
    make_district_plan(district, campaign, "245-KH/HU", begins + dt.timedelta(days=5))
    make_unit_plans(district, campaign, PRESENT, _calendar(campaign))
    study_day = today - dt.timedelta(days=8)
    session = hold_conference(district, campaign, officer, study_day, "918-CV/HU")
    write_programme(session, officer, district.speakers, study_day)
    closed = take_rolls(district, session, study_day, missing=9, partial=6)
    fold_waiting()
    make_up(district, session, closed[3:9], today - dt.timedelta(days=2))
    reach_out(district, campaign, today - dt.timedelta(days=22), units=12)
    write_reflections(district, campaign, officer, today - dt.timedelta(days=6))
    give_cards(district, today - dt.timedelta(days=12))
    leave_something_to_decide(district, closed, study_day)
    open_sites = Site.objects.filter(session=session).exclude(pk__in=RollClosing.objects.values("site"))
    marked = open_sites.filter(events__isnull=False).select_related("unit", "session").distinct().first()
    if marked is not None:
        disagree(district, marked, study_day)
    visited = [site for site in open_sites.select_related("unit", "session") if site.unit.name == VISITED]
    set_up_phones(district, [*visited, *closed[:2]], study_day)
    put_papers_around(district, officer, campaign)
    remind(officer, campaign)


def _future(district: District, officer: Actor, register: dict[str, Directive]) -> None:
    """The campaign that is being prepared: for one sector."""
    campaign = _campaign(
        district,
        officer,
        name="Học tập, quán triệt Nghị quyết số 71-NQ/TW trong ngành giáo dục",
        directives=[register["71-NQ/TW"]],
        starts_on=clock.today() + dt.timedelta(days=14),
        days=75,
        audience=DirectiveClass.SECTORAL,
        sector=district.sectors["education"],
    )
    call_others_too(officer, campaign)


def _calendar(campaign: Campaign) -> Calendar:
    begins = campaign.starts_on
    return Calendar(
        begins=begins,
        ends=campaign.ends_on,
        drafted=begins + dt.timedelta(days=8),
        submitted=begins + dt.timedelta(days=13),
        approved=begins + dt.timedelta(days=15),
        issued=begins + dt.timedelta(days=18),
    )
