"""Recognitions of speakers for tests, written straight into the table."""

import datetime as dt
import uuid
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.kernel import clock
from lantoa.organizations.models import Person, Unit
from lantoa.speakers.enums import Tier
from lantoa.speakers.models import Speaker


def make_speaker(
    person: Person,
    unit: Unit,
    *,
    tier: Tier = Tier.COMMUNE,
    since: dt.date | None = None,
    until: dt.date | None = None,
    **fields: Any,
) -> Speaker:
    """A recognition by the unit from 1 January until the day before `until`, without end where none is given."""
    return Speaker.objects.create(
        client_id=uuid.uuid4(),
        person=person,
        unit=unit,
        tier=tier,
        period=DateRange(since or dt.date(clock.today().year, 1, 1), until),
        decision_number="12-QĐ/ĐU",
        decision_date=dt.date(2020, 1, 1),
        decision_body="Ban Thường vụ Đảng ủy",
        **{"languages": ["vi"], **fields},
    )
