"""A campaign's figures carried onto the tree after a reform: `python -m benchmarks.carried`.

Half of the communes end and go whole into their neighbour, every tenth of them into one of the next province, every
fiftieth is divided. Read are the country, a province and a commune. The budget is a p95 of 150 ms; each reading is also
compared with that of the commune. There are 20,000 cells;
`--country` takes 300,000.
"""

import argparse
import datetime as dt
import time
from typing import TYPE_CHECKING

from benchmarks._campaigns import Built, build_campaign, own_database
from benchmarks.harness import Timing, compare, measure

if TYPE_CHECKING:
    from lantoa.organizations.models import Unit

BUDGET_MS = 150.0
COUNTRY, SMALL = (34, 98, 90), (34, 20, 30)
REFORM = dt.date(2026, 3, 1)
_ENDED = """
CREATE TEMP TABLE reformed AS
SELECT id, parent_id, lead(id, 1) OVER beside AS heir, lead(id, 99) OVER beside AS far, number
  FROM (SELECT id, parent_id, row_number() OVER (ORDER BY parent_id, id) AS number
          FROM organizations_unit
         WHERE kind = 'grassroots_committee' AND length(path) - length(replace(path, '.', '')) = 3) commune
WINDOW beside AS (ORDER BY parent_id, id);
DELETE FROM reformed WHERE number % 2 = 0 OR far IS NULL;
UPDATE reformed SET heir = far WHERE number % 20 = 1;
UPDATE organizations_unit SET in_force = false WHERE id IN (SELECT id FROM reformed);
INSERT INTO organizations_unitlink (event_id, predecessor_id, successor_id, partial)
SELECT %(event)s, id, heir, number % 100 = 1 FROM reformed
 UNION ALL
SELECT %(event)s, id, far, true FROM reformed WHERE number % 100 = 1 AND heir <> far;
UPDATE organizations_unit cell SET parent_id = heir.id, path = heir.path || cell.id || '.'
  FROM reformed JOIN organizations_unit heir ON heir.id = reformed.heir
 WHERE cell.parent_id = reformed.id;
"""


def main() -> None:
    """Measure as an officer of the owner; exit code 1 where a reading breaks the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--country", action="store_true", help="300,000 cells")
    fan_out = COUNTRY if parser.parse_args().country else SMALL
    with own_database():
        built = build_campaign("Đợt cả nước", fan_out)
        _reform(built)
        timings = [_reading(name, unit, built) for name, unit in _units(built)]
        kept = [compare(f"{one.name}, p95 to the budget", one.p95, BUDGET_MS, limit=1.0) for one in timings]
        for one in timings[1:]:
            compare(f"{one.name}, median to the commune's", one.median, timings[0].median)
    raise SystemExit(0 if all(kept) else 1)


def _reform(built: Built) -> None:
    from django.db import connection

    from lantoa.organizations.models import UnitEvent

    built.campaign.started_at = dt.datetime(2026, 1, 5, 1, tzinfo=dt.UTC)
    built.campaign.save(update_fields=["started_at"])
    event = UnitEvent.objects.create(
        kind="merge", decision_number="1", decision_date=REFORM, decision_body="Ủy ban", effective_on=REFORM
    )
    with connection.cursor() as cursor:
        for statement in _ENDED.split(";\n"):
            if statement.strip():
                cursor.execute(statement.replace("%(event)s", str(event.pk)))
        cursor.execute("ANALYZE organizations_unit, organizations_unitlink")


def _units(built: Built) -> "list[tuple[str, Unit]]":
    from lantoa.organizations.models import Unit

    province = Unit.objects.filter(parent=built.owner).order_by("pk")[5]
    commune = Unit.objects.filter(parent=province, in_force=True).order_by("pk")[3]
    return [("commune", commune), ("province", province), ("country", built.owner)]


def _reading(name: str, unit: "Unit", built: Built) -> Timing:
    from lantoa.attendance.selectors.carried import carried
    from lantoa.organizations.actors import Actor

    actor = Actor.of(built.officer)

    def act() -> None:
        carried(campaign=built.campaign, unit=unit, actor=actor)

    began = time.perf_counter()
    act()
    slow = time.perf_counter() - began > 1
    return measure(f"carried, {name}", act, runs=5 if slow else 30, warm_up=0)


if __name__ == "__main__":
    main()
