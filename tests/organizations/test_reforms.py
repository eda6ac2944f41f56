"""A conversion table is applied to a whole tree, or not at all; the real one of 1 July 2025 among them."""

import csv
import datetime as dt
import gzip
from collections import defaultdict
from importlib import resources
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lantoa.audit.models import Entry
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, Tree, UnitEventKind, UnitKind
from lantoa.organizations.errors import (
    NothingToReform,
    NotPermitted,
    UnitFileRefused,
    UnitsChangeLater,
    UnitsStillHeld,
)
from lantoa.organizations.models import Unit, UnitEvent, UnitLink, UnitPeriod, UnitReform
from lantoa.organizations.services.reforms import AppliedReform, apply_reform, builtin_conversion
from lantoa.organizations.services.unit_imports import builtin_list, import_units
from tests.organizations.factories import make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
BEFORE = dt.date(2004, 7, 8)
DAY = dt.date(2025, 7, 1)
EVE = dt.date(2025, 6, 30)
DECISION = Decision("12/NQ", dt.date(2025, 6, 16), "Ủy ban")
UNITS = "level,code,name,type,parent_code\n"
ROWS = "old_code,new_code,partial\n"
OLD = (
    f"{UNITS}province,1,Tỉnh A,,\ndistrict,10,Huyện B,,1\n"
    "commune,100,Xã Một,,10\ncommune,101,Xã Hai,,10\ncommune,102,Xã Ba,,10\ncommune,103,Xã Bốn,,10\n"
)
NEW = f"{UNITS}province,1,Tỉnh A,,\ncommune,100,Xã Hai,,1\ncommune,102,Xã Ba,,1\ncommune,900,Xã Bốn Mới,,1\n"
WHOLE = f"{ROWS}100,100,0\n101,100,0\n102,102,0\n103,900,0\n"


def old_tree(text: str = OLD) -> None:
    import_units(actor=SYSTEM, data=text.encode(), tree=Tree.ADMINISTRATIVE, starts_on=BEFORE, source="old")


def reform(rows: str = WHOLE, units: str = NEW, *, actor: Actor = SYSTEM) -> AppliedReform:
    done = apply_reform(
        actor=actor,
        conversion=rows.encode(),
        new_units=units.encode(),
        tree=Tree.ADMINISTRATIVE,
        level=UnitKind.COMMUNE,
        effective_on=DAY,
        decision=DECISION,
        source="test",
    )
    connection.check_constraints()
    return done


def on(day: dt.date) -> dict[str, str]:
    """The tree of a day: each unit's name under its parent's."""
    periods = UnitPeriod.objects.filter(period__contains=day).select_related("parent")
    above = {period.unit_id: period.name for period in periods}
    return {period.name: above[period.parent_id] if period.parent_id else "" for period in periods}


def lines() -> set[tuple[str, str, str, bool]]:
    """Every line of descent, by the names that the units have today."""
    found = UnitLink.objects.select_related("event", "predecessor", "successor")
    return {
        (
            line.event.kind,
            line.predecessor.name if line.predecessor else "",
            line.successor.name if line.successor else "",
            line.partial,
        )
        for line in found
    }


