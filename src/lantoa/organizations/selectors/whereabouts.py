"""Where units of another day are to be found today: followed along the lines of descent, never divided by guess."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from lantoa.kernel import clock
from lantoa.organizations.models import Unit


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What became of a unit: `heirs` are the units of today that it, or parts of it, went into; empty where nobody took
    its place. `lost`: it, or a part of it, ended without a successor. `path` is that of the lowest unit of today that
    holds all heirs, empty where there is none."""

    heirs: tuple[Unit, ...]
    lost: bool
    path: str

    @property
    def is_whole(self) -> bool:
        """Whether all of it is in one unit today."""
        return len(self.heirs) == 1 and not self.lost


class _Line(NamedTuple):
    successor: int | None
    day: dt.date


_ONWARD = """
    WITH RECURSIVE onward (unit_id) AS (
        SELECT unnest(%(units)s::bigint[])
        UNION
        SELECT link.successor_id
        FROM onward JOIN organizations_unitlink AS link ON link.predecessor_id = onward.unit_id
        WHERE link.successor_id IS NOT NULL
    )
    SELECT link.predecessor_id, link.successor_id, event.effective_on
    FROM onward
    JOIN organizations_unitlink AS link ON link.predecessor_id = onward.unit_id
    JOIN organizations_unitevent AS event ON event.id = link.event_id
    WHERE event.effective_on <= %(today)s AND link.successor_id IS DISTINCT FROM link.predecessor_id
"""


def whereabouts(units: Iterable[int], *, since: dt.date) -> dict[int, Whereabouts]:
    """For each unit as it was on `since` where it is today: lines of descent that took effect in between are followed,
    from successor to successor (two queries, none where no unit is given).

    A unit that lost a part and went on is found in itself and in who has the part. Parts that came together again in
    one unit are whole there. Where a unit had ended before `since` already, since its end was recorded late, the lines
    of its end count.
    """
    wanted = list(units)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ONWARD, {"units": wanted, "today": clock.today()})
        rows = cursor.fetchall()
    lines: dict[int, list[_Line]] = defaultdict(list)
    for predecessor, successor, day in rows:
        lines[predecessor].append(_Line(successor, day))
    met = {*wanted, *(line.successor for found in lines.values() for line in found if line.successor is not None)}
    standing = Unit.objects.in_force().in_bulk(met)
    return {pk: _found(set(_heirs(pk, _begin(pk, since, lines, standing), lines, standing))) for pk in wanted}


def _begin(pk: int, since: dt.date, lines: Mapping[int, list[_Line]], standing: Mapping[int, Unit]) -> dt.date:
    """The day after which the unit's lines count."""
    last = max((line.day for line in lines.get(pk, ())), default=since)
    return last - dt.timedelta(days=1) if pk not in standing and last <= since else since


def _heirs(
    pk: int, since: dt.date, lines: Mapping[int, list[_Line]], standing: Mapping[int, Unit]
) -> Iterator[Unit | None]:
    """The units of today that hold it or a part of it, None for what ended without a successor.

    Days only grow along the way, so that it ends.
    """
    onward = [line for line in lines.get(pk, ()) if line.day > since]
    if pk in standing:
        yield standing[pk]
    elif not onward:
        yield None
    for line in onward:
        if line.successor is None:
            yield None
        else:
            yield from _heirs(line.successor, line.day, lines, standing)


def _found(heirs: set[Unit | None]) -> Whereabouts:
    units = sorted((unit for unit in heirs if unit is not None), key=lambda unit: (unit.sort_key, unit.pk))
    return Whereabouts(tuple(units), None in heirs, common_path([unit.path for unit in units]))


def common_path(paths: Sequence[str]) -> str:
    """The path of the lowest unit that holds all of `paths`, empty where there is none."""
    shared: list[str] = []
    for ids in zip(*(path.rstrip(".").split(".") for path in paths), strict=False):
        if len(set(ids)) > 1:
            break
        shared.append(ids[0])
    return "".join(f"{pk}." for pk in shared)
