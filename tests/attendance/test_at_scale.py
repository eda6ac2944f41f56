"""What a mark sets going reads the people and the sites that it is about, however many others there are."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.attendance.folding import fold_campaign, mark_dirty
from lantoa.attendance.services.places import hold_places
from lantoa.plans.models import SummonsEntry
from lantoa.study_sessions.models import Site
from tests.attendance.factories import make_scene
from tests.organizations.factories import make_unit

pytestmark = pytest.mark.django_db
CELLS, PEOPLE, TOUCHED, OTHERS = 120, 60, 40, 3_000
PERSONS = """
INSERT INTO organizations_person (client_id, full_name, village, code, is_manager, folded_name, sort_key, version)
SELECT gen_random_uuid(), 'Lò Văn ' || n, '', '', false, 'lo van ' || n, 'lo van ' || n, 1
FROM generate_series(1, %s) AS n RETURNING id
"""


def reads(plan: dict[str, Any], table: str) -> Iterator[int]:
    """How many rows each scan of a table has looked at."""
    if plan.get("Relation Name") == table:
        looked = (
            plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        )
        yield round(looked * plan["Actual Loops"])
    for part in plan.get("Plans", ()):
        yield from reads(part, table)


def test_a_turn_reads_nobody_of_the_cells_that_nothing_was_heard_from() -> None:
    scene = make_scene(1)
    cells = [make_unit(parent=scene.committee) for _ in range(CELLS)]
    with connection.cursor() as cursor:
        cursor.execute(PERSONS, [CELLS * PEOPLE])
        persons = [number for (number,) in cursor.fetchall()]
    rows = [
        SummonsEntry(
            summons=scene.summons,
            campaign=scene.campaign,
            person_id=person,
            unit=cells[place % CELLS],
            standing=scene.first.standing,
            reason=scene.first.reason,
        )
        for place, person in enumerate(persons)
    ]
    entries = SummonsEntry.objects.bulk_create(rows)
    touched = {cell.pk for cell in cells[:: CELLS // TOUCHED]}
    marked = [entry.pk for entry in entries if entry.unit_id in touched]
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=marked)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE plans_summonsentry")
    looked = explained(lambda: fold_campaign(scene.campaign.pk), "WITH touched", "plans_summonsentry")
    assert max(looked) <= len(marked), "it walks through everybody the campaign has called"


def test_marks_hold_their_own_sites_and_look_at_no_other() -> None:
    scene = make_scene(3)
    Site.objects.bulk_create(
        Site(session=scene.session, unit=scene.committee, name=f"Điểm cầu {number}") for number in range(OTHERS)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE study_sessions_site")
    entry_ids = [entry.pk for entry in scene.entries]
    looked = explained(
        lambda: hold_places(session_id=scene.session.pk, site_id=scene.site.pk, entry_ids=entry_ids),
        "FOR SHARE",
        "study_sessions_site",
    )
    assert max(looked) == 1


def explained(act: Callable[[], object], words: str, table: str) -> list[int]:
    """What each scan of the table looks at in the one statement of an act that has these words."""
    with CaptureQueriesContext(connection) as asking:
        act()
    (statement,) = (query["sql"] for query in asking.captured_queries if words in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        ((answer,),) = cursor.fetchall()
    looked = list(reads(answer[0]["Plan"], table))
    assert looked, f"no scan of {table}"
    return looked
