"""Appending many marks of phones to the log in one statement."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any, NamedTuple

from lantoa.kernel.arrays import array_literal
from lantoa.kernel.prepared import fetch

_APPEND = """
WITH added AS (
  INSERT INTO attendance_attendanceevent (
    event_id, device_id, seq, session_id, site_id, entry_id, status, method, rank, reason_class, recorder_id, wall_time,
    monotonic_ms, roster_id, payload_sha256, received_at, late, flags
  )
  SELECT event_id, device_id, seq, session_id, site_id, entry_id, status, method, rank, reason_class, recorder_id,
         wall_time, monotonic_ms, roster_id, payload_sha256, %(now)s, late, flags
  FROM unnest(
    %(origin)s::smallint[], %(event_id)s::uuid[], %(seq)s::bigint[], %(entry_id)s::bigint[], %(status)s::text[],
    %(method)s::text[], %(rank)s::smallint[], %(reason_class)s::text[], %(wall_time)s::timestamptz[],
    %(monotonic_ms)s::bigint[], %(roster_id)s::uuid[], %(payload_sha256)s::text[], %(late)s::boolean[],
    %(flags)s::smallint[]
  ) WITH ORDINALITY AS offered (
    origin, event_id, seq, entry_id, status, method, rank, reason_class, wall_time, monotonic_ms, roster_id,
    payload_sha256, late, flags, place
  )
  JOIN unnest(
    %(device_id)s::bigint[], %(recorder_id)s::bigint[], %(session_id)s::bigint[], %(site_id)s::bigint[]
  ) WITH ORDINALITY AS sender (device_id, recorder_id, session_id, site_id, origin) USING (origin)
  ORDER BY place
  ON CONFLICT DO NOTHING
  RETURNING arrival, event_id, session_id, entry_id, late
), waiting AS (
  INSERT INTO attendance_latechange (event_id, decision) SELECT arrival, 'pending' FROM added WHERE late
), dirty AS (
  INSERT INTO attendance_dirtymark (campaign_id, entry_id)
  SELECT DISTINCT campaign_id, entry_id FROM added
  JOIN unnest(%(session_id)s::bigint[], %(campaign_id)s::bigint[]) AS held (session_id, campaign_id) USING (session_id)
)
SELECT event_id FROM added
"""


class NewEvent(NamedTuple):
    """One event of a phone, judged and ready for the log."""

    event_id: uuid.UUID
    seq: int
    entry_id: int
    status: str
    method: str
    rank: int
    reason_class: str
    wall_time: dt.datetime
    monotonic_ms: int | None
    roster_id: uuid.UUID
    payload_sha256: str
    late: bool
    flags: int


class Origin(NamedTuple):
    """What all events of a batch share. `recorder_id` is the user of the device."""

    device_id: int
    recorder_id: int
    session_id: int
    site_id: int
    campaign_id: int


def append_all(batches: Sequence[tuple[Origin, Sequence[NewEvent]]], *, now: dt.datetime) -> set[uuid.UUID]:
    """Write the events of batches in their order, with the late changes and the folder's marks that follow from them
    (one query). Each batch is of another device, and there is an event.

    Returns the ids that were written. An event whose id, or whose number on its device, is in the log already is left
    out and changes nothing. The sites of the people are held (`hold_places`).
    """
    origins = zip(*(origin for origin, _events in batches), strict=True)
    events = [event for _origin, sent in batches for event in sent]
    places = chain.from_iterable(repeat(place, len(sent)) for place, (_origin, sent) in enumerate(batches, start=1))
    values: dict[str, Any] = {
        "now": now,
        "origin": array_literal(places),
        **_columns(Origin._fields, origins),
        **_columns(NewEvent._fields, zip(*events, strict=True)),
    }
    return {event_id for (event_id,) in fetch(_APPEND, values)}


def _columns(names: Sequence[str], columns: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    return dict(zip(names, map(array_literal, columns), strict=True))