def test_units_merge_go_on_under_another_name_and_lose_a_level() -> None:
    old_tree()
    kept = Unit.objects.get(code="102", kind=UnitKind.COMMUNE).pk
    renamed = Unit.objects.get(code="103", kind=UnitKind.COMMUNE).pk
    province = Unit.objects.get(kind=UnitKind.PROVINCE).pk
    done = reform()
    assert done.is_new
    assert on(EVE) == {
        "Tỉnh A": "", "Huyện B": "Tỉnh A", "Xã Một": "Huyện B", "Xã Hai": "Huyện B", "Xã Ba": "Huyện B",
        "Xã Bốn": "Huyện B",
    }  # fmt: skip
    assert on(DAY) == {"Tỉnh A": "", "Xã Hai": "Tỉnh A", "Xã Ba": "Tỉnh A", "Xã Bốn Mới": "Tỉnh A"}
    today = {unit.name: unit.pk for unit in Unit.objects.filter(in_force=True)}
    assert (today["Xã Ba"], today["Xã Bốn Mới"], today["Tỉnh A"]) == (kept, renamed, province)
    assert lines() == {
        ("merge", "Xã Một", "Xã Hai", False),
        ("merge", "Xã Hai", "Xã Hai", False),
        ("rename", "Xã Bốn Mới", "Xã Bốn Mới", False),
        ("transfer", "Xã Ba", "Xã Ba", False),
        ("dissolve", "Huyện B", "", False),
    }
    assert done.reform.figures == {"ended": 3, "founded": 1, "continued": 3, "links": 4, "partial_links": 0}
    assert not any(done.reform.gaps.values())
    assert {event.decision_number for event in UnitEvent.objects.all()} == {"12/NQ"}


def test_a_province_and_its_communes_are_merged_by_the_rows_of_the_communes() -> None:
    old_tree(
        f"{UNITS}province,1,Tỉnh A,,\nprovince,2,Tỉnh B,,\ndistrict,10,Huyện A,,1\ndistrict,20,Huyện B,,2\n"
        "commune,100,Xã Một,,10\ncommune,200,Xã Hai,,20\n"
    )
    reform(
        f"{ROWS}100,100,0\n200,200,0\n", f"{UNITS}province,1,Tỉnh A,,\ncommune,100,Xã Một,,1\ncommune,200,Xã Hai,,1\n"
    )
    assert ("merge", "Tỉnh B", "Tỉnh A", False) in lines()
    assert on(DAY) == {"Tỉnh A": "", "Xã Một": "Tỉnh A", "Xã Hai": "Tỉnh A"}


def test_a_split_is_recorded_in_part_and_what_the_table_leaves_open_is_listed() -> None:
    old_tree()
    done = reform(
        f"{ROWS}100,100,1\n100,102,1\n102,102,0\n103,900,1\n",
        f"{NEW}commune,901,Xã Năm,,1\n",
    )
    assert {line for line in lines() if line[3]} == {
        ("split", "Xã Một", "Xã Hai", True),
        ("merge", "Xã Một", "Xã Ba", True),
    }
    assert done.reform.gaps == {
        "without_row": [["101", "Xã Hai"]],
        "from_nothing": [["901", "Xã Năm"]],
        "part_alone": [["103", "Xã Bốn"]],
    }
    assert ("found", "", "Xã Năm", False) in lines()
    assert ("dissolve", "Xã Hai", "", False) in lines()


def test_a_second_time_nothing_changes() -> None:
    old_tree()
    first = reform()
    before = list(UnitPeriod.objects.order_by("pk").values_list())
    entries = Entry.objects.count()
    again = reform()
    assert (again.is_new, again.reform) == (False, first.reform)
    assert list(UnitPeriod.objects.order_by("pk").values_list()) == before
    assert Entry.objects.count() == entries


def test_villages_follow_a_commune_that_went_whole() -> None:
    old_tree(f"{OLD}village,1,Bản Một,,100\nvillage,2,Bản Ba,,102\nvillage,3,Bản Bốn,,103\n")
    reform()
    later = on(DAY)
    assert (later["Bản Một"], later["Bản Ba"], later["Bản Bốn"]) == ("Xã Hai", "Xã Ba", "Xã Bốn Mới")
    assert on(EVE)["Bản Một"] == "Xã Một"
    village = Unit.objects.get(name="Bản Một")
    assert village.parent is not None
    assert village.path == f"{village.parent.path}{village.pk}."


def _refused(kind: type[Exception], **given: Any) -> Exception:
    """What a reform is refused with; nothing may have been written."""
    before = list(UnitPeriod.objects.order_by("pk").values_list())
    with pytest.raises(kind) as caught, transaction.atomic():
        reform(**given)
    assert list(UnitPeriod.objects.order_by("pk").values_list()) == before
    assert not UnitReform.objects.exists()
    return caught.value


