"""What the clock does for the portal."""

from django.core.management import call_command

from lantoa.jobs.queue import app
from lantoa.portal.groups import follow_appointments
from lantoa.portal.pictures import make_missing_sizes
from lantoa.portal.readers.forgetting import forget
from lantoa.portal.serving import editions


@app.periodic(cron="* * * * *")
@app.task(name="portal.keep_time", queueing_lock="portal.keep_time")
def keep_time(timestamp: int) -> None:
    """Publish what was approved for a time that has come, and take down what was to last until now."""
    call_command("publish_scheduled")


@app.periodic(cron="2 * * * *")
@app.task(name="portal.follow_day", queueing_lock="portal.follow_day")
def follow_day(timestamp: int) -> int:
    """Let the groups follow appointments that began or ended by their own day; returns how many rows changed."""
    return follow_appointments()


@app.periodic(cron="17 * * * *")
@app.task(name="portal.fold_editions", queueing_lock="portal.fold_editions")
def fold_editions(timestamp: int) -> None:
    """Make one row of the steps of the edition, which every page for everybody asks for."""
    editions.fold()


@app.periodic(cron="17 3 * * *")
@app.task(name="portal.forget_readers", queueing_lock="portal.forget_readers")
def forget_readers(timestamp: int) -> int:
    """Let go what readers sent and nobody needs any more; returns how many rows that concerned."""
    return forget()


@app.periodic(cron="* * * * *")
@app.task(name="portal.make_sizes", queueing_lock="portal.make_sizes")
def make_sizes(timestamp: int) -> int:
    """Make what is missing of the sizes of pictures that pages show; returns of how many some were missing."""
    return make_missing_sizes(timestamp // 60)
