"""Lists on phones: what they hold, who signed them, and what a restored server hears."""

import base64
import datetime as dt
import gzip
import hashlib
import itertools
import json
import uuid
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils import timezone

from lantoa.attendance.enums import MarkStatus
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Person, PersonMerge
from lantoa.privacy.enums import RequestKind, RequestState
from lantoa.privacy.models import DataRequest
from lantoa.rollcall import signing
from lantoa.rollcall.models import Card, Roster
from lantoa.rollcall.services.rosters import issue_roster
from lantoa.study_sessions.models import Placement
from tests.attendance.factories import Scene, make_event
from tests.organizations.factories import make_person, make_unit
from tests.rollcall.factories import Handset, make_handset, text_of_card
from tests.study_sessions.factories import make_site

pytestmark = pytest.mark.django_db


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(handset: Handset, content: bytes, signature: str) -> None:
    """As a phone does it, by the key that it got with its device."""
    key = handset.get("devices/self").json()["public_key"]
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(raw(key["x"]), "big"), int.from_bytes(raw(key["y"]), "big"), ec.SECP256R1()
    )
    both = raw(signature)
    assert len(both) == 64
    signed = encode_dss_signature(int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big"))
    numbers.public_key().verify(signed, content, ec.ECDSA(SHA256()))


def fetch(handset: Handset) -> Any:
    response = handset.post(f"sites/{handset.site_id}/roster", "")
    assert response.status_code == 200, response.content
    return response


def test_a_list_holds_the_least_in_the_order_of_the_paper(scene: Scene, handset: Handset) -> None:
    make_event(scene.site, scene.first, MarkStatus.LATE, recorder=scene.secretary)
    Person.objects.filter(pk=scene.entries[2].person_id).update(
        full_name=scene.entries[1].person.full_name, birth_year=1970, village="Bản Chí Sáng"
    )
    document = fetch(handset).json()
    assert (document["device_id"], document["session_id"]) == (handset.phone.pk, scene.session.pk)
    assert (document["site_id"], document["site"]) == (scene.site.pk, scene.site.name)
    assert dt.datetime.fromisoformat(document["expires_at"]) == scene.session.ends_at + dt.timedelta(hours=36)
    assert (document["closed"], len(raw(document["salt"]))) == (False, 8)
    people = {person[0]: person[1:] for person in document["people"]}
    assert people[scene.first.pk] == [scene.first.person.full_name, "", "late", ""]
    assert people[scene.entries[2].pk][1] == "1970 · Bản Chí Sáng"
    kept = Roster.objects.get(roster_id=document["roster_id"])
    assert (kept.people, kept.device_id, kept.site_id) == (3, handset.phone.pk, scene.site.pk)
    assert Entry.objects.get(action="rollcall.issue_roster").facts["rows"] == 3


def test_a_list_is_signed_and_its_hash_is_kept(handset: Handset) -> None:
    response = fetch(handset)
    verify(handset, response.content, response["Lantoa-Signature"])
    assert Roster.objects.latest("issued_at").sha256 == hashlib.sha256(response.content).hexdigest()
    with pytest.raises(InvalidSignature):
        verify(handset, response.content.replace(b"false", b"true"), response["Lantoa-Signature"])


def test_receipts_are_signed_and_packed_for_whom_can_unpack(scene: Scene, handset: Handset) -> None:
    batch = handset.batch([handset.event(scene.first) for _ in range(20)])
    plain = handset.post("batches", batch)
    verify(handset, plain.content, plain["Lantoa-Signature"])
    packed = handset.post("batches", batch, **{"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    verify(handset, gzip.decompress(packed.content), packed["Lantoa-Signature"])


def test_the_key_follows_from_the_secret_alone(settings: Any) -> None:
    key = signing.public_key()
    settings.SECRET_KEY = "another"
    assert signing.public_key() != key


def test_cards_of_records_that_went_into_one_are_on_the_list_and_good(scene: Scene, handset: Handset) -> None:
    records = [make_person(unit=scene.cell) for _ in range(2)]
    chain = [scene.first.person, *records]
    user = handset.phone.device.user
    for letter, person in zip("ABC", chain, strict=True):
        Card.objects.create(number=letter * 16, person=person, unit=scene.cell, issued_by=user)
    for kept, merged in itertools.pairwise(chain):
        PersonMerge.objects.create(client_id=uuid.uuid4(), kept=kept, merged=merged, unit=scene.cell, made_by=user)
    document = fetch(handset).json()
    salt = raw(document["salt"])
    short = [hashlib.sha256(salt + text_of_card(letter * 16).encode()).digest()[:5] for letter in "BC"]
    assert [[entry, raw(card)] for entry, card in document["other_cards"]] == [[scene.first.pk, card] for card in short]
    scans = [handset.event(scene.first, method="scan", card=text_of_card(letter * 16)) for letter in "ABC"]
    wrong = handset.event(scene.entries[1], method="scan", card=text_of_card("B" * 16))
    assert [receipt["code"] or receipt["outcome"] for receipt in handset.send(*scans, wrong)] == [
        *["accepted"] * 3,
        "card_wrong",
    ]


@pytest.mark.parametrize("signature", ["", "x", "é" * 86, "A" * 86, "A" * 85])
def test_what_is_no_signature_of_ours_is_none(signature: str) -> None:
    assert not signing.is_ours(b"{}", signature)


def test_a_card_is_on_the_list_as_a_salted_hash(scene: Scene, handset: Handset) -> None:
    for number, replaced in (("A" * 16, clock.now()), ("B" * 16, None)):
        Card.objects.create(
            number=number,
            person=scene.first.person,
            unit=scene.cell,
            issued_by_id=scene.clerk.user_id or 0,
            replaced_at=replaced,
        )
    document = fetch(handset).json()
    text = raw(document["salt"]) + text_of_card("B" * 16).encode()
    cards = {person[0]: person[4] for person in document["people"]}
    assert raw(cards[scene.first.pk]) == hashlib.sha256(text).digest()[:5]


def test_who_is_excluded_is_named_so(scene: Scene, handset: Handset) -> None:
    scene.first.removed_on = timezone.localdate(scene.session.starts_at) - dt.timedelta(days=2)
    scene.first.removal_decision, scene.first.removal_reason = "1-QĐ/ĐU", "moved"
    scene.first.save()
    values = {person[0]: person[3] for person in fetch(handset).json()["people"]}
    assert values[scene.first.pk] == "excluded"


def test_whoever_is_not_processed_is_on_no_phone(scene: Scene, handset: Handset) -> None:
    DataRequest.objects.create(
        client_id=uuid.uuid4(),
        person=scene.first.person,
        unit=scene.cell,
        kind=RequestKind.RESTRICTION,
        reason="x",
        state=RequestState.DONE,
        asked_by_id=scene.clerk.user_id or 0,
        decided_by_id=scene.clerk.user_id or 0,
        decided_at=clock.now(),
        due_on=clock.today(),
    )
    people = [person[0] for person in fetch(handset).json()["people"]]
    assert people == [entry.pk for entry in scene.entries[1:]]


def test_a_site_of_another_unit_gives_no_list(scene: Scene, handset: Handset) -> None:
    handset.site_id = make_site(scene.session, make_unit()).pk
    for site_id in (handset.site_id, 10**12):
        response = handset.post(f"sites/{site_id}/roster", "")
        assert (response.status_code, response.json()["code"]) == (403, "other_unit")


@pytest.mark.parametrize("site_id", ["0", "x", str(2**63), "-1"])
def test_a_site_that_is_no_number_is_a_wrong_shape(site_id: str, handset: Handset) -> None:
    response = handset.post(f"sites/{site_id}/roster", "")
    assert (response.status_code, response.json()["code"]) == (422, "wrong_shape")


def test_who_takes_the_roll_no_longer_gets_no_list(scene: Scene, handset: Handset) -> None:
    with pytest.raises(NotPermitted):
        issue_roster(actor=Actor(user_id=1, person_id=None), phone=handset.phone, site=scene.site)


def _offer(handset: Handset, response: Any, **said: Any) -> Any:
    body = {"document": response.content.decode(), "signature": response["Lantoa-Signature"]} | said
    roster_id = json.loads(response.content)["roster_id"]
    return handset.put(f"rosters/{roster_id}", body)


def test_a_restored_server_takes_its_list_back(scene: Scene, handset: Handset) -> None:
    response = fetch(handset)
    handset.roster_id = response.json()["roster_id"]
    before = Roster.objects.filter(roster_id=handset.roster_id).values()[0]
    Roster.objects.all().delete()
    batch = handset.batch([handset.event(scene.first)])
    assert handset.post("batches", batch).json()["code"] == "unknown_roster"
    for _ in range(2):
        assert _offer(handset, response).status_code == 204
    assert Roster.objects.filter(roster_id=handset.roster_id).values()[0] == before
    assert handset.post("batches", batch).status_code == 200


def test_a_phone_that_was_set_up_anew_offers_the_list_of_the_one_before(scene: Scene, handset: Handset) -> None:
    response = fetch(handset)
    Roster.objects.all().delete()
    anew = make_handset(scene.site, scene.secretary.user_id)
    assert _offer(anew, response).status_code == 204
    assert Roster.objects.get(roster_id=response.json()["roster_id"]).device_id == anew.phone.pk


def test_a_list_whose_site_is_gone_is_not_needed(scene: Scene, handset: Handset) -> None:
    response = fetch(handset)
    Placement.objects.all().delete()
    scene.site.delete()
    assert _offer(handset, response).status_code == 204
    assert not Roster.objects.exists()


def test_a_forged_list_is_refused(handset: Handset) -> None:
    response = fetch(handset)
    Roster.objects.all().delete()
    forged = response.content.decode().replace("An", "Anh")
    for said in ({"document": forged}, {"signature": "A" * 86}, {"document": "\ud800"}):
        answer = _offer(handset, response, **said)
        assert (answer.status_code, answer.json()["code"]) in ((403, "wrong_roster"), (400, "unreadable"))
    assert not Roster.objects.exists()


def test_receipts_are_no_list_though_the_server_signed_them(scene: Scene, handset: Handset) -> None:
    receipts = handset.post("batches", handset.batch([handset.event(scene.first)]))
    body = {"document": receipts.content.decode(), "signature": receipts["Lantoa-Signature"]}
    answer = handset.put(f"rosters/{uuid.uuid4()}", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_roster")


def test_a_list_under_the_number_of_another_is_refused(handset: Handset) -> None:
    response = fetch(handset)
    body = {"document": response.content.decode(), "signature": response["Lantoa-Signature"]}
    assert handset.put(f"rosters/{uuid.uuid4()}", body).json()["code"] == "wrong_roster"


def test_a_list_of_another_unit_is_not_taken(scene: Scene, handset: Handset) -> None:
    response = fetch(handset)
    Roster.objects.all().delete()
    scene.site.unit = make_unit()
    scene.site.save(update_fields=["unit"])
    assert _offer(handset, response).json()["code"] == "other_unit"
    assert not Roster.objects.exists()
