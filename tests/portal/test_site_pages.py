"""The page on which an administrator opens and changes a portal site."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings
from wagtail.models import Site

from lantoa.audit.models import Entry
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.portal import errors
from lantoa.portal.models import Picture, PortalSite
from lantoa.portal.sites.services import change_site
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.portal.factories import make_portal, picture_bytes

pytestmark = pytest.mark.django_db
LOOK: dict[str, Any] = {"name": "Trang xã Mường So", "host": "muongso.example.vn", "colour": "#14532d"}


def administrator_of(unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMINISTRATOR, unit))
    return client


def commune() -> Unit:
    return make_unit("Đảng bộ xã", kind=UnitKind.COMMUNE_COMMITTEE)


def changed(portal: PortalSite, **said: Any) -> PortalSite:
    return change_site(actor=make_actor(Role.ADMINISTRATOR, portal.unit), portal=portal, **{**LOOK, **said})


def logo(name: str = "huy-hieu.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes())


def test_an_administrator_opens_the_site_of_a_unit_and_changes_it(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "muongso.example.vn"]
    unit = commune()
    client, address = administrator_of(unit), f"/units/{unit.pk}/portal/"
    assert f'href="{address}"' in client.get(f"/units/{unit.pk}/").content.decode()
    assert client.post(address, LOOK).status_code == 303
    assert "Trang xã Mường So" in Client(headers={"host": "muongso.example.vn"}).get("/cong/").content.decode()
    sent = {**LOOK, "name": "Trang thông tin Mường So", "logo": logo()}
    assert client.post(address, sent).status_code == 303
    portal = PortalSite.objects.select_related("site", "logo").get()
    assert (portal.name, portal.site.site_name) == ("Trang thông tin Mường So",) * 2
    assert portal.logo is not None
    assert portal.logo.collection == portal.collection
    shown = client.get(address).content.decode()
    assert 'name="drop_logo"' in shown
    assert client.post(address, {**sent, "logo": "", "drop_logo": "on"}).status_code == 303
    assert PortalSite.objects.filter(logo=None).exists()
    assert Picture.objects.count() == 1


def test_what_is_refused_stands_beside_its_field_and_changes_nothing() -> None:
    other, portal = make_portal(), make_portal()
    client, address = administrator_of(portal.unit), f"/units/{portal.unit_id}/portal/"
    for field, value in (("host", other.site.hostname), ("host", "hai tên"), ("colour", "#ffffff"), ("name", "")):
        answer = client.post(address, {**LOOK, field: value})
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
    answer = client.post(address, {**LOOK, "logo": SimpleUploadedFile("a.png", b"%PDF-1.4 nothing")})
    assert answer.status_code == 422
    before = (portal.name, portal.site.hostname, portal.colour)
    portal = PortalSite.objects.select_related("site").get(pk=portal.pk)
    assert (portal.name, portal.site.hostname, portal.colour) == before


def test_a_site_answers_at_its_new_address_alone(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = [".example.vn"]
    make_portal()
    portal = make_portal(host="cu.example.vn")
    changed(portal, host="MOI.example.vn", name="Trang mới")
    assert "Trang mới" in Client(headers={"host": "moi.example.vn"}).get("/cong/").content.decode()
    assert "Trang mới" not in Client(headers={"host": "cu.example.vn"}).get("/cong/").content.decode()
    assert Site.objects.filter(hostname="moi.example.vn").count() == 1


def test_a_name_at_which_the_server_does_not_answer_is_told() -> None:
    portal = make_portal()
    page = administrator_of(portal.unit).get(f"/units/{portal.unit_id}/portal/").content.decode()
    assert "LANTOA_HOSTS" in page


def test_who_looks_after_the_unit_changes_its_site_and_nobody_else() -> None:
    portal = make_portal()
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotPermitted):
            change_site(actor=make_actor(role, portal.unit), portal=portal, **LOOK)


def test_an_address_of_another_site_is_refused() -> None:
    other, portal = make_portal(), make_portal()
    with pytest.raises(errors.HostTaken):
        changed(portal, host=other.site.hostname)


def test_a_logo_is_named_in_the_language_of_the_organisation() -> None:
    portal = make_portal()
    with override("en"):
        changed(portal, logo=logo())
    assert set(Picture.objects.values_list("title", "description")) == {("Biểu trưng của Trang xã Mường So",) * 2}


def test_what_is_the_same_already_is_no_act() -> None:
    portal = make_portal()
    changed(portal)
    acts = Entry.objects.filter(action="portal.change_site")
    assert acts.count() == 1
    changed(portal)
    assert acts.count() == 1


def test_a_name_of_spaces_is_the_name_of_the_unit() -> None:
    portal = make_portal()
    assert changed(portal, name="  ").name == portal.unit.name
