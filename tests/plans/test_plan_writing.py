"""The pages that write a plan and take its steps: errors beside fields, typed text kept, nothing half-written."""

import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans.enums import PlanState
from lantoa.plans.models import Plan, Target
from lantoa.plans.services import contents, workflow
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_plan
from tests.plans.plan_factories import (
    DAY,
    FIRST,
    make_commune,
    make_full_plan,
    make_target,
    make_task,
    officer_of,
    submitted_by,
)

pytestmark = pytest.mark.django_db
COLUMNS = {"title": "Kế hoạch học tập", "aims": "Về bản", "starts_on": "01/03/2026", "ends_on": "30/09/2026"}
TARGET = {"indicator": "Tỷ lệ tham gia", "number": "95,5", "measure": "%", "owner": "Bí thư", "due_on": "01/06/2026"}


def _client(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def _get(client: Client, name: str, *args: Any, **query: Any) -> Any:
    return client.get(reverse(f"plans:{name}", args=args), query)


def _post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"plans:{name}", args=args), data)


def _draft(**fields: Any) -> Plan:
    return make_plan(*make_commune(), **fields)


class TestEdit:
    """The plan's own columns."""

    def test_they_are_saved(self) -> None:
        plan = _draft()
        response = _post(_client(Role.CLERK, plan.unit), "plan_edit", plan.pk, version=1, **COLUMNS)
        assert response.status_code == 303
        plan.refresh_from_db()
        assert (plan.title, plan.starts_on) == ("Kế hoạch học tập", FIRST)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [({"title": ""}, "title"), ({"starts_on": "31/02/2026"}, "starts_on"), ({"ends_on": "01/01/2026"}, "ends_on")],
    )
    def test_a_mistake_stands_beside_its_field_and_the_text_is_kept(self, typed: dict[str, str], field: str) -> None:
        plan = _draft()
        response = _post(_client(Role.CLERK, plan.unit), "plan_edit", plan.pk, version=1, **{**COLUMNS, **typed})
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert "Về bản" in response.content.decode()

    def test_the_second_editor_sees_both_texts_and_can_save_again(self) -> None:
        plan = _draft()
        client = _client(Role.CLERK, plan.unit)
        values: dict[str, Any] = {"title": plan.title, "starts_on": None, "ends_on": None}
        contents.edit_plan(actor=officer_of(plan.unit), plan=plan, version=1, aims="Của người khác", **values)
        response = _post(client, "plan_edit", plan.pk, version=1, **COLUMNS)
        assert response.status_code == 409
        labels = [difference.label for difference in response.context["differences"]]
        assert "Aims and requirements, fitted to the place" in labels
        text = response.content.decode()
        assert "Của người khác" in re.sub(r"<[^>]+>", "", text)
        again = _post(client, "plan_edit", plan.pk, version=response.context["form"]["version"].value(), **COLUMNS)
        assert again.status_code == 303
        plan.refresh_from_db()
        assert plan.aims == "Về bản"

    def test_text_typed_while_the_plan_was_submitted_is_kept(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.SUBMITTED)
        response = _post(_client(Role.CLERK, plan.unit), "plan_edit", plan.pk, version=1, **COLUMNS)
        assert response.status_code == 422
        assert "Về bản" in response.content.decode()
        assert Entry.objects.get(outcome=Outcome.REFUSED).code == "plan_not_editable"

    @pytest.mark.parametrize("name", ["plan_edit", "plan_contents", "plan_inherit"])
    def test_the_pages_are_closed_to_readers_and_for_plans_that_are_not_drafts(self, name: str) -> None:
        plan = _draft()
        assert _get(_client(Role.VIEWER, plan.unit), name, plan.pk).status_code == 403
        running = make_full_plan(*make_commune(), state=PlanState.RUNNING)
        assert _get(_client(Role.OFFICER, running.unit), name, running.pk).status_code == 409


