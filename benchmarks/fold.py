"""Folding the marks of one roll in a small and in a large campaign: `python -m benchmarks.fold`.

The folder counts the touched cells anew and adds the differences upward, so that a roll of 62 marks must not cost more
in a country than in a district.
"""

from benchmarks._campaigns import Built, build_campaign, own_database
from benchmarks.harness import Timing, compare, measure

LIMIT = 1.5
MARKS = 62


def main() -> None:
    """Print what a roll costs in both; exit code 1 where the large one costs more than the limit allows."""
    with own_database():
        small = _roll(build_campaign("Đợt nhỏ", (16, 17)))
        large = _roll(build_campaign("Đợt lớn", (16, 100, 17)))
        kept = compare(f"folding {MARKS} marks, median", large.median, small.median, limit=LIMIT)
    raise SystemExit(0 if kept else 1)


def _roll(built: Built) -> Timing:
    from lantoa.attendance.folding import fold_campaign, mark_dirty
    from lantoa.plans.models import SummonsEntry

    entries = list(SummonsEntry.objects.filter(campaign=built.campaign).values_list("pk", flat=True)[:MARKS])

    def fold() -> None:
        mark_dirty(campaign_id=built.campaign.pk, entry_ids=entries)
        assert fold_campaign(built.campaign.pk) == MARKS

    return measure(f"folding {MARKS} marks, {built.cells:,} cells", fold, runs=40)


if __name__ == "__main__":
    main()
