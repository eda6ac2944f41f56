"""Annexes of a plan, evidence of its tasks, and how its targets go: typed in, or by the figures of the system."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lantoa.attendance.enums import Group
from lantoa.attendance.models import Coverage
from lantoa.audit.models import Entry
from lantoa.files.access import can_read
from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans import errors, progress_errors
from lantoa.plans.enums import Indicator, PlanState
from lantoa.plans.models import CampaignUnit, Plan, TargetReading, TaskEvidence
from lantoa.plans.papers.plans import plan_paper
from lantoa.plans.selectors.plan_page import plan_page
from lantoa.plans.services.annexes import add_annexes, remove_annex
from lantoa.plans.services.contents import put_target
from lantoa.plans.services.editions import copy_edition
from lantoa.plans.services.progress import add_evidence, add_reading
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.plan_factories import make_commune, make_full_plan, officer_of
from tests.study_sessions.factories import make_session, make_site

pytestmark = pytest.mark.django_db

TODAY = clock.today()


def pdf(name: str = "phu-luc.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")


def plan_in(state: PlanState) -> tuple[Plan, Unit]:
    campaign, unit = make_commune()
    return make_full_plan(campaign, unit, state=state), unit


def in_force(plan: Plan) -> Plan:
    """The plan as it is once it runs."""
    issue = {"number": "1-KH/ĐU", "issued_on": TODAY, "signer": "Lò Văn Bình"}
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.RUNNING, **issue)
    return plan


def annexed(plan: Plan, unit: Unit, **changes: Any) -> list[StoredFile]:
    facts: dict[str, Any] = {"actor": officer_of(unit), "plan": plan, "client_id": uuid.uuid4(), "uploads": [pdf()]}
    return add_annexes(**{**facts, "no_secrecy_declared": True, **changes})


def test_annexes_are_attached_once_shown_and_printed() -> None:
    plan, unit = plan_in(PlanState.DRAFT)
    client_id, officer = uuid.uuid4(), officer_of(unit)
    files = annexed(plan, unit, client_id=client_id, actor=officer)
    assert annexed(plan, unit, client_id=client_id, actor=officer) == files
    assert Entry.objects.filter(action="plans.add_annexes").count() == 1
    assert list(plan_page(plan, officer_of(unit)).annexes) == files
    assert "Phụ lục 1: phu-luc.pdf" in repr(plan_paper(plan))


def test_a_new_edition_has_the_annexes_of_the_old_one() -> None:
    plan, unit = plan_in(PlanState.DRAFT)
    files = annexed(plan, unit)
    assert list(copy_edition(in_force(plan), reason="Bổ sung").annexes.all()) == files


def test_an_annex_is_taken_off_once() -> None:
    plan, unit = plan_in(PlanState.DRAFT)
    (file,) = annexed(plan, unit)
    officer = officer_of(unit)
    assert remove_annex(actor=officer, plan=plan, file=file)
    assert not remove_annex(actor=officer, plan=plan, file=file)
    assert not plan.annexes.exists()


def test_a_plan_that_is_not_written_any_more_keeps_its_annexes() -> None:
    plan, unit = plan_in(PlanState.SUBMITTED)
    with pytest.raises(errors.PlanNotEditable):
        annexed(plan, unit)
    with pytest.raises(progress_errors.NothingUploaded):
        annexed(*plan_in(PlanState.DRAFT), uploads=[])
    with pytest.raises(NotPermitted):
        annexed(plan, unit, actor=make_actor(Role.APPROVER, unit))


def test_who_sees_the_plan_reads_its_annexes_and_nobody_else() -> None:
    plan, unit = plan_in(PlanState.DRAFT)
    (file,) = annexed(plan, unit)
    assert can_read(actor=make_actor(Role.VIEWER, unit), file=file)
    stranger = make_unit("Đảng bộ khác", kind=UnitKind.DISTRICT_COMMITTEE)
    assert not can_read(actor=make_actor(Role.OFFICER, stranger), file=file)


def evidence_of(plan: Plan, unit: Unit, **changes: Any) -> TaskEvidence:
    facts: dict[str, Any] = {
        "actor": officer_of(unit),
        "task": plan.tasks.get(),
        "client_id": uuid.uuid4(),
        "text": "Biên bản hội nghị, lưu tại văn phòng",
        "uploads": [pdf("bien-ban.pdf")],
        "no_secrecy_declared": True,
    }
    return add_evidence(**{**facts, **changes})


def test_evidence_is_added_once_and_its_files_stop_where_names_stop() -> None:
    plan, unit = plan_in(PlanState.RUNNING)
    client_id = uuid.uuid4()
    evidence = evidence_of(plan, unit, client_id=client_id)
    assert evidence_of(plan, unit, client_id=client_id, text="Khác") == evidence
    file = evidence.files.get()
    assert can_read(actor=make_actor(Role.SECRETARY, unit), file=file)
    assert can_read(actor=make_actor(Role.OFFICER, plan.campaign.owner), file=file)
    assert not can_read(actor=make_actor(Role.VIEWER, unit), file=file)


def test_words_alone_are_evidence_and_no_words_are_none() -> None:
    plan, unit = plan_in(PlanState.RUNNING)
    assert not evidence_of(plan, unit, uploads=[]).files.exists()
    with pytest.raises(progress_errors.EvidenceUnnamed):
        evidence_of(plan, unit, text=" ")


def read(plan: Plan, unit: Unit, **changes: Any) -> TargetReading:
    facts: dict[str, Any] = {
        "actor": officer_of(unit),
        "target": plan.targets.get(),
        "client_id": uuid.uuid4(),
        "read_on": TODAY,
        "value": Decimal("80.5"),
    }
    return add_reading(**{**facts, **changes})


def test_a_figure_is_typed_in_once() -> None:
    plan, unit = plan_in(PlanState.RUNNING)
    client_id = uuid.uuid4()
    first = read(plan, unit, client_id=client_id, note="  Sau  buổi 1 ")
    assert read(plan, unit, client_id=client_id, value=Decimal(1)) == first
    assert (first.value, first.note) == (Decimal("80.5"), "Sau buổi 1")


def test_a_form_of_another_target_or_task_is_refused() -> None:
    plan, unit = plan_in(PlanState.RUNNING)
    other, _unit = plan_in(PlanState.RUNNING)
    reading, evidence = uuid.uuid4(), uuid.uuid4()
    read(plan, unit, client_id=reading)
    evidence_of(plan, unit, client_id=evidence)
    with pytest.raises(errors.FormSentBefore):
        read(other, other.unit, client_id=reading)
    with pytest.raises(errors.FormSentBefore):
        evidence_of(other, other.unit, client_id=evidence)


def test_a_figure_is_of_a_running_plan_and_of_no_day_to_come() -> None:
    plan, unit = plan_in(PlanState.RUNNING)
    with pytest.raises(progress_errors.ReadingInFuture):
        read(plan, unit, read_on=TODAY + dt.timedelta(days=1))
    with pytest.raises(NotPermitted):
        read(plan, unit, actor=make_actor(Role.APPROVER, unit))
    with pytest.raises(errors.PlanNotRunning):
        read(*plan_in(PlanState.CLOSED))


def test_progress_goes_on_in_the_next_edition() -> None:
    plan, unit = plan_in(PlanState.RUNNING)
    reading, evidence = read(plan, unit), evidence_of(plan, unit)
    draft = copy_edition(plan, reason="Bổ sung")
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.SUPERSEDED)
    issue = {"number": "2-KH/ĐU", "issued_on": TODAY, "signer": "Lò Văn Bình"}
    Plan.objects.filter(pk=draft.pk).update(state=PlanState.RUNNING, **issue)
    page = plan_page(Plan.objects.select_related("unit", "campaign", "parent").get(pk=draft.pk), officer_of(unit))
    assert list(page.targets[0].readings) == [reading]
    assert list(page.tasks[0].evidence) == [evidence]


def follow(plan: Plan, indicator: Indicator) -> None:
    plan.targets.update(follows=indicator)


def figure(plan: Plan, indicator: Indicator) -> str:
    follow(plan, indicator)
    found = plan_page(plan, officer_of(plan.unit)).targets[0].figure
    assert found is not None
    return found.text


def test_the_rates_come_from_the_roll_calls() -> None:
    plan, unit = plan_in(PlanState.RUNNING)
    assert "/" not in figure(plan, Indicator.COVERAGE)
    scope = CampaignUnit.objects.get(unit=unit)
    Coverage.objects.create(
        campaign=plan.campaign,
        unit=unit,
        group=Group.ALL,
        parent=unit.parent,
        path=scope.path,
        summoned=20,
        present=10,
        late=1,
        made_up=4,
        absent=9,
        cells_total=1,
        cells_reported=1,
    )
    assert figure(plan, Indicator.FIRST_SESSION) == "55,0% (11/20)"
    assert figure(plan, Indicator.COVERAGE) == "75,0% (15/20)"


def test_sessions_and_sites_are_counted_when_they_are_over() -> None:
    plan, unit = plan_in(PlanState.RUNNING)
    past = clock.now() - dt.timedelta(days=2)
    session = make_session(plan.campaign, unit, starts_at=past)
    make_site(session, unit)
    make_session(plan.campaign, unit, starts_at=clock.now() + dt.timedelta(days=2))
    make_session(plan.campaign, plan.campaign.owner, starts_at=past)
    assert figure(plan, Indicator.SESSIONS) == "1"
    assert figure(plan, Indicator.SITES) == "1"
    assert figure(plan, Indicator.REACH) == "0"


def test_a_target_says_which_figure_it_follows() -> None:
    plan, unit = plan_in(PlanState.DRAFT)
    target = put_target(
        actor=officer_of(unit),
        plan=plan,
        indicator="Số hội nghị",
        number=Decimal(3),
        measure="hội nghị",
        owner="",
        due_on=None,
        follows=Indicator.SESSIONS,
    )
    assert target.follows == Indicator.SESSIONS
    assert set(copy_edition(in_force(plan), reason="Bổ sung").targets.values_list("follows", flat=True)) == {
        "",
        "sessions",
    }


def browser_of(unit: Unit, role: Role = Role.OFFICER) -> Client:
    browser = Client()
    browser.force_login(make_user(role, unit))
    return browser


def test_the_page_of_results_takes_figures_and_evidence() -> None:
    plan, unit = plan_in(PlanState.RUNNING)
    follow(plan, Indicator.SESSIONS)
    browser = browser_of(unit)
    target, task = plan.targets.get(), plan.tasks.get()
    typed = {"client_id": str(uuid.uuid4()), "target": target.pk, "read_on": f"{TODAY:%d/%m/%Y}", "value": "80,5"}
    url = reverse("plans:reading_add", args=[plan.pk])
    assert browser.post(url, typed).status_code == 303
    again = {**typed, "client_id": str(uuid.uuid4())}
    assert browser.post(url, {**again, "read_on": f"{TODAY + dt.timedelta(days=1):%d/%m/%Y}"}).status_code == 422
    assert browser.post(url, {**again, "target": "999"}).status_code == 422
    proof = {"client_id": str(uuid.uuid4()), "task": task.pk, "text": "Biên bản hội nghị"}
    url = reverse("plans:evidence_add", args=[plan.pk])
    assert browser.post(url, {**proof, "uploads": pdf(), "no_secrecy_declared": "on"}).status_code == 303
    assert browser.post(url, {**proof, "client_id": str(uuid.uuid4()), "uploads": pdf()}).status_code == 422
    broken = SimpleUploadedFile("la.pdf", b"khong phai")
    bad = {**proof, "client_id": str(uuid.uuid4()), "uploads": broken, "no_secrecy_declared": "on"}
    assert browser.post(url, bad).status_code == 422
    page = browser.get(reverse("plans:plan_detail", args=[plan.pk])).content.decode()
    assert "80,5% (nhập tay)" in page
    assert "số liệu hệ thống" in page
    assert "Biên bản hội nghị" in page
    assert "phu-luc.pdf" in page
    reader = browser_of(unit, Role.VIEWER).get(reverse("plans:plan_detail", args=[plan.pk])).content.decode()
    assert "phu-luc.pdf" not in reader
    assert "1 tệp" in reader
    assert browser_of(unit, Role.APPROVER).post(url, proof).status_code == 403


def test_the_page_of_contents_takes_annexes_and_takes_them_off() -> None:
    plan, unit = plan_in(PlanState.DRAFT)
    browser = browser_of(unit)
    url = reverse("plans:annex_add", args=[plan.pk])
    form = {"client_id": str(uuid.uuid4()), "no_secrecy_declared": "on"}
    assert browser.post(url, form).status_code == 422
    assert browser.post(url, {"client_id": "x", "uploads": pdf()}).status_code == 422
    assert browser.post(url, {**form, "uploads": pdf()}).status_code == 303
    contents = reverse("plans:plan_contents", args=[plan.pk])
    assert "phu-luc.pdf" in browser.get(contents).content.decode()
    away = reverse("plans:annex_remove", args=[plan.pk, plan.annexes.get().pk])
    assert browser.post(away).status_code == 303
    assert browser.post(away).status_code == 404
