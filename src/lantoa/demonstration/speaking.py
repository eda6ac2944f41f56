"""Who speaks in the demonstration: the register of speakers, and the programmes that name them."""

import datetime as dt

from lantoa.demonstration.organisation import District, stable_id
from lantoa.demonstration.planning import at
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, SpokenLanguage
from lantoa.organizations.models import Unit
from lantoa.speakers.enums import Tier
from lantoa.speakers.models import Speaker
from lantoa.speakers.services import RecognitionFacts, end_recognition, recognise
from lantoa.study_sessions.enums import SessionMode
from lantoa.study_sessions.models import StudySession
from lantoa.study_sessions.selectors import ProgrammeLine
from lantoa.study_sessions.services import change_session

LANGUAGES = (SpokenLanguage.HMONG, SpokenLanguage.THAI, SpokenLanguage.DAO, SpokenLanguage.HA_NHI)
ITEMS = (
    (dt.time(7, 30), "Chào cờ, tuyên bố lý do", "Đồng chí Phó Bí thư Thường trực"),
    (dt.time(7, 45), "Giới thiệu những nội dung cốt lõi và điểm mới của nghị quyết", ""),
    (dt.time(9, 30), "Giới thiệu kế hoạch thực hiện tại địa phương", ""),
    (dt.time(10, 45), "Trao đổi, giải đáp", ""),
)
BY_DISTRICT, BY_COMMUNE = 8, 4


def make_speakers(district: District, officer: Actor) -> list[Speaker]:
    """The district recognises eight speakers, one of whom stopped at midyear, and Mường So four communicators."""
    commune = next(unit for unit in district.grassroots if unit.name == "Đảng bộ xã Mường So")
    theirs = district.staff_of(commune).who(Role.OFFICER)
    speakers = _recognise(district, officer, district.committee, Tier.DISTRICT, BY_DISTRICT)
    _recognise(district, theirs, commune, Tier.COMMUNICATOR, BY_COMMUNE)
    last_day = clock.today() - dt.timedelta(days=90)
    end_recognition(actor=officer, speaker=speakers[-1], last_day=last_day, number="318-QĐ/HU", decided_on=last_day)
    return speakers[:-1]


def write_programme(session: StudySession, officer: Actor, speakers: list[Speaker], day: dt.date) -> None:
    """The programme of a conference, written a week before: a guest opens it, and speakers of the register speak."""
    who = iter(speakers)
    lines = [
        ProgrammeLine(hour, title, guest) if guest else ProgrammeLine(hour, title, "", next(who).pk)
        for hour, title, guest in ITEMS
    ]
    with clock.supposing(at(day - dt.timedelta(days=7), 9)):
        change_session(
            actor=officer,
            session=session,
            version=session.version,
            title=session.title,
            mode=SessionMode(session.mode),
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            plan=session.plan,
            programme=lines,
        )


def _recognise(district: District, officer: Actor, unit: Unit, tier: Tier, number: int) -> list[Speaker]:
    cells = [cell for cell, _ in district.cells if cell.path.startswith(unit.path)]
    step = max(1, len(cells) // number)
    sectors = list(district.sectors.values())
    chosen = [person for cell in cells[::step] for person in district.people[cell.pk][4:5] if person.code][:number]
    return [
        recognise(
            actor=officer,
            client_id=stable_id(f"speaker {unit.pk} {position}"),
            unit=unit,
            member_code=person.code,
            full_name=person.full_name,
            facts=RecognitionFacts(
                tier=tier,
                starts_on=dt.date(2023, 1, 1),
                last_day=None,
                decision=Decision("905-QĐ/HU", dt.date(2022, 12, 20), "Ban Thường vụ"),
                topics=sectors[position % len(sectors) :][:1] if position % 2 else (),
                languages=(SpokenLanguage.VIETNAMESE, LANGUAGES[position % len(LANGUAGES)]),
            ),
        )
        for position, person in enumerate(chosen)
    ]
