"""Plans on paper: who issues them, what they say, and what marks a draft."""

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import PlanState
from lantoa.plans.models import CampaignUnit, Plan
from lantoa.plans.papers.heads import body_of, issuer_of, place_of
from lantoa.plans.papers.plans import plan_paper
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_campaign
from tests.plans.plan_factories import make_commune, make_full_plan, make_target, make_task
from tests.typesetting.reading import body, pdf_text, word_rows, word_text

pytestmark = pytest.mark.django_db


def client_of(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def document(plan: Plan, kind: str) -> bytes:
    client = client_of(Role.VIEWER, plan.unit)
    response = client.get(reverse("plans:plan_document", args=[plan.pk, kind]))
    assert response.status_code == 200
    return body(response)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Đảng bộ tỉnh Lai Châu", "Tỉnh ủy Lai Châu"),
        ("Đảng bộ thành phố Hải Phòng", "Thành ủy Hải Phòng"),
        ("Đảng bộ huyện Phong Thổ", "Huyện ủy Phong Thổ"),
        ("Đảng bộ xã Mường So", "Đảng ủy xã Mường So"),
        ("Đảng bộ Công an huyện", "Đảng ủy Công an huyện"),
        ("Chi bộ bản Vàng Pheo", "Chi bộ bản Vàng Pheo"),
    ],
)
def test_a_committee_issues_documents_not_an_organisation(name: str, body: str) -> None:
    assert body_of(name) == body


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (("Đảng bộ xã Mường So", "Đảng bộ tỉnh Lai Châu"), "Mường So"),
        (("Chi bộ bản Vàng Pheo", "Đảng bộ xã Mường So"), "Mường So"),
        (("Chi bộ Trạm Y tế xã Mường So",), "Mường So"),
        (("Đảng bộ Công an huyện", "Đảng bộ huyện Phong Thổ"), "Phong Thổ"),
        (("Huyện ủy Phong Thổ",), "Phong Thổ"),
        (("Chi bộ Cơ quan",), ""),
    ],
)
def test_the_place_is_that_of_the_nearest_name_that_has_one(names: tuple[str, ...], place: str) -> None:
    assert place_of(names) == place


@pytest.mark.parametrize(
    ("signer", "signed"),
    [
        ("", ("T/M Ban Thường vụ", "", "")),
        ("Giàng A Páo", ("T/M Ban Thường vụ", "", "Giàng A Páo")),
        ("T/M Ban Thường vụ, Bí thư", ("T/M Ban Thường vụ", "Bí thư", "")),
        ("Phó Bí thư, Lò Văn An", ("T/M Ban Thường vụ", "Phó Bí thư", "Lò Văn An")),
        ("T/M Đảng ủy, Bí thư, Lò Văn An", ("T/M Đảng ủy", "Bí thư", "Lò Văn An")),
    ],
)
def test_the_signature_says_what_was_typed_and_no_more(signer: str, signed: tuple[str, str, str]) -> None:
    campaign, commune = make_commune()
    signature = issuer_of(campaign, commune).signature(signer)
    assert (signature.on_behalf, signature.office, signature.name) == signed


def test_the_head_has_the_names_of_the_campaigns_day() -> None:
    campaign, commune = make_commune("Đảng bộ xã Huổi Luông")
    Unit.objects.filter(pk=commune.pk).update(name="Đảng bộ xã Khổng Lào")
    issuer = issuer_of(campaign, commune)
    assert (issuer.body, issuer.superior, issuer.place) == ("Đảng ủy xã Huổi Luông", "Huyện ủy Phong Thổ", "Huổi Luông")
    CampaignUnit.objects.filter(unit=commune).delete()
    assert issuer_of(campaign, commune).body == "Đảng ủy xã Khổng Lào"


