"""The page of the audit log."""

from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from lantoa.accounts.models import User
from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.audit.usecases import use_case
from lantoa.dashboard.audit_log.acts import name_of
from lantoa.dashboard.audit_log.facts import in_words
from lantoa.dashboard.audit_log.selectors import kind_of_object, reason_of
from lantoa.dashboard.audit_log.services import export_log
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans.enums import PlanState
from tests.architecture.query_counts import assert_query_count
from tests.organizations.factories import make_actor, make_unit, make_user

pytestmark = pytest.mark.django_db
URL = "dashboard:audit_log"


@pytest.fixture
def committee() -> Unit:
    """A committee with one cell."""
    unit = make_unit("Đảng bộ xã Mường So")
    make_unit("Chi bộ bản Vàng Pheo", parent=unit)
    return unit


def note(unit: Unit, user: User, action: str = "plans.submit_plan", outcome: Outcome = Outcome.DONE) -> Entry:
    return audit.record(
        actor=Actor.of(user), action=action, about=unit, unit=unit, outcome=outcome, facts={"from": "draft"}
    )


def page(client: Client, user: User, **query: str) -> str:
    client.force_login(user)
    response = client.get(reverse(URL), query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def test_an_administrator_reads_what_others_did_below(client: Client, committee: Unit) -> None:
    cell = committee.children.get()
    secretary = make_user(Role.SECRETARY, cell, username="bithu")
    note(cell, secretary)
    text = page(client, make_user(Role.ADMINISTRATOR, committee))
    assert "bithu" in text
    assert "Chi bộ bản Vàng Pheo" in text
    with translation.override("vi"):
        assert str(PlanState.DRAFT.label) in text


def test_the_log_of_another_unit_stays_closed(client: Client, committee: Unit) -> None:
    beside = make_unit("Đảng bộ xã Huổi Luông")
    note(beside, make_user(Role.SECRETARY, beside, username="nguoikhac"))
    assert "nguoikhac" not in page(client, make_user(Role.INSPECTOR, committee))


def test_an_officer_reads_own_acts_only(client: Client, committee: Unit) -> None:
    officer = make_user(Role.OFFICER, committee, username="tuyengiao")
    note(committee, officer, "plans.approve_plan")
    note(committee, make_user(Role.SECRETARY, committee, username="bithu"), "plans.issue_plan")
    text = page(client, officer)
    assert "plans.approve_plan" in Entry.objects.values_list("action", flat=True)
    assert "tuyengiao" in text
    assert "bithu" not in text


@pytest.mark.parametrize("role", [Role.APPROVER, Role.SECRETARY, Role.CLERK, Role.VIEWER, Role.FOLLOWER])
def test_who_may_not_read_the_log_is_told_so(client: Client, committee: Unit, role: Role) -> None:
    client.force_login(make_user(role, committee))
    assert client.get(reverse(URL)).status_code == 403


def test_the_log_is_narrowed_by_outcome_act_user_and_days(client: Client, committee: Unit) -> None:
    administrator = make_user(Role.ADMINISTRATOR, committee)
    note(committee, make_user(username="nguoi.mot"), "plans.submit_plan", Outcome.REFUSED)
    note(committee, make_user(username="nguoi.hai"), "plans.issue_plan")
    today = f"{clock.today():%d/%m/%Y}"
    assert "nguoi.hai" not in page(client, administrator, outcome="refused")
    assert "nguoi.hai" not in page(client, administrator, action="plans.submit_plan")
    assert "nguoi.hai" not in page(client, administrator, who="mot")
    assert "nguoi.mot" in page(client, administrator, since=today, until=today)
    assert "nguoi.hai" not in page(client, administrator, until="01/01/2020")


def test_a_day_that_cannot_be_read_is_told_beside_the_filter(client: Client, committee: Unit) -> None:
    text = page(client, make_user(Role.ADMINISTRATOR, committee), since="31/02/2026")
    assert 'value="31/02/2026"' in text
    assert "notice" in text


def test_taking_the_log_out_is_itself_in_the_log(client: Client, committee: Unit) -> None:
    administrator = make_user(Role.ADMINISTRATOR, committee)
    note(committee, administrator)
    client.force_login(administrator)
    response = client.get(reverse(URL), {"format": "xlsx", "outcome": "done"})
    sheet = openpyxl.load_workbook(BytesIO(response.content)).worksheets[0]
    assert sheet.max_row == 5
    entry = Entry.objects.get(outcome=Outcome.EXPORTED)
    assert (entry.action, entry.unit_id, entry.facts) == ("dashboard.export_log", committee.pk, {"outcome": "done"})


def test_an_export_without_the_right_is_refused_and_recorded(committee: Unit) -> None:
    with pytest.raises(NotPermitted):
        export_log(actor=make_actor(Role.VIEWER, committee), filters={})
    assert Entry.objects.get(action="dashboard.export_log").outcome == Outcome.REFUSED


def test_a_refusal_is_shown_with_its_reason(client: Client, committee: Unit) -> None:
    @use_case
    def forbidden(*, actor: Actor, unit: Unit) -> None:
        raise NotPermitted

    actor = make_actor(Role.INSPECTOR, committee)
    with pytest.raises(NotPermitted):
        forbidden(actor=actor, unit=committee)
    entry = Entry.objects.get(outcome=Outcome.REFUSED)
    assert entry.code == "not_permitted"
    assert reason_of(entry.code) == str(NotPermitted.message)


def test_a_code_of_an_earlier_version_is_shown_as_it_is() -> None:
    assert reason_of("gone_for_good") == "gone_for_good"
    assert name_of("plans.gone") == "plans.gone"
    assert kind_of_object("plans.gone") == "plans.gone"
    assert kind_of_object("") == ""


def test_an_empty_log_says_so(client: Client, committee: Unit) -> None:
    assert "<tbody" not in page(client, make_user(Role.ADMINISTRATOR, committee), until="01/01/2020")


def test_the_page_costs_what_was_reviewed(client: Client, committee: Unit) -> None:
    administrator = make_user(Role.ADMINISTRATOR, committee)
    for _ in range(3):
        note(committee, administrator)
    client.force_login(administrator)
    with assert_query_count(URL):
        client.get(reverse(URL))


def test_what_is_told_of_sites_and_repetitions_is_in_words() -> None:
    facts = {"state": "problem", "members": 20, "others": 3, "basis": "told", "sessions": 4}
    with translation.override("en"):
        assert in_words(facts) == [
            "state: problem",
            "members counted: 20",
            "others counted: 3",
            "how it was counted: told by telephone or message",
            "sessions: 4",
        ]
