"""Appending many marks of a phone to the log in one statement."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from lantoa.kernel.arrays import array_literal
from lantoa.kernel.prepared import fetch

_APPEND = """
WITH added AS (
  INSERT INTO attendance_attendanceevent (
    event_id, device_id, seq, session_id, site_id, entry_id, status, method, rank, reason_class, recorder_id, wall_time,
    monotonic_ms, roster_id, payload_sha256, received_at, late, flags
  )
  SELECT event_id, %(device)s, seq, %(session)s, %(site)s, entry_id, status, method, rank, reason_class, %(recorder)s,
         wall_time, monotonic_ms, roster_id, payload_sha256, %(now)s, late, flags
  FROM unnest(
    %(event_id)s::uuid[], %(seq)s::bigint[], %(entry_id)s::bigint[], %(status)s::text[], %(method)s::text[],
    %(rank)s::smallint[], %(reason_class)s::text[], %(wall_time)s::timestamptz[], %(monotonic_ms)s::bigint[],
    %(roster_id)s::uuid[], %(payload_sha256)s::text[], %(late)s::boolean[], %(flags)s::smallint[]
  ) WITH ORDINALITY AS offered (
    event_id, seq, entry_id, status, method, rank, reason_class, wall_time, monotonic_ms, roster_id, payload_sha256,
    late, flags, place
  )
  ORDER BY place
  ON CONFLICT DO NOTHING
  RETURNING arrival, event_id, entry_id, late
), waiting AS (
  INSERT INTO attendance_latechange (event_id, decision) SELECT arrival, 'pending' FROM added WHERE late
), dirty AS (
  INSERT INTO attendance_dirtymark (campaign_id, entry_id) SELECT DISTINCT %(campaign)s, entry_id FROM added
), numbered AS (
  UPDATE attendance_device SET last_seq = greatest(last_seq, %(last_seq)s) WHERE id = %(device)s
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
    """What all events of a batch share. `recorder_id` is the user of the device; `last_seq` is the highest number that
    the device has used so far."""

    device_id: int
    recorder_id: int
    session_id: int
    site_id: int
    campaign_id: int
    last_seq: int


def append_all(*, origin: Origin, events: Sequence[NewEvent], now: dt.datetime) -> set[uuid.UUID]:
    """Write the events in their order, with the late changes and the folder's marks that follow from them (one query).

    Returns the ids that were written. An event whose id, or whose number on its device, is in the log already is left
    out and changes nothing. The sites of the people are held (`hold_places`).
    """
    columns = dict(zip(NewEvent._fields, map(array_literal, zip(*events, strict=True)), strict=True))
    values: dict[str, Any] = {
        "device": origin.device_id,
        "recorder": origin.recorder_id,
        "session": origin.session_id,
        "site": origin.site_id,
        "campaign": origin.campaign_id,
        "last_seq": origin.last_seq,
        "now": now,
        **columns,
    }
    return {event_id for (event_id,) in fetch(_APPEND, values)}
