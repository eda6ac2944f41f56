"""The first screen and the coverage page over 272 and over 27,200 cells: `python -m benchmarks.dashboard`.

Both trees show as many rows; the second is a hundred times as large below. A page must not cost more than half more.
"""

from benchmarks._campaigns import Built, build_campaign, own_database
from benchmarks.harness import Timing, compare, measure

LIMIT = 1.5
SMALL, LARGE = (16, 17), (16, 100, 17)


def main() -> None:
    """Measure as an officer of the owner; exit code 1 where a page costs more than the limit allows."""
    with own_database():
        small = _pages(build_campaign("Đợt nhỏ", SMALL))
        large = _pages(build_campaign("Đợt lớn", LARGE))
        kept = [
            compare(f"{name}, {figure}", getattr(large[name], figure), getattr(small[name], figure), limit=limit)
            for name in small
            for figure, limit in (("median", LIMIT), ("p95", LIMIT))
        ]
    raise SystemExit(0 if all(kept) else 1)


def _pages(built: Built) -> dict[str, Timing]:
    return {
        "first screen": _page(built, "first screen", "/"),
        "coverage page": _page(built, "coverage page", f"/campaigns/{built.campaign.pk}/coverage/{built.owner.pk}/"),
    }


def _page(built: Built, name: str, address: str) -> Timing:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"})
    client.force_login(built.officer)

    def get() -> None:
        assert client.get(address).status_code == 200

    get()
    with CaptureQueriesContext(connection) as captured:
        get()
        queries = len(captured)
    timing = measure(f"{name}, {built.cells:,} cells", get, runs=60)
    print(f"{'':<44} {queries} queries")
    return timing


if __name__ == "__main__":
    main()
