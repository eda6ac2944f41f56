"""Whether this process can serve: for a load balancer or a supervisor, without signing in."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@cache
def shipped_migrations() -> frozenset[tuple[str, str]]:
    """The migrations that the code brings, which don't change while it runs."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations or ())


def pending_migrations() -> list[tuple[str, str]]:
    """The (app, name) of migrations that the database lacks."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    return sorted(shipped_migrations() - applied)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where the database answers and is up to date, else 503; the body says which of both."""
    try:
        pending = pending_migrations()
    except DatabaseError:
        return JsonResponse({"database": "fail", "migrations": "unknown"}, status=503)
    state = {"database": "ok", "migrations": "pending" if pending else "ok"}
    return JsonResponse(state, status=503 if pending else 200)
