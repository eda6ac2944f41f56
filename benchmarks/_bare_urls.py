"""The address of batches with the least that can stand behind it: the same body parsed, one INSERT, a number back."""

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from msgspec.json import Decoder

from lantoa.config.health import healthz
from lantoa.rollcall.bodies import read_body
from lantoa.rollcall.wire import Batch

_batches: Decoder[Batch] = Decoder(Batch)
_INSERT = """
INSERT INTO bare_event (
  event_id, device_id, seq, session_id, site_id, entry_id, status, method, rank, reason_class, recorder_id, wall_time,
  monotonic_ms, roster_id, payload_sha256, received_at, late, flags
)
SELECT event_id, %s, seq, %s, %s, entry_id, status, method, 3, reason_class, %s, wall_time, monotonic_ms, roster_id,
       repeat('0', 64), now(), false, 0
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
            %s::bigint[], %s::uuid[])
     AS sent (event_id, seq, entry_id, status, method, reason_class, wall_time, monotonic_ms, roster_id)
"""


@csrf_exempt
@login_not_required
def batches(request: HttpRequest) -> HttpResponse:
    """Write the events of a batch, and say how many they are."""
    batch = read_body(request, _batches)
    events = batch.events
    columns = zip(
        *(
            (
                event.event_id, event.seq, event.entry_id, event.status, event.method, event.reason_class,
                event.wall_time, event.monotonic_ms, event.roster_id,
            )
            for event in events
        ),
        strict=True,
    )  # fmt: skip
    values = [batch.site_id, batch.session_id, batch.site_id, batch.site_id, *map(list, columns)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, cast("list[str]", values))
    return HttpResponse(b"%d" % len(events))


urlpatterns = [path("api/v1/rollcall/batches", batches), path("healthz", healthz)]
