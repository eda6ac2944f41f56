"""The second level: a file goes the way of an upload, into a database; what stands there is counted by SQL of our own.

Whatever a file holds, a batch is there whole or not at all, applying it registers all that it says or nobody, and its
pages can be read. At the end of each file the register is as it was.
"""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from lantoa.kernel.refusals import Refusal
from tests.chaos.files import MadeFile
from tests.chaos.reading import READ, outcome_of

if TYPE_CHECKING:
    from lantoa.organizations.models import ImportBatch

DAY = dt.date(2026, 3, 1)
_PAGES = ("import_detail", "import_columns", "import_units", "import_errors")
_CELLS = ("Chi bộ bản Huổi Luông", "Chi bộ bản Ma Lù Thàng", "Chi bộ 1")
_TALLY = """
    SELECT (SELECT count(*) FROM organizations_person), (SELECT count(*) FROM organizations_membership),
        (SELECT count(*) FROM organizations_importbatch), (SELECT count(*) FROM organizations_importrow),
        (SELECT count(*) FROM organizations_unit)
"""
_HALVES = """
    SELECT
        (SELECT count(*) FROM organizations_importrow AS row
            WHERE NOT EXISTS (SELECT FROM organizations_importbatch AS batch WHERE batch.id = row.batch_id)),
        (SELECT count(*) FROM organizations_importbatch AS batch WHERE batch.state = 'previewed'
            AND NOT EXISTS (SELECT FROM organizations_importrow AS row
                WHERE row.batch_id = batch.id AND row.sheet = batch.sheet AND row.kind = 'person')),
        (SELECT count(*) FROM organizations_person AS person WHERE person.user_id IS NULL
            AND NOT EXISTS (SELECT FROM organizations_membership AS member WHERE member.person_id = person.id))
"""
_REGISTERED = """
    SELECT count(*), count(DISTINCT person_id), count(DISTINCT membership_id) FROM organizations_importrow
    WHERE batch_id = %s AND person_id IS NOT NULL AND membership_id IS NOT NULL
"""


class Tally(NamedTuple):
    """How many rows the tables hold."""

    persons: int
    memberships: int
    batches: int
    rows: int
    units: int


def importer_of(database: str) -> "Importer":
    """An importer that works in the database of that name, which has the tables and belongs to this process alone."""
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    connection.settings_dict["NAME"] = database
    return Importer()


class Importer:
    """Imports files under a committee of its own."""

    def __init__(self) -> None:
        from lantoa.organizations.actors import Actor
        from lantoa.organizations.enums import Role, UnitKind
        from tests.organizations.factories import make_unit, make_user

        self._unit = make_unit("Đảng bộ xã Huổi Luông", kind=UnitKind.GRASSROOTS_COMMITTEE)
        for name in _CELLS:
            make_unit(name, parent=self._unit)
        user = make_user(Role.OFFICER, self._unit)
        self._actor = Actor.of(user)
        self._client = Client()
        self._client.force_login(user)

    def __call__(self, made: MadeFile) -> str:
        """What became of the file: READ, or the code of a refusal."""
        if made.kind == "units":
            return self._import_units(made)
        if made.kind == "conversion":
            return outcome_of(made.kind, made.content)
        return self._import_list(made)

    def _import_list(self, made: MadeFile) -> str:
        from lantoa.organizations.services import imports

        before = tally()
        try:
            batch = imports.create_import(
                actor=self._actor,
                client_id=uuid.uuid4(),
                unit=self._unit,
                name=made.name,
                content=made.content,
                effective_on=DAY,
            )
        except Refusal as refusal:
            assert tally() == before, "a refused file leaves nothing behind"
            return refusal.code
        kept = tally()
        assert kept == before._replace(batches=before.batches + 1, rows=kept.rows), "an upload registers nobody"
        self._read_pages(batch)
        assert tally() == kept, "reading writes nothing"
        outcome = self._apply(batch, kept)
        after = tally()
        assert after == before._replace(batches=after.batches), "what was taken back is gone"
        return outcome

    def _read_pages(self, batch: "ImportBatch") -> None:
        for page in _PAGES:
            response = self._client.get(reverse(f"organizations:{page}", args=[batch.pk]))
            assert response.status_code == 200, f"{page}: {response.status_code}"

    def _apply(self, batch: "ImportBatch", kept: Tally) -> str:
        from lantoa.organizations.services import imports

        try:
            imports.apply_import(actor=self._actor, batch=batch, skip_problem_rows=True)
        except Refusal as refusal:
            assert tally() == kept, "a refused import registers nobody"
            imports.cancel_import(actor=self._actor, batch=batch)
            return refusal.code
        written = _one(_REGISTERED, [batch.pk])
        new = tally()
        assert len(set(written)) == 1, "each row became one person with one membership"
        assert (new.persons - kept.persons, new.memberships - kept.memberships) == (written[0], written[0])
        imports.undo_import(actor=self._actor, batch=batch)
        return READ

    def _import_units(self, made: MadeFile) -> str:
        from lantoa.organizations.actors import SYSTEM
        from lantoa.organizations.enums import Tree
        from lantoa.organizations.services.unit_imports import import_units

        before = tally()
        with transaction.atomic():
            try:
                done = import_units(
                    actor=SYSTEM, data=made.content, tree=Tree.ADMINISTRATIVE, starts_on=DAY, source=made.name
                )
            except Refusal as refusal:
                assert tally() == before
                return refusal.code
            assert tally().units == before.units + done.created
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
        return READ


def tally() -> Tally:
    """The figures of the tables; nothing among them may be half written."""
    assert _one(_HALVES) == (0, 0, 0), "no row without a batch, no batch without rows, no person without a membership"
    return Tally(*_one(_TALLY))


def _one(statement: str, values: list[int] | None = None) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: tuple[int, ...] = cursor.fetchone()
    return found
