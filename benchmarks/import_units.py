"""Importing the country's 10,810 real units: `python -m benchmarks.import_units` prints seconds and peak memory.

It works in a test database of its own, dropped after the run; without DATABASE_URL on an embedded PostgreSQL in a
temporary folder. The budget of an import is 10 seconds.
"""

import datetime as dt
import resource
import time

from benchmarks._campaigns import own_database

BUDGET_SECONDS = 10.0
LIST = "before-2025-07-01"
FIRST_DAY = dt.date(2004, 7, 8)


def main() -> None:
    """Import the list twice and print what both cost; exit code 1 where the first breaks the budget."""
    with own_database():
        seconds = _measure()
    raise SystemExit(0 if seconds <= BUDGET_SECONDS else 1)


def _measure() -> float:
    first = _import_once()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    second = _import_once()
    print(f"first import   {first:6.2f} s of {BUDGET_SECONDS:.0f} s   ({10_810 / first:,.0f} units/s)")
    print(f"second import  {second:6.2f} s   (no effect; {second / first:.0%} of the first)")
    print(f"peak memory    {peak:6.0f} MB")
    return first


def _import_once() -> float:
    from lantoa.organizations.actors import SYSTEM
    from lantoa.organizations.enums import Tree
    from lantoa.organizations.services.unit_imports import builtin_list, import_units

    data = builtin_list(LIST)
    began = time.perf_counter()
    import_units(actor=SYSTEM, data=data, tree=Tree.ADMINISTRATIVE, starts_on=FIRST_DAY, source=LIST)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
