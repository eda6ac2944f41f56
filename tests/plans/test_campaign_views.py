"""The pages of campaigns."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.directives.enums import DirectiveClass
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign, Plan
from lantoa.plans.rules import RuleInput
from lantoa.plans.services.campaigns import create_campaign
from tests.directives.factories import make_directive, make_sector
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign, make_rule

pytestmark = pytest.mark.django_db
LEFT_OUT = "Văn bản của đợt còn nêu lĩnh vực:"


class Place:
    """A district with a commune and its cell, a directive, and a browser for every role."""

    def __init__(self) -> None:
        self.district = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
        self.commune = make_unit("Đảng bộ xã", parent=self.district, kind=UnitKind.GRASSROOTS_COMMITTEE)
        self.cell = make_unit("Chi bộ bản", parent=self.commune, kind=UnitKind.CELL)
        self.directive = make_directive(self.district, number="57-NQ/TW")
        self.officer = self.browser(Role.OFFICER)

    def browser(self, role: Role, unit: Unit | None = None) -> Client:
        client = Client()
        client.force_login(make_user(role, unit or self.district))
        return client

    def typed(self, **changes: Any) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "client_id": str(uuid.uuid4()),
            "name": "Quán triệt Nghị quyết 57",
            "directives": [self.directive.pk],
            "audience": "general",
            "sector": "",
            "target_rate": "95,5",
            "starts_on": "1/9/2026",
            "ends_on": "31/12/2026",
            "pilots": [self.commune.pk],
            "opinion_on": ["plan", "programme", "implementation"],
            "days_off": "",
            "rule_0_who": "cell",
            "rule_0_owed": "plan",
            "rule_0_value": "15/10/2026",
            "rule_0_when": "fixed",
            "rule_1_who": "cell",
            "rule_1_owed": "study",
            "rule_1_value": "30/11/2026",
            "rule_1_when": "fixed",
            "rule_2_who": "",
            "rule_2_owed": "",
            "rule_2_value": "",
            "rule_2_when": "fixed",
        }
        return {**fields, **changes}

    def draft(self) -> Campaign:
        return create_campaign(
            actor=make_actor(Role.OFFICER, self.district),
            client_id=uuid.uuid4(),
            owner=self.district,
            name="Quán triệt Nghị quyết 57",
            directives=[self.directive],
            audience=DirectiveClass.GENERAL,
            sector=None,
            target_rate=Decimal("95.5"),
            starts_on=dt.date(2026, 9, 1),
            ends_on=dt.date(2026, 12, 31),
            pilots=[self.commune],
            rules=[
                RuleInput(owed="plan", unit_kind="cell", due_on=dt.date(2026, 10, 15)),
                RuleInput(owed="study", unit_kind="cell", due_on=dt.date(2026, 11, 30)),
            ],
        )


@pytest.fixture
def place() -> Place:
    return Place()


CREATE = "/campaigns/new/"


def page(name: str, campaign: Campaign) -> str:
    return reverse(f"plans:campaign_{name}", args=[campaign.pk])


def test_a_campaign_is_prepared_once_however_often_the_form_is_sent(place: Place) -> None:
    form = place.officer.get(f"{CREATE}?directive={place.directive.pk}").content.decode()
    assert "57-NQ/TW" in form
    fields = place.typed()
    answers = [place.officer.post(CREATE, fields) for _ in range(2)]
    campaign = Campaign.objects.get()
    assert [answer["Location"] for answer in answers] == [page("detail", campaign)] * 2
    assert str(campaign.target_rate) == "95.5"
    assert list(campaign.rules.values_list("unit_kind", "owed", "due_on")) == [
        ("cell", "plan", dt.date(2026, 10, 15)),
        ("cell", "study", dt.date(2026, 11, 30)),
    ]
    assert place.officer.get(page("detail", campaign)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"directives": []}, "directives"),
        ({"directives": ["x"]}, "directives"),
        ({"directives": [999_999]}, "directives"),
        ({"pilots": [999_999]}, "pilots"),
        ({"audience": "sectoral"}, "sector"),
        ({"audience": "nonsense"}, "audience"),
        ({"target_rate": "chín lăm"}, "target_rate"),
        ({"target_rate": "101"}, "target_rate"),
        ({"ends_on": "1/8/2026"}, "ends_on"),
        ({"starts_on": "32/8/2026"}, "starts_on"),
        ({"days_off": "mai"}, "days_off"),
        ({"opinion_on": ["letter"]}, "opinion_on"),
        ({"rule_0_who": "level.9"}, "rule_0_who"),
        ({"rule_0_who": ""}, "rule_0_who"),
        ({"rule_0_owed": ""}, "rule_0_owed"),
        ({"rule_0_value": ""}, "rule_0_value"),
        ({"rule_0_value": "1/1/2027"}, "rule_0_value"),
        ({"rule_0_when": "start"}, "rule_0_value"),
        ({"rule_0_when": "start", "rule_0_value": "200"}, "rule_0_value"),
        ({"rule_0_when": "start.working", "rule_0_value": "999"}, "rule_0_value"),
        ({"rule_1_owed": "plan"}, "rule_1_owed"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_the_typed_text_stays(
    place: Place, changes: dict[str, Any], field: str
) -> None:
    answer = place.officer.post(CREATE, place.typed(**{"name": "Giữ lại tên này", **changes}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if "name" not in changes:
        assert "Giữ lại tên này" in answer.content.decode()
    assert not Campaign.objects.exists()


def test_a_refusal_of_the_service_stands_in_the_summary(place: Place) -> None:
    fields = place.typed()
    place.officer.post(CREATE, fields)
    commune = place.browser(Role.OFFICER, place.commune)
    answer = commune.post(CREATE, {**fields, "pilots": []})
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()


def test_an_officer_of_two_units_chooses_the_owner(place: Place) -> None:
    user = make_user(Role.OFFICER, place.district)
    second = make_unit("Đảng bộ thứ hai", kind=UnitKind.DISTRICT_COMMITTEE)
    user.person.appointments.create(role=Role.OFFICER, unit=second, period=user.person.appointments.get().period)
    client = Client()
    client.force_login(user)
    shown = client.get(f"{CREATE}?owner={second.pk}")
    assert shown.context["owner"] == second
    answer = client.post(f"{CREATE}?owner={place.district.pk}", place.typed())
    assert answer.status_code == 303
    assert Campaign.objects.get().owner == place.district


def test_only_the_officer_of_the_owner_leads(place: Place) -> None:
    campaign = place.draft()
    for role in (Role.SECRETARY, Role.APPROVER, Role.VIEWER):
        client = place.browser(role)
        assert client.get(CREATE).status_code == 403
        assert client.get(page("detail", campaign)).status_code == 200
        for name in ("change", "start", "finish"):
            assert client.get(page(name, campaign)).status_code == 403
            assert client.post(page(name, campaign), place.typed(version="1")).status_code == 403
    stranger = place.browser(Role.OFFICER, make_unit())
    below = place.browser(Role.OFFICER, place.commune)
    for name in ("detail", "change", "start", "finish"):
        assert stranger.get(page(name, campaign)).status_code == 404
        assert below.get(page(name, campaign)).status_code == 404, "a draft is the owner's"
        assert Client().get(page(name, campaign)).status_code == 302
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT


def test_starting_says_who_gets_which_duty_and_happens_once(place: Place) -> None:
    campaign = place.draft()
    question = place.officer.get(page("start", campaign))
    assert (question.context["duties"].units, question.context["duties"].documents) == (3, 1)
    for _ in range(2):
        assert place.officer.post(page("start", campaign)).status_code == 303
    assert Plan.objects.count() == 1
    assert place.officer.get(page("start", campaign)).status_code == 200
    assert place.officer.get(page("change", campaign)).status_code == 409
    shown = place.browser(Role.CLERK, place.cell).get(page("detail", campaign))
    assert shown.status_code == 200
    for _ in range(2):
        assert place.officer.get(page("finish", campaign)).status_code == 200
        assert place.officer.post(page("finish", campaign)).status_code == 303
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED
    assert place.officer.post(page("start", campaign)).status_code == 409
    assert place.officer.get(page("detail", campaign)).status_code == 200


def test_a_draft_cannot_be_finished(place: Place) -> None:
    campaign = place.draft()
    assert place.officer.get(page("finish", campaign)).status_code == 200
    assert place.officer.post(page("finish", campaign)).status_code == 409


def test_the_second_editor_sees_both_versions_in_words(place: Place) -> None:
    campaign = place.draft()
    other = make_directive(place.district, number="59-NQ/TW")
    url = page("change", campaign)
    assert place.officer.get(url).status_code == 200
    first = place.typed(name="Tên thứ nhất", version="1", directives=[place.directive.pk, other.pk])
    assert place.officer.post(url, first).status_code == 303
    second = place.typed(name="Tên thứ hai", version="1", rule_0_owed="summons")
    answer = place.officer.post(url, second)
    assert answer.status_code == 409
    found = {difference.name: difference for difference in answer.context["differences"]}
    assert (found["name"].theirs, found["name"].mine) == ("Tên thứ nhất", "Tên thứ hai")
    assert "59-NQ/TW" in found["directives"].theirs
    assert "59-NQ/TW" not in found["directives"].mine
    assert found["rule_0_owed"].theirs != found["rule_0_owed"].mine
    assert "pilots" not in found
    assert place.officer.post(url, {**second, "version": "2"}).status_code == 303
    assert place.officer.post(url, {**second, "version": "3", "name": ""}).status_code == 422
    campaign.refresh_from_db()
    assert (campaign.name, campaign.version) == ("Tên thứ hai", 3)
    assert set(campaign.rules.values_list("owed", flat=True)) == {"summons", "study"}


def test_a_campaign_started_meanwhile_is_not_changed(place: Place) -> None:
    campaign = place.draft()
    place.officer.post(page("start", campaign))
    assert place.officer.post(page("change", campaign), place.typed(version="1")).status_code == 409


def test_the_list_is_narrowed_and_taken_out_by_the_address(place: Place) -> None:
    make_campaign(place.district, name="Nghị quyết Đại hội")
    make_campaign(place.district, name="Chỉ thị cũ", state=CampaignState.FINISHED)
    client = place.browser(Role.VIEWER)
    shown = client.get("/campaigns/?state=running").content.decode()
    assert "Nghị quyết Đại hội" in shown
    assert "Chỉ thị cũ" not in shown
    assert "Chỉ thị cũ" in client.get("/campaigns/?q=chi+thi&state=nonsense&sort=-ends").content.decode()
    assert client.get("/campaigns/?format=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")
    assert client.get("/campaigns/?q=khongcogi").status_code == 200
    assert place.browser(Role.SPEAKER).get("/campaigns/").status_code == 200


def test_a_directive_shows_the_campaigns_that_roll_it_out(place: Place) -> None:
    url = reverse("directives:directive_detail", args=[place.directive.pk])
    assert place.officer.get(url).status_code == 200
    campaign = make_campaign(place.district, directives=[place.directive], name="Đợt quán triệt 57")
    assert campaign.name in place.officer.get(url).content.decode()


def test_a_sectoral_campaign_names_its_sector(place: Place) -> None:
    campaign = make_campaign(
        place.district, audience=DirectiveClass.SECTORAL, sector=make_sector("Giáo dục"), directives=[place.directive]
    )
    make_rule(campaign, UnitKind.CELL)
    shown = place.officer.get(page("detail", campaign)).content.decode()
    assert "Giáo dục" in shown
    assert LEFT_OUT not in shown


def test_sectors_that_the_directives_name_and_the_campaign_leaves_out_are_said(place: Place) -> None:
    education, health = make_sector("Giáo dục"), make_sector("Y tế")
    place.directive.sectors.set([education, health])
    given: dict[str, Any] = {"state": CampaignState.DRAFT, "directives": [place.directive]}
    campaign = make_campaign(place.district, audience=DirectiveClass.SECTORAL, sector=education, **given)
    assert f"{LEFT_OUT} Y tế." in place.officer.get(page("detail", campaign)).content.decode()
    assert LEFT_OUT not in place.browser(Role.VIEWER).get(page("detail", campaign)).content.decode()
    everybody = make_campaign(place.district, **given)
    assert LEFT_OUT not in place.officer.get(page("detail", everybody)).content.decode()
