"""What organisations do by themselves."""

from procrastinate.contrib.django import app

from lantoa.organizations.actors import SYSTEM
from lantoa.organizations.services.units import refresh_today


@app.periodic(cron="1 * * * *")
@app.task(name="organizations.begin_day", queueing_lock="organizations.begin_day")
def begin_day(timestamp: int) -> int:
    """Bring today's columns of units up to the day that has begun; every hour, since a worker may have slept through
    midnight. Returns how many units changed."""
    return refresh_today(actor=SYSTEM)
