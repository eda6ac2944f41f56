"""Two trees side by side: pairs level by level, what stands alone on either side, as of a day, as far as one sees."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.counterparts import Level, level_of
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.organizations.history import begin, bring_up_to_date, end, line

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)
REFORM = dt.date(2025, 7, 1)


class Trees:
    """A district of three communes; two of them have a committee, and a school's cell works for none."""

    def __init__(self) -> None:
        self.place = self.administrative("Huyện Phong Thổ", UnitKind.DISTRICT)
        self.communes = [
            self.administrative(name, UnitKind.COMMUNE, self.place) for name in ("Xã Ba", "Xã Hai", "Xã Một")
        ]
        self.village = self.administrative("Bản Nậm", UnitKind.VILLAGE, self.communes[0])
        self.committee = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE, serves=self.place)
        self.below = [
            make_unit(f"Đảng bộ {served.name}", parent=self.committee, kind=UnitKind.COMMUNE_COMMITTEE, serves=served)
            for served in self.communes[:2]
        ]
        self.school = make_unit("Chi bộ Trường", parent=self.committee, kind=UnitKind.GRASSROOTS_CELL)

    @staticmethod
    def administrative(name: str, kind: UnitKind, parent: Unit | None = None) -> Unit:
        return make_unit(name, tree=Tree.ADMINISTRATIVE, kind=kind, parent=parent)


@pytest.fixture
def trees() -> Trees:
    return Trees()


def told(level: Level | None) -> list[tuple[str, list[str], bool]]:
    assert level is not None
    return [
        (pair.place.name if pair.place else "", [each.unit.name for each in pair.counterparts], pair.is_matched)
        for pair in level.pairs
    ]


def officer(unit: Unit) -> Actor:
    return make_actor(Role.OFFICER, unit)


def read(unit: Unit, *, actor: Actor, at: int | None = None, day: dt.date = TODAY) -> Level | None:
    return level_of(actor=actor, unit=unit, at=at, day=day)


def test_each_commune_stands_beside_its_committee_and_the_rest_alone(trees: Trees) -> None:
    level = read(trees.committee, actor=officer(trees.committee))
    assert told(level) == [
        ("Xã Ba", ["Đảng bộ Xã Ba"], True),
        ("Xã Hai", ["Đảng bộ Xã Hai"], True),
        ("Xã Một", [], False),
        ("", ["Chi bộ Trường"], False),
    ]
    assert level is not None
    assert [head.unit.name for head in level.heads] == ["Đảng bộ huyện"]
    assert [pair.name for pair in level.unmatched] == ["Xã Một", "Chi bộ Trường"]


def test_one_goes_down_level_by_level(trees: Trees) -> None:
    actor = officer(trees.committee)
    level = read(trees.committee, actor=actor, at=trees.communes[0].pk)
    assert told(level) == [("Bản Nậm", [], False)]
    assert level is not None
    assert [node.name for node in level.above] == ["Huyện Phong Thổ"]
    beside = trees.administrative("Huyện bên", UnitKind.DISTRICT)
    for elsewhere in (beside.pk, trees.school.pk, 10**9):
        assert read(trees.committee, actor=actor, at=elsewhere) is None


def test_from_the_administrative_side_it_is_the_same(trees: Trees) -> None:
    assert (
        told(read(trees.place, actor=officer(trees.committee)))[:3]
        == told(read(trees.committee, actor=officer(trees.committee)))[:3]
    )


def test_a_unit_that_serves_none_shows_what_stands_below_it(trees: Trees) -> None:
    block = make_unit("Đảng bộ khối", parent=trees.committee, kind=UnitKind.GRASSROOTS_COMMITTEE)
    make_unit("Chi bộ Văn phòng", parent=block)
    level = read(block, actor=officer(block))
    assert told(level) == [("", ["Chi bộ Văn phòng"], False)]


def test_who_does_not_see_a_counterpart_gets_its_name_without_a_way_to_it(trees: Trees) -> None:
    level = read(trees.committee, actor=make_actor(Role.CLERK, trees.committee))
    assert level is not None
    assert [[each.visible for each in pair.counterparts] for pair in level.pairs] == [[False], [False], []]


def test_who_is_recorded_with_a_predecessor_is_found_at_the_successor(trees: Trees) -> None:
    merged = begin("Xã Mới", trees.place, REFORM, kind=UnitKind.COMMUNE)
    Unit.objects.filter(pk=merged.pk).update(tree=Tree.ADMINISTRATIVE)
    for old in trees.communes[1:]:
        end(old, REFORM)
        line(old, merged, on=REFORM)
    bring_up_to_date()
    actor = officer(trees.committee)
    level = read(trees.committee, actor=actor)
    assert told(level) == [
        ("Xã Ba", ["Đảng bộ Xã Ba"], True),
        ("Xã Mới", ["Đảng bộ Xã Hai"], True),
        ("", ["Chi bộ Trường"], False),
    ]
    assert level is not None
    assert [each.through for pair in level.pairs for each in pair.counterparts] == ["", "Xã Hai", ""]
    before = read(trees.committee, actor=actor, day=dt.date(2025, 6, 30))
    assert [name for name, _, _ in told(before)] == ["Xã Ba", "Xã Hai", "Xã Một", ""]


def get(client: Client, unit: Unit, **query: Any) -> Any:
    client.force_login(make_user(Role.OFFICER, unit))
    return client.get(f"/units/{unit.pk}/counterparts/", query)


def test_the_page_filters_searches_and_goes_into_a_workbook(client: Client, trees: Trees) -> None:
    page = get(client, trees.committee).content.decode()
    assert f"?at={trees.communes[2].pk}" in page
    assert f'href="/units/{trees.below[0].pk}/"' in page
    alone = get(client, trees.committee, show="alone")
    assert [pair.name for pair in alone.context["table"].page.object_list] == ["Xã Một", "Chi bộ Trường"]
    found = get(client, trees.committee, q="xa hai", sort="-counterparts")
    assert [pair.place.name for pair in found.context["table"].page.object_list] == ["Xã Hai"]
    for query in ({"sort": "state"}, {"show": "nonsense"}, {"format": "xlsx"}, {"on": "khi nào"}, {"at": "x"}):
        assert get(client, trees.committee, **query).status_code == 200


def test_the_page_keeps_the_day_and_the_level(client: Client, trees: Trees) -> None:
    page = get(client, trees.committee, on="01/01/2020", at=trees.communes[0].pk).content.decode()
    assert 'name="at"' in page
    assert "on=01%2F01%2F2020" in page
    assert get(client, trees.committee, at="999999").status_code == 404
    assert (
        client.get(f"/units/{trees.committee.pk}/?on=01/01/2020").content.decode().count("counterparts/?on=01/01/2020")
    )


def test_an_empty_level_and_a_unit_without_a_place_say_so(client: Client, trees: Trees) -> None:
    assert get(client, trees.committee, at=trees.village.pk).status_code == 200
    page = get(client, trees.school).content.decode()
    assert "không gắn với đơn vị hành chính nào" in page
    client.force_login(make_user(Role.SPEAKER, trees.school))
    assert client.get(f"/units/{trees.school.pk}/counterparts/").status_code == 404
