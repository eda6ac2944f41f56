"""A look at a list of names leaves one line in the log: who, which list, of which unit, narrowed by what, how many."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lantoa.attendance.services.rolls import close_roll
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.organizations.enums import Role
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_person, make_unit, make_user

pytestmark = pytest.mark.django_db


def reads(action: str) -> list[Entry]:
    return list(Entry.objects.filter(action=action, outcome=Outcome.READ))


def test_a_look_at_the_persons_of_a_unit_is_one_line_and_one_insert(client: Client) -> None:
    cell = make_unit("Chi bộ bản Vàng Pheo")
    for name in ("Đèo Xuân Thưởng", "Lò Văn Ân", "Lò Thị Mai"):
        make_person(name, unit=cell)
    user = make_user(Role.CLERK, cell)
    client.force_login(user)
    page = reverse("organizations:person_list", args=[cell.pk])
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    assert sum('INSERT INTO "audit_entry"' in query["sql"] for query in queries) == 1
    (entry,) = reads("organizations.list_persons")
    assert (entry.actor_id, entry.unit_id, entry.object_id) == (user.pk, cell.pk, str(cell.pk))
    assert entry.facts == {"rows": 3, "of": 3}


def test_words_that_were_searched_for_are_not_kept(client: Client) -> None:
    cell = make_unit("Chi bộ bản Vàng Pheo")
    for number in range(60):
        make_person(f"Lò Văn {chr(65 + number % 26)}", unit=cell)
    client.force_login(make_user(Role.CLERK, cell))
    page = reverse("organizations:person_list", args=[cell.pk])
    client.get(page, {"q": "lò văn", "standing": "full", "page": "2"})
    client.get(page, {"standing": "Lò Văn Ân"})
    first, second = sorted(reads("organizations.list_persons"), key=lambda entry: entry.pk)
    assert (first.facts["searched"], first.facts["filter_standing"], first.facts["of"]) == (True, "full", 60)
    assert first.facts["page"] == 2
    assert "filter_standing" not in second.facts
    client.get(page, {"q": "không có ai"})
    assert len(reads("organizations.list_persons")) == 2


@pytest.fixture
def scene() -> Scene:
    made = make_scene(3)
    close_roll(actor=made.clerk, site=made.site, absent_rest=True)
    return made


@pytest.mark.parametrize(
    ("name", "args", "action"),
    [
        ("plans:summons_unit", ("campaign", "cell"), "plans.list_summons"),
        ("attendance:coverage_unit", ("campaign", "cell"), "attendance.list_people"),
        ("attendance:missed_list", ("session",), "attendance.list_missed"),
        ("attendance:roll_detail", ("site",), "attendance.list_roll"),
    ],
)
def test_lists_of_a_roll_out_are_noted_where_they_name_people(
    scene: Scene, client: Client, name: str, args: tuple[str, ...], action: str
) -> None:
    address = reverse(name, args=[getattr(scene, arg).pk for arg in args])
    client.force_login(make_user(Role.SECRETARY, scene.committee))
    assert client.get(address).status_code == 200
    (entry,) = reads(action)
    assert entry.facts["rows"] == 3
    client.force_login(make_user(Role.VIEWER, scene.committee))
    client.get(address)
    assert len(reads(action)) == 1