def test_a_village_of_a_split_commune_stops_the_reform() -> None:
    old_tree(f"{OLD}village,1,Bản Một,,100\n")
    refusal = _refused(UnitsStillHeld, rows=f"{ROWS}100,100,1\n100,102,1\n101,100,0\n102,102,0\n103,900,0\n")
    assert "Xã Một" in str(refusal)


def test_units_below_the_level_go_where_the_list_names_them() -> None:
    old_tree(f"{OLD}village,1,Bản Một,,100\nvillage,2,Bản Hai,,100\nvillage,3,Bản Ba,,102\n")
    split = f"{ROWS}100,100,1\n100,102,1\n101,100,0\n102,102,0\n103,900,0\n"
    village = Unit.objects.get(name="Bản Một").pk
    done = reform(split, f"{NEW}village,1,Bản Một,,102\nvillage,2,Bản Hai Mới,,100\nvillage,9,Bản Chín,,900\n")
    later = on(DAY)
    assert {name: later[name] for name in ("Bản Một", "Bản Hai Mới", "Bản Ba", "Bản Chín")} == {
        "Bản Một": "Xã Ba", "Bản Hai Mới": "Xã Hai", "Bản Ba": "Xã Ba", "Bản Chín": "Xã Bốn Mới",
    }  # fmt: skip
    assert Unit.objects.get(name="Bản Một").pk == village
    assert ("rename", "Bản Hai Mới", "Bản Hai Mới", False) in lines()
    assert done.reform.gaps["from_nothing"] == [["9", "Bản Chín"]]


def test_a_listed_code_below_the_level_that_two_units_bear_names_neither() -> None:
    old_tree(f"{OLD}village,1,Bản Một,,100\n")
    commune = Unit.objects.get(code="102", kind=UnitKind.COMMUNE)
    make_unit("Bản Trùng", tree=Tree.ADMINISTRATIVE, kind=UnitKind.VILLAGE, code="1", parent=commune)
    refusal = _refused(UnitFileRefused, units=f"{NEW}village,1,Bản Một,,100\n")
    assert isinstance(refusal, UnitFileRefused)
    assert [(problem.line, problem.code) for problem in refusal.problems] == [(6, "several_old")]


def test_members_and_appointments_go_along_where_a_unit_went_whole() -> None:
    old_tree()
    person = make_person(unit=Unit.objects.get(code="100", kind=UnitKind.COMMUNE))
    reform()
    heir = Unit.objects.get(name="Xã Hai", in_force=True)
    spans = person.memberships.order_by("period").values_list("unit__name", "period__endswith")
    assert list(spans) == [("Xã Một", DAY), (heir.name, None)]


def test_a_member_or_an_appointment_at_a_unit_that_nobody_succeeds_stops_the_reform() -> None:
    old_tree()
    make_user(Role.OFFICER, Unit.objects.get(kind=UnitKind.DISTRICT))
    assert "Huyện B" in str(_refused(UnitsStillHeld))


def test_a_change_recorded_for_later_stops_the_reform() -> None:
    old_tree()
    reform()
    with pytest.raises(UnitsChangeLater), transaction.atomic():
        apply_reform(
            actor=SYSTEM,
            conversion=f"{ROWS}102,102,0\n".encode(),
            new_units=NEW.encode(),
            tree=Tree.ADMINISTRATIVE,
            level=UnitKind.COMMUNE,
            effective_on=dt.date(2025, 1, 1),
            decision=DECISION,
            source="earlier",
        )


def test_without_old_units_there_is_nothing_to_reform() -> None:
    _refused(NothingToReform)


