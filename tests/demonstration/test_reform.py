"""The demonstration through the reform of 1 July 2025: its campaign of 2023 reads the same under the tree of its day,
and carried onto today's tree its sums agree."""

import csv
import datetime as dt
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from lantoa.accounts.models import User
from lantoa.attendance.enums import Group
from lantoa.attendance.recounting import recount
from lantoa.attendance.selectors.carried import carried
from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.models import Appointment, Person, Unit
from lantoa.organizations.services.appointments import appoint, end_appointment
from lantoa.organizations.services.reforms import apply_reform
from lantoa.organizations.services.unit_events import rename_unit
from lantoa.plans.models import Campaign
from tests.demonstration.database import Demonstration

pytestmark = pytest.mark.xdist_group("e2e")
DAY = dt.date(2025, 7, 1)
DECISION = Decision("17-QĐ/TU", dt.date(2025, 6, 20), "Ban Thường vụ Tỉnh ủy Lai Châu")
UNITS = ["level,code,name,type,parent_code"]
ROWS = ["old_code,new_code,partial"]
FIGURES = (
    "summoned", "excluded", "present", "late", "excused", "absent", "not_reported", "made_up", "cells_total",
    "cells_reported", "reported_denominator", "reported_attended",
)  # fmt: skip
Figures = dict[str, int]


@contextmanager
def inside(demonstration: Demonstration) -> Iterator[None]:
    """Our own connection turned to the demonstration's database; whatever is written there is undone."""

    def turn_to(name: str) -> None:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        connection.settings_dict["NAME"] = name

    kept = str(connection.settings_dict["NAME"])
    turn_to(demonstration.name)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        turn_to(kept)


def table_of_the_country() -> list[dict[str, str]]:
    """The real table's rows of Phong Thổ's seventeen units."""
    packed = resources.files("lantoa") / "data" / "vn-communes-2025-07-01-conversion.csv.gz"
    rows = list(csv.DictReader(gzip.decompress(packed.read_bytes()).decode("utf-8-sig").splitlines()))
    return [row for row in rows if row["old_district"] == "Huyện Phong Thổ"]


def apply(rows: list[str], units: list[str], *, tree: Tree, level: UnitKind) -> None:
    apply_reform(
        actor=SYSTEM,
        conversion="\n".join(rows).encode(),
        new_units="\n".join(units).encode(),
        tree=tree,
        level=level,
        effective_on=DAY,
        decision=DECISION,
        source="Phong Thổ",
    )
    connection.check_constraints()


def reform_communes(table: list[dict[str, str]]) -> None:
    """The administrative tree by the real table."""
    new = {row["new_commune_code"]: row["new_commune"] for row in table}
    apply(
        ROWS + [f"{row['old_commune_code']},{row['new_commune_code']},{row['partial']}" for row in table],
        [*UNITS, "province,12,Tỉnh Lai Châu,,", *(f"commune,{code},{name},,12" for code, name in new.items())],
        tree=Tree.ADMINISTRATIVE,
        level=UnitKind.COMMUNE,
    )


