"""The session engine: sessions in the database, each with its owner, its device and when it was last used.

What a request needs to know of its session (the time of its last use, the rules that the administrator set) comes with
the row itself, so that no page costs a query more.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Subquery
from django.http import HttpRequest

from lantoa.accounts.browsers import browser_of
from lantoa.kernel import clock

DEVICE, SINCE = "device", "signed_in_at"
WARNING = dt.timedelta(seconds=60)
"""How long the dialog counts down after the idle time that the administrator set; then the session ends."""
GRAIN = dt.timedelta(seconds=30)
"""The time of the last use is written no more often than this."""


class SessionStore(DatabaseStore):
    """A session that knows when it was last used and for how long it may rest."""

    last_seen_at: dt.datetime | None = None
    idle_minutes: int = settings.LANTOA_IDLE_MINUTES
    second_factor_due: bool = False
    """Whether its user must have a second factor and has none."""

    @classmethod
    def get_model_class(cls) -> Any:
        """The table of the sessions."""
        from lantoa.accounts.models import Session

        return Session

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in with this session."""
        return SESSION_KEY in self

    @property
    def idle_limit(self) -> dt.timedelta:
        """How long the session may rest, the countdown included."""
        return dt.timedelta(minutes=self.idle_minutes) + WARNING

    @property
    def remaining(self) -> dt.timedelta:
        """How long the session lasts if nothing is done; negative where it is over."""
        rested = clock.now() - (self.last_seen_at or clock.now())
        return self.idle_limit - rested

    def touch(self) -> None:
        """Note that the session was used just now."""
        if self.session_key is None:
            return
        self.last_seen_at = clock.now()
        self.get_model_class().objects.filter(pk=self.session_key).update(last_seen_at=self.last_seen_at)

    def touch_seldom(self) -> None:
        """The same, where the last note is not of this very moment."""
        if self.last_seen_at is None or clock.now() - self.last_seen_at >= GRAIN:
            self.touch()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row to be saved."""
        row: Any = super().create_model_instance(data)
        user, since = data.get(SESSION_KEY), data.get(SINCE)
        self.last_seen_at = self.last_seen_at or clock.now()
        row.user_id = int(user) if user else None
        row.device = data.get(DEVICE, "")
        row.signed_in_at = dt.datetime.fromisoformat(since) if since else None
        row.last_seen_at = self.last_seen_at
        return row

    def flush(self) -> None:
        """Remove the session and all that is known of it."""
        super().flush()
        self.last_seen_at = None

    def _get_session_from_db(self) -> Any:
        from lantoa.accounts.models import AccessRules
        from lantoa.accounts.second_factor.requirement import is_due

        rules = AccessRules.objects.filter(pk=1).values("idle_minutes")
        rows = self.get_model_class().objects.annotate(
            idle_minutes=Subquery(rules), second_factor_due=is_due("user_id")
        )
        try:
            row = rows.get(session_key=self.session_key, expire_date__gt=clock.now())
        except ObjectDoesNotExist:
            self._session_key = None
            return None
        self.last_seen_at = row.last_seen_at
        self.idle_minutes = row.idle_minutes or settings.LANTOA_IDLE_MINUTES
        self.second_factor_due = row.second_factor_due
        return row


def note_sign_in(*, request: HttpRequest, **_signal: Any) -> None:
    """Write into the new session on what device it was begun, and when (a receiver of Django's signal)."""
    request.session[DEVICE] = browser_of(request.headers.get("User-Agent", ""))
    request.session[SINCE] = clock.now().isoformat()
    if isinstance(request.session, SessionStore):
        request.session.last_seen_at = clock.now()