def test_only_the_system_reforms_a_tree() -> None:
    old_tree()
    administrator = make_actor(Role.ADMINISTRATOR, Unit.objects.get(kind=UnitKind.PROVINCE))
    _refused(NotPermitted, actor=administrator)


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ("", [(1, "wrong_header")]),
        ("old,new\n1,2\n", [(1, "wrong_header")]),
        (ROWS, [(2, "no_rows")]),
        (f"{ROWS}100,100\n", [(2, "wrong_columns")]),
        (f"{ROWS},100,0\n", [(2, "empty_code")]),
        (f"{ROWS}100,{'9' * 31},0\n", [(2, "no_code")]),
        (f"{ROWS}100,100,yes\n", [(2, "wrong_partial")]),
        (f"{ROWS}100,100,1\n100,100,1\n", [(3, "twice")]),
        (f"{ROWS}100,100,0\n100,102,1\n", [(2, "whole_and_elsewhere")]),
        (f"{ROWS}777,100,0\n100,778,0\n", [(2, "unknown_old"), (3, "unknown_new")]),
    ],
)
def test_every_bad_row_of_a_table_is_named(rows: str, problems: list[tuple[int, str]]) -> None:
    old_tree()
    refusal = _refused(UnitFileRefused, rows=rows)
    assert isinstance(refusal, UnitFileRefused)
    assert [(problem.line, problem.code) for problem in refusal.problems] == problems
    assert all("%(" not in problem.message for problem in refusal.problems)


def test_a_code_that_two_old_units_bear_names_neither() -> None:
    old_tree()
    make_unit("Xã Trùng", tree=Tree.ADMINISTRATIVE, kind=UnitKind.COMMUNE, code="102")
    refusal = _refused(UnitFileRefused)
    assert isinstance(refusal, UnitFileRefused)
    assert [(problem.line, problem.code) for problem in refusal.problems] == [(4, "several_old")]


def test_columns_stand_in_any_order_and_others_are_for_the_reader() -> None:
    old_tree()
    header = "partial,new_commune,new_commune_code,old_commune_code"
    table = f"{header}\n0,Hai,100,100\n0,Hai,100,101\n0,Ba,102,102\n0,Bốn,900,103\n"
    assert reform(table).reform.figures["links"] == 4


def test_new_units_that_are_recorded_already_are_taken_as_they_stand() -> None:
    old_tree()
    import_units(actor=SYSTEM, data=NEW.encode(), tree=Tree.ADMINISTRATIVE, starts_on=DAY, source="new")
    units = Unit.objects.count()
    done = reform()
    assert Unit.objects.count() == units
    assert done.reform.figures == {"ended": 6, "founded": 0, "continued": 0, "links": 5, "partial_links": 0}
    assert on(DAY) == {"Tỉnh A": "", "Xã Hai": "Tỉnh A", "Xã Ba": "Tỉnh A", "Xã Bốn Mới": "Tỉnh A"}


@pytest.mark.parametrize("table", ["unitreform", "unitevent", "unitlink"])
def test_what_happened_to_units_is_never_deleted(table: str) -> None:
    old_tree()
    reform()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM organizations_{table}")


def _shipped(name: str) -> list[dict[str, str]]:
    packed = resources.files("lantoa") / "data" / f"{name}.csv.gz"
    return list(csv.DictReader(gzip.decompress(packed.read_bytes()).decode("utf-8-sig").splitlines()))


def test_the_countrys_reform_is_applied_whole() -> None:
    old_tree(builtin_list("before-2025-07-01").decode())
    done = reform(builtin_conversion().decode(), builtin_list("from-2025-07-01").decode())
    rows, before = _shipped("vn-communes-2025-07-01-conversion"), _shipped("vn-units-before-2025-07-01")
    after = _shipped("vn-units-from-2025-07-01")
    _check_counts(before, after)
    _check_lines(rows)
    ways: dict[str, int] = defaultdict(int)
    for row in rows:
        ways[row["old_commune_code"]] += 1
    communes = {unit["code"] for unit in before if unit["level"] == "commune"}
    new = {unit["code"] for unit in after if unit["level"] == "commune"}
    open_parts = {
        row["old_commune_code"] for row in rows if row["partial"] == "1" and ways[row["old_commune_code"]] == 1
    }
    assert {name: {code for code, _ in units} for name, units in done.reform.gaps.items()} == {
        "without_row": communes - set(ways),
        "from_nothing": new - {row["new_commune_code"] for row in rows},
        "part_alone": open_parts,
    }
    assert {name: len(units) for name, units in done.reform.gaps.items()} == {
        "without_row": 28, "from_nothing": 5, "part_alone": 132,
    }  # fmt: skip


