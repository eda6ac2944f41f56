"""The study sessions of the demonstration: rolls complete, partial and missing, make-ups, a dispute, a late mark."""

import datetime as dt
from collections.abc import Sequence

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.models import Attendance
from lantoa.attendance.services.make_ups import set_up_make_up
from lantoa.attendance.services.marks import Mark, record_marks
from lantoa.attendance.services.rolls import close_roll
from lantoa.demonstration.organisation import District, stable_id
from lantoa.demonstration.places import VISITED
from lantoa.demonstration.planning import at
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ReasonClass, Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.organizations.services.persons import exempt_person
from lantoa.plans.enums import RemovalReason
from lantoa.plans.models import Campaign, SummonsEntry
from lantoa.plans.services.summons import freeze_summons, remove_from_summons
from lantoa.study_sessions.enums import HeadcountBasis, SessionMode, SiteReadiness
from lantoa.study_sessions.models import Placement, Site, StudySession
from lantoa.study_sessions.services import add_site, check_site, count_heads, place_summoned, set_up_session

WEIGHTS = {MarkStatus.PRESENT: 90, MarkStatus.LATE: 3, MarkStatus.EXCUSED: 5, MarkStatus.ABSENT: 2}
REASONS = (ReasonClass.HEALTH, ReasonClass.WORK, ReasonClass.WORK, ReasonClass.AWAY, ReasonClass.OTHER)


def exempt_the_old(district: District, officer: Actor) -> None:
    """The oldest members are exempt from activities by decision, most of them for their health."""
    old = [
        person
        for cell, _ in district.cells
        for person in district.people[cell.pk][3:]
        if person.birth_year is not None and person.birth_year <= 1952
    ]
    for position, person in enumerate(old):
        exempt_person(
            actor=officer,
            person=person,
            reason_class=ReasonClass.HEALTH if position % 5 else ReasonClass.OTHER,
            decision_number=f"{20 + position}-QĐ/HU",
            decision_date=dt.date(2022, 6, 1),
            starts_on=dt.date(2022, 7, 1),
        )
        district.progress("Miễn sinh hoạt", position + 1, len(old))


def hold_conference(district: District, campaign: Campaign, officer: Actor, day: dt.date, number: str) -> StudySession:
    """Summon everybody, open a site at each of the 62 grassroots organisations, and seat the list."""
    with clock.supposing(at(day - dt.timedelta(days=10), 9)):
        freeze_summons(
            actor=officer,
            client_id=stable_id(f"summons {number}"),
            campaign=campaign,
            unit=district.committee,
            number=number,
            issued_on=day - dt.timedelta(days=10),
        )
        session = set_up_session(
            actor=officer,
            client_id=stable_id(f"session {number}"),
            campaign=campaign,
            host=district.committee,
            title="Hội nghị trực tuyến học tập, quán triệt nghị quyết",
            mode=SessionMode.ONLINE,
            starts_at=at(day, 7, 30),
            ends_at=at(day, 11, 30),
        )
        for position, unit in enumerate(district.grassroots):
            _add_site(district, session, officer, unit)
            district.progress(f"Điểm cầu · {campaign.name}", position + 1, len(district.grassroots))
        place_summoned(actor=officer, session=session)
    with clock.supposing(at(day - dt.timedelta(days=5), 14)):
        _remove_some(campaign, officer)
    return session


def _add_site(district: District, session: StudySession, officer: Actor, unit: Unit) -> None:
    place = unit.name.replace("Đảng bộ ", "").replace("Chi bộ ", "")
    add_site(
        actor=officer,
        session=session,
        unit=unit,
        name=f"Điểm cầu {place}",
        address="Nhà văn hóa xã" if unit.kind == UnitKind.COMMUNE_COMMITTEE else "",
        cells=district.cells_under(unit),
    )


def _remove_some(campaign: Campaign, officer: Actor) -> None:
    entries = SummonsEntry.objects.filter(campaign=campaign).order_by("id")[40::900]
    for position, entry in enumerate(entries):
        remove_from_summons(
            actor=officer,
            entry=entry,
            decision=f"{70 + position}-QĐ/HU",
            removed_on=clock.today(),
            reason=RemovalReason.MOVED,
        )


def take_rolls(district: District, session: StudySession, day: dt.date, *, missing: int, partial: int) -> list[Site]:
    """Take the roll at every site but `missing` ones; `partial` ones stay half done. Returns the closed sites.

    The commune that visitors sign in at is the first to be missing: its roll is theirs to take.
    """
    sites = list(Site.objects.filter(session=session).select_related("unit", "session").order_by("id"))
    order = list(range(len(sites)))
    district.random.shuffle(order)
    order.sort(key=lambda position: sites[position].unit.name != VISITED)
    left_out, half_done = set(order[:missing]), set(order[missing : missing + partial])
    closed: list[Site] = []
    for position, site in enumerate(sites):
        if position in left_out:
            continue
        whole = position not in half_done
        _report(district, site, day, position)
        _take_roll(district, site, day, whole=whole)
        if whole:
            closed.append(site)
        district.progress(f"Điểm danh · {session.campaign.name}", position + 1, len(sites))
    return closed


TROUBLES = ("Mất điện, đang chờ máy phát", "Đường truyền chập chờn", "Loa phóng thanh hỏng, cần mượn loa")


