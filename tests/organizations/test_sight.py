"""The page of who can see a unit says what the roles table says, appointment by appointment."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Unit
from lantoa.organizations.selectors.sight import Line, sights_of
from tests.organizations.factories import LONG_AGO, make_actor, make_person, make_unit, make_user
from tests.permissions.roles_table import ROLES, read_roles

pytestmark = pytest.mark.django_db
TABLE = read_roles()
SHOWN = (
    "see_counts",
    "see_names",
    "edit_persons",
    "export_names",
    "administer",
    "draft_plan",
    "summon",
    "take_roll",
    "read_audit",
)
"""The verbs of the table that the page shows under the same name."""
OWN_ACTS_ONLY = {("officer", "read_audit")}
"""What the table gives for one's own acts alone is no right at the unit."""


@pytest.fixture
def units() -> dict[str, Unit]:
    """The unit that is looked at, seen from three places above and from beside."""
    top = make_unit("Đảng bộ tỉnh")
    middle = make_unit("Đảng bộ xã", parent=top)
    cell = make_unit("Chi bộ bản", parent=middle)
    return {"own": cell, "child": middle, "below": top, "beside": make_unit("Chi bộ bên", parent=middle)}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("scope", ["own", "child", "below", "beside"])
def test_a_role_has_the_verbs_that_the_table_gives_it(units: dict[str, Unit], role: str, scope: str) -> None:
    Appointment.objects.create(
        person=make_person("Lò Thị Mai"), role=role, unit=units[scope], period=DateRange(LONG_AGO, None)
    )
    reader = make_actor(Role.ADMINISTRATOR, units["own"])
    found = [sight for sight in sights_of(actor=reader, unit=units["own"]) if sight.role.value == role]
    given = {verb.key for sight in found if sight.appointment.person_id != reader.person_id for verb in sight.verbs}
    expected = {verb for verb in SHOWN if scope in TABLE[verb].get(role, []) and (role, verb) not in OWN_ACTS_ONLY}
    assert given & set(SHOWN) == expected


def test_the_nearest_come_first_and_each_says_by_which_line(units: dict[str, Unit]) -> None:
    for scope, role in (
        ("below", Role.OFFICER),
        ("child", Role.SECRETARY),
        ("child", Role.FOLLOWER),
        ("own", Role.CLERK),
        ("own", Role.SPEAKER),
    ):
        make_user(role, units[scope])
    reader = make_actor(Role.SECRETARY, units["own"])
    lines = [sight.line for sight in sights_of(actor=reader, unit=units["own"])]
    assert lines == [Line.OWN, Line.OWN, Line.ABOVE, Line.ASSIGNED, Line.FAR_ABOVE]


def test_what_is_not_in_force_today_gives_no_sight(units: dict[str, Unit]) -> None:
    today = clock.today()
    for period in (DateRange(LONG_AGO, today), DateRange(today.replace(year=today.year + 1), None)):
        Appointment.objects.create(person=make_person(), role=Role.OFFICER, unit=units["child"], period=period)
    reader = make_actor(Role.ADMINISTRATOR, units["own"])
    assert [sight.appointment.person_id for sight in sights_of(actor=reader, unit=units["own"])] == [reader.person_id]


def test_a_name_is_shown_only_where_the_reader_may_know_it(client: Client, units: dict[str, Unit]) -> None:
    for name, scope in (("Giàng A Páo", "own"), ("Tẩn A Sử", "child")):
        Appointment.objects.create(
            person=make_person(name), role=Role.OFFICER, unit=units[scope], period=DateRange(LONG_AGO, None)
        )
    client.force_login(make_user(Role.SECRETARY, units["own"]))
    address = f"/units/{units['own'].pk}/sight/"
    assert address in client.get(f"/units/{units['own'].pk}/").content.decode()
    page = client.get(address).content.decode()
    assert "Giàng A Páo" in page
    assert "Tẩn A Sử" not in page
    assert "Đảng bộ xã" in page
