"""The roll of a site: what it shows, how it is closed, what it asks of whom."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from lantoa.attendance import errors
from lantoa.attendance.enums import LateDecision, MarkStatus
from lantoa.attendance.folding.states import sums_of_session
from lantoa.attendance.models import RollClosing
from lantoa.attendance.selectors.duties import duties_of
from lantoa.attendance.selectors.missed import missed_of
from lantoa.attendance.selectors.rolls import marked_entries, news_of, people_elsewhere, roll_facts, roll_of
from lantoa.attendance.services.make_ups import MakeUpSite, set_up_make_up
from lantoa.attendance.services.marks import record_marks
from lantoa.attendance.services.rolls import close_roll, states_digest
from lantoa.kernel import clock
from lantoa.organizations.enums import ReasonClass, Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import ActivityExemption
from lantoa.plans.enums import CampaignState
from lantoa.study_sessions.enums import SessionKind, SessionMode
from lantoa.study_sessions.models import StudySession
from tests.attendance.factories import Scene, make_event, make_scene, mark
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit
from tests.plans.factories import make_entry
from tests.study_sessions.factories import make_session, make_site, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def exempt(scene: Scene, number: int = 0) -> None:
    ActivityExemption.objects.create(
        person=scene.entries[number].person,
        reason_class=ReasonClass.HEALTH,
        decision_number="1-QĐ/ĐU",
        decision_date=dt.date(2020, 1, 1),
        period=ALWAYS,
    )


def test_the_roll_is_in_order_of_given_names_and_current_without_a_worker(scene: Scene) -> None:
    record_marks(
        actor=scene.clerk,
        site=scene.site,
        marks=[mark(scene.entries[0]), mark(scene.entries[1], MarkStatus.EXCUSED, reason="work")],
    )
    roll = roll_of(scene.site)
    assert [line.name.split()[-1] for line in roll.lines] == ["An", "Bình", "Chẳng"]
    assert [line.value for line in roll.lines] == ["present", "excused-work", ""]
    assert roll.tally.attended == 1
    assert (roll.tally.marked, roll.tally.expected, roll.tally.unmarked) == (2, 3, 1)
    assert roll.lines[2].words == ""
    assert "(" in roll.lines[1].words
    assert "(" not in roll.lines[0].words


def test_search_ignores_diacritics(scene: Scene) -> None:
    lines = roll_of(scene.site).lines
    assert [line.name for line in lines if line.matches("mi CHANG")] == ["Tẩn Mí Chẳng"]


def test_exempt_and_removed_people_are_shown_and_not_counted(scene: Scene) -> None:
    exempt(scene)
    scene.entries[1].removed_on = timezone.localdate(scene.session.starts_at)
    scene.entries[1].removal_decision = "2-QĐ/ĐU"
    scene.entries[1].save(update_fields=["removed_on", "removal_decision"])
    roll = roll_of(scene.site)
    assert (roll.tally.excluded, roll.tally.expected, len(roll.unmarked)) == (2, 1, 1)


def test_somebody_of_another_list_who_is_here_is_shown_as_a_visitor(scene: Scene) -> None:
    other = make_site(scene.session, scene.committee, name="Điểm cầu khác")
    guest = make_entry(scene.summons, make_person("Hoàng Thị Ứng", unit=scene.cell), unit=scene.cell)
    place(other, guest)
    assert [line.name for line in people_elsewhere(scene.site, "hoang thi ung")] == ["Hoàng Thị Ứng"]
    assert people_elsewhere(scene.site, "ung") == []
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(guest)])
    roll = roll_of(scene.site)
    assert [(line.name, line.other_site) for line in roll.visitors] == [("Hoàng Thị Ứng", "Điểm cầu khác")]
    assert len(roll.lines) == 3
    assert roll_of(other).tally.present == 1


def test_why_somebody_of_another_list_is_absent_is_not_shown(scene: Scene) -> None:
    other = make_site(scene.session, scene.committee)
    guest = make_entry(scene.summons, make_person("Hoàng Thị Ứng", unit=scene.cell), unit=scene.cell)
    place(other, guest)
    record_marks(actor=scene.clerk, site=other, marks=[mark(guest, MarkStatus.EXCUSED, reason="health")])
    (found,) = people_elsewhere(scene.site, "hoang thi ung")
    assert (found.status, found.reason_class) == (MarkStatus.EXCUSED, "")


def test_news_and_facts_follow_the_marks(scene: Scene) -> None:
    assert roll_facts([scene.site.pk])[scene.site.pk].marked == 0
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.first)])
    record_marks(actor=scene.secretary, site=scene.site, marks=[mark(scene.first, MarkStatus.ABSENT)])
    news = news_of(scene.site)
    assert (news.values, news.conflicts, news.closed) == ({scene.first.pk: "absent"}, (scene.first.pk,), False)
    fact = roll_facts([scene.site.pk])[scene.site.pk]
    assert (fact.marked, fact.attended, fact.closed) == (1, 0, False)
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    assert roll_facts([scene.site.pk])[scene.site.pk].closed
    assert news_of(scene.site).closed


def test_the_page_of_a_session_counts_as_the_rolls_of_its_sites_do(scene: Scene) -> None:
    other = make_site(scene.session, scene.committee, name="Nhà văn hóa")
    for number, removed_on in enumerate((None, clock.today(), None)):
        person = make_person(f"Người thứ {number}", unit=scene.cell)
        entry = make_entry(scene.summons, person, unit=scene.cell, removed_on=removed_on)
        place(other, entry)
        record_marks(actor=scene.clerk, site=other, marks=[mark(entry)])
        scene.entries.append(entry)
    exempt(scene, -1)
    record_marks(
        actor=scene.clerk, site=scene.site, marks=[mark(scene.first), mark(scene.entries[1], MarkStatus.ABSENT)]
    )
    tallies = {site.pk: roll_of(site).tally for site in (scene.site, other)}
    facts = roll_facts(list(tallies))
    assert {pk: (tally.marked, tally.attended, tally.expected) for pk, tally in tallies.items()} == {
        pk: (fact.marked, fact.attended, fact.expected) for pk, fact in facts.items()
    }
    assert (tallies[other.pk].attended, tallies[other.pk].excluded) == (1, 2)
    sums = sums_of_session(scene.session.pk)
    assert (sums.marked, sums.attended, sums.expected) == (3, 2, 4)


def test_closing_keeps_counts_guests_and_a_hash(scene: Scene) -> None:
    exempt(scene)
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.entries[1], MarkStatus.LATE)])
    closing = close_roll(actor=scene.clerk, site=scene.site, absent_rest=True, guests=4, guests_note=" Hội phụ nữ ")
    assert closing.counts == {"present": 0, "late": 1, "excused": 0, "absent": 1, "excluded": 1, "visitors": 0}
    assert (closing.guests, closing.guests_note) == (4, "Hội phụ nữ")
    assert closing.sha256 == states_digest(roll_of(scene.site))
    assert close_roll(actor=scene.clerk, site=scene.site, absent_rest=False) == closing
    with pytest.raises(errors.RollIsClosed):
        close_roll(actor=scene.secretary, site=scene.site, absent_rest=False)


def test_nobody_is_left_without_a_mark_silently(scene: Scene) -> None:
    with pytest.raises(errors.PeopleUnmarked) as refusal:
        close_roll(actor=scene.clerk, site=scene.site, absent_rest=False)
    assert (refusal.value.field, refusal.value.values) == ("absent_rest", {"persons": 3})
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(entry) for entry in scene.entries])
    assert close_roll(actor=scene.clerk, site=scene.site, absent_rest=False).counts["present"] == 3


def test_a_roll_is_closed_by_those_who_take_it_once_the_session_has_begun(scene: Scene) -> None:
    with pytest.raises(NotPermitted):
        close_roll(actor=make_actor(Role.VIEWER, scene.committee), site=scene.site, absent_rest=True)
    scene.session.starts_at = clock.now() + dt.timedelta(hours=1)
    scene.session.ends_at = clock.now() + dt.timedelta(hours=2)
    scene.session.save(update_fields=["starts_at", "ends_at"])
    scene.site.refresh_from_db()
    with pytest.raises(errors.SessionNotBegun):
        close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    scene.session.cancelled_at = clock.now()
    scene.session.save(update_fields=["cancelled_at"])
    scene.site.refresh_from_db()
    with pytest.raises(errors.SessionWasCancelled):
        close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)


def test_a_retraction_counts_as_no_mark_and_a_waiting_change_as_one(scene: Scene) -> None:
    make_event(scene.site, scene.entries[0], MarkStatus.PRESENT, recorder=scene.clerk)
    make_event(scene.site, scene.entries[0], MarkStatus.RETRACTED, recorder=scene.clerk)
    make_event(scene.site, scene.entries[1], MarkStatus.PRESENT, recorder=scene.clerk, late=LateDecision.PENDING)
    assert marked_entries(scene.session.pk, None) == {scene.entries[1].pk}
    assert marked_entries(scene.session.pk, [scene.entries[0].pk]) == set()
    assert roll_of(scene.site).lines[1].waiting_label
    assert roll_of(scene.site).lines[0].waiting_label == ""


def make_up(scene: Scene, **changes: Any) -> StudySession:
    begins = clock.now() + dt.timedelta(days=2)
    values: dict[str, Any] = {
        "actor": scene.secretary,
        "client_id": uuid.uuid4(),
        "session": scene.session,
        "host": scene.committee,
        "title": "Học bù",
        "mode": SessionMode.IN_PERSON,
        "starts_at": begins,
        "ends_at": begins + dt.timedelta(hours=2),
        **changes,
    }
    return set_up_make_up(**values)


def test_those_who_missed_are_the_absent_the_excused_and_the_not_reported(scene: Scene) -> None:
    gone = make_entry(scene.summons, make_person("Lù A Ông", unit=scene.cell), unit=scene.cell)
    place(scene.site, gone)
    scene.entries.append(gone)
    exempt(scene, 3)
    record_marks(
        actor=scene.clerk,
        site=scene.site,
        marks=[mark(scene.entries[0]), mark(scene.entries[1], MarkStatus.EXCUSED, reason="away")],
    )
    cells = missed_of(scene.session)
    assert [cell.unit for cell in cells] == [scene.cell]
    assert [(one.entry, one.status) for one in cells[0].people] == [
        (scene.entries[1], MarkStatus.EXCUSED),
        (scene.entries[2], None),
    ]
    assert [bool(one.label) for one in cells[0].people] == [True, False]
    assert missed_of(scene.session, path="999.") == []


def test_a_make_up_places_those_who_missed_and_nobody_else(scene: Scene) -> None:
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.entries[0])])
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    client_id = uuid.uuid4()
    made = make_up(scene, client_id=client_id)
    assert make_up(scene, client_id=client_id) == made
    assert (made.kind, made.makes_up) == (SessionKind.MAKE_UP, scene.session)
    assert {placement.entry for placement in made.placements.select_related("entry")} == set(scene.entries[1:])
    assert missed_of(scene.session)[0].waiting == ()
    with pytest.raises(errors.NobodyMissed):
        make_up(scene)
    made_site = made.sites.get()
    record_marks(
        actor=scene.clerk,
        site=made_site,
        marks=[mark(scene.entries[1]), mark(scene.entries[2], MarkStatus.ABSENT)],
    )
    assert [one.entry for one in missed_of(scene.session)[0].waiting] == [scene.entries[2]]


def test_a_make_up_may_have_sites_of_its_own(scene: Scene) -> None:
    made = make_up(scene, sites=[MakeUpSite(scene.cell, "Nhà văn hoá bản", (scene.cell,), "Bản 1")])
    site = made.sites.get()
    assert (site.unit, site.address, site.placements.count()) == (scene.cell, "Bản 1", 3)
    with pytest.raises(errors.NobodyMissed):
        make_up(scene, sites=[MakeUpSite(scene.cell, "Khác", ())])


def test_a_make_up_belongs_to_the_host_or_a_unit_below_it(scene: Scene) -> None:
    secretary = make_actor(Role.SECRETARY, scene.cell)
    assert make_up(scene, actor=secretary, host=scene.cell).host == scene.cell
    with pytest.raises(NotPermitted):
        make_up(scene, actor=scene.clerk)
    beside = make_unit()
    with pytest.raises(errors.HostNotBelow):
        make_up(scene, actor=make_actor(Role.SECRETARY, beside), host=beside)


def kinds(scene: Scene, actor_name: str) -> list[str]:
    return [duty.kind for duty in duties_of(getattr(scene, actor_name), clock.today())]


def test_the_first_screen_asks_for_rolls_and_make_ups(scene: Scene) -> None:
    assert kinds(scene, "clerk") == ["roll"]
    tomorrow = make_session(scene.campaign, scene.committee, starts_at=clock.now() + dt.timedelta(days=2))
    place(make_site(tomorrow, scene.committee), scene.first)
    overdue = make_session(scene.campaign, scene.committee, starts_at=clock.now() - dt.timedelta(days=2))
    place(make_site(overdue, scene.committee), scene.first)
    assert len(kinds(scene, "clerk")) == 2
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    close_roll(actor=scene.clerk, site=overdue.sites.get(), absent_rest=True)
    assert kinds(scene, "clerk") == []
    duties = duties_of(scene.secretary, clock.today())
    assert [(duty.kind, duty.count) for duty in duties] == [("make_up", 1), ("make_up", 3)]
    make_up(scene)
    assert [(duty.kind, duty.count) for duty in duties_of(scene.secretary, clock.today())] == [("make_up", 1)]
    scene.campaign.state = CampaignState.FINISHED
    scene.campaign.save(update_fields=["state"])
    assert kinds(scene, "secretary") == []


def test_an_exemption_that_has_ended_excludes_nobody(scene: Scene) -> None:
    ActivityExemption.objects.create(
        person=scene.first.person,
        reason_class=ReasonClass.HEALTH,
        decision_number="1-QĐ/ĐU",
        decision_date=dt.date(2020, 1, 1),
        period=DateRange(dt.date(2020, 1, 1), dt.date(2021, 1, 1)),
    )
    assert roll_of(scene.site).tally.excluded == 0
    assert RollClosing.objects.count() == 0
