"""The first screen, the coverage and a unit's campaigns over 272 and 27,200 cells: `python -m benchmarks.dashboard`.

Both trees show as many rows; the second is a hundred times as large below. A page must not cost more than half more.
The two are asked for in turn, so that whatever else the machine does weighs on both.
"""

import statistics
import time
from collections.abc import Callable

from benchmarks._campaigns import Built, build_campaign, own_database
from benchmarks.harness import Timing, compare

LIMIT = 1.5
SMALL, LARGE = (16, 17), (16, 100, 17)
RUNS = 120


def main() -> None:
    """Measure as an officer of the owner; exit code 1 where a page costs more than the limit allows."""
    with own_database():
        built = (build_campaign("Đợt nhỏ", SMALL), build_campaign("Đợt lớn", LARGE))
        pages = (("first screen", _home), ("coverage page", _coverage), ("campaigns side by side", _course))
        kept = [_page(name, address, *built) for name, address in pages]
    raise SystemExit(0 if all(kept) else 1)


def _home(built: Built) -> str:
    return f"/?campaign={built.campaign.pk}"


def _coverage(built: Built) -> str:
    return f"/campaigns/{built.campaign.pk}/coverage/{built.owner.pk}/"


def _course(built: Built) -> str:
    return f"/units/{built.owner.pk}/campaigns/"


def _page(name: str, address: Callable[[Built], str], small: Built, large: Built) -> bool:
    asking = [_asking(built, address(built)) for built in (small, large)]
    taken: list[list[float]] = [[], []]
    for _ in range(RUNS):
        for ask, times in zip(asking, taken, strict=True):
            started = time.perf_counter()
            ask()
            times.append((time.perf_counter() - started) * 1000)
    first, second = (
        _timing(f"{name}, {built.cells:,} cells", times) for built, times in zip((small, large), taken, strict=True)
    )
    return all(
        [
            compare(f"{name}, median", second.median, first.median, limit=LIMIT),
            compare(f"{name}, p95", second.p95, first.p95, limit=LIMIT),
        ]
    )


def _timing(name: str, times: list[float]) -> Timing:
    times.sort()
    timing = Timing(name, statistics.median(times), times[round(len(times) * 0.95)], len(times))
    print(timing)
    return timing


def _asking(built: Built, address: str) -> Callable[[], None]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"})
    client.force_login(built.officer)

    def ask() -> None:
        assert client.get(address).status_code == 200

    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
        queries = len(captured)
    print(f"{address}: {queries} queries over {built.cells:,} cells")
    return ask


if __name__ == "__main__":
    main()
