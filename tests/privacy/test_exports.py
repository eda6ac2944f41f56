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
from lantoa.organizations.models import ImportBatch, Unit
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


def test_workbooks_of_appointments_and_of_imported_rows_are_logged(cell: Unit) -> None:
    administrator, clerk = Client(), Client()
    administrator.force_login(make_user(Role.ADMINISTRATOR, cell))
    clerk.force_login(make_user(Role.CLERK, cell))
    for name in ("appointment_list", "appointment_ending"):
        address = reverse(f"organizations:{name}", args=[cell.pk])
        assert administrator.get(address).status_code == 200
        assert administrator.get(address, {"format": "xlsx"}).status_code == 200
    assert exported("organizations.export_appointments") == 2
    batch = batch_of(cell)
    assert clerk.get(reverse("organizations:import_detail", args=[batch.pk])).status_code == 200
    assert clerk.get(reverse("organizations:import_detail", args=[batch.pk]), {"format": "xlsx"}).status_code == 200
    assert clerk.get(reverse("organizations:import_errors", args=[batch.pk])).status_code == 200
    assert exported("organizations.export_import_rows") == 2


def test_outsiders_take_nothing_out(cell: Unit) -> None:
    viewer = make_actor(Role.VIEWER, cell)
    with pytest.raises(NotPermitted):
        export_appointments(actor=viewer, unit=cell)
    with pytest.raises(NotPermitted):
        export_import_rows(actor=viewer, batch=batch_of(cell))
