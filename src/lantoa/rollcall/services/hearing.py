"""What a phone says of itself with each batch, and the numbers of its events that have arrived."""

import datetime as dt
from collections.abc import Iterable

from lantoa.kernel.arrays import array_literal
from lantoa.kernel.prepared import fetch
from lantoa.kernel.spans import spans_literal
from lantoa.rollcall.models import Phone
from lantoa.rollcall.services.judging import Contents
from lantoa.rollcall.wire import Batch

MOST_BYTES = 8000
"""A set of numbers with more holes than an honest phone makes grows no further."""
_WITH_THESE = f"""
CASE WHEN pg_column_size(phone.heard) < {MOST_BYTES} THEN phone.heard + said.heard ELSE phone.heard END
"""
_HEAR = f"""
UPDATE rollcall_phone phone
SET last_seen_at = %(now)s, client = said.client, waiting = said.waiting, refused = said.refused,
    heard = {_WITH_THESE}
FROM unnest(
  %(devices)s::bigint[], %(clients)s::text[], %(waiting)s::integer[], %(refused)s::integer[],
  %(heard)s::int8multirange[]
) AS said (device_id, client, waiting, refused, heard)
WHERE phone.device_id = said.device_id AND phone.revoked_at IS NULL RETURNING phone.device_id
"""  # noqa: S608 of our own words
_HEAR_BY_OTHERS = f"""
UPDATE rollcall_phone phone SET heard = {_WITH_THESE}
FROM (SELECT %s::int8multirange) AS said (heard)
WHERE phone.device_id = %s RETURNING phone.revoked_at IS NULL AND phone.expires_at > %s
"""  # noqa: S608 of our own words


def hear(said: Iterable[tuple[Phone, Batch, Contents]], *, now: dt.datetime) -> set[int]:
    """Write down what phones say of themselves and what arrives of them (one query); they are held until the
    transaction ends. What arrives waits on its phone no more. The devices of those that are not revoked."""
    phones, batches, contents = zip(*said, strict=True)
    values = {
        "now": now,
        "devices": array_literal(phone.pk for phone in phones),
        "clients": [batch.client for batch in batches],
        "waiting": array_literal(
            max(0, batch.waiting - len(each.all)) for batch, each in zip(batches, contents, strict=True)
        ),
        "refused": array_literal(batch.refused for batch in batches),
        "heard": array_literal(map(_numbers, contents)),
    }
    return {device_id for (device_id,) in fetch(_HEAR, values)}


def hear_by_others(phone: Phone, contents: Contents, *, now: dt.datetime) -> bool:
    """Write down what arrives of a phone that is not here to say anything itself (one query); it is held until the
    transaction ends. Whether it is good."""
    ((is_good,),) = fetch(_HEAR_BY_OTHERS, [_numbers(contents), phone.pk, now])
    return bool(is_good)


def _numbers(contents: Contents) -> str:
    return spans_literal(each.event.seq for each in contents.all)
