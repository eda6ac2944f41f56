"""Recognising speakers, correcting what was recorded, and ending a recognition."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.directives.errors import FormSentBefore
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import SpokenLanguage
from lantoa.organizations.erasing import Subject
from lantoa.organizations.errors import DecisionMissing, NotPermitted, PeriodEmpty, Stale
from lantoa.organizations.models import Person, Sector, Unit
from lantoa.organizations.policies import can_see_names
from lantoa.organizations.restricting import unrestricted
from lantoa.organizations.services.erasing import NO_DATE, NO_NAME
from lantoa.organizations.services.exports import stated_purpose
from lantoa.organizations.services.persons import is_restricted, require_open
from lantoa.organizations.services.units import check_lasts, lock_units
from lantoa.speakers.enums import Tier
from lantoa.speakers.errors import (
    AlreadyRecognised,
    EndsEarlier,
    NoLanguage,
    PersonNotBelow,
    RecognitionBeforeDecision,
)
from lantoa.speakers.models import Speaker
from lantoa.speakers.policies import can_export_speakers, can_keep_speakers
from lantoa.speakers.querysets import SpeakerQuerySet
from lantoa.speakers.selectors import person_below


@dataclass(frozen=True, kw_only=True)
class RecognitionFacts:
    """What a decision says of a speaker. `last_day` is the last day on which it holds, None where it names none."""

    tier: Tier
    starts_on: dt.date
    last_day: dt.date | None
    decision: Decision
    topics: Sequence[Sector]
    languages: Sequence[SpokenLanguage]

    @property
    def period(self) -> DateRange:
        """The days, half open. Raises PeriodEmpty."""
        if self.last_day is not None and self.last_day < self.starts_on:
            raise PeriodEmpty(field="last_day", first=f"{self.starts_on:%d/%m/%Y}")
        return DateRange(self.starts_on, _day_after(self.last_day))


@use_case
def recognise(
    *, actor: Actor, client_id: uuid.UUID, unit: Unit, member_code: str, full_name: str, facts: RecognitionFacts
) -> Speaker:
    """Record that the unit recognises the person of that member code and name, whom it or a unit below it counts today.

    The code alone does not do: it would tell a name to whoever tries numbers (ADR 37).

    The first result for a known `client_id`. Raises NotPermitted (all but the unit's officer), PersonNotBelow,
    DecisionMissing, PeriodEmpty, UnitEnds, NoLanguage, AlreadyRecognised, FormSentBefore.
    """
    if not can_keep_speakers(actor=actor, unit=unit):
        raise NotPermitted
    lock_units([unit])
    found = person_below(unit, member_code.strip(), full_name)
    if known := Speaker.objects.filter(client_id=client_id).first():
        if known.unit_id != unit.pk:
            raise FormSentBefore
        return known
    check_lasts([unit], until=facts.period.upper)
    if found is None:
        raise PersonNotBelow(field="member_code")
    person = Person.objects.select_for_update(no_key=True).get(pk=found.pk)
    speaker = Speaker(client_id=client_id, person=person, unit=unit)
    _put(speaker, facts)
    speaker.save(force_insert=True)
    speaker.topics.set(facts.topics)
    told = {"person": person.pk, "tier": speaker.tier, "from": facts.starts_on.isoformat()}
    audit.record(actor=actor, action="speakers.recognise", about=speaker, unit=unit, facts=told)
    return speaker


@use_case
def correct_recognition(*, actor: Actor, speaker: Speaker, version: int, facts: RecognitionFacts) -> Speaker:
    """Correct what was recorded of a recognition; the person and the unit stay. A repeated submit that would change
    nothing gives it as it is.

    Where a decision ended it, its last day stays. Raises NotPermitted, Stale, DecisionMissing, PeriodEmpty, UnitEnds,
    NoLanguage, AlreadyRecognised, EndsEarlier (a decision ended it earlier).
    """
    locked = _permit_and_lock(actor, speaker)
    before, topics = _content(locked), set(locked.topics.values_list("pk", flat=True))
    wanted = {topic.pk for topic in facts.topics}
    ended = locked.last_day if locked.ended_by_number else None
    _put(locked, facts)
    if _content(locked) == before and topics == wanted:
        return locked
    if locked.version != version:
        raise Stale
    if ended is not None and facts.last_day != ended:
        raise EndsEarlier(field="last_day", last=f"{ended:%d/%m/%Y}")
    check_lasts([locked.unit], until=facts.period.upper)
    locked.version += 1
    locked.save()
    locked.topics.set(facts.topics)
    told = {"tier": locked.tier, "from": facts.starts_on.isoformat()}
    audit.record(actor=actor, action="speakers.correct_recognition", about=locked, unit=locked.unit, facts=told)
    return locked


@use_case
def end_recognition(*, actor: Actor, speaker: Speaker, last_day: dt.date, number: str, decided_on: dt.date) -> Speaker:
    """Let a recognition end with `last_day` by a decision of that number and date; it stays on record.

    The same end a second time changes nothing. Raises NotPermitted, DecisionMissing, RecognitionBeforeDecision,
    PeriodEmpty, EndsEarlier.
    """
    locked = _permit_and_lock(actor, speaker)
    given = normalise(number)
    if not given:
        raise DecisionMissing(field="decision_number")
    if (locked.ended_by_number, locked.ended_by_date, locked.last_day) == (given, decided_on, last_day):
        return locked
    if decided_on < locked.decision_date:
        raise RecognitionBeforeDecision(field="decision_date", begun=f"{locked.decision_date:%d/%m/%Y}")
    if last_day < locked.period.lower:
        raise PeriodEmpty(field="last_day", first=f"{locked.period.lower:%d/%m/%Y}")
    if locked.last_day is not None and locked.last_day < last_day:
        raise EndsEarlier(field="last_day", last=f"{locked.last_day:%d/%m/%Y}")
    locked.period = DateRange(locked.period.lower, _day_after(last_day))
    locked.ended_by_number, locked.ended_by_date = given, decided_on
    locked.version += 1
    locked.save(update_fields=["period", "ended_by_number", "ended_by_date", "version"])
    told = {"person": locked.person_id, "until": last_day.isoformat()}
    audit.record(actor=actor, action="speakers.end_recognition", about=locked, unit=locked.unit, facts=told)
    return locked


@use_case
def open_speaker(*, actor: Actor, speaker: Speaker) -> Speaker:
    """The recognition, and a line in the log that it was read. Raises NotPermitted, RestrictedRecord."""
    if not can_see_names(actor=actor, unit=speaker.unit):
        raise NotPermitted
    require_open(actor=actor, unit=speaker.unit, restricted=is_restricted(speaker.person_id))
    audit.record(actor=actor, action="speakers.open_speaker", about=speaker, unit=speaker.unit, outcome=Outcome.READ)
    return speaker


@use_case
def export_speakers(*, actor: Actor, unit: Unit, rows: SpeakerQuerySet, purpose: str) -> SpeakerQuerySet:
    """Those of the rows that the unit itself recognised, to be taken out by name for a stated purpose; not those of
    persons whose processing is restricted.

    Raises NotPermitted, PurposeMissing or PurposeNamesSomebody.
    """
    if not can_export_speakers(actor=actor, unit=unit):
        raise NotPermitted
    found = unrestricted(rows.filter(unit=unit))
    stated = stated_purpose(purpose, found.values_list("person__full_name", flat=True))
    facts = {"purpose": stated, "count": found.count()}
    audit.record(
        actor=actor, action="speakers.export_speakers", about=unit, unit=unit, outcome=Outcome.EXPORTED, facts=facts
    )
    return found


def forget_speakers(subject: Subject) -> int:
    """Take out by which decisions a person was recognised; tier, days, topics and languages stay under the person's
    number, since speakers are counted by them. How many recognitions."""
    rows = Speaker.objects.filter(person=subject.person_id)
    rows.exclude(ended_by_number="").update(ended_by_number=NO_NAME, ended_by_date=NO_DATE)
    return rows.update(decision_number=NO_NAME, decision_date=NO_DATE)


def _permit_and_lock(actor: Actor, speaker: Speaker) -> Speaker:
    if not can_keep_speakers(actor=actor, unit=speaker.unit):
        raise NotPermitted
    lock_units([speaker.unit])
    Person.objects.select_for_update(no_key=True).get(pk=speaker.person_id)
    return Speaker.objects.select_for_update(of=("self",)).select_related("unit").get(pk=speaker.pk)


def _put(speaker: Speaker, facts: RecognitionFacts) -> None:
    """Write the facts into the row, the person locked. Raises DecisionMissing, PeriodEmpty, NoLanguage,
    AlreadyRecognised."""
    decision = facts.decision.checked()
    if not facts.languages:
        raise NoLanguage(field="languages")
    others = Speaker.objects.filter(
        person=speaker.person_id, unit=speaker.unit_id, tier=facts.tier, period__overlap=facts.period
    )
    if twin := others.exclude(pk=speaker.pk).first():
        raise AlreadyRecognised(field="starts_on", first=f"{twin.period.lower:%d/%m/%Y}")
    speaker.tier, speaker.period = facts.tier, facts.period
    speaker.decision_number, speaker.decision_date = decision.number, decision.date
    speaker.decision_body = decision.body
    speaker.languages = [language.value for language in SpokenLanguage if language in set(facts.languages)]


def _content(speaker: Speaker) -> tuple[object, ...]:
    period = (speaker.period.lower, speaker.period.upper)
    decision = (speaker.decision_number, speaker.decision_date, speaker.decision_body)
    return (speaker.tier, period, decision, tuple(speaker.languages))


def _day_after(day: dt.date | None) -> dt.date | None:
    return day + dt.timedelta(days=1) if day is not None else None