def _report(district: District, site: Site, day: dt.date, position: int) -> None:
    """Most sites say the day before that they are ready, some have a problem; each counts heads once it has begun."""
    clerk = district.staff_of(site.unit).who(Role.CLERK, Role.SECRETARY)
    if position % 9:
        trouble = position % 20 == 1
        with clock.supposing(at(day - dt.timedelta(days=1), 15, position % 60)):
            check_site(
                actor=clerk,
                site=site,
                client_id=stable_id(f"check {site.pk}"),
                state=SiteReadiness.PROBLEM if trouble else SiteReadiness.READY,
                note=TROUBLES[position // 20 % 3] if trouble else "",
            )
    placed = Placement.objects.filter(site=site).count()
    with clock.supposing(at(day, 7, 35 + position % 20)):
        count_heads(
            actor=clerk,
            site=site,
            client_id=stable_id(f"heads {site.pk}"),
            members=placed - placed // 12,
            others=position % 4,
            basis=HeadcountBasis.COUNTED if position % 3 else HeadcountBasis.SIGNED,
        )


def _take_roll(district: District, site: Site, day: dt.date, *, whole: bool) -> None:
    random = district.random
    clerk = district.staff_of(site.unit).who(Role.CLERK, Role.SECRETARY)
    entries = [place.entry_id for place in Placement.objects.filter(site=site).order_by("id")]
    if not whole:
        entries = entries[: len(entries) // 2]
    moment = at(day, 7, 20 + site.pk % 35)
    statuses = random.choices(list(WEIGHTS), weights=list(WEIGHTS.values()), k=len(entries))
    with clock.supposing(moment):
        record_marks(actor=clerk, site=site, marks=_marks(district, site, entries, statuses, moment))
    if whole:
        with clock.supposing(at(day, 11, 35)):
            close_roll(
                actor=clerk,
                site=site,
                absent_rest=False,
                guests=random.choice((0, 0, 3, 5, 12, 20)),
                guests_note="",
            )


def _marks(
    district: District, site: Site, entries: Sequence[int], statuses: Sequence[MarkStatus], moment: dt.datetime
) -> list[Mark]:
    return [
        Mark(
            entry_id=entry,
            status=status,
            event_id=stable_id(f"mark {site.pk} {entry}"),
            wall_time=moment + dt.timedelta(seconds=4 * position),
            reason_class=district.random.choice(REASONS) if status == MarkStatus.EXCUSED else "",
        )
        for position, (entry, status) in enumerate(zip(entries, statuses, strict=True))
    ]


def make_up(district: District, session: StudySession, sites: Sequence[Site], day: dt.date) -> None:
    """Each of the sites' units holds a make-up for its own people; most come."""
    for position, site in enumerate(sites):
        staff = district.staff_of(site.unit)
        leader = staff.who(Role.OFFICER, Role.SECRETARY)
        if not Attendance.objects.filter(session=session, entry__placements__site=site, status__in=_MISSED).exists():
            continue
        with clock.supposing(at(day - dt.timedelta(days=4), 15)):
            later = set_up_make_up(
                actor=leader,
                client_id=stable_id(f"make-up {site.pk}"),
                session=session,
                host=site.unit,
                title=f"Buổi học bù tại {site.unit.name}",
                mode=SessionMode.IN_PERSON,
                starts_at=at(day, 14),
                ends_at=at(day, 16, 30),
            )
        _take_make_up_roll(district, later, day)
        district.progress(f"Học bù · {session.campaign.name}", position + 1, len(sites))


_MISSED = (MarkStatus.EXCUSED, MarkStatus.ABSENT)


def _take_make_up_roll(district: District, session: StudySession, day: dt.date) -> None:
    for site in Site.objects.filter(session=session).select_related("unit", "session"):
        clerk = district.staff_of(site.unit).who(Role.CLERK, Role.SECRETARY)
        entries = [place.entry_id for place in Placement.objects.filter(site=site).order_by("id")]
        statuses = district.random.choices((MarkStatus.PRESENT, MarkStatus.EXCUSED), weights=(4, 1), k=len(entries))
        with clock.supposing(at(day, 14, 10)):
            record_marks(actor=clerk, site=site, marks=_marks(district, site, entries, statuses, at(day, 14, 10)))
        with clock.supposing(at(day, 16, 35)):
            close_roll(actor=clerk, site=site, absent_rest=False)


def leave_something_to_decide(district: District, sites: Sequence[Site], day: dt.date) -> None:
    """One late mark that waits for a decision at some sites, and at one a mark that two recorders dispute."""
    for site in sites[:3]:
        clerk = district.staff_of(site.unit).who(Role.CLERK, Role.SECRETARY)
        absent = Attendance.objects.filter(entry__placements__site=site, status__in=_MISSED).first()
        if absent is None:
            continue
        moment = at(day, 17, 5)
        mark = Mark(
            entry_id=absent.entry_id,
            status=MarkStatus.PRESENT,
            event_id=stable_id(f"late {site.pk}"),
            wall_time=moment,
        )
        with clock.supposing(moment):
            record_marks(actor=clerk, site=site, marks=[mark])


def disagree(district: District, site: Site, day: dt.date) -> None:
    """At a roll that is still open, the secretary says present where the clerk says absent."""
    staff = district.staff_of(site.unit)
    place = Placement.objects.filter(site=site).order_by("id").first()
    if place is None:
        return
    for actor, status, minute in (
        (staff.who(Role.CLERK), MarkStatus.ABSENT, 45),
        (staff.who(Role.SECRETARY), MarkStatus.PRESENT, 50),
    ):
        mark = Mark(
            entry_id=place.entry_id,
            status=status,
            event_id=stable_id(f"dispute {site.pk} {minute}"),
            wall_time=at(day, 8, minute),
        )
        with clock.supposing(at(day, 8, minute)):
            record_marks(actor=actor, site=site, marks=[mark])
