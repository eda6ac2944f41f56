"""Names leave the system for a stated purpose that names nobody, and never without a line in the log."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted, PurposeNamesSomebody
from lantoa.organizations.models import Appointment, ImportBatch, ImportRow, Unit
from lantoa.organizations.services.exports import export_appointments, export_import_rows
from lantoa.organizations.services.persons import export_names
from lantoa.plans.services.summons import export_summons
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign, make_entry, make_summons

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell() -> Unit:
    return make_unit("Chi bộ cơ sở Vàng Pheo", kind=UnitKind.GRASSROOTS_CELL)


def batch_of(unit: Unit) -> ImportBatch:
    return ImportBatch.objects.create(
        client_id=uuid.uuid4(),
        unit=unit,
        file_name="a.csv",
        sha256="0" * 64,
        effective_on=dt.date(2026, 1, 1),
        created_by=make_user(),
    )


def exported(action: str) -> int:
    return Entry.objects.filter(action=action, outcome=Outcome.EXPORTED).count()


def test_a_purpose_that_names_one_of_the_people_is_refused_and_not_kept(cell: Unit) -> None:
    person = make_person("Đèo Xuân Thưởng", unit=cell)
    secretary = make_actor(Role.SECRETARY, cell)
    purpose = "Theo yêu cầu của ĐÈO XUÂN THƯỞNG"
    with pytest.raises(PurposeNamesSomebody):
        export_names(actor=secretary, unit=cell, purpose=purpose)
    campaign = make_campaign(cell)
    make_entry(make_summons(campaign, cell), person, unit=cell)
    with pytest.raises(PurposeNamesSomebody):
        export_summons(actor=secretary, campaign=campaign, unit=cell, purpose=purpose)
    assert not Entry.objects.filter(facts__icontains="thưởng").exists()
    assert export_names(actor=secretary, unit=cell, purpose="Lập danh sách triệu tập").count() == 1


@pytest.fixture
def administrator(cell: Unit) -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMINISTRATOR, cell))
    return client


@pytest.fixture
def clerk(cell: Unit) -> Client:
    client = Client()
    client.force_login(make_user(Role.CLERK, cell))
    return client


PURPOSE = {"purpose": "Đối chiếu với quyết định"}
SHEET = "spreadsheetml.sheet"


@pytest.mark.parametrize("name", ["appointment_list", "appointment_ending"])
def test_workbooks_of_appointments_ask_what_for(cell: Unit, administrator: Client, name: str) -> None:
    address = reverse(f"organizations:{name}", args=[cell.pk])
    assert administrator.get(address).status_code == 200
    assert administrator.post(address).status_code == 405
    address += "?format=xlsx"
    assert "text/html" in administrator.get(address)["Content-Type"]
    assert administrator.post(address, {"purpose": ""}).status_code == 422
    assert administrator.post(address, {"purpose": "x"}).status_code == 422
    assert exported("organizations.export_appointments") == 0
    assert SHEET in administrator.post(address, PURPOSE)["Content-Type"]
    assert exported("organizations.export_appointments") == 1


def test_workbooks_of_imported_rows_ask_what_for(cell: Unit, clerk: Client) -> None:
    batch = batch_of(cell)
    ImportRow.objects.create(batch=batch, number=1, values={"full_name": "Đèo Xuân Thưởng"})
    page = reverse("organizations:import_detail", args=[batch.pk])
    assert clerk.get(page).status_code == 200
    for address in (f"{page}?format=xlsx", reverse("organizations:import_errors", args=[batch.pk])):
        assert "text/html" in clerk.get(address)["Content-Type"]
        assert clerk.post(address, {"purpose": "Theo ý của Đèo Xuân Thưởng"}).status_code == 422
        assert SHEET in clerk.post(address, PURPOSE)["Content-Type"]
    assert exported("organizations.export_import_rows") == 2


def test_outsiders_take_nothing_out(cell: Unit) -> None:
    viewer = make_actor(Role.VIEWER, cell)
    with pytest.raises(NotPermitted):
        export_appointments(actor=viewer, unit=cell, rows=Appointment.objects.all(), purpose="Đối chiếu")
    with pytest.raises(NotPermitted):
        export_import_rows(actor=viewer, batch=batch_of(cell), purpose="Đối chiếu")
