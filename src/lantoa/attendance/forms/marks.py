"""Marks as a page sends them: events of its script, or a whole plain form."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.dateparse import parse_datetime

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.selectors.rolls import RollLine
from lantoa.attendance.services.marks import Mark
from lantoa.kernel import clock
from lantoa.organizations.enums import ReasonClass
from lantoa.organizations.selectors.standpoints import LONGEST_NUMBER

MOST_EVENTS = 200
YEARS = range(1900, 2200)
"""A device's clock may be wrong by decades; beyond these years it is no clock, and no calendar could show it."""
CHOICES = tuple((str(status), status.label) for status in (MarkStatus.PRESENT, MarkStatus.LATE, MarkStatus.ABSENT))
REASONS = tuple((f"{MarkStatus.EXCUSED}-{reason}", reason.label) for reason in ReasonClass)
NO_CHOICE = ""
VALUES = {value for value, _ in (*CHOICES, *REASONS)} | {str(MarkStatus.EXCUSED), NO_CHOICE}


class Unreadable(ValueError):
    """The page sent something that is no list of events; nothing of it was taken."""


def split_value(value: str) -> tuple[MarkStatus, str]:
    """Status and reason class of a choice; no choice takes the mark back. Raises Unreadable for what is no choice: a
    garbled mark must not take back a good one."""
    if value not in VALUES:
        raise Unreadable
    if value == NO_CHOICE:
        return MarkStatus.RETRACTED, ""
    status, _dash, reason = value.partition("-")
    return MarkStatus(status), reason


def read_events(body: bytes) -> list[Mark]:
    """The marks in a JSON body `{"events": [{event_id, entry, value, wall_time}]}`; raises Unreadable."""
    try:
        events = json.loads(body)["events"]
        if len(events) > MOST_EVENTS:
            raise Unreadable
        return [_mark(event) for event in events]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Unreadable from error


def _mark(event: Mapping[str, Any]) -> Mark:
    entry = event["entry"]
    if type(entry) is not int or not 0 < entry < 2**63:
        raise Unreadable
    status, reason = split_value(event["value"])
    return Mark(entry, status, uuid.UUID(event["event_id"]), _moment(event["wall_time"]), reason)


def _moment(text: str) -> dt.datetime:
    moment = parse_datetime(text)
    if moment is None or moment.tzinfo is None or moment.year not in YEARS:
        raise Unreadable
    return moment


def read_form(data: Mapping[str, str], lines: Iterable[RollLine]) -> list[Mark]:
    """The marks in a plain form: one for each person whose choice is another than when the form was shown. What is no
    choice leaves the mark as it is.

    The ids come from the form's own id, so that the same form sent twice gives the same events.
    """
    form_id = _form_id(data.get("client_id", ""))
    shown_at = _shown_at(data.get("shown_at", ""))
    marks = []
    for line in lines:
        value = data.get(f"mark-{line.entry_id}")
        if value not in VALUES or value == data.get(f"was-{line.entry_id}", ""):
            continue
        status, reason = split_value(value)
        event_id = uuid.uuid5(form_id, f"{line.entry_id}:{value}")
        marks.append(Mark(line.entry_id, status, event_id, shown_at, reason))
    return marks


def read_pairs(data: Mapping[str, str]) -> list[Mark]:
    """The marks that the preview of a workbook offers, as `entry=value` with blanks between; raises Unreadable.

    The ids come from the preview's own id, so that the same preview sent twice gives the same events.
    """
    form_id, shown_at = _form_id(data.get("client_id", "")), _shown_at(data.get("shown_at", ""))
    marks = []
    for pair in data.get("marks", "").split():
        number, _sign, value = pair.partition("=")
        if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER) or not value:
            raise Unreadable
        status, reason = split_value(value)
        event_id = uuid.uuid5(form_id, f"{number}:{value}")
        marks.append(Mark(int(number), status, event_id, shown_at, reason))
    return marks


def _form_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _shown_at(text: str) -> dt.datetime:
    try:
        return _moment(text)
    except ValueError:
        return clock.now()
