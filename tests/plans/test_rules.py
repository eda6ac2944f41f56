"""The rules of a campaign: who owes what, by when, and what starting it makes of them."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.enums import Role, UnitKind
from lantoa.plans import errors, rule_errors
from lantoa.plans.models import Campaign, CampaignUnit, Plan
from lantoa.plans.rules import RuleInput
from lantoa.plans.selectors.campaigns import duties_of, kinds_and_levels
from lantoa.plans.services.campaigns import create_campaign, start_campaign
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_unit

pytestmark = pytest.mark.django_db

STARTS, ENDS, ISSUED = dt.date(2026, 11, 30), dt.date(2027, 3, 31), dt.date(2026, 11, 16)
ABOVE = "ngày cấp trên ban hành kế hoạch (hoặc văn bản cùng loại)"
COMMUNE, CELL = UnitKind.COMMUNE_COMMITTEE, UnitKind.CELL


class Province:
    """A provincial committee, a commune with a cell of its own, and an office's grassroots cell beside it."""

    def __init__(self) -> None:
        self.top = make_unit("Đảng bộ tỉnh Lai Châu", kind=UnitKind.PROVINCIAL_COMMITTEE)
        self.commune = make_unit("Đảng bộ xã Dào San", kind=COMMUNE, parent=self.top)
        self.cell = make_unit("Chi bộ bản Sì Choang", kind=CELL, parent=self.commune)
        self.office = make_unit("Chi bộ cơ quan", kind=UnitKind.GRASSROOTS_CELL, parent=self.top)
        self.officer = make_actor(Role.OFFICER, self.top)
        self.directive = make_directive(self.top, issued_on=ISSUED)

    def prepare(self, *rules: RuleInput, **changes: Any) -> Campaign:
        content: dict[str, Any] = {
            "owner": self.top,
            "name": "Quán triệt Nghị quyết 57",
            "directives": [self.directive],
            "audience": "general",
            "sector": None,
            "target_rate": Decimal(95),
            "starts_on": STARTS,
            "ends_on": ENDS,
            "pilots": [],
            "rules": rules,
        }
        return create_campaign(actor=self.officer, client_id=uuid.uuid4(), **{**content, **changes})

    def start(self, *rules: RuleInput, **changes: Any) -> Campaign:
        return start_campaign(actor=self.officer, campaign=self.prepare(*rules, **changes))


@pytest.fixture
def place() -> Province:
    return Province()


def rule(owed: str, whose: UnitKind | int, **terms: Any) -> RuleInput:
    whom = {"level": whose} if isinstance(whose, int) else {"unit_kind": str(whose)}
    return RuleInput(owed=owed, **whom, **terms)


def plans() -> set[tuple[str, str, dt.date | None]]:
    return set(Plan.objects.values_list("unit__name", "document", "due_on"))


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ({"due_on": dt.date(2027, 1, 15)}, dt.date(2027, 1, 15)),
        ({"anchor": "start", "days": 10}, dt.date(2026, 12, 10)),
        ({"anchor": "start", "days": 10, "working_days": True}, dt.date(2026, 12, 14)),
        ({"anchor": "directive", "days": 30}, dt.date(2026, 12, 16)),
        ({"anchor": "session", "days": 5}, None),
        ({"anchor": "plan_above", "days": 5}, dt.date(2026, 12, 5)),
    ],
)
def test_the_deadline_of_a_plan_is_a_day_or_days_from_an_event(
    place: Province, terms: dict[str, Any], due: dt.date | None
) -> None:
    place.start(rule("plan", COMMUNE, **terms))
    assert plans() == {(place.commune.name, "plan", due)}


def test_days_off_that_the_campaign_names_are_no_working_days(place: Province) -> None:
    place.start(rule("plan", COMMUNE, anchor="start", days=2, working_days=True), days_off=[dt.date(2026, 12, 1)])
    assert plans() == {(place.commune.name, "plan", dt.date(2026, 12, 3))}


def test_a_deadline_counted_from_what_is_to_come_never_lies_after_the_end(place: Province) -> None:
    campaign = place.start(rule("plan", COMMUNE, anchor="plan_above", days=600))
    assert plans() == {(place.commune.name, "plan", campaign.ends_on)}


def test_who_has_a_document_above_waits_for_its_issue(place: Province) -> None:
    terms: dict[str, Any] = {"anchor": "plan_above", "days": 5}
    place.start(*(rule("plan", whose, **terms) for whose in (0, 1)), rule("study", CELL, **terms))
    assert plans() == {
        (place.top.name, "plan", dt.date(2026, 12, 5)),
        (place.commune.name, "plan", None),
        (place.office.name, "plan", None),
    }
    cell = CampaignUnit.objects.get(unit=place.cell)
    assert (cell.owes_study, cell.study_due_on) == (True, None)
    assert cell.plan_above == Plan.objects.get(unit=place.commune)