def _check_counts(before: list[dict[str, str]], after: list[dict[str, str]]) -> None:
    """On the eve the tree is the old list, on the day the new one: level, code, name and the parent's code."""
    for day, listed in ((EVE, before), (DAY, after)):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT own.kind, own.code, own.name, coalesce(above.code, '') "
                "FROM organizations_unitperiod own LEFT JOIN organizations_unitperiod above "
                "ON above.unit_id = own.parent_id AND above.period @> %s::date "
                "WHERE own.period @> %s::date",
                [day, day],
            )
            found = sorted(cursor.fetchall())
        assert found == sorted((unit["level"], unit["code"], unit["name"], unit["parent_code"]) for unit in listed)


def _check_lines(rows: list[dict[str, str]]) -> None:
    """Every row of the table is a line of descent between communes, and there is no other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT old.code, new.code FROM organizations_unitlink link "
            "JOIN organizations_unitperiod old ON old.unit_id = link.predecessor_id AND old.period @> %s::date "
            "JOIN organizations_unitperiod new ON new.unit_id = link.successor_id AND new.period @> %s::date "
            "WHERE old.kind = 'commune'",
            [EVE, DAY],
        )
        found = sorted(cursor.fetchall())
    assert found == sorted((row["old_commune_code"], row["new_commune_code"]) for row in rows)


def test_phong_tho_ends_where_the_table_says() -> None:
    old_tree(builtin_list("before-2025-07-01").decode())
    reform(builtin_conversion().decode(), builtin_list("from-2025-07-01").decode())
    district = Unit.objects.get(kind=UnitKind.DISTRICT, name="Huyện Phong Thổ")
    assert not district.in_force
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT new.name, array_agg(old.name ORDER BY old.name COLLATE "C") FROM organizations_unitlink link '
            "JOIN organizations_unitperiod old ON old.unit_id = link.predecessor_id AND old.period @> %s::date "
            "JOIN organizations_unitperiod new ON new.unit_id = link.successor_id AND new.period @> %s::date "
            "WHERE old.parent_id = %s OR new.unit_id IN (SELECT successor_id FROM organizations_unitlink further "
            "  JOIN organizations_unitperiod own ON own.unit_id = further.predecessor_id WHERE own.parent_id = %s) "
            "GROUP BY new.name",
            [EVE, DAY, district.pk, district.pk],
        )
        found = {name: set(olds) for name, olds in cursor.fetchall()}
    assert {name: olds for name, olds in found.items() if name != "Phường Đoàn Kết"} == {
        "Xã Phong Thổ": {"Thị trấn Phong Thổ", "Xã Huổi Luông", "Xã Ma Ly Pho", "Xã Mường So"},
        "Xã Sì Lở Lầu": {"Xã Sì Lở Lầu", "Xã Mồ Sì San", "Xã Pa Vây Sử", "Xã Vàng Ma Chải"},
        "Xã Dào San": {"Xã Dào San", "Xã Tông Qua Lìn", "Xã Mù Sang"},
        "Xã Khổng Lào": {"Xã Khổng Lào", "Xã Bản Lang", "Xã Hoang Thèn"},
        "Xã Sin Suối Hồ": {"Xã Sin Suối Hồ", "Xã Nậm Xe", "Xã Thèn Sin"},
    }
    assert "Xã Lả Nhì Thàng" in found["Phường Đoàn Kết"]
    kinds = set(UnitEvent.objects.filter(links__successor__name="Xã Dào San").values_list("kind", flat=True))
    assert kinds == {UnitEventKind.MERGE}
