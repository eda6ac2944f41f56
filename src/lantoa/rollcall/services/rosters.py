"""Giving a phone the list of a site, and taking back from it what a restored server has forgotten."""

import datetime as dt
import hashlib
import secrets
import uuid
from collections import Counter

import msgspec

from lantoa.attendance.selectors.rolls import Roll, RollLine, roll_of
from lantoa.audit.enums import Outcome
from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.restricting import unrestricted
from lantoa.rollcall import signing
from lantoa.rollcall.card_codes import card_text
from lantoa.rollcall.errors import OtherUnit, WrongRoster
from lantoa.rollcall.models import Card, Phone, Roster
from lantoa.rollcall.policies import can_use_phone
from lantoa.rollcall.selectors.merged_cards import other_numbers
from lantoa.rollcall.wire import RosterCard, RosterDocument, RosterPerson
from lantoa.study_sessions.models import Placement, Site

HOLDS = dt.timedelta(hours=36)
"""So long after the end of its session a list may be opened on a phone."""
EXCLUDED = "excluded"
"""Of whom nothing is recorded: exempt, or not on the summons that day."""
SALT, SHORT = 8, 5
"""The bytes of the salt of the cards, and of what is kept of a card's hash."""
_documents: "msgspec.json.Decoder[RosterDocument]" = msgspec.json.Decoder(RosterDocument)


@use_case
def issue_roster(*, actor: Actor, phone: Phone, site: Site) -> bytes:
    """The list of a site for a phone of its unit, as the bytes that are to be signed.

    Whoever is not processed (ADR 27) is on no phone. Reading the list is on record.
    Raises NotPermitted, OtherUnit.
    """
    _permit(actor, phone, site)
    now = clock.now()
    roll = roll_of(site)
    persons = _persons(site)
    people = _people(roll, persons, salt := secrets.token_bytes(SALT))
    document = RosterDocument(
        roster_id=uuid.uuid4(),
        device_id=phone.pk,
        session_id=site.session_id,
        site_id=site.pk,
        title=site.session.title,
        site=site.name,
        starts_at=site.session.starts_at,
        ends_at=site.session.ends_at,
        issued_at=now,
        expires_at=site.session.ends_at + HOLDS,
        salt=signing.base64url(salt),
        closed=roll.closing is not None,
        people=people,
        other_cards=_other_cards(persons, salt),
    )
    content = msgspec.json.encode(document)
    _keep(phone, document, content)
    record(
        actor=actor,
        action="rollcall.issue_roster",
        about=site,
        unit=site.unit,
        outcome=Outcome.READ,
        facts={"rows": len(people), "device": phone.pk},
    )
    return content


@use_case
def take_back_roster(*, actor: Actor, phone: Phone, roster_id: uuid.UUID, document: str, signature: str) -> None:
    """Know a list again that this server signed before it was restored; one that it knows already stays as it is.

    It may have been given to another phone of the unit, since a phone that was set up anew keeps its marks and their
    lists. Where the site is gone nothing is kept. Raises NotPermitted, WrongRoster, OtherUnit.
    """
    content = document.encode("utf-8", "surrogatepass")
    if not signing.is_ours(content, signature):
        raise WrongRoster
    try:
        known = _documents.decode(content)
    except msgspec.DecodeError as error:
        raise WrongRoster from error
    if known.roster_id != roster_id:
        raise WrongRoster
    rows = Site.objects.select_related("unit").select_for_update(of=("self",), no_key=True)
    site = rows.filter(pk=known.site_id, session_id=known.session_id).first()
    if site is None:
        return
    _permit(actor, phone, site)
    _keep(phone, known, content)


def _permit(actor: Actor, phone: Phone, site: Site) -> None:
    if site.unit_id != phone.device.unit_id:
        raise OtherUnit
    if not can_use_phone(actor=actor, unit_id=site.unit_id):
        raise NotPermitted


def _keep(phone: Phone, document: RosterDocument, content: bytes) -> None:
    row = Roster(
        roster_id=document.roster_id,
        device_id=phone.pk,
        site_id=document.site_id,
        issued_at=document.issued_at,
        expires_at=document.expires_at,
        people=len(document.people),
        entries=[person.person_id for person in document.people if person.value != EXCLUDED],
        sha256=hashlib.sha256(content).hexdigest(),
    )
    Roster.objects.bulk_create([row], ignore_conflicts=True)


def _persons(site: Site) -> dict[int, int]:
    """By entry, who may stand on a list that leaves the system."""
    placed = unrestricted(Placement.objects.filter(site=site), "entry__person_id")
    return dict(placed.values_list("entry_id", "entry__person_id"))


def _other_cards(persons: dict[int, int], salt: bytes) -> tuple[RosterCard, ...]:
    entries = {person: entry for entry, person in persons.items()}
    return tuple(RosterCard(entries[person], _card_hash(salt, number)) for person, number in other_numbers(entries))


def _people(roll: Roll, persons: dict[int, int], salt: bytes) -> list[RosterPerson]:
    cards = Card.objects.filter(person_id__in=persons.values(), replaced_at__isnull=True)
    numbers = dict(cards.values_list("person_id", "number"))
    lines = [line for line in roll.lines if line.entry_id in persons]
    named = Counter(line.name for line in lines)
    return [
        RosterPerson(
            line.entry_id,
            line.name,
            line.detail if named[line.name] > 1 else "",
            _value(line),
            _card_hash(salt, numbers.get(persons[line.entry_id])),
        )
        for line in lines
    ]


def _value(line: RollLine) -> str:
    return EXCLUDED if line.excluded else str(line.status or "")


def _card_hash(salt: bytes, number: str | None) -> str:
    if number is None:
        return ""
    return signing.base64url(hashlib.sha256(salt + card_text(number).encode()).digest()[:SHORT])