def reform_committees(table: list[dict[str, str]], served: dict[str, int], administrator: Actor) -> None:
    """The Party tree after it: the committees of communes that became one become one, the district's ends, and what
    stood directly under it goes to the province's.

    The table speaks by codes, which every unit that it or the list names must have; whoever held an office in a unit
    that ends is discharged by decision first.
    """
    committees = Unit.objects.in_bulk(served.values())
    for code, pk in served.items():
        give_code(administrator, committees[pk], code)
    district = Unit.objects.get(kind=UnitKind.DISTRICT_COMMITTEE)
    under = list(Unit.objects.filter(parent=district).exclude(kind=UnitKind.COMMUNE_COMMITTEE).order_by("pk"))
    for number, unit in enumerate(under, start=1):
        give_code(administrator, unit, f"12.{number}")
    held = Appointment.objects.filter(unit__in=[district.pk, *committees], period__contains=DAY).select_related("unit")
    for appointment in held:
        end_appointment(actor=administrator, appointment=appointment, ends_on=DAY)
    new = {row["new_commune_code"]: row["new_commune"] for row in table}
    apply(
        ROWS + [f"{row['old_commune_code']},{row['new_commune_code']},{row['partial']}" for row in table],
        [
            *UNITS,
            "provincial_committee,12,Đảng bộ tỉnh Lai Châu,,",
            *(f"commune_committee,{code},Đảng bộ {name[0].lower()}{name[1:]},,12" for code, name in new.items()),
            *(f"{unit.kind},12.{number},{unit.name},,12" for number, unit in enumerate(under, start=1)),
        ],
        tree=Tree.PARTY,
        level=UnitKind.COMMUNE_COMMITTEE,
    )


def give_code(administrator: Actor, unit: Unit, code: str) -> None:
    rename_unit(
        actor=administrator,
        unit=unit,
        name=unit.name,
        short_name=unit.short_name,
        code=code,
        effective_on=dt.date(2024, 1, 1),
        decision=DECISION,
    )


def kept(campaign: Campaign, unit: int | None = None, group: str = "all") -> Figures:
    """The figures of one unit as they are kept; of the campaign's own unit without one."""
    with connection.cursor() as cursor:
        columns = ", ".join(FIGURES)
        query = (
            f"SELECT {columns} FROM attendance_coverage WHERE campaign_id = %s AND unit_id = %s AND person_group = %s"
        )
        cursor.execute(query, [campaign.pk, unit or campaign.owner_id, group])
        return dict(zip(FIGURES, cursor.fetchone(), strict=True))


def everything_kept(campaign: Campaign) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        columns = ", ".join(("unit_id", "person_group", "parent_id", "path", *FIGURES))
        cursor.execute(f"SELECT {columns} FROM attendance_coverage WHERE campaign_id = %s ORDER BY 1, 2", [campaign.pk])
        return list(cursor.fetchall())


def pages(client: Client, campaign: Campaign) -> dict[int, tuple[Any, ...]]:
    """What the coverage pages of the district, of its communes and of some cells say, figure by figure."""
    units = campaign.units.exclude(kind__in=[UnitKind.CELL, UnitKind.GRASSROOTS_CELL])
    cells = campaign.units.filter(kind__in=[UnitKind.CELL, UnitKind.GRASSROOTS_CELL]).order_by("unit_id")[::100]
    said = {}
    for unit in [*units.order_by("unit_id"), *cells]:
        context = client.get(f"/campaigns/{campaign.pk}/coverage/{unit.unit_id}/").context
        rows = [(row.unit_name, *(getattr(row, name) for name in FIGURES)) for row in context["below"].sorted_rows]
        persons = [
            (line.standing, line.excluded, line.first, line.made_up, line.reached)
            for line in context["persons"].sorted_rows
        ]
        said[unit.unit_id] = (context["unit"].name, context["groups"], str(context["state"].label), rows, persons)
    return said


