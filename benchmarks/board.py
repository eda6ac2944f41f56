"""The board of a session at 3,000 sites, as an officer of its host: `python -m benchmarks.board`.

Printed are the queries, the bytes and the time of the first load, of a refresh that finds something new, and of one
that finds nothing (304). The limits are 15 queries and 50 KB for a refresh, as it goes over the wire: packed, where the
browser takes gzip; the bytes without it stand beside. The alternative in the same run is the page of
the session loaded anew: its sums, and its first thirty sites.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks._campaigns import Built, build_campaign, own_database
from benchmarks.harness import compare, measure

if TYPE_CHECKING:
    from django.test import Client

    from lantoa.study_sessions.models import StudySession

COMMUNES, CELLS = 300, 10
MOST_QUERIES, MOST_BYTES = 15, 50_000
GZIP = {"Accept-Encoding": "gzip"}
ASKING = {"HX-Request": "true", "X-Background": "1"}


@dataclass(frozen=True)
class Cost:
    """What one answer costs, apart from its time."""

    name: str
    status: int
    queries: int
    size: int

    def __str__(self) -> str:
        return f"{self.name:<44} status {self.status}   {self.queries:3d} queries   {self.size:9,d} bytes"


def main() -> None:
    """Measure; exit code 1 where a refresh breaks a limit."""
    with own_database():
        built = build_campaign("Đảng bộ tỉnh", (COMMUNES, CELLS))
        session = _connect_sites(built)
        raise SystemExit(0 if _measure(built, session) else 1)


def _connect_sites(built: Built) -> "StudySession":
    """A session under way with a site for each cell: most are ready, some have a problem, half have counted."""
    from django.db import connection

    from lantoa.kernel import clock
    from lantoa.organizations.models import Unit
    from lantoa.study_sessions.models import Site, SiteCheck, SiteUnit, StudySession

    begins = clock.now() - dt.timedelta(minutes=20)
    session = StudySession.objects.create(
        client_id=uuid.uuid4(), campaign=built.campaign, host=built.owner, title="Hội nghị trực tuyến",
        mode="online", starts_at=begins, ends_at=begins + dt.timedelta(hours=4), created_by=built.officer,
    )  # fmt: skip
    cells = Unit.objects.filter(kind="cell", path__startswith=built.owner.path).order_by("pk")
    sites = Site.objects.bulk_create(
        Site(
            session=session, unit=cell, name=f"Điểm cầu {number} {cell.name}", address=f"Nhà văn hoá bản {number}",
            readiness="problem" if number % 50 == 0 else "unchecked" if number % 7 == 0 else "ready",
            members_now=50 + number % 30 if number % 2 else None, others_now=number % 9 if number % 2 else None,
            counted_at=clock.now() if number % 2 else None,
        )
        for number, cell in enumerate(cells)
    )  # fmt: skip
    SiteUnit.objects.bulk_create(SiteUnit(session=session, site=site, unit=site.unit) for site in sites)
    SiteCheck.objects.bulk_create(
        SiteCheck(
            client_id=uuid.uuid4(), site=site, state="problem", note="Mất điện, chờ máy phát", made_by=built.officer
        )
        for site in sites
        if site.readiness == "problem"
    )  # fmt: skip
    _seat_and_mark(session, built)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return session


_SEATS = """
INSERT INTO study_sessions_placement (entry_id, session_id, site_id)
SELECT entry.id, cell.session_id, cell.site_id
  FROM study_sessions_siteunit cell JOIN plans_summonsentry entry ON entry.unit_id = cell.unit_id
 WHERE cell.session_id = %(session)s
"""
_MARKS = """
INSERT INTO attendance_attendanceevent
  (event_id, device_id, seq, session_id, site_id, entry_id, status, method, rank, reason_class, recorder_id, wall_time,
   received_at, payload_sha256, late, flags)
SELECT gen_random_uuid(), %(device)s, 10000000 + row_number() OVER (ORDER BY id), session_id, site_id, entry_id,
       'present', 'tick', 3, '', %(user)s, now(), now(), repeat('0', 64), false, 0
  FROM study_sessions_placement WHERE session_id = %(session)s AND site_id %% 3 <> 0
"""


def _seat_and_mark(session: "StudySession", built: Built) -> None:
    from django.db import connection

    from lantoa.attendance.models import Device, RollClosing
    from lantoa.study_sessions.models import Site

    device = Device.objects.get(kind="web", unit=built.owner, user=built.officer)
    values = {"session": session.pk, "device": device.pk, "user": built.officer.pk}
    with connection.cursor() as cursor:
        for statement in (_SEATS, _MARKS):
            cursor.execute(statement, values)
    closed = [site for site in Site.objects.filter(session=session) if site.pk % 6 == 1]
    RollClosing.objects.bulk_create(
        RollClosing(site=site, closed_by=built.officer, counts={}, sha256="0" * 64) for site in closed
    )


def _measure(built: Built, session: "StudySession") -> bool:
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="localhost")
    client.force_login(built.officer)
    board = reverse("study_sessions:session_board", args=[session.pk])
    whole = reverse("study_sessions:session_detail", args=[session.pk])
    tag = client.get(board, headers=ASKING)["ETag"]
    known = {**ASKING, "If-None-Match": tag}
    first = _cost("first load (page)", client, board, {})
    refresh = _cost("refresh, something new, gzip", client, board, {**ASKING, **GZIP})
    plain = _cost("refresh, something new, not packed", client, board, ASKING)
    nothing = _cost("refresh, nothing new", client, board, known)
    other = _cost("alternative: the session's page anew", client, whole, {})
    for cost in (first, refresh, plain, nothing, other):
        print(cost)
    measure("first load", lambda: client.get(board), runs=20)
    news = measure("refresh, something new, gzip", lambda: client.get(board, headers={**ASKING, **GZIP}), runs=30)
    measure("refresh, nothing new", lambda: client.get(board, headers=known), runs=30)
    measure("search", lambda: client.get(board, {"q": "nha van hoa 29"}, headers=ASKING), runs=20)
    anew = measure("alternative: the session's page anew", lambda: client.get(whole), runs=5, warm_up=1)
    compare("alternative to refresh, median", anew.median, news.median)
    compare("alternative to refresh, bytes", other.size, refresh.size)
    kept = [
        compare("queries of a refresh, to the limit", refresh.queries, MOST_QUERIES, limit=1.0),
        compare("bytes of a refresh, packed, to the limit", refresh.size, MOST_BYTES, limit=1.0),
        compare("bytes of a refresh, not packed, to the limit", plain.size, MOST_BYTES, limit=1.0),
    ]
    return all(kept)


def _cost(name: str, client: "Client", url: str, headers: dict[str, str]) -> Cost:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url, headers=headers)
    return Cost(name, answer.status_code, len(queries), len(answer.content))


if __name__ == "__main__":
    main()
