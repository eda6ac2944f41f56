"""How a unit numbers its documents, and what is remarkable about the numbers of a year."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client, TransactionTestCase
from django.urls import reverse

from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans import errors
from lantoa.plans.enums import Document, Numbered, PlanState
from lantoa.plans.models import NumberPattern, Plan, Summons
from lantoa.plans.selectors.numbers import next_number, register_of
from lantoa.plans.services.numbering import set_number_patterns
from lantoa.plans.services.summons import freeze_summons
from lantoa.plans.services.workflow import issue_plan
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign, make_plan, make_summons
from tests.plans.plan_factories import make_commune, make_full_plan, officer_of
from tests.plans.racing import run_at_once

pytestmark = pytest.mark.django_db

TODAY = clock.today()
YEAR = TODAY.year


def number(unit: Unit, *given: str, year: int = YEAR, document: str = Document.PLAN) -> None:
    """Documents of the unit with these numbers."""
    for one in given:
        campaign = make_campaign(unit)
        facts: dict[str, Any] = {"document": document, "number": one, "issued_on": dt.date(year, 1, 5)}
        make_plan(campaign, unit, state=PlanState.CLOSED, **facts)


def set_pattern(unit: Unit, **patterns: str) -> dict[str, str]:
    chosen = {Numbered(kind): pattern for kind, pattern in patterns.items()}
    return set_number_patterns(actor=officer_of(unit), unit=unit, patterns=chosen)


def commune() -> Unit:
    return make_unit("Đảng bộ xã Mường So", kind=UnitKind.COMMUNE_COMMITTEE)


def test_a_pattern_proposes_the_next_number() -> None:
    unit = commune()
    set_pattern(unit, plan="{n}-KH/ĐUMS")
    assert next_number(unit, YEAR) == "1-KH/ĐUMS"
    number(unit, "7-KH/ĐUMS", "30-KH/ĐU")
    assert next_number(unit, YEAR) == "8-KH/ĐUMS"
    assert next_number(unit, YEAR + 1) == "1-KH/ĐUMS"


def test_letters_are_numbered_apart() -> None:
    unit = commune()
    number(unit, "7-KH/ĐU")
    assert next_number(unit, YEAR, Numbered.LETTER) == "1-CV/ĐU"
    Summons.objects.filter(pk=make_summons(make_campaign(unit), unit, issued_on=TODAY).pk).update(number="3-CV/ĐU-TG")
    assert next_number(unit, YEAR, Numbered.LETTER) == "4-CV/ĐU-TG"


def test_gaps_and_repeats_of_the_year_are_pointed_out() -> None:
    unit = commune()
    number(unit, "4-kh/đu", "1-KH/ĐU", "04-KH/ĐU", "không số")
    number(unit, "2-KH/ĐU", year=YEAR - 1)
    register = register_of(unit, Numbered.PLAN, YEAR)
    assert (register.gaps, register.more_gaps, register.twice) == ((2, 3), 0, ("4-KH/ĐU",))
    assert register.following == "5-KH/ĐU"


def test_many_gaps_are_counted() -> None:
    unit = commune()
    number(unit, "31-KH/ĐU")
    register = register_of(unit, Numbered.PLAN, YEAR)
    assert (register.gaps[-1], register.more_gaps) == (20, 10)


def test_a_mistyped_number_is_not_counted_up_to() -> None:
    unit = commune()
    number(unit, "1-KH/ĐU", "0-KH/ĐU", "999999999-KH/ĐU")
    register = register_of(unit, Numbered.PLAN, YEAR)
    assert (register.gaps, register.more_gaps) == (tuple(range(2, 22)), 999_999_977)
    assert register.following == "1000000000-KH/ĐU"


def browser_of(unit: Unit, role: Role = Role.OFFICER) -> Client:
    browser = Client()
    browser.force_login(make_user(role, unit))
    return browser


def test_action_programmes_are_numbered_apart_and_implementation_plans_with_the_plans() -> None:
    unit = commune()
    number(unit, "7-KH/ĐU")
    number(unit, "8-KH/ĐU", document=Document.IMPLEMENTATION)
    assert next_number(unit, YEAR) == "9-KH/ĐU"
    assert next_number(unit, YEAR, Numbered.PROGRAMME) == "1-CTr/ĐU"
    number(unit, "3-CTr/ĐU", document=Document.PROGRAMME)
    assert next_number(unit, YEAR, Numbered.PROGRAMME) == "4-CTr/ĐU"
    set_pattern(unit, programme="{n}-CTr/ĐUMS")
    assert next_number(unit, YEAR, Numbered.PROGRAMME) == "1-CTr/ĐUMS"
    assert next_number(unit, YEAR) == "9-KH/ĐU"


@pytest.mark.parametrize(
    ("document", "given", "free"),
    [("programme", "3-CTr/ĐU", "5-KH/ĐU"), ("implementation", "5-KH/ĐU", "3-CTr/ĐU")],
)
def test_a_number_is_taken_within_its_row_of_numbers(document: str, given: str, free: str) -> None:
    plan, unit = approved(document)
    number(unit, "5-KH/ĐU")
    number(unit, "3-CTr/ĐU", document=Document.PROGRAMME)
    with pytest.raises(errors.NumberTaken):
        issue(plan, unit, given)
    assert issue(plan, unit, free).number == free


@pytest.mark.parametrize(("document", "proposed"), [("programme", "4-CTr/ĐU"), ("implementation", "6-KH/ĐU")])
def test_the_page_proposes_the_next_number_of_the_kind_of_document(document: str, proposed: str) -> None:
    plan, unit = approved(document)
    number(unit, "5-KH/ĐU")
    number(unit, "3-CTr/ĐU", document=Document.PROGRAMME)
    page = browser_of(unit).get(reverse("plans:plan_step", args=[plan.pk, "issue"])).content.decode()
    assert f'value="{proposed}"' in page


def test_setting_the_same_again_changes_nothing_and_an_empty_one_takes_it_away() -> None:
    unit = commune()
    assert set_pattern(unit, plan=" {n}-KH/ĐUMS ", letter="") == {"plan": "{n}-KH/ĐUMS"}
    set_pattern(unit, plan="{n}-KH/ĐUMS", letter="")
    assert Entry.objects.filter(action="plans.set_number_patterns").count() == 1
    assert set_pattern(unit, plan="", letter="{n}-CV/ĐU") == {"letter": "{n}-CV/ĐU"}


@pytest.mark.parametrize("pattern", ["12-KH/ĐU", "{n}-{n}"])
def test_a_pattern_has_one_place_for_the_number(pattern: str) -> None:
    with pytest.raises(errors.PatternWithoutPlace):
        set_pattern(commune(), plan=pattern)
    assert not NumberPattern.objects.exists()


def test_only_those_who_issue_set_the_pattern() -> None:
    unit = commune()
    for role in (Role.CLERK, Role.APPROVER):
        with pytest.raises(NotPermitted):
            set_number_patterns(actor=make_actor(role, unit), unit=unit, patterns={Numbered.PLAN: "{n}-KH"})


def approved(document: str = Document.PLAN) -> tuple[Plan, Unit]:
    campaign, unit = make_commune()
    return make_full_plan(campaign, unit, state=PlanState.APPROVED, document=document), unit


def issue(plan: Plan, unit: Unit, given: str, **changes: Any) -> Plan:
    facts: dict[str, Any] = {"actor": officer_of(unit), "plan": plan, "issued_on": TODAY, "signer": "Lò Văn Bình"}
    return issue_plan(**{**facts, "number": given, **changes})


@pytest.mark.parametrize("given", ["5-KH/ĐU", "05-kh/đu"])
def test_a_repeat_is_refused_unless_it_is_meant(given: str) -> None:
    plan, unit = approved()
    number(unit, "5-KH/ĐU")
    with pytest.raises(errors.NumberTaken):
        issue(plan, unit, given)
    assert issue(plan, unit, given, repeat_confirmed=True).number == given


def test_the_number_of_another_year_is_free() -> None:
    plan, unit = approved()
    number(unit, "5-KH/ĐU", year=YEAR - 1)
    assert issue(plan, unit, "5-KH/ĐU").state == PlanState.ISSUED


def test_a_letter_does_not_take_the_number_of_another() -> None:
    unit = commune()
    make_person(unit=unit)
    campaign = make_campaign(unit)
    Summons.objects.filter(pk=make_summons(make_campaign(unit), unit, issued_on=TODAY).pk).update(number="3-CV/ĐU")
    facts: dict[str, Any] = {"actor": officer_of(unit), "campaign": campaign, "unit": unit, "issued_on": TODAY}
    with pytest.raises(errors.NumberTaken):
        freeze_summons(client_id=uuid.uuid4(), number="3-CV/ĐU", **facts)
    letter = freeze_summons(client_id=uuid.uuid4(), number="3-CV/ĐU", repeat_confirmed=True, **facts)
    assert letter.number == "3-CV/ĐU"


def test_the_page_of_an_issue_proposes_and_asks_about_a_repeat() -> None:
    plan, unit = approved()
    number(unit, "2-KH/ĐU", "3-KH/ĐU", "3-KH/ĐU")
    browser = browser_of(unit)
    url = reverse("plans:plan_step", args=[plan.pk, "issue"])
    page = browser.get(url).content.decode()
    assert 'value="4-KH/ĐU"' in page
    assert "Các số chưa dùng: 1" in " ".join(page.split())
    assert "Các số bị trùng: 3-KH/ĐU" in " ".join(page.split())
    assert "chủ ý dùng lại" not in page
    typed = {"version": plan.version, "number": "3-KH/ĐU", "issued_on": f"{TODAY:%d/%m/%Y}", "signer": "Lò Văn Bình"}
    refused = browser.post(url, typed)
    assert refused.status_code == 422
    assert "Tôi chủ ý dùng lại số này" in refused.content.decode()
    assert browser.post(url, {**typed, "repeat_confirmed": "on"}).status_code == 303


def test_the_page_of_a_letter_proposes_and_asks_about_a_repeat() -> None:
    unit = commune()
    make_person(unit=unit)
    campaign = make_campaign(unit)
    make_summons(make_campaign(unit), unit, issued_on=TODAY)
    Summons.objects.update(number="3-CV/ĐU")
    browser = browser_of(unit)
    url = reverse("plans:summons_create", args=[campaign.pk, unit.pk])
    assert 'value="4-CV/ĐU"' in browser.get(url).content.decode()
    typed = {"client_id": str(uuid.uuid4()), "number": "3-CV/ĐU", "issued_on": f"{TODAY:%d/%m/%Y}"}
    refused = browser.post(url, typed)
    assert (refused.status_code, "Tôi chủ ý dùng lại số này" in refused.content.decode()) == (422, True)
    assert browser.post(url, {**typed, "repeat_confirmed": "on"}).status_code == 303


def test_the_page_of_a_unit_leads_to_its_patterns() -> None:
    unit = commune()
    browser = browser_of(unit)
    page = reverse("organizations:unit_detail", args=[unit.pk])
    url = reverse("plans:number_patterns", args=[unit.pk])
    assert url in browser.get(page).content.decode()
    assert url not in browser_of(unit, Role.CLERK).get(page).content.decode()
    assert browser.post(url, {"plan": "KH"}).status_code == 422
    assert browser.post(url, {"plan": "{n}" + "-" * 60}).status_code == 422
    assert browser.post(url, {"plan": "{n}-KH/ĐUMS"}).status_code == 303
    assert "{n}-KH/ĐUMS" in browser.get(url).content.decode()


class AtOnce(TransactionTestCase):
    """Two documents of one unit at once."""

    def test_two_plans_do_not_take_one_number(self) -> None:
        plan, unit = approved()
        other = make_full_plan(make_campaign(unit), unit, state=PlanState.APPROVED)

        def first() -> None:
            issue(plan, unit, "5-KH/ĐU")

        def second() -> None:
            issue(other, unit, "5-KH/ĐU")

        outcomes = run_at_once(first, second)
        assert [type(one) for one in outcomes if one] == [errors.NumberTaken]
