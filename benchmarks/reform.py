"""The country's reform of 1 July 2025: `python -m benchmarks.reform` prints seconds and peak memory.

It works in a test database of its own, dropped after the run. The budget is 60 seconds; what it is compared with is the
import of the same new units without any history, in the same run.
"""

import datetime as dt
import resource
import time

from benchmarks._campaigns import own_database
from benchmarks.import_units import FIRST_DAY, LIST

BUDGET_SECONDS = 60.0
DAY = dt.date(2025, 7, 1)


def main() -> None:
    """Apply the reform and print what it cost; exit code 1 where that breaks the budget."""
    with own_database():
        seconds = _measure()
    raise SystemExit(0 if seconds <= BUDGET_SECONDS else 1)


def _measure() -> float:
    from django.db import connection, transaction

    from lantoa.organizations.actors import SYSTEM
    from lantoa.organizations.decisions import Decision
    from lantoa.organizations.enums import Tree, UnitKind
    from lantoa.organizations.services.reforms import apply_reform, builtin_conversion
    from lantoa.organizations.services.unit_imports import builtin_list, import_units

    tree, new = Tree.ADMINISTRATIVE, builtin_list("from-2025-07-01")
    import_units(actor=SYSTEM, data=builtin_list(LIST), tree=tree, starts_on=FIRST_DAY, source=LIST)
    with transaction.atomic():
        began = time.perf_counter()
        import_units(actor=SYSTEM, data=new, tree=tree, starts_on=DAY, source="new")
        connection.check_constraints()
        plain = time.perf_counter() - began
        transaction.set_rollback(True)
    began = time.perf_counter()
    done = apply_reform(
        actor=SYSTEM,
        conversion=builtin_conversion(),
        new_units=new,
        tree=tree,
        level=UnitKind.COMMUNE,
        effective_on=DAY,
        decision=Decision("1654–1687/NQ-UBTVQH15", dt.date(2025, 6, 16), "Ủy ban Thường vụ Quốc hội"),
        source="benchmark",
    )
    seconds = time.perf_counter() - began
    print(f"reform          {seconds:6.2f} s of {BUDGET_SECONDS:.0f} s   {done.reform.figures}")
    print(f"new units alone {plain:6.2f} s   (the reform takes {seconds / plain:.1f} times as long)")
    print(f"peak memory     {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB")
    return seconds


if __name__ == "__main__":
    main()