class TestItems:
    """Targets and tasks on one page."""

    def test_a_target_is_added_with_a_vietnamese_figure_and_once_only(self) -> None:
        plan = _draft()
        client = _client(Role.CLERK, plan.unit)
        form = {**TARGET, "client_id": str(uuid.uuid4()), "version": "0"}
        for _time in range(2):
            assert _post(client, "item_add", plan.pk, "target", **form).status_code == 303
        assert str(plan.targets.get().number) == "95.50"

    def test_a_task_is_added(self) -> None:
        plan = _draft()
        form = {"title": "Mở hội nghị", "client_id": str(uuid.uuid4()), "version": "0"}
        assert _post(_client(Role.CLERK, plan.unit), "item_add", plan.pk, "task", **form).status_code == 303
        assert plan.tasks.get().title == "Mở hội nghị"

    def test_a_mistake_keeps_the_form_open(self) -> None:
        plan = _draft()
        form = {**TARGET, "number": "chín mươi", "client_id": str(uuid.uuid4()), "version": "0"}
        response = _post(_client(Role.CLERK, plan.unit), "item_add", plan.pk, "target", **form)
        assert response.status_code == 422
        assert list(response.context["opened"].form.errors) == ["number"]
        assert "chín mươi" in response.content.decode()

    @pytest.mark.parametrize("kind", ["target", "task"])
    def test_the_page_opens_one_form_at_a_time(self, kind: str) -> None:
        plan = make_full_plan(*make_commune())
        client = _client(Role.CLERK, plan.unit)
        item = getattr(plan, f"{kind}s").get()
        assert _get(client, "plan_contents", plan.pk, open=kind).context["opened"].item is None
        assert _get(client, "plan_contents", plan.pk, open=f"{kind}-{item.pk}").context["opened"].item == item
        assert _get(client, "plan_contents", plan.pk, open=f"{kind}-x").status_code == 404
        assert _get(client, "plan_contents", plan.pk, open=f"{kind}-0").status_code == 404
        assert _get(client, "plan_contents", plan.pk).context["opened"] is None

    def test_two_editors_of_one_target_see_both_texts(self) -> None:
        plan = make_full_plan(*make_commune())
        target = plan.targets.get()
        client = _client(Role.CLERK, plan.unit)
        Target.objects.filter(pk=target.pk).update(owner="Phó bí thư", version=2)
        form = {**TARGET, "client_id": str(target.line), "version": "1"}
        response = _post(client, "item_edit", plan.pk, "target", target.pk, **form)
        assert response.status_code == 409
        assert "Phó bí thư" in re.sub(r"<[^>]+>", "", response.content.decode())
        version = response.context["opened"].form["version"].value()
        again = _post(client, "item_edit", plan.pk, "target", target.pk, **{**form, "version": version})
        assert again.status_code == 303
        target.refresh_from_db()
        assert target.owner == "Bí thư"

    def test_a_task_is_changed(self) -> None:
        plan = make_full_plan(*make_commune())
        task = plan.tasks.get()
        form = {"title": "Việc khác", "client_id": str(task.line), "version": "1"}
        client = _client(Role.CLERK, plan.unit)
        assert _post(client, "item_edit", plan.pk, "task", task.pk, **form).status_code == 303
        task.refresh_from_db()
        assert task.title == "Việc khác"

    def test_a_target_removed_meanwhile_is_told_and_the_text_kept(self) -> None:
        plan = make_full_plan(*make_commune())
        target = plan.targets.get()
        contents.remove_target(actor=officer_of(plan.unit), target=target)
        form = {**TARGET, "client_id": str(target.line), "version": "1"}
        response = _post(_client(Role.CLERK, plan.unit), "item_edit", plan.pk, "target", target.pk, **form)
        assert response.status_code == 422
        assert "Put it back first" in response.content.decode()

    @pytest.mark.parametrize("kind", ["target", "task"])
    def test_removed_put_back_and_moved(self, kind: str) -> None:
        plan = make_full_plan(*make_commune())
        second = make_target(plan, position=2) if kind == "target" else make_task(plan, position=2)
        client = _client(Role.CLERK, plan.unit)
        items = getattr(plan, f"{kind}s")
        assert _post(client, "item_move", plan.pk, kind, second.pk, up="1").status_code == 303
        assert items.first() == second
        assert _post(client, "item_remove", plan.pk, kind, second.pk).status_code == 303
        assert items.count() == 1
        assert b"Put back" in _get(client, "plan_contents", plan.pk).content
        assert _post(client, "item_restore", plan.pk, kind, second.pk).status_code == 303
        assert items.count() == 2

    def test_readers_write_nothing(self) -> None:
        plan = make_full_plan(*make_commune())
        client = _client(Role.VIEWER, plan.unit)
        target = plan.targets.get()
        for name in ("item_edit", "item_remove", "item_restore", "item_move"):
            assert _post(client, name, plan.pk, "target", target.pk).status_code == 403
        assert _post(client, "item_add", plan.pk, "task").status_code == 403
        assert client.get(reverse("plans:item_remove", args=[plan.pk, "target", target.pk])).status_code == 405


