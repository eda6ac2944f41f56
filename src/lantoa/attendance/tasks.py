"""What the clock does with marks."""

from procrastinate.contrib.django import app

from lantoa.attendance.folding import fold_waiting


@app.periodic(cron="* * * * * *")
@app.task(queueing_lock="attendance.fold_coverage", pass_context=False)
def fold_coverage(timestamp: int) -> int:
    """Bring states and coverage up to date, about every second; only one such job waits at a time.

    Returns how many marks were folded.
    """
    return fold_waiting()
