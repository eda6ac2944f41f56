"""Records that a list completes: only of persons who are counted today where the actor keeps the records."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import DepartureReason, Role, RowDecision
from lantoa.organizations.errors import NothingToImport, ProblemsRemain, RecordsNotKept
from lantoa.organizations.models import ImportBatch, Membership, Person, Unit
from lantoa.organizations.selectors.imports import problem_counts
from lantoa.organizations.services import imports
from lantoa.organizations.services.departures import end_membership
from lantoa.organizations.services.moving import move_memberships
from lantoa.privacy.enums import RequestKind, RequestState
from lantoa.privacy.models import DataRequest
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.organizations.lists import HEADER, workbook

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Huổi Luông")


@pytest.fixture
def cell(committee: Unit) -> Unit:
    return make_unit("Chi bộ bản Huổi Luông 1", parent=committee)


@pytest.fixture
def clerk(cell: Unit) -> Actor:
    return make_actor(Role.CLERK, cell)


def listed(name: str, **said: Any) -> list[Any]:
    given = {"birth_year": 1985, "standing": "dự bị", **said}
    keys = ("birth_year", "village", "code", "standing", "unit", "is_manager", "sector")
    return [name, *(given.get(key, "") for key in keys)]


def upload(actor: Actor, unit: Unit, *rows: list[Any]) -> ImportBatch:
    content, form = workbook(HEADER, *rows), uuid.uuid4()
    return imports.create_import(
        actor=actor, client_id=form, unit=unit, name="ds.xlsx", content=content, effective_on=DAY
    )


def goes(person: Person, actor: Actor) -> None:
    move_memberships([(Membership.objects.get(person=person), make_unit())], clock.today())


def leaves(person: Person, actor: Actor) -> None:
    reason, form = DepartureReason.RESIGNED, uuid.uuid4()
    end_membership(actor=actor, person=person, reason=reason, effective_on=clock.today(), client_id=form)


def is_restricted(person: Person, actor: Actor) -> None:
    DataRequest.objects.create(
        client_id=uuid.uuid4(),
        person=person,
        unit=Membership.objects.get(person=person).unit,
        kind=RequestKind.RESTRICTION,
        reason="Theo đơn",
        state=RequestState.DONE,
        asked_by=make_user(),
        due_on=clock.today(),
    )


@pytest.mark.parametrize("change", [goes, leaves, is_restricted])
def test_a_record_is_completed_and_given_back_only_where_it_is_kept(
    change: Callable[[Person, Actor], None], cell: Unit, clerk: Actor
) -> None:
    mai = make_person("Lò Thị Mai", unit=cell, birth_year=1985, code="00077")
    earlier, batch = (upload(clerk, cell, listed(mai.full_name, code="00077", village=one)) for one in ("Mới", "Cũ"))
    for one in (earlier, batch):
        imports.decide_row(actor=clerk, batch=one, number=2, decision=RowDecision.UPDATE)
    imports.apply_import(actor=clerk, batch=earlier, skip_problem_rows=False)
    change(mai, clerk)
    with pytest.raises(RecordsNotKept):
        imports.undo_import(actor=clerk, batch=earlier)
    with pytest.raises(ProblemsRemain):
        imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    with pytest.raises(NothingToImport):
        imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=True)
    with pytest.raises(RecordsNotKept):
        imports.decide_row(actor=clerk, batch=batch, number=2, decision=RowDecision.UPDATE)
    with pytest.raises(RecordsNotKept):
        imports.decide_rows(actor=clerk, batch=batch, problem="same_code", decision=RowDecision.UPDATE)
    imports.recheck_import(actor=clerk, batch=batch)
    [row] = batch.person_rows
    assert (row.decision, row.is_open) == ("", True)
    mai.refresh_from_db()
    assert (mai.village, mai.version) == ("Mới", 2)


def test_of_many_only_the_records_that_the_actor_keeps_are_completed(committee: Unit, cell: Unit) -> None:
    secretary = make_actor(Role.SECRETARY, committee)
    make_person("Lò Thị Mai", unit=cell, birth_year=1985)
    make_person("Lò Thị Mẩy", unit=committee, birth_year=1985)
    rows = [listed(name, unit=cell.name) for name in ("Lò Thị Mai", "Lò Thị Mẩy")]
    batch = upload(secretary, committee, *rows)
    assert problem_counts(batch) == {"same_person": 2}
    assert imports.decide_rows(actor=secretary, batch=batch, problem="same_person", decision=RowDecision.UPDATE) == 1
    assert [row.decision for row in batch.person_rows] == ["", RowDecision.UPDATE]
