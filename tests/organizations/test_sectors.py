"""Sectors of work are defined by whoever administers, and named anew under the same code."""

import pytest

from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Sector
from lantoa.organizations.services.sectors import define_sector
from tests.organizations.factories import make_actor, make_unit

pytestmark = pytest.mark.django_db


def test_a_sector_of_a_known_code_is_renamed() -> None:
    unit = make_unit()
    actor = make_actor(Role.ADMINISTRATOR, unit)
    first = define_sector(actor=actor, unit=unit, code="education", name="Giáo dục")
    again = define_sector(actor=actor, unit=unit, code="education", name="Giáo dục và đào tạo")
    assert again.pk == first.pk
    assert Sector.objects.get(code="education").name == "Giáo dục và đào tạo"


def test_nobody_but_an_administrator_defines_a_sector() -> None:
    unit = make_unit()
    with pytest.raises(NotPermitted):
        define_sector(actor=make_actor(Role.OFFICER, unit), unit=unit, code="health", name="Y tế")
    assert not Sector.objects.filter(code="health").exists()