class TestInherit:
    """From the plan above."""

    def test_what_is_ticked_is_taken_over(self) -> None:
        campaign, commune = make_commune()
        above = make_full_plan(campaign, campaign.owner, state=PlanState.ISSUED)
        plan = make_plan(campaign, commune, parent=above)
        client = _client(Role.CLERK, commune)
        assert _post(client, "plan_inherit", plan.pk).status_code == 422
        bad = _post(client, "plan_inherit", plan.pk, targets=["0"])
        assert bad.status_code == 422
        chosen = {"targets": [above.targets.get().pk], "tasks": [above.tasks.get().pk]}
        assert _post(client, "plan_inherit", plan.pk, **chosen).status_code == 303
        assert (plan.targets.count(), plan.tasks.count()) == (1, 1)
        assert b"inherited already" in _get(client, "plan_inherit", plan.pk).content

    def test_nothing_above_is_said(self) -> None:
        plan = _draft()
        assert b"No plan above is in force yet" in _get(_client(Role.CLERK, plan.unit), "plan_inherit", plan.pk).content

    def test_a_plan_submitted_meanwhile_is_told(self) -> None:
        campaign, commune = make_commune()
        above = make_full_plan(campaign, campaign.owner, state=PlanState.ISSUED)
        plan = make_plan(campaign, commune, parent=above, state=PlanState.SUBMITTED)
        response = _post(_client(Role.CLERK, commune), "plan_inherit", plan.pk, targets=[above.targets.get().pk])
        assert response.status_code == 422
        assert "cannot be changed" in response.content.decode()


class TestResults:
    """Recorded on one page."""

    def _form(self, plan: Plan, **typed: str) -> dict[str, str]:
        target, task = plan.targets.get(), plan.tasks.get()
        usual = {f"result_{target.pk}": "96,5", f"note_{target.pk}": "đã đếm", f"done_{task.pk}": "01/03/2026"}
        return {"version": "1", **usual, **typed}

    def test_they_are_saved(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.RUNNING)
        make_target(plan, number=None, owner="")
        Target.objects.filter(plan=plan, number=None).delete()
        response = _post(_client(Role.CLERK, plan.unit), "plan_results", plan.pk, **self._form(plan))
        assert response.status_code == 303
        assert str(plan.targets.get().result) == "96.50"

    def test_mistakes_stand_beside_their_field(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.RUNNING)
        done = f"done_{plan.tasks.get().pk}"
        response = _post(
            _client(Role.CLERK, plan.unit), "plan_results", plan.pk, **self._form(plan, **{done: "01/01/2099"})
        )
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [done]

    def test_two_recorders_see_both_figures(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.RUNNING)
        plan.targets.update(result=90)
        Plan.objects.filter(pk=plan.pk).update(version=2)
        response = _post(_client(Role.CLERK, plan.unit), "plan_results", plan.pk, **self._form(plan))
        assert response.status_code == 409
        assert len(response.context["differences"]) == 3

    def test_only_while_the_plan_runs_and_only_by_its_writers(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.CLOSED)
        assert _get(_client(Role.CLERK, plan.unit), "plan_results", plan.pk).status_code == 409
        assert _get(_client(Role.VIEWER, plan.unit), "plan_results", plan.pk).status_code == 403
        response = _post(_client(Role.CLERK, plan.unit), "plan_results", plan.pk, **self._form(plan))
        assert response.status_code == 422


