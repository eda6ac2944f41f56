"""Action programmes and implementation plans go the way of the study plan, each kind by itself."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans import errors
from lantoa.plans.enums import NUMBERED, Anchor, Document, Numbered, PlanState
from lantoa.plans.forms.days_off import days_in
from lantoa.plans.models import Campaign, Plan
from lantoa.plans.papers.plans import plan_paper
from lantoa.plans.selectors.cascade import debts_of
from lantoa.plans.selectors.duties import acts_owed_by
from lantoa.plans.selectors.numbers import next_number
from lantoa.plans.selectors.plan_page import plan_page
from lantoa.plans.selectors.plans import plan_above
from lantoa.plans.services.workflow import issue_plan, recall_plan, return_plan, revise_plan, submit_plan
from lantoa.study_sessions.selectors.sessions import plan_in_force
from tests.organizations.factories import make_actor, make_user
from tests.plans.factories import make_plan, make_summons, owe
from tests.plans.plan_factories import make_commune, make_full_plan, officer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> tuple[Campaign, Unit]:
    return make_commune()


def of_kind(campaign: Campaign, unit: Unit, document: Document, state: PlanState = PlanState.DRAFT) -> Plan:
    return make_full_plan(campaign, unit, document=document, state=state)


def issue(actor: Actor, plan: Plan, number: str) -> Plan:
    return issue_plan(actor=actor, plan=plan, number=number, issued_on=clock.today(), signer="T/M Đảng ủy, Bí thư")


def test_a_unit_has_one_document_of_each_kind_in_work_and_in_force(commune: tuple[Campaign, Unit]) -> None:
    campaign, unit = commune
    actor = officer_of(unit)
    plan = of_kind(campaign, unit, Document.PLAN, PlanState.APPROVED)
    programme = of_kind(campaign, unit, Document.PROGRAMME, PlanState.APPROVED)
    issue(actor, plan, "50-KH/ĐU")
    issue(actor, programme, "12-CTr/ĐU")
    states = set(Plan.objects.values_list("document", "state"))
    assert states == {("plan", "issued"), ("programme", "issued")}
    draft = revise_plan(actor=actor, plan=programme, reason="Bổ sung nhiệm vụ")
    assert (draft.document, draft.edition) == ("programme", 2)
    assert len(plan_page(plan, actor).editions) == 1


def test_the_document_above_is_of_the_same_kind(commune: tuple[Campaign, Unit]) -> None:
    campaign, unit = commune
    make_plan(campaign, campaign.owner, state=PlanState.ISSUED)
    above = make_plan(campaign, campaign.owner, document="programme", state=PlanState.ISSUED)
    programme = make_plan(campaign, unit, document="programme", parent=above)
    assert plan_above(programme) == above


def test_action_programmes_are_numbered_by_themselves(commune: tuple[Campaign, Unit]) -> None:
    campaign, unit = commune
    year = clock.today().year
    make_plan(campaign, unit, state=PlanState.ISSUED, number="49-KH/ĐU")
    make_plan(campaign, unit, document="programme", state=PlanState.ISSUED, number="11-CTr/ĐU")
    assert [next_number(unit, year, NUMBERED[kind]) for kind in Document] == ["50-KH/ĐU", "12-CTr/ĐU", "50-KH/ĐU"]
    assert next_number(campaign.owner, year, Numbered.PROGRAMME) == "1-CTr/HU"


def test_the_page_of_a_step_and_what_it_says_afterwards_name_the_kind(
    client: Client, commune: tuple[Campaign, Unit]
) -> None:
    campaign, unit = commune
    programme = of_kind(campaign, unit, Document.PROGRAMME, PlanState.APPROVED)
    client.force_login(make_user(Role.OFFICER, unit))
    url = f"/plans/{programme.pk}/steps/issue/"
    page = client.get(url).content.decode()
    assert "Chương trình hành động: ban hành" in page
    assert "Ban hành kế hoạch" not in page
    typed = {"number": "3-CTr/ĐU", "issued_on": f"{clock.today():%d/%m/%Y}", "signer": "Bí thư"}
    assert client.post(url, {**typed, "version": programme.version}).status_code == 303
    after = client.get(f"/plans/{programme.pk}/").content.decode()
    assert "Chương trình hành động: đã ban hành" in after
    assert "Đã ban hành kế hoạch" not in after


@pytest.mark.parametrize(
    ("document", "name", "sign"),
    [("programme", "CHƯƠNG TRÌNH HÀNH ĐỘNG", "-CTr/ĐU"), ("implementation", "KẾ HOẠCH THỰC HIỆN", "-KH/ĐU")],
)
def test_the_printed_document_bears_its_kind(
    commune: tuple[Campaign, Unit], document: str, name: str, sign: str
) -> None:
    campaign, unit = commune
    paper = plan_paper(make_full_plan(campaign, unit, document=document, title=f"{name.capitalize()} Nghị quyết 57"))
    assert (paper.title, paper.head.number) == ((name, "Nghị quyết 57"), sign)


def test_a_session_belongs_to_the_study_plan(commune: tuple[Campaign, Unit]) -> None:
    campaign, unit = commune
    of_kind(campaign, unit, Document.PROGRAMME, PlanState.ISSUED)
    assert plan_in_force(campaign, unit) is None
    plan = of_kind(campaign, unit, Document.PLAN, PlanState.ISSUED)
    assert plan_in_force(campaign, unit) == plan


class TestWithoutOpinion:
    """A campaign that wants no opinion on a kind of document."""

    @pytest.fixture
    def programme(self, commune: tuple[Campaign, Unit]) -> Plan:
        campaign, unit = commune
        Campaign.objects.update(opinion_on=["plan"])
        campaign.refresh_from_db()
        return of_kind(campaign, unit, Document.PROGRAMME)

    def test_what_is_submitted_is_ready_to_be_issued(self, programme: Plan) -> None:
        actor = officer_of(programme.unit)
        ready = submit_plan(actor=actor, plan=programme)
        assert (ready.state, ready.approved_by) == (PlanState.APPROVED, None)
        assert issue(actor, programme, "12-CTr/ĐU").state == PlanState.ISSUED

    def test_it_is_as_complete_as_one_that_goes_for_an_opinion(self, programme: Plan) -> None:
        programme.tasks.all().delete()
        with pytest.raises(errors.PlanNeedsTask):
            submit_plan(actor=officer_of(programme.unit), plan=programme)

    def test_who_declared_it_ready_may_take_it_back_and_nobody_returns_it(self, programme: Plan) -> None:
        actor = officer_of(programme.unit)
        submit_plan(actor=actor, plan=programme)
        with pytest.raises(errors.NotSubmitter):
            recall_plan(actor=officer_of(programme.unit), plan=programme)
        with pytest.raises(errors.StepNotAllowed):
            return_plan(actor=make_actor(Role.APPROVER, programme.unit), plan=programme, comments=[])
        assert recall_plan(actor=actor, plan=programme).state == PlanState.DRAFT

    def test_a_study_plan_of_the_same_campaign_goes_for_one(self, programme: Plan) -> None:
        plan = of_kind(programme.campaign, programme.unit, Document.PLAN)
        actor = officer_of(programme.unit)
        assert submit_plan(actor=actor, plan=plan).state == PlanState.SUBMITTED
        with pytest.raises(errors.StepNotAllowed):
            issue(actor, plan, "50-KH/ĐU")

    def test_its_pages_say_so(self, programme: Plan, client: Client) -> None:
        client.force_login(make_user(Role.OFFICER, programme.unit))
        address = f"/plans/{programme.pk}/steps/submit/"
        assert "không yêu cầu xin ý kiến" in client.get(address).content.decode()
        form = {"client_id": str(uuid.uuid4()), "version": str(programme.version)}
        answer = client.get(client.post(address, form)["Location"]).content.decode()
        assert "Văn bản đã sẵn sàng để ban hành." in answer
        assert "Đã hoàn tất để ban hành" in answer


class TestSummonsOnly:
    """A unit that owes no plan, only a summons."""

    @pytest.fixture
    def place(self) -> tuple[Campaign, Unit]:
        campaign, unit = make_commune()
        owe(campaign, "summons", unit_kind=unit.kind, due_on=clock.today())
        return campaign, unit

    def test_it_is_done_when_the_letter_is_issued(self, place: tuple[Campaign, Unit]) -> None:
        campaign, unit = place
        (row,) = debts_of(campaign).filter(unit=unit)
        assert (row.owing, row.summons_left, row.next_due) == (True, clock.today(), clock.today())
        make_summons(campaign, campaign.owner)
        assert debts_of(campaign).get(unit=unit).owing
        make_summons(campaign, unit)
        (row,) = debts_of(campaign).filter(unit=unit)
        assert (row.owing, row.summoned, row.summons_left) == (False, True, None)

    def test_the_page_of_the_units_shows_and_finds_it(self, place: tuple[Campaign, Unit], client: Client) -> None:
        campaign, unit = place
        client.force_login(make_user(Role.OFFICER, campaign.owner))
        address = f"/campaigns/{campaign.pk}/units/"
        page = client.get(f"{address}?owed=summons&state=owing")
        assert [row.name for row in page.context["table"].page.object_list] == [unit.name]
        assert "chưa ban hành công văn triệu tập" in page.content.decode()
        assert "Công văn triệu tập" in client.get(f"{address}?view=timeline&owed=summons").content.decode()

    def test_the_page_of_the_unit_lists_it_until_it_is_done(self, place: tuple[Campaign, Unit]) -> None:
        campaign, unit = place
        actor = officer_of(unit)
        owe(campaign, "study", level=1, anchor=Anchor.PLAN_ABOVE, days=5)
        acts = acts_owed_by(unit, actor, clock.today())
        assert [(act.deadline, act.days_left) for act in acts] == [("summons", 0), ("study", None)]
        make_summons(campaign, unit)
        assert [act.deadline for act in acts_owed_by(unit, actor, clock.today())] == ["study"]


def test_the_list_of_documents_is_narrowed_to_one_kind(commune: tuple[Campaign, Unit], client: Client) -> None:
    campaign, unit = commune
    client.force_login(make_user(Role.OFFICER, campaign.owner))
    make_plan(campaign, unit)
    address = f"/campaigns/{campaign.pk}/plans/"
    assert 'name="document"' not in client.get(address).content.decode()
    make_plan(campaign, unit, document="programme")
    for query, found in (("", 2), ("?document=programme", 1), ("?document=no-such", 2)):
        assert len(client.get(address + query).context["table"].page.object_list) == found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", []),
        ("16/02/2027", ["2027-02-16"]),
        ("17/02/2027-19/02/2027; 16/02/2027", ["2027-02-16", "2027-02-17", "2027-02-18", "2027-02-19"]),
        ("19/02/2027 đến 18/02/2027,\n18/02/2027", ["2027-02-18", "2027-02-19"]),
    ],
)
def test_days_off_are_typed_as_days_and_ranges(text: str, days: list[str]) -> None:
    assert [day.isoformat() for day in days_in(text)] == days


@pytest.mark.parametrize("text", ["mai", "16/02/2027-", "1/1/2026-1/1/2028", "1/1/2026-1/6/2026; 1/8/2026-1/12/2026"])
def test_days_off_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        days_in(text)
