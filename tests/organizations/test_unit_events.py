"""A unit gets another name by decision: from a day on, and never before it."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import SYSTEM
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import (
    ChangedSince,
    DecisionMissing,
    NamesakeUnit,
    NothingRenamed,
    NotPermitted,
    UnitEnded,
    UnitNameMissing,
)
from lantoa.organizations.models import Unit, UnitEvent, UnitPeriod
from lantoa.organizations.services.unit_events import rename_unit
from lantoa.organizations.services.units import refresh_today
from tests.organizations.factories import LONG_AGO, make_actor, make_unit, make_user

pytestmark = pytest.mark.django_db
TURN = dt.date(2024, 3, 1)
DECISION = Decision("12-QĐ/ĐU", dt.date(2024, 2, 20), "Ban Thường vụ Đảng ủy")


@pytest.fixture
def cell() -> Unit:
    return make_unit("Chi bộ bản Hoang Thèn", parent=make_unit("Đảng bộ xã Hoang Thèn"), code="0101")


def rename(
    unit: Unit,
    name: str = "Chi bộ bản Mới",
    *,
    on: dt.date = TURN,
    decision: Decision = DECISION,
    role: Role = Role.ADMINISTRATOR,
    short_name: str = "",
    code: str = "0101",
    client_id: uuid.UUID | None = None,
) -> UnitEvent:
    assert unit.parent is not None
    event = rename_unit(
        actor=make_actor(role, unit.parent),
        unit=unit,
        name=name,
        short_name=short_name,
        code=code,
        effective_on=on,
        decision=decision,
        client_id=client_id,
    )
    connection.check_constraints()
    return event


def names(unit: Unit) -> list[tuple[str, dt.date, dt.date | None]]:
    periods = UnitPeriod.objects.filter(unit=unit).order_by("period")
    return [(period.name, period.period.lower, period.period.upper) for period in periods]


def test_a_unit_keeps_its_old_name_before_the_day(cell: Unit) -> None:
    event = rename(cell, "  Chi bộ  bản Mới ")
    assert names(cell) == [("Chi bộ bản Hoang Thèn", LONG_AGO, TURN), ("Chi bộ bản Mới", TURN, None)]
    cell.refresh_from_db()
    assert (cell.name, cell.folded_name) == ("Chi bộ bản Mới", "chi bo ban moi")
    link = event.links.get()
    assert (link.predecessor, link.successor, link.partial) == (cell, cell, False)
    assert (event.decision_number, event.effective_on) == ("12-QĐ/ĐU", TURN)


def test_a_planned_name_takes_effect_on_its_day(cell: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    day = clock.today() + dt.timedelta(days=30)
    rename(cell, on=day)
    cell.refresh_from_db()
    assert cell.name == "Chi bộ bản Hoang Thèn"
    monkeypatch.setattr(clock, "today", lambda: day)
    refresh_today(actor=SYSTEM)
    cell.refresh_from_db()
    assert cell.name == "Chi bộ bản Mới"


def test_a_code_or_a_short_name_alone_may_change(cell: Unit) -> None:
    rename(cell, cell.name, code="0202", short_name="HT")
    cell.refresh_from_db()
    assert (cell.name, cell.code, cell.short_name) == ("Chi bộ bản Hoang Thèn", "0202", "HT")


def test_the_same_form_sent_twice_has_one_effect(cell: Unit) -> None:
    client_id = uuid.uuid4()
    assert rename(cell, client_id=client_id) == rename(cell, client_id=client_id)
    assert len(names(cell)) == 2


def test_a_wrong_name_is_put_right_by_another_event(cell: Unit) -> None:
    rename(cell, "Chi bộ bản Sai")
    rename(cell, "Chi bộ bản Đúng", on=TURN + dt.timedelta(days=1))
    assert [name for name, _, _ in names(cell)] == ["Chi bộ bản Hoang Thèn", "Chi bộ bản Sai", "Chi bộ bản Đúng"]
    assert UnitEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("refusal", "given"),
    [
        (UnitNameMissing, {"name": " "}),
        (DecisionMissing, {"decision": Decision(" ", TURN, "Đảng ủy")}),
        (DecisionMissing, {"decision": Decision("12", TURN, "")}),
        (NothingRenamed, {"name": "Chi bộ bản Hoang Thèn"}),
        (ChangedSince, {"on": LONG_AGO}),
        (NotPermitted, {"role": Role.OFFICER}),
    ],
)
def test_what_is_refused_changes_nothing(cell: Unit, refusal: type[Refusal], given: dict[str, object]) -> None:
    with pytest.raises(refusal):
        rename(cell, **given)  # type: ignore[arg-type]
    assert names(cell) == [("Chi bộ bản Hoang Thèn", LONG_AGO, None)]
    assert not UnitEvent.objects.exists()


def test_two_units_of_one_superior_do_not_get_one_name(cell: Unit) -> None:
    make_unit("Chi bộ bản Mới", parent=cell.parent)
    with pytest.raises(NamesakeUnit):
        rename(cell)


def test_a_unit_that_has_ended_keeps_its_name(cell: Unit) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations_unitperiod SET period = daterange(lower(period), '2020-01-01') WHERE unit_id = %s",
            [cell.pk],
        )
    with pytest.raises(UnitEnded):
        rename(cell)


def test_the_page_opens_with_todays_name_and_tells_what_is_wrong(client: Client, cell: Unit) -> None:
    assert cell.parent is not None
    client.force_login(make_user(Role.ADMINISTRATOR, cell.parent))
    address = f"/units/{cell.pk}/rename/"
    assert f'href="{address}"' in client.get(f"/units/{cell.pk}/edit/").content.decode()
    assert 'value="Chi bộ bản Hoang Thèn"' in client.get(address).content.decode()
    given = {
        "client_id": str(uuid.uuid4()),
        "name": "Chi bộ bản Mới",
        "code": "0101",
        "effective_on": "01/03/2024",
        "decision_number": "12-QĐ/ĐU",
        "decision_date": "20/02/2024",
        "decision_body": "Ban Thường vụ Đảng ủy",
    }
    refused = client.post(address, {**given, "effective_on": "31/02/2024"})
    assert refused.status_code == 422
    assert "Chi bộ bản Mới" in refused.content.decode()
    too_early = client.post(address, {**given, "effective_on": "01/01/2010"})
    assert too_early.status_code == 422
    assert "Hãy chọn ngày sau đó" in too_early.content.decode()
    done = client.post(address, given)
    assert done.status_code == 303
    assert "có hiệu lực từ ngày 01/03/2024" in client.get(done["Location"]).content.decode()
    assert names(cell)[1][:2] == ("Chi bộ bản Mới", TURN)
