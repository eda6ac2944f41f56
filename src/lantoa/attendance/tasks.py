"""What the clock does with marks."""

from time import monotonic

from procrastinate.contrib.django import app

from lantoa.attendance.folding import fold_waiting

REST = 3.0
"""So many times as long as a fold took, the folder rests: where there is too much to do, marks come before figures."""
LONGEST_REST = 2.0


class Folder:
    """Folds what waits, and rests after it in proportion."""

    def __init__(self) -> None:
        self._rests_until = 0.0

    def fold(self) -> int:
        """How many marks were folded; 0 while it rests."""
        begun = monotonic()
        if begun < self._rests_until:
            return 0
        folded = fold_waiting()
        ended = monotonic()
        rest = min(REST * (ended - begun), LONGEST_REST)
        self._rests_until = max(self._rests_until, ended + rest)
        return folded


FOLDER = Folder()


@app.periodic(cron="* * * * * *")
@app.task(queueing_lock="attendance.fold_coverage", pass_context=False)
def fold_coverage(timestamp: int) -> int:
    """Bring states and coverage up to date, about every second, under a heavy load every few seconds; only one such job
    waits at a time.

    Returns how many marks were folded.
    """
    return FOLDER.fold()
