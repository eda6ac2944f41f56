"""What the clock does with visits."""

from procrastinate.contrib.django import app

from lantoa.visits import folding


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="visits.fold_views", pass_context=False)
def fold_views(timestamp: int) -> int:
    """Bring the counters up to date, every five seconds; returns how many views were folded."""
    return folding.fold_waiting()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="visits.close_days", pass_context=False)
def close_days(timestamp: int) -> int:
    """Close the days that are over; returns how many sums were written."""
    return folding.close_days()
