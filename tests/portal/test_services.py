"""Opening a portal site."""

import threading
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from wagtail.models import Site

from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.portal import errors
from lantoa.portal.hosts import claim_host
from lantoa.portal.models import PortalSite
from lantoa.portal.services import COLOUR, open_site
from lantoa.portal.sites.services import change_site
from tests.organizations.factories import make_actor, make_unit
from tests.plans.racing import run_at_once, wait_for_a_waiter
from tests.portal.factories import make_portal
from tests.portal.readers.factories import bare_portal

pytestmark = pytest.mark.django_db


def test_only_who_looks_after_the_unit_opens_its_site() -> None:
    unit = make_unit("Đảng bộ xã", kind=UnitKind.COMMUNE_COMMITTEE)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotPermitted):
            open_site(actor=make_actor(role, unit), unit=unit, host="xa.example.vn", name="Xã")
    open_site(actor=make_actor(Role.ADMINISTRATOR, unit), unit=unit, host="xa.example.vn", name="Xã")
    assert PortalSite.objects.get().unit == unit


def test_a_second_call_gives_the_site_that_is_there() -> None:
    portal = make_portal(host="huyen.example.vn")
    again = make_portal(portal.unit, host="HUYEN.example.vn ")
    assert again == portal
    with pytest.raises(errors.SiteExists):
        make_portal(portal.unit, host="khac.example.vn")


def test_an_address_belongs_to_one_site() -> None:
    make_portal(host="huyen.example.vn")
    with pytest.raises(errors.HostTaken):
        make_portal(host="huyen.example.vn")


@pytest.mark.parametrize("host", ["", "huyen example.vn", "-a.vn", "a..vn", "http://a.vn", "a.vn/x", "x" * 260])
def test_an_address_is_the_name_of_a_host(host: str) -> None:
    unit = make_unit()
    with pytest.raises(errors.HostInvalid):
        open_site(actor=make_actor(Role.ADMINISTRATOR, unit), unit=unit, host=host, name="Xã")


@pytest.mark.parametrize("colour", ["#ffffff", "#ffcc00", "red", "#123", "#9b1c1f;}", ""])
def test_white_letters_can_be_read_on_the_colour(colour: str) -> None:
    unit = make_unit()
    with pytest.raises(errors.ColourTooPale):
        open_site(actor=make_actor(Role.ADMINISTRATOR, unit), unit=unit, host="a.example.vn", name="Xã", colour=colour)


@pytest.mark.django_db(transaction=True)
def test_who_takes_an_address_that_another_one_is_taking_is_told_so() -> None:
    portal, unit = bare_portal(), make_unit("Đảng bộ xã", kind=UnitKind.COMMUNE_COMMITTEE)
    opening, changing = (make_actor(Role.ADMINISTRATOR, each) for each in (unit, portal.unit))
    said: dict[str, Any] = {"host": "xa.example.vn", "name": "Xã", "colour": COLOUR}
    opens = partial(open_site, actor=opening, unit=unit, **said)
    changes = partial(change_site, actor=changing, portal=portal, **said)
    outcomes: list[BaseException | None] = []
    racing = threading.Thread(target=lambda: outcomes.extend(run_at_once(opens, changes)))
    with transaction.atomic():
        claim_host(said["host"])
        Site.objects.create(hostname=said["host"], root_page=portal.site.root_page)
        racing.start()
        wait_for_a_waiter()
    racing.join()
    assert [type(each) for each in outcomes] == [errors.HostTaken] * 2


def test_the_first_site_answers_at_every_other_name_too() -> None:
    first, second = make_portal(), make_portal()
    assert Site.objects.get(is_default_site=True) == first.site
    assert second.site.root_page != first.site.root_page
