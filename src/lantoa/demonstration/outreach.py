"""What the units of the demonstration do besides conferences, in the languages of the place, and what people write."""

import datetime as dt

from lantoa.attendance.enums import OwedBy
from lantoa.attendance.models import Attendance
from lantoa.attendance.services.reflections import ask_reflections, assess_reflection, hand_in_reflection
from lantoa.demonstration.organisation import District, stable_id
from lantoa.demonstration.planning import at
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, SpokenLanguage, UnitKind
from lantoa.plans.models import Campaign
from lantoa.rollcall.models import Card
from lantoa.rollcall.services.cards import print_cards, replace_cards
from lantoa.study_sessions.enums import ActivityKind, HeadcountBasis
from lantoa.study_sessions.services import ActivityFacts, record_activity, take_back_activity

HELD = (
    (ActivityKind.VILLAGE_MEETING, "Nhà văn hóa bản", "Bà con trong bản", HeadcountBasis.COUNTED, 64),
    (ActivityKind.CLUB, "Nhà văn hóa xã", "Hội viên câu lạc bộ gia đình hạnh phúc", HeadcountBasis.BOOK, 28),
    (ActivityKind.ASSOCIATION, "Nhà văn hóa bản", "Hội viên phụ nữ", HeadcountBasis.BOOK, 35),
    (ActivityKind.CONTEST, "Sân vận động xã", "Đoàn viên, học sinh và bà con đến xem", HeadcountBasis.ESTIMATED, 210),
    (ActivityKind.PERFORMANCE, "Chợ phiên", "Bà con đi chợ", HeadcountBasis.ESTIMATED, 320),
    (ActivityKind.MOBILE_TEAM, "Trung tâm bản", "Bà con ở các bản vùng cao", HeadcountBasis.COUNTED, 47),
)
LANGUAGES = (SpokenLanguage.HMONG, SpokenLanguage.DAO, SpokenLanguage.THAI, SpokenLanguage.HA_NHI)


def reach_out(district: District, campaign: Campaign, first_day: dt.date, *, units: int) -> None:
    """The first grassroots organisations hold two activities each; the last one was entered twice and is taken back."""
    holding = district.grassroots[:units]
    for position, unit in enumerate(holding):
        clerk = district.staff_of(unit).who(Role.CLERK, Role.SECRETARY)
        for turn in range(2):
            kind, place, audience, basis, people = HELD[(position + 3 * turn) % len(HELD)]
            day = first_day + dt.timedelta(days=(3 * position + 5 * turn) % 20)
            facts = ActivityFacts(
                kind=kind,
                place=place,
                held_at=at(day, 19, 30),
                languages=(LANGUAGES[position % len(LANGUAGES)], SpokenLanguage.VIETNAMESE),
                audience=audience,
                headcount=people + 3 * (position % 7),
                basis=basis,
            )
            with clock.supposing(at(day, 22)):
                activity = record_activity(
                    actor=clerk,
                    client_id=stable_id(f"activity {campaign.pk} {unit.pk} {turn}"),
                    unit=unit,
                    campaign=campaign,
                    facts=facts,
                )
                if unit == holding[-1] and turn:
                    take_back_activity(actor=clerk, activity=activity, reason="Nhập hai lần")
        district.progress(f"Hoạt động · {campaign.name}", position + 1, units)


QUESTIONS = """Đồng chí hiểu điểm mới nào của nghị quyết?
Chi bộ, bản của đồng chí cần làm gì trước mắt?
Bản thân đồng chí sẽ làm gì?"""
WRITTEN = "Tôi hiểu chuyển đổi số trước hết giúp bà con làm thủ tục ngay tại bản. Tôi sẽ hướng dẫn ba hộ gần nhà."


def write_reflections(district: District, campaign: Campaign, officer: Actor, day: dt.date) -> None:
    """The campaign asks those who attended for reflections; in some cells the first have come in and are assessed."""
    with clock.supposing(at(day, 9)):
        ask_reflections(
            actor=officer,
            campaign=campaign,
            version=0,
            questions=QUESTIONS,
            due_on=day + dt.timedelta(days=30),
            owed_by=OwedBy.PRESENT,
            exempt_born_until=1950,
        )
    cells = [unit for unit in district.grassroots if unit.kind == UnitKind.GRASSROOTS_CELL]
    for unit in cells[:6]:
        secretary = district.staff_of(unit).who(Role.SECRETARY)
        attended = Attendance.objects.filter(entry__campaign=campaign, entry__unit=unit, status="present")
        people = attended.filter(entry__reflection__isnull=True).exclude(entry__person=secretary.person_id)
        for position, row in enumerate(people.select_related("entry__unit").order_by("entry_id")[:5]):
            with clock.supposing(at(day + dt.timedelta(days=1), 15)):
                paper = hand_in_reflection(
                    actor=secretary, entry=row.entry, version=0, text=WRITTEN, handed_in_on=clock.today()
                )
                if position < 3:
                    passed = position > 0
                    assess_reflection(
                        actor=secretary,
                        entry=row.entry,
                        version=paper.version,
                        passed=passed,
                        remark="" if passed else "Cần liên hệ công việc của bản thân.",
                    )


def give_cards(district: District, day: dt.date) -> None:
    """Two cells have printed QR cards for their people; in the first, one was lost."""
    cells = [unit for unit in district.grassroots if unit.kind == UnitKind.GRASSROOTS_CELL]
    for unit in cells[:2]:
        secretary = district.staff_of(unit).who(Role.SECRETARY)
        with clock.supposing(at(day, 10)):
            print_cards(actor=secretary, unit=unit, purpose="Phát thẻ điểm danh cho chi bộ")
    lost = Card.objects.filter(unit=cells[0]).order_by("pk").first()
    if lost:
        with clock.supposing(at(day + dt.timedelta(days=3), 8)):
            secretary = district.staff_of(cells[0]).who(Role.SECRETARY)
            replace_cards(actor=secretary, unit=cells[0], card_ids=[lost.pk])
