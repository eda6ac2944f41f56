"""Recognising speakers, correcting that, ending it, and what becomes of it when a record is merged or erased."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.audit.models import Entry
from lantoa.directives.errors import FormSentBefore
from lantoa.organizations import identity
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, SpokenLanguage, UnitKind
from lantoa.organizations.erasing import Subject
from lantoa.organizations.errors import DecisionMissing, NotPermitted, PeriodEmpty, Stale
from lantoa.organizations.models import Person, Sector, Unit, UnitPeriod
from lantoa.organizations.unit_event_errors import UnitEnds
from lantoa.speakers import errors, services
from lantoa.speakers.enums import Tier
from lantoa.speakers.models import Speaker
from tests.organizations.factories import LONG_AGO, make_actor, make_person, make_unit
from tests.privacy.test_restriction import restrict
from tests.speakers.factories import make_speaker

pytestmark = pytest.mark.django_db
NEW_YEAR, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
FACTS = services.RecognitionFacts(
    tier=Tier.COMMUNE,
    starts_on=NEW_YEAR,
    last_day=LAST,
    decision=Decision("05-QĐ/ĐU", dt.date(2025, 12, 20), "Ban Thường vụ"),
    topics=(),
    languages=(SpokenLanguage.HMONG, SpokenLanguage.VIETNAMESE),
)


@pytest.fixture
def commune() -> Unit:
    return make_unit("Đảng ủy xã", kind=UnitKind.COMMUNE_COMMITTEE)


@pytest.fixture
def person(commune: Unit) -> Person:
    committee = make_unit(parent=commune, kind=UnitKind.GRASSROOTS_COMMITTEE)
    return make_person("Lò Văn Nói", unit=make_unit(parent=committee), code="0012")


@pytest.fixture
def officer(commune: Unit) -> Actor:
    return make_actor(Role.OFFICER, commune)


def recognise(officer: Actor, unit: Unit, facts: services.RecognitionFacts = FACTS, **changes: Any) -> Speaker:
    values: dict[str, Any] = {
        "client_id": uuid.uuid4(),
        "member_code": "0012",
        "full_name": "Lò Văn Nói",
        **changes,
    }
    return services.recognise(actor=officer, unit=unit, facts=facts, **values)


def test_the_officer_recognises_whoever_is_counted_below(officer: Actor, commune: Unit, person: Person) -> None:
    sector = Sector.objects.create(code="y-te", name="Y tế")
    speaker = recognise(officer, commune, replace(FACTS, topics=(sector,)), member_code=" 0012 ")
    speaker.refresh_from_db()
    assert (speaker.person, speaker.unit, speaker.tier) == (person, commune, Tier.COMMUNE)
    assert (speaker.period, speaker.last_day) == (DateRange(NEW_YEAR, dt.date(2027, 1, 1)), LAST)
    assert (speaker.languages, list(speaker.topics.all())) == (["vi", "hmong"], [sector])
    assert speaker.spoken == "Tiếng Việt, Mông"
    assert speaker.holds_on(LAST)
    assert not speaker.holds_on(LAST + dt.timedelta(days=1))
    assert Entry.objects.get(action="speakers.recognise").facts["person"] == person.pk


def test_the_same_form_has_one_effect_and_serves_one_unit(officer: Actor, commune: Unit, person: Person) -> None:
    form = uuid.uuid4()
    first = recognise(officer, commune, client_id=form)
    assert recognise(officer, commune, client_id=form) == first
    other = make_unit()
    with pytest.raises(FormSentBefore):
        recognise(make_actor(Role.OFFICER, other), other, client_id=form)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICER}))
def test_nobody_but_the_officer_recognises(role: Role, commune: Unit, person: Person) -> None:
    with pytest.raises(NotPermitted):
        recognise(make_actor(role, commune), commune)


def test_an_officer_above_or_below_does_not_write_for_the_unit(commune: Unit, person: Person) -> None:
    above = make_actor(Role.OFFICER, make_unit())
    below = make_actor(Role.OFFICER, person.memberships.get().unit)
    for actor in (above, below):
        with pytest.raises(NotPermitted):
            recognise(actor, commune)


def test_whoever_is_counted_elsewhere_is_not_recognised(officer: Actor, commune: Unit, person: Person) -> None:
    make_person("Lò Văn Nói", unit=make_unit(), code="0099")
    for code in ("0099", "12", ""):
        with pytest.raises(errors.PersonNotBelow):
            recognise(officer, commune, member_code=code)


def test_a_code_alone_tells_no_name(officer: Actor, commune: Unit, person: Person) -> None:
    for name in ("", "Lò Văn Khác"):
        with pytest.raises(errors.PersonNotBelow):
            recognise(officer, commune, full_name=name)
    assert recognise(officer, commune, full_name=" lo van  noi ").person == person


def test_nobody_whose_processing_is_restricted_is_recognised(officer: Actor, commune: Unit, person: Person) -> None:
    restrict(person)
    with pytest.raises(errors.PersonNotBelow):
        recognise(officer, commune)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (replace(FACTS, languages=()), errors.NoLanguage),
        (replace(FACTS, last_day=dt.date(2025, 12, 31)), PeriodEmpty),
        (replace(FACTS, decision=Decision(" ", LAST, "Ban")), DecisionMissing),
    ],
)
def test_what_a_decision_leaves_open_is_refused(
    facts: services.RecognitionFacts, refusal: type[Exception], officer: Actor, commune: Unit, person: Person
) -> None:
    with pytest.raises(refusal):
        recognise(officer, commune, facts)
    assert not Speaker.objects.exists()


def test_nothing_is_recognised_beyond_the_end_of_the_unit() -> None:
    ending = make_unit()
    UnitPeriod.objects.filter(unit=ending).update(period=DateRange(LONG_AGO, dt.date(2026, 12, 1)))
    with pytest.raises(UnitEnds):
        recognise(make_actor(Role.OFFICER, ending), ending)


def test_one_unit_recognises_a_person_once_a_tier_and_day(officer: Actor, commune: Unit, person: Person) -> None:
    first = recognise(officer, commune)
    with pytest.raises(errors.AlreadyRecognised):
        recognise(officer, commune, replace(FACTS, starts_on=LAST, last_day=None))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_speaker(person, commune, since=LAST)
    recognise(officer, commune, replace(FACTS, tier=Tier.COMMUNICATOR))
    recognise(officer, commune, replace(FACTS, starts_on=dt.date(2027, 1, 1), last_day=None))
    make_speaker(person, make_unit(), since=NEW_YEAR)
    assert Speaker.objects.filter(person=person).count() == 4
    assert first.get_tier_display() == "báo cáo viên cấp xã"


def test_a_correction_changes_what_was_recorded_once(officer: Actor, commune: Unit, person: Person) -> None:
    speaker = recognise(officer, commune)
    sector = Sector.objects.create(code="y-te", name="Y tế")
    facts = replace(FACTS, languages=(SpokenLanguage.THAI,), topics=(sector,))
    corrected = [
        services.correct_recognition(actor=officer, speaker=speaker, version=1, facts=facts) for _turn in range(2)
    ][-1]
    assert (corrected.version, corrected.languages, list(corrected.topics.all())) == (2, ["thai"], [sector])
    with pytest.raises(Stale):
        services.correct_recognition(actor=officer, speaker=speaker, version=1, facts=FACTS)
    with pytest.raises(NotPermitted):
        services.correct_recognition(actor=make_actor(Role.SECRETARY, commune), speaker=speaker, version=2, facts=FACTS)


def end(officer: Actor, speaker: Speaker, last_day: dt.date, **changes: Any) -> Speaker:
    values: dict[str, Any] = {"number": "09-QĐ/ĐU", "decided_on": dt.date(2026, 6, 1), **changes}
    return services.end_recognition(actor=officer, speaker=speaker, last_day=last_day, **values)


def test_a_decision_ends_a_recognition_and_leaves_it_on_record(officer: Actor, commune: Unit, person: Person) -> None:
    speaker = recognise(officer, commune)
    june = dt.date(2026, 6, 30)
    ended = [end(officer, speaker, june) for _turn in range(2)][-1]
    assert (ended.last_day, ended.ended_by_number, ended.version) == (june, "09-QĐ/ĐU", 2)
    assert Entry.objects.filter(action="speakers.end_recognition").count() == 1
    with pytest.raises(errors.EndsEarlier):
        end(officer, speaker, dt.date(2026, 7, 31))
    with pytest.raises(errors.EndsEarlier):
        services.correct_recognition(actor=officer, speaker=speaker, version=2, facts=FACTS)
    recognise(officer, commune, replace(FACTS, starts_on=dt.date(2026, 7, 1)))


def test_an_end_needs_a_later_decision_and_a_day_of_the_recognition(
    officer: Actor, commune: Unit, person: Person
) -> None:
    speaker = recognise(officer, commune, replace(FACTS, last_day=None))
    for wrong, refusal in (
        ({"number": " "}, DecisionMissing),
        ({"decided_on": dt.date(2025, 12, 1)}, errors.RecognitionBeforeDecision),
    ):
        with pytest.raises(refusal):
            end(officer, speaker, LAST, **wrong)
    with pytest.raises(PeriodEmpty):
        end(officer, speaker, dt.date(2025, 12, 31))
    with pytest.raises(NotPermitted):
        end(make_actor(Role.SECRETARY, commune), speaker, LAST)


def test_names_are_opened_and_taken_out_by_whoever_may(commune: Unit, person: Person) -> None:
    speaker = make_speaker(person, commune)
    with pytest.raises(NotPermitted):
        services.open_speaker(actor=make_actor(Role.VIEWER, commune), speaker=speaker)
    with pytest.raises(NotPermitted):
        services.export_speakers(
            actor=make_actor(Role.APPROVER, commune), unit=commune, rows=Speaker.objects.all(), purpose="Tập huấn"
        )


def test_an_erasure_takes_the_decisions_and_leaves_what_is_counted(commune: Unit, person: Person) -> None:
    speaker = make_speaker(person, commune, until=LAST, ended_by_number="09-QĐ/ĐU", ended_by_date=LAST)
    other = make_speaker(make_person(), commune)
    assert services.forget_speakers(Subject(person.pk, None)) == 1
    speaker.refresh_from_db()
    other.refresh_from_db()
    assert (speaker.decision_number, speaker.ended_by_number, speaker.tier) == ("–", "–", Tier.COMMUNE)
    assert other.decision_number == "12-QĐ/ĐU"


def test_two_records_recognised_on_the_same_days_do_not_become_one(commune: Unit, person: Person) -> None:
    twin = make_person("Lò Văn Nói")
    make_speaker(person, commune, since=NEW_YEAR, until=LAST)
    again = make_speaker(twin, commune, since=LAST)
    make_speaker(twin, make_unit(), since=NEW_YEAR)
    assert identity.staying(person.pk, twin.pk)["speakers.Speaker"] == set()
    again.period = DateRange(NEW_YEAR, None)
    again.save()
    with pytest.raises(errors.RecognisedTwice):
        identity.staying(person.pk, twin.pk)
