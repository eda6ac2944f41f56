"""What must be true at the end, read by SQL of the test's own and counted without the application."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.chaos.phones.server import Row, Server

_LOG = """
SELECT event.arrival, event.event_id::text, device_id, seq, session_id, site_id, entry_id, status, method, reason_class,
       recorder_id, late, change.decision
FROM attendance_attendanceevent event LEFT JOIN attendance_latechange change ON change.event_id = event.arrival
ORDER BY event.arrival
"""
_CLOSINGS = "SELECT event_id::text FROM attendance_rollclosing WHERE event_id IS NOT NULL"
_QUARANTINE = "SELECT event_id::text, code, entry_id IS NULL FROM rollcall_quarantinedevent WHERE decision = 'pending'"
_STATES = "SELECT session_id, entry_id, status, event_id, conflict FROM attendance_attendance"
_UNHEARD = """
SELECT phone.device_id, event.seq FROM rollcall_phone phone JOIN attendance_attendanceevent event USING (device_id)
WHERE NOT phone.heard @> event.seq
"""
_RANKS = {"self": 1, "workbook": 2, "tick": 3, "scan": 3, "sheet": 4, "settled": 5}
_ATTENDED, _MISSED = {"present", "late"}, {"excused", "absent"}
_OF_A_CLOSING = {"roll_closed", "people_unmarked"}
"""What an honest phone may hear of a closing. Nothing that it marked is ever put aside for good."""


class Mark(NamedTuple):
    """A row of the log."""

    arrival: int
    event_id: str
    device_id: int
    seq: int
    session_id: int
    site_id: int
    entry_id: int
    status: str
    method: str
    reason: str
    recorder_id: int
    late: bool
    decision: str | None


class Truth(NamedTuple):
    """Where the events of the phone ended, and what counts of each person."""

    recorded: set[str]
    put_aside: set[str]
    states: dict[int, str]


def check(server: Server, ledger: dict[str, dict[str, Any]]) -> Truth:
    """That each event of the ledger is recorded or put aside, once, as it was made, and that the states follow."""
    log = [Mark(*row) for row in server.rows(_LOG)]
    closings = [event_id for (event_id,) in server.rows(_CLOSINGS)]
    aside = server.rows(_QUARANTINE)
    places = defaultdict[str, list[str]](list)
    for mark in log:
        places[mark.event_id].append("recorded")
    for event_id in closings:
        places[event_id].append("recorded")
    for event_id, code, _is_closing in aside:
        places[event_id].append(f"put aside: {code}")
    lost = [ledger[event_id] for event_id in ledger if not places[event_id]]
    assert not lost, f"lost: {lost}"
    doubled = {event_id: places[event_id] for event_id in ledger if len(places[event_id]) > 1}
    assert not doubled, f"doubled: {doubled}"
    wrong = [row for row in aside if row[0] in ledger and not (row[2] and row[1] in _OF_A_CLOSING)]
    assert not wrong, f"put aside though an honest phone made it: {wrong}"
    _check_marks(log, ledger)
    assert not (unheard := server.rows(_UNHEARD)), f"the log has numbers of devices that were not heard: {unheard}"
    server.fold()
    assert sorted(server.rows(_STATES)) == sorted(folded(log)), "the states follow from the log"
    put_aside = {event_id for event_id, _code, _is_closing in aside if event_id in ledger}
    states = {entry_id: status for _session_id, entry_id, status, _arrival, _conflict in folded(log)}
    return Truth(set(ledger) - put_aside, put_aside, states)


def _check_marks(log: Iterable[Mark], ledger: dict[str, dict[str, Any]]) -> None:
    for mark in log:
        if (made := ledger.get(mark.event_id)) is None:
            continue
        body = made["body"]
        said = (made["session_id"], made["site_id"], body["person_id"], body["status"], body["method"], body["reason"])
        kept = (mark.session_id, mark.site_id, mark.entry_id, mark.status, mark.method, mark.reason)
        assert kept == said, f"recorded otherwise than it was made: {mark}"


def folded(log: Iterable[Mark]) -> list[Row]:
    """The states by rank and arrival, as docs tell it: the last word of each recorder in each rank, the highest rank,
    then the latest; a conflict where two recorders say opposite things and nobody has settled it."""
    people = defaultdict[tuple[int, int], dict[tuple[int, int], Mark]](dict)
    for mark in sorted(log):
        if not mark.late or mark.decision == "accepted":
            people[mark.session_id, mark.entry_id][_RANKS[mark.method], mark.recorder_id] = mark
    states: list[Row] = []
    for (session_id, entry_id), words in people.items():
        said = [(rank, mark.arrival, mark) for (rank, _who), mark in words.items() if mark.status != "retracted"]
        if said:
            rank, arrival, decides = max(said)
            disagree = rank < _RANKS["settled"] and _disagree([mark for *_, mark in said])
            states.append((session_id, entry_id, decides.status, arrival, disagree))
    return states


def _disagree(marks: list[Mark]) -> bool:
    return any(
        one.status in _ATTENDED and other.status in _MISSED and one.recorder_id != other.recorder_id
        for one in marks
        for other in marks
    )
