"""A table of units is imported whole, or not at all."""

import datetime as dt

import pytest
from django.db import connection

from lantoa.audit.models import Entry
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.errors import NotPermitted, UnitFileRefused
from lantoa.organizations.models import Unit, UnitPeriod
from lantoa.organizations.services.unit_imports import ImportedUnits, builtin_list, import_units
from tests.organizations.factories import make_actor, make_unit

pytestmark = pytest.mark.django_db
FROM = dt.date(2010, 1, 1)
HEADER = "level,code,name,type,parent_code"


def bring_in(text: str | bytes, *, actor: Actor = SYSTEM, tree: Tree = Tree.ADMINISTRATIVE) -> ImportedUnits:
    """Import a table of the test's own."""
    data = text if isinstance(text, bytes) else text.encode()
    return import_units(actor=actor, data=data, tree=tree, starts_on=FROM, source="test")


def problems_of(text: str | bytes) -> list[tuple[int, str]]:
    """Lines and codes of what the import refuses in a table; nothing may have been written."""
    with pytest.raises(UnitFileRefused) as caught:
        bring_in(text)
    assert not Unit.objects.exists()
    assert all("%(" not in problem.message for problem in caught.value.problems)
    return [(problem.line, problem.code) for problem in caught.value.problems]


def test_the_real_list_before_the_reform_is_loaded_whole() -> None:
    data = builtin_list("before-2025-07-01")
    done = import_units(actor=SYSTEM, data=data, tree=Tree.ADMINISTRATIVE, starts_on=FROM, source="before-2025-07-01")
    connection.check_constraints()
    assert done == ImportedUnits(created=10_810, present=0, total=10_810)
    kinds = [
        Unit.objects.filter(kind=kind).count() for kind in (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE)
    ]
    assert kinds == [63, 696, 10_051]
    district = Unit.objects.get(kind=UnitKind.DISTRICT, code="109")
    assert district.name == "Huyện Phong Thổ"
    assert district.parent is not None
    assert district.parent.name == "Tỉnh Lai Châu"
    below = Unit.objects.under(district).exclude(pk=district.pk)
    assert below.count() == 17
    assert sum(unit.name.startswith("Xã ") for unit in below) == 16
    assert Unit.objects.matching("huoi luong").under(district).get().code == "3490"


def test_a_second_import_has_no_effect() -> None:
    data = builtin_list("from-2025-07-01").decode()
    first = bring_in(data)
    entries = Entry.objects.count()
    before = list(Unit.objects.order_by("pk").values_list())
    again = bring_in(data)
    assert first == ImportedUnits(created=3_355, present=0, total=3_355)
    assert again == ImportedUnits(created=0, present=3_355, total=3_355)
    assert list(Unit.objects.order_by("pk").values_list()) == before
    assert Entry.objects.count() == entries


def test_both_lists_stand_side_by_side_and_nothing_is_merged() -> None:
    bring_in(builtin_list("before-2025-07-01"))
    later = dt.date(2025, 7, 1)
    data = builtin_list("from-2025-07-01")
    import_units(actor=SYSTEM, data=data, tree=Tree.ADMINISTRATIVE, starts_on=later, source="from-2025-07-01")
    assert UnitPeriod.objects.count() == 10_810 + 3_355
    names = Unit.objects.filter(kind=UnitKind.COMMUNE, code="3562").values_list("name", flat=True)
    assert set(names) == {"Xã Vàng Ma Chải", "Xã Sì Lở Lầu"}


def test_a_commune_stands_under_the_nearest_level_that_has_its_parents_code() -> None:
    bring_in(f"{HEADER}\nprovince,1,Tỉnh A,tỉnh,\ndistrict,1,Huyện B,huyện,1\ncommune,1,Xã C,xã,1\n")
    assert Unit.objects.get(name="Xã C").path.count(".") == 3


def test_a_commune_may_stand_directly_under_a_province() -> None:
    bring_in(f"{HEADER}\ncommune,7,Xã C,xã,1\nprovince,1,Tỉnh A,tỉnh,\n")
    commune = Unit.objects.select_related("parent").get(name="Xã C")
    assert commune.parent == Unit.objects.get(name="Tỉnh A")
    assert commune.path == f"{commune.parent_id}.{commune.pk}."


def test_a_table_completed_later_adds_only_what_is_new() -> None:
    bring_in(f"{HEADER}\nprovince,1,Tỉnh A,tỉnh,\n")
    done = bring_in(f"{HEADER}\nprovince,1,Tỉnh A,tỉnh,\ncommune,7,Xã C,xã,1\n")
    assert done == ImportedUnits(created=1, present=1, total=2)
    assert Unit.objects.get(name="Xã C").parent == Unit.objects.get(name="Tỉnh A")


def test_every_bad_row_is_named_with_its_line_and_nothing_is_written() -> None:
    rows = [
        HEADER,
        "province,1,Tỉnh A,tỉnh,",
        "province,1,Tỉnh B,tỉnh,",
        "",
        "commune,5,Xã C,xã,99",
        "commune,6,,xã,1",
        "hamlet,7,Bản D,bản,6",
        "commune,,Xã E,xã,1",
        "commune,8,Xã F,xã",
        "commune,9,Xã G,xã,",
        f"commune,10,{'x' * 201},xã,1",
        "commune,11,Xã\0,xã,1",
    ]
    assert problems_of("\n".join(rows)) == [
        (3, "duplicate_code"),
        (5, "unknown_parent"),
        (6, "empty_name"),
        (7, "unknown_level"),
        (8, "empty_code"),
        (9, "wrong_columns"),
        (10, "unknown_parent"),
        (11, "too_long"),
        (12, "not_text"),
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", [(1, "wrong_header")]),
        (b"a,b\n1,2\n", [(1, "wrong_header")]),
        (HEADER.encode(), [(2, "no_rows")]),
        (HEADER.encode() + b"\nprovince,1,T\xe9nh,x,\n", [(2, "not_utf8")]),
        (HEADER.encode() + b'\nprovince,1,"open,x,\n', [(2, "not_csv")]),
        (HEADER.encode("utf-16"), [(1, "not_utf8")]),
    ],
)
def test_a_file_that_is_no_table_is_refused(data: bytes, found: list[tuple[int, str]]) -> None:
    assert problems_of(data) == found


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    assert bring_in(f"\ufeff{HEADER.upper()}\r\nprovince,1,Tỉnh A,tỉnh,\r\n").created == 1


def test_only_the_system_imports_trees() -> None:
    actor = make_actor(Role.ADMINISTRATOR, make_unit())
    with pytest.raises(NotPermitted):
        bring_in(f"{HEADER}\nprovince,1,Tỉnh A,tỉnh,\n", actor=actor)


def test_an_anonymous_actor_is_not_the_system() -> None:
    with pytest.raises(Refusal):
        bring_in(f"{HEADER}\nprovince,1,Tỉnh A,tỉnh,\n", actor=Actor(user_id=None, person_id=None))


def test_an_unknown_builtin_list_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        builtin_list("2030")