@pytest.fixture(scope="module")
def story(demonstration: Demonstration, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """The demonstration before and after both reforms; undone at the end."""
    with django_db_blocker.unblock(), inside(demonstration):
        campaign = Campaign.objects.select_related("owner").order_by("starts_on")[0]
        client = Client()
        client.force_login(User.objects.get(username="nguoixem.tinh"))
        told: dict[str, Any] = {"campaign": campaign, "client": client}
        told["committees"] = dict(
            Unit.objects.filter(kind=UnitKind.COMMUNE_COMMITTEE).values_list("serves__code", "pk")
        )
        told["before"] = everything_kept(campaign), pages(client, campaign)
        told["table"] = table_of_the_country()
        administrator = Actor.of(User.objects.get(username="quantri"))
        reform_communes(told["table"])
        reform_committees(told["table"], told["committees"], administrator)
        told["administrator"] = administrator
        yield told


def committee(code: str) -> Unit:
    """The new commune's committee, by the new commune's code."""
    return Unit.objects.get(kind=UnitKind.COMMUNE_COMMITTEE, code=code, in_force=True)


def figures(story: dict[str, Any], unit: Unit, group: Group = Group.ALL) -> Figures:
    actor = Actor.of(User.objects.get(username="nguoixem.tinh"))
    counts = carried(campaign=story["campaign"], unit=unit, actor=actor, group=group).groups[group]
    return {name: getattr(counts, name) for name in FIGURES}


def test_the_seventeen_units_end_where_the_table_says(story: dict[str, Any]) -> None:
    assert len(story["table"]) == len(story["committees"]) == 17
    for tree, kind in ((Tree.ADMINISTRATIVE, UnitKind.COMMUNE), (Tree.PARTY, UnitKind.COMMUNE_COMMITTEE)):
        standing = Unit.objects.filter(tree=tree, kind=kind).in_force()
        assert {unit.code for unit in standing} == {row["new_commune_code"] for row in story["table"]}
        assert set(standing.values_list("parent__code", flat=True)) == {"12"}
    assert not Unit.objects.get(kind=UnitKind.DISTRICT_COMMITTEE).in_force
    assert committee("3388").name == "Đảng bộ phường Đoàn Kết"
    for unit in Unit.objects.filter(kind=UnitKind.COMMUNE_COMMITTEE).in_force().select_related("serves"):
        assert unit.serves is not None
        assert (unit.serves.code, unit.serves.in_force) == (unit.code, True)


def test_the_campaign_of_2023_reads_the_same_under_the_tree_of_its_day(story: dict[str, Any]) -> None:
    rows, said = story["before"]
    assert everything_kept(story["campaign"]) == rows
    after = pages(story["client"], story["campaign"])
    assert after.keys() == said.keys()
    assert [unit for unit in said if after[unit] != said[unit]] == []
    assert recount(story["campaign"]).agrees


def test_carried_onto_todays_tree_its_sums_agree(story: dict[str, Any]) -> None:
    province = Unit.objects.get(kind=UnitKind.PROVINCIAL_COMMITTEE)
    for group in Group:
        assert figures(story, province, group) == kept(story["campaign"], group=group.value)
    came: dict[str, list[Figures]] = {}
    for row in story["table"]:
        old = story["committees"][row["old_commune_code"]]
        came.setdefault(row["new_commune_code"], []).append(kept(story["campaign"], old))
    assert sorted(len(olds) for olds in came.values()) == [1, 2, 3, 3, 4, 4]
    for code, olds in came.items():
        assert figures(story, committee(code)) == {name: sum(old[name] for old in olds) for name in FIGURES}


def test_the_new_secretary_sees_what_came_to_the_commune(story: dict[str, Any]) -> None:
    new, campaign = committee("3549"), story["campaign"]
    with transaction.atomic():
        secretary = Person.objects.get(user__username="muongso.bithu")
        appoint(
            actor=story["administrator"],
            person=secretary,
            role=Role.SECRETARY,
            unit=new,
            starts_on=clock.today(),
            decision=Decision("18-QĐ/TU", clock.today(), "Ban Thường vụ Tỉnh ủy Lai Châu"),
        )
        assert secretary.user is not None
        client = Client()
        client.force_login(secretary.user)
        answer = client.get(f"/campaigns/{campaign.pk}/coverage/")
        assert answer.headers["Location"] == f"/campaigns/{campaign.pk}/coverage/{new.pk}/?tree=today"
        assert client.get(answer.headers["Location"]).status_code == 200
        district = f"/campaigns/{campaign.pk}/coverage/{campaign.owner_id}/"
        assert client.get(district).status_code == 404
        transaction.set_rollback(True)