@pytest.mark.parametrize(
    ("tree", "kind", "behalf", "superior"),
    [
        (Tree.ADMINISTRATIVE, UnitKind.COMMUNE, "TM. Ủy ban nhân dân", ""),
        (Tree.MASS, UnitKind.MASS_ORGANISATION, "TM. Ban Thường vụ", ""),
        (Tree.PARTY, UnitKind.CELL, "T/M Chi bộ", ""),
    ],
)
def test_each_tree_signs_in_its_way(tree: Tree, kind: UnitKind, behalf: str, superior: str) -> None:
    unit = make_unit("Đơn vị xã Mường So", tree=tree, kind=kind)
    issuer = issuer_of(make_campaign(unit), unit)
    assert (issuer.on_behalf, issuer.superior) == (behalf, superior)
    recipients = plan_paper(make_full_plan(make_campaign(unit), unit)).recipients
    assert ("- Đảng viên trong chi bộ (để thực hiện)," in recipients) is (kind == UnitKind.CELL)


def test_an_issued_plan_is_printed_whole_and_in_its_order() -> None:
    campaign, commune = make_commune()
    above = make_full_plan(campaign, campaign.owner, state=PlanState.ISSUED)
    plan = make_full_plan(campaign, commune, state=PlanState.ISSUED, parent=above)
    make_target(plan, position=2, indicator="Số buổi sinh hoạt", number=None, measure="", owner="", due_on=None)
    make_target(plan, position=3, indicator="Như cấp trên", inherited_from=make_target(above, indicator="Như cấp trên"))
    own = make_task(above, title="Học bù")
    make_task(plan, position=2, title="Học bù tại bản", inherited_from=own)
    plan.aims = "Yêu cầu một\n\nYêu cầu hai"
    plan.title = "Kế hoạch học tập Nghị quyết"
    plan.save()
    content = document(plan, "pdf")
    text = pdf_text(content)
    order = [
        "ĐẢNG ỦY XÃ HUỔI LUÔNG",
        f"Số {plan.number}",
        "KẾ HOẠCH",
        "học tập Nghị quyết",
        "I. MỤC ĐÍCH, YÊU CẦU",
        "Yêu cầu một",
        "Yêu cầu hai",
        "01/03/2026 đến ngày 30/09/2026",
        "II. CHỈ TIÊU",
        "95%",
        "Số buổi sinh hoạt",
        "Như cấp trên",
        "III. NHIỆM VỤ",
        "Tổ chức hội nghị quán triệt",
        "Học bù tại bản",
        "Nơi nhận:",
        "Huyện ủy Phong Thổ (để báo cáo)",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "DỰ THẢO" not in text
    tasks = word_rows(document(plan, "docx"))
    assert tasks[0][-1] == "Nguồn"
    paper = plan_paper(plan)
    origins = [row[-1] for part in paper.parts if hasattr(part, "rows") for row in part.rows]
    assert origins == ["đơn vị đề ra", "đơn vị đề ra", "cấp trên giao", "đơn vị đề ra", "cấp trên giao, có điều chỉnh"]


@pytest.mark.parametrize(
    ("state", "mark"),
    [(PlanState.DRAFT, "DỰ THẢO"), (PlanState.APPROVED, "DỰ THẢO"), (PlanState.SUPERSEDED, "ĐÃ ĐƯỢC THAY THẾ")],
)
def test_what_is_not_in_force_says_so(state: PlanState, mark: str) -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune, state=state)
    assert mark in pdf_text(document(plan, "pdf"))
    assert mark in word_text(document(plan, "docx"))


def test_a_revision_gives_its_reason() -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune, edition=2, revision_reason="Đổi lịch mùa vụ")
    text = word_text(document(plan, "docx"))
    assert "Đây là bản sửa đổi lần 1. Lý do: Đổi lịch mùa vụ." in text
    assert "-KH/ĐU" in text


def test_a_plan_of_elsewhere_is_no_document_of_mine() -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune)
    other = client_of(Role.VIEWER, make_unit())
    assert other.get(reverse("plans:plan_document", args=[plan.pk, "pdf"])).status_code == 404
    assert other.get(f"/plans/{plan.pk}/plan.exe").status_code == 404
