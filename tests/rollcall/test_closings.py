"""Whom a closing by a phone leaves without a mark: whoever was not on the list that the phone held."""

from typing import cast

import pytest

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.folding import fold_waiting
from lantoa.attendance.models import Attendance, Coverage, RollClosing
from lantoa.kernel import clock
from lantoa.organizations.models import ActivityExemption
from lantoa.plans.models import SummonsEntry
from lantoa.rollcall.enums import QuarantineCode, QuarantineDecision
from lantoa.rollcall.models import QuarantinedEvent, Roster
from lantoa.rollcall.services.quarantine import record_event
from tests.attendance.factories import Scene
from tests.attendance.test_rolls import exempt
from tests.organizations.factories import make_person
from tests.plans.factories import make_entry
from tests.privacy.test_restriction import restrict
from tests.rollcall.factories import Handset, Json
from tests.rollcall.phones import closing_of, quarantine
from tests.study_sessions.factories import place

pytestmark = pytest.mark.django_db


def fetch(handset: Handset) -> Json:
    """The list, as the phone holds it from now on."""
    document = cast("Json", handset.post(f"sites/{handset.site_id}/roster", "").json())
    handset.roster_id = document["roster_id"]
    return document


def outcomes(receipts: list[Json]) -> list[str]:
    return [receipt["code"] or receipt["outcome"] for receipt in receipts]


def states() -> dict[int, str]:
    fold_waiting()
    return dict(Attendance.objects.values_list("entry_id", "status"))


def called_later(scene: Scene) -> SummonsEntry:
    entry = make_entry(scene.summons, make_person("Sùng A Muộn", unit=scene.cell), unit=scene.cell)
    place(scene.site, entry)
    return entry


def test_a_restricted_person_who_is_on_no_phone_is_not_said_to_be_absent(scene: Scene, handset: Handset) -> None:
    restrict(scene.first.person)
    fetch(handset)
    _first, second, third = scene.entries
    assert outcomes(handset.send(handset.event(second), closings=[handset.closing(absent_rest=True)])) == [
        "accepted",
        "accepted",
    ]
    assert states() == {second.pk: MarkStatus.PRESENT, third.pk: MarkStatus.ABSENT}
    closing = RollClosing.objects.get()
    assert (closing.counts["present"], closing.counts["absent"]) == (1, 1)
    row = Coverage.objects.get(campaign=scene.campaign, unit=scene.cell, group="all")
    assert (row.absent, row.not_reported) == (1, 1)


def test_a_roll_whose_whole_list_is_marked_is_closed_though_somebody_is_on_no_phone(
    scene: Scene, handset: Handset
) -> None:
    restrict(scene.first.person)
    fetch(handset)
    marks = [handset.event(entry) for entry in scene.entries[1:]]
    assert outcomes(handset.send(*marks, closings=[handset.closing()])) == ["accepted"] * 3
    assert set(states().values()) == {MarkStatus.PRESENT}


def test_who_was_added_after_the_phone_had_its_list_is_not_said_to_be_absent(scene: Scene, handset: Handset) -> None:
    fetch(handset)
    later = called_later(scene)
    handset.send(closings=[handset.closing(absent_rest=True)])
    assert states() == dict.fromkeys([entry.pk for entry in scene.entries], MarkStatus.ABSENT)
    fetch(handset)
    assert outcomes(handset.send(handset.event(later))) == ["late"]


def test_who_was_exempt_on_the_list_is_not_said_to_be_absent(scene: Scene, handset: Handset) -> None:
    exempt(scene)
    listed = {person[0]: person[3] for person in fetch(handset)["people"]}
    assert listed[scene.first.pk] == "excluded"
    ActivityExemption.objects.all().delete()
    handset.send(closings=[handset.closing(absent_rest=True)])
    assert scene.first.pk not in states()
    assert len(states()) == 2


def test_a_restored_server_hears_who_was_on_the_list(scene: Scene, handset: Handset) -> None:
    restrict(scene.first.person)
    answer = handset.post(f"sites/{handset.site_id}/roster", "")
    roster_id, signature = answer.json()["roster_id"], answer["Lantoa-Signature"]
    Roster.objects.all().delete()
    handset.put(f"rosters/{roster_id}", {"document": answer.content.decode(), "signature": signature})
    handset.send(closings=[handset.closing(absent_rest=True, roster_id=roster_id)])
    assert sorted(states()) == [entry.pk for entry in scene.entries[1:]]


def test_where_nobody_knows_who_was_on_the_list_somebody_decides(scene: Scene, handset: Handset) -> None:
    Roster.objects.update(entries=None)
    closing = handset.closing(absent_rest=True)
    assert outcomes(handset.send(handset.event(scene.first), closings=[closing])) == ["accepted", "people_unmarked"]
    assert list(states()) == [scene.first.pk]


def test_deciding_about_a_closing_says_no_more_than_the_phone(scene: Scene, handset: Handset) -> None:
    restrict(scene.first.person)
    said = closing_of(absent_rest=True, roster_id=fetch(handset)["roster_id"])
    row = quarantine(handset.phone, scene.site, said, QuarantineCode.SESSION_NOT_BEGUN)
    assert record_event(actor=scene.secretary, event=row).decision == QuarantineDecision.RECORDED
    assert sorted(states()) == [entry.pk for entry in scene.entries[1:]]


def test_whoever_decides_may_say_that_all_others_were_absent(scene: Scene, handset: Handset) -> None:
    restrict(scene.first.person)
    said = closing_of(absent_rest=True, roster_id=fetch(handset)["roster_id"])
    row = quarantine(handset.phone, scene.site, said, QuarantineCode.SESSION_NOT_BEGUN)
    record_event(actor=scene.secretary, event=row, absent_rest=True)
    assert sorted(states()) == [entry.pk for entry in scene.entries]
    assert QuarantinedEvent.objects.get().decided_at <= clock.now()  # type: ignore[operator]