def test_a_kind_with_rules_of_its_own_follows_them_and_not_those_of_its_level(place: Province) -> None:
    due = dt.date(2027, 1, 15)
    place.start(
        rule("plan", 1, due_on=due), rule("study", 1, due_on=due), rule("summons", UnitKind.GRASSROOTS_CELL, due_on=due)
    )
    assert plans() == {(place.commune.name, "plan", due)}
    owed = {row.unit_id: (row.owes_summons, row.owes_study) for row in CampaignUnit.objects.all()}
    assert owed == {
        place.top.pk: (False, False),
        place.commune.pk: (False, True),
        place.cell.pk: (False, False),
        place.office.pk: (True, False),
    }


def test_a_kind_that_owes_nothing_is_left_out_of_its_level(place: Province) -> None:
    due = dt.date(2027, 1, 15)
    place.start(rule("plan", 1, due_on=due), rule("nothing", UnitKind.GRASSROOTS_CELL))
    assert plans() == {(place.commune.name, "plan", due)}


def test_each_document_stands_under_the_same_document_above(place: Province) -> None:
    due = dt.date(2027, 1, 15)
    whose = (UnitKind.PROVINCIAL_COMMITTEE, CELL)
    place.start(*(rule(document, one, due_on=due) for one in whose for document in ("plan", "programme")))
    below = Plan.objects.filter(unit=place.cell).select_related("parent").order_by("document")
    assert [(plan.document, plan.parent.document if plan.parent else "") for plan in below] == [
        ("plan", "plan"),
        ("programme", "programme"),
    ]
    assert {plan.title for plan in below} == {
        "Kế hoạch triển khai: Quán triệt Nghị quyết 57",
        "Chương trình hành động thực hiện: Quán triệt Nghị quyết 57",
    }


@pytest.mark.parametrize(
    ("rules", "refusal"),
    [
        ([RuleInput(owed="plan", due_on=ENDS)], rule_errors.RuleWithoutUnit),
        ([RuleInput(owed="plan", unit_kind="cell", level=1, due_on=ENDS)], rule_errors.RuleWithoutUnit),
        ([rule("plan", CELL)], rule_errors.RuleWithoutDeadline),
        ([rule("plan", CELL, anchor="start")], rule_errors.RuleWithoutDeadline),
        ([rule("plan", CELL, due_on=ENDS, anchor="start", days=3)], rule_errors.RuleWithoutDeadline),
        ([rule("nothing", CELL, due_on=ENDS)], rule_errors.RuleWithoutDeadline),
        ([rule("study", CELL, anchor="session", days=3)], rule_errors.RuleFromItself),
        ([rule("plan", CELL, anchor="session", days=-731)], rule_errors.RuleDaysOutOfRange),
        ([rule("plan", CELL, due_on=ENDS), rule("plan", CELL, due_on=STARTS)], rule_errors.RuleRepeated),
        ([rule("plan", CELL, due_on=ENDS), rule("nothing", CELL)], rule_errors.RuleContradicts),
        ([rule("plan", CELL, due_on=ENDS + dt.timedelta(days=1))], errors.DeadlineAfterEnd),
        ([rule("plan", CELL, anchor="directive", days=200)], errors.DeadlineAfterEnd),
    ],
)
def test_rules_that_cannot_be_are_refused(place: Province, rules: list[RuleInput], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        place.prepare(*rules)
    assert not Campaign.objects.exists()


def test_the_page_says_in_words_what_each_rule_means(place: Province) -> None:
    campaign = place.prepare(
        rule("plan", COMMUNE, anchor="start", days=10, working_days=True),
        rule("study", COMMUNE, anchor="plan_above", days=30),
        rule("summons", 0, anchor="session", days=-3),
        rule("nothing", UnitKind.GRASSROOTS_CELL),
    )
    duties = duties_of(campaign)
    assert {row.label: (row.units, row.owes) for row in duties.rows} == {
        "đảng bộ xã, phường": (
            1,
            (
                "kế hoạch trong 10 ngày làm việc kể từ ngày bắt đầu đợt, tức chậm nhất 14/12/2026",
                f"tổ chức học tập trong 30 ngày kể từ {ABOVE}; có hạn khi mốc đó được xác định",
            ),
        ),
        "chi bộ cơ sở": (1, ("không phải làm gì",)),
        "chi bộ trực thuộc": (1, ()),
        "đơn vị chủ trì": (
            1,
            ("công văn triệu tập trước buổi học đầu tiên của đơn vị 3 ngày; có hạn khi mốc đó được xác định",),
        ),
    }
    assert (duties.units, duties.documents) == (4, 1)


def test_the_levels_are_those_below_the_leading_unit(place: Province) -> None:
    assert [kinds_and_levels(unit)[1] for unit in (place.top, place.commune, place.cell)] == [2, 1, 0]
