"""Exemptions that end soon are found, and go on by a new decision."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from lantoa.kernel import clock
from lantoa.organizations.enums import ReasonClass, Role, Standing
from lantoa.organizations.models import ActivityExemption, Person, Unit
from lantoa.organizations.selectors.exemptions import exemptions_ending
from tests.organizations.factories import LONG_AGO, make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
TODAY = clock.today()


@pytest.fixture
def commune() -> Unit:
    return make_unit("Đảng bộ xã Mường So")


@pytest.fixture
def cell(commune: Unit) -> Unit:
    return make_unit("Chi bộ bản Tây An", parent=commune)


def exempt(person: Person, *, last: int | None, first: int = -400) -> ActivityExemption:
    """An exemption between two days, counted from today."""
    end = None if last is None else TODAY + dt.timedelta(days=last + 1)
    return ActivityExemption.objects.create(
        person=person,
        reason_class=ReasonClass.HEALTH,
        decision_number="12-QĐ/ĐU",
        decision_date=LONG_AGO,
        period=DateRange(TODAY + dt.timedelta(days=first), end),
    )


def ending(unit: Unit) -> list[str]:
    actor = make_actor(Role.OFFICER, unit)
    return sorted(row.person.full_name for row in exemptions_ending(actor=actor, unit=unit))


def test_thirty_days_on_either_side_count(cell: Unit) -> None:
    for name, last in (("Lò Văn Ân", -31), ("Lò Văn Bình", -30), ("Lò Văn Chung", 30), ("Lò Văn Dũng", 31)):
        exempt(make_person(name, unit=cell), last=last)
    exempt(make_person("Lò Văn Lâu", unit=cell), last=None)
    assert ending(cell) == ["Lò Văn Bình", "Lò Văn Chung"]


def test_who_has_a_new_one_needs_none(cell: Unit) -> None:
    person = make_person(unit=cell)
    exempt(person, last=-3)
    exempt(person, first=-2, last=200)
    assert ending(cell) == []


def test_the_units_below_count_as_far_as_names_are_seen(commune: Unit, cell: Unit) -> None:
    exempt(make_person("Lò Văn Ân", unit=cell), last=3)
    exempt(make_person("Lò Văn Bình", unit=make_unit(parent=cell)), last=3)
    exempt(make_person("Lò Văn Chung"), last=3)
    assert ending(commune) == ["Lò Văn Ân"]


def test_the_list_leads_from_the_notice_to_the_new_decision(commune: Unit, cell: Unit) -> None:
    person = make_person("Lò Thị Mai", unit=cell)
    make_person("Vàng A Páo", unit=cell)
    exemption = exempt(person, last=3)
    client = Client()
    client.force_login(make_user(Role.OFFICER, commune))
    url = reverse("organizations:person_list", args=[commune.pk])
    assert "?exemption=ending" in client.get(url).content.decode()
    page = client.get(url, {"exemption": "ending"}).content.decode()
    extend = f"{reverse('organizations:exemption_create', args=[person.pk])}?after={exemption.pk}"
    assert ("Lò Thị Mai" in page, "Vàng A Páo" in page, extend in page) == (True, False, True)
    form = client.get(extend).content.decode()
    assert f"{TODAY + dt.timedelta(days=4):%d/%m/%Y}" in form
    assert "checked" not in form
    client.force_login(make_user(Role.CLERK, cell))
    assert "checked" in client.get(extend).content.decode()
    assert "checked" not in client.get(extend.replace(f"={exemption.pk}", "=0")).content.decode()


def test_who_only_reads_is_led_nowhere(cell: Unit) -> None:
    exempt(make_person("Lò Thị Mai", unit=cell, standing=Standing.PROBATIONARY), last=-3)
    client = Client()
    client.force_login(make_user(Role.APPROVER, cell))
    url = reverse("organizations:person_list", args=[cell.pk])
    page = client.get(url, {"exemption": "ending", "standing": "probationary"}).content.decode()
    assert ("Lò Thị Mai" in page, "?after=" in page) == (True, False)
    page = client.get(url, {"exemption": "ending", "standing": "full"}).content.decode()
    assert "Lò Thị Mai" not in page