class TestSteps:
    """The page of a step."""

    def _take(self, role: Role, plan: Plan, step: str, **data: Any) -> Any:
        return _post(_client(role, plan.unit), "plan_step", plan.pk, step, version=plan.version, **data)

    @pytest.mark.parametrize(
        ("step", "state", "role"),
        [
            ("submit", PlanState.DRAFT, Role.OFFICER),
            ("recall", PlanState.SUBMITTED, Role.SECRETARY),
            ("return", PlanState.SUBMITTED, Role.APPROVER),
            ("approve", PlanState.SUBMITTED, Role.APPROVER),
            ("issue", PlanState.APPROVED, Role.OFFICER),
            ("close", PlanState.RUNNING, Role.OFFICER),
            ("revise", PlanState.RUNNING, Role.SECRETARY),
        ],
    )
    def test_it_opens_for_its_roles_only_and_in_any_state(self, step: str, state: PlanState, role: Role) -> None:
        plan = make_full_plan(*make_commune(), state=state)
        assert _get(_client(role, plan.unit), "plan_step", plan.pk, step).status_code == 200
        assert _get(_client(Role.VIEWER, plan.unit), "plan_step", plan.pk, step).status_code == 403
        other = make_full_plan(*make_commune(), state=PlanState.SUPERSEDED)
        text = _get(_client(role, other.unit), "plan_step", other.pk, step).content.decode()
        assert "This step is not possible now" in text

    def test_the_whole_way_of_a_plan(self) -> None:
        plan = make_full_plan(*make_commune())
        issue = {"number": "5-KH/ĐU", "issued_on": "01/02/2026", "signer": "Lò Văn Bình"}
        for role, step, data, state in (
            (Role.OFFICER, "submit", {}, "submitted"),
            (Role.APPROVER, "return", {"whole": "Bổ sung", f"target_{plan.targets.get().pk}": "Cao hơn"}, "returned"),
            (Role.SECRETARY, "submit", {}, "submitted"),
            (Role.APPROVER, "approve", {}, "approved"),
            (Role.OFFICER, "issue", issue, "issued"),
        ):
            assert self._take(role, plan, step, **data).status_code == 303, step
            plan.refresh_from_db()
            assert plan.state == state
        assert plan.comments.count() == 2
        workflow.start_due_plans(day=FIRST)
        plan.targets.update(result=1)
        plan.refresh_from_db()
        revised = self._take(Role.OFFICER, plan, "revise", reason="Thêm điểm cầu")
        draft = Plan.objects.get(edition=2)
        assert revised["Location"] == reverse("plans:plan_edit", args=[draft.pk])
        assert self._take(Role.OFFICER, plan, "close").status_code == 303

    def test_a_recall_brings_the_draft_back(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.SUBMITTED)
        user = make_user(Role.OFFICER, plan.unit)
        submitted_by(plan, Actor.of(user))
        client = Client()
        client.force_login(user)
        assert _post(client, "plan_step", plan.pk, "recall", version=1).status_code == 303

    @pytest.mark.parametrize("step", ["submit", "recall", "return", "approve", "issue", "start", "close", "revise"])
    def test_whoever_may_not_is_refused_and_recorded(self, step: str) -> None:
        plan = make_full_plan(*make_commune())
        assert self._take(Role.VIEWER, plan, step).status_code == 403
        entry = Entry.objects.get(outcome=Outcome.REFUSED)
        assert (entry.action, entry.code) == (f"plans.{step}_plan", "not_permitted")

    def test_a_skipped_step_is_refused_shown_and_recorded(self) -> None:
        plan = make_full_plan(*make_commune())
        response = self._take(Role.OFFICER, plan, "close")
        assert response.status_code == 422
        assert "is not possible while the plan is" in response.content.decode()
        assert Entry.objects.get(outcome=Outcome.REFUSED).code == "step_not_allowed"

    def test_what_is_missing_stands_beside_its_field(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.APPROVED)
        response = self._take(Role.OFFICER, plan, "issue", number="5-KH/ĐU", issued_on="hôm nay", signer="")
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["issued_on", "signer"]
        assert "5-KH/ĐU" in response.content.decode()
        future = self._take(Role.OFFICER, plan, "issue", number="5-KH/ĐU", issued_on="01/01/2090", signer="Bình")
        assert list(future.context["form"].errors) == ["issued_on"]

    def test_an_empty_return_is_refused(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.SUBMITTED)
        response = self._take(Role.APPROVER, plan, "return")
        assert response.status_code == 422
        assert "Write at least one comment" in response.content.decode()

    def test_a_pure_copy_is_submitted_only_knowingly(self) -> None:
        campaign, commune = make_commune()
        above = make_full_plan(campaign, campaign.owner, state=PlanState.ISSUED)
        plan = make_plan(campaign, commune, parent=above, starts_on=FIRST, ends_on=DAY)
        make_target(plan, inherited_from=above.targets.get())
        make_task(plan, inherited_from=above.tasks.get())
        response = self._take(Role.OFFICER, plan, "submit")
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["copy_seen"]
        assert self._take(Role.OFFICER, plan, "submit", copy_seen="on").status_code == 303

    def test_a_plan_changed_meanwhile_is_read_again_before_the_opinion(self) -> None:
        campaign, commune = make_commune()
        officer, client = officer_of(commune), _client(Role.APPROVER, commune)
        plan = workflow.submit_plan(actor=officer, plan=make_full_plan(campaign, commune))
        seen = plan.version
        workflow.recall_plan(actor=officer, plan=plan)
        workflow.submit_plan(actor=officer, plan=plan)
        response = _post(client, "plan_step", plan.pk, "return", version=seen, whole="Bổ sung phần của Mặt trận")
        assert response.status_code == 409
        assert "Bổ sung phần của Mặt trận" in response.content.decode()
        version = response.context["form"]["version"].value()
        again = _post(client, "plan_step", plan.pk, "return", version=version, whole="Bổ sung phần của Mặt trận")
        assert again.status_code == 303

    def test_the_number_of_the_next_plan_is_suggested(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.APPROVED)
        assert "1-KH/ĐU" in _get(_client(Role.OFFICER, plan.unit), "plan_step", plan.pk, "issue").content.decode()

    def test_out_of_scope_is_not_found(self) -> None:
        plan = make_full_plan(*make_commune())
        client = _client(Role.OFFICER, make_unit())
        assert _post(client, "plan_step", plan.pk, "submit", version=1).status_code == 404
