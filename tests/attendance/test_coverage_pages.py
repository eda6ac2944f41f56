"""The pages of coverage: the rate, the units below, the people, the marks."""

import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from lantoa.attendance.enums import LateDecision, MarkStatus
from lantoa.attendance.folding import fold_waiting, mark_dirty
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.kernel.pagination import PAGE_SIZE
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState
from tests.architecture.query_counts import assert_query_count
from tests.attendance.factories import Scene, make_coverage, make_event, make_scene
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_campaign, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """A cell with one present, one excused for health and one without a mark."""
    made = make_scene(3)
    make_event(made.site, made.first, MarkStatus.PRESENT, recorder=made.clerk)
    make_event(made.site, made.entries[1], MarkStatus.EXCUSED, recorder=made.clerk)
    mark_dirty(campaign_id=made.campaign.pk, entry_ids=[entry.pk for entry in made.entries])
    fold_waiting()
    return made


def signed_in(client: Client, role: Role, unit: Unit) -> Client:
    client.force_login(make_user(role, unit))
    return client


def address(scene: Scene, unit: Unit, query: str = "") -> str:
    return f"/campaigns/{scene.campaign.pk}/coverage/{unit.pk}/{query}"


def marks_address(scene: Scene) -> str:
    return f"{address(scene, scene.cell)}persons/{scene.first.pk}/"


def test_a_committee_sees_its_rate_and_its_cells(client: Client, scene: Scene) -> None:
    signed_in(client, Role.VIEWER, scene.committee)
    with assert_query_count("attendance:coverage_unit"):
        text = client.get(address(scene, scene.committee)).content.decode()
    assert address(scene, scene.cell) in text
    assert "1/3" in text


def test_the_superior_sees_names_at_the_cell(client: Client, scene: Scene) -> None:
    signed_in(client, Role.OFFICER, scene.committee)
    with assert_query_count("attendance:coverage_unit at the cell"):
        text = client.get(address(scene, scene.cell)).content.decode()
    assert scene.first.person.full_name in text
    assert marks_address(scene) in text


def test_higher_up_the_rows_have_no_names(client: Client, scene: Scene) -> None:
    signed_in(client, Role.VIEWER, scene.committee)
    text = client.get(address(scene, scene.cell)).content.decode()
    assert scene.first.person.full_name not in text
    assert marks_address(scene) not in text
    assert 'id="persons"' in text


def test_a_unit_beside_is_not_found(client: Client, scene: Scene) -> None:
    signed_in(client, Role.OFFICER, make_unit())
    assert client.get(address(scene, scene.cell)).status_code == 404
    signed_in(client, Role.OFFICER, scene.cell)
    assert client.get(address(scene, scene.committee)).status_code == 404


def test_the_breadcrumbs_end_at_the_readers_own_top(client: Client, scene: Scene) -> None:
    signed_in(client, Role.SECRETARY, scene.cell)
    text = client.get(address(scene, scene.cell)).content.decode()
    assert address(scene, scene.committee) not in text


def test_the_tab_leads_to_the_readers_own_top(client: Client, scene: Scene) -> None:
    signed_in(client, Role.SECRETARY, scene.cell)
    response = client.get(f"/campaigns/{scene.campaign.pk}/coverage/")
    assert response.headers["Location"] == address(scene, scene.cell)


def test_before_the_start_there_are_no_figures(client: Client) -> None:
    unit = make_unit()
    campaign = make_campaign(unit, state=CampaignState.DRAFT)
    signed_in(client, Role.OFFICER, unit)
    assert client.get(f"/campaigns/{campaign.pk}/coverage/").status_code == 200
    assert client.get(f"/campaigns/{campaign.pk}/").status_code == 200


def test_before_the_summons_it_says_so(client: Client) -> None:
    unit = make_unit()
    campaign = make_campaign(unit)
    signed_in(client, Role.OFFICER, unit)
    text = client.get(f"/campaigns/{campaign.pk}/coverage/{unit.pk}/").content.decode()
    assert f"/campaigns/{campaign.pk}/summons/" in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?show=below", True), ("?show=missing", True), ("?show=pilots", False), ("?group=cadre&show=missing", False),
        ("?q=SIN suoi", True), ("?q=zzz", False), ("?show=nonsense&group=nobody", True), ("?sort=rate", True),
        ("?sort=-not_reported", True),
    ],
)  # fmt: skip
def test_the_address_filters_and_sorts(client: Client, scene: Scene, query: str, shown: bool) -> None:
    signed_in(client, Role.OFFICER, scene.committee)
    text = client.get(address(scene, scene.committee, query)).content.decode()
    assert (address(scene, scene.cell) in text) is shown


def test_pilots_are_marked(client: Client, scene: Scene) -> None:
    scene.campaign.pilots.add(scene.cell)
    signed_in(client, Role.OFFICER, scene.committee)
    assert address(scene, scene.cell) in client.get(address(scene, scene.committee, "?show=pilots")).content.decode()


def rows_of(content: bytes) -> list[tuple[object, ...]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def test_the_figures_go_into_a_workbook(client: Client, scene: Scene) -> None:
    signed_in(client, Role.OFFICER, scene.committee)
    content = client.get(address(scene, scene.committee, "?format=xlsx")).content
    assert any(scene.cell.name in row for row in rows_of(content))


def test_the_workbook_has_each_rate_beside_its_fraction_and_says_that_it_is_a_lower_bound(
    client: Client, scene: Scene
) -> None:
    signed_in(client, Role.OFFICER, scene.committee)
    content = client.get(address(scene, scene.committee, "?format=xlsx")).content
    labels, values = rows_of(content)[3:5]
    row = dict(zip(labels, values, strict=True))
    assert (row["Độ phủ"], row["Tỷ lệ buổi đầu"], row["Mức tối thiểu"]) == (33.3, 33.3, "ít nhất")
    assert (row["Đã học"], row["Dự buổi đầu"], row["Phải học"]) == (1, 1, 3)


def test_on_paper_the_page_says_whose_figures_and_who_printed(client: Client, scene: Scene) -> None:
    user = make_user(Role.VIEWER, scene.committee)
    client.force_login(user)
    text = client.get(address(scene, scene.committee)).content.decode()
    head = text.split('class="print-head"')[1].split("</p>")[0]
    assert scene.committee.name in head
    assert user.person.full_name in head
    assert clock.now().strftime("%Y") in head


def test_all_units_stand_on_one_page_where_that_is_asked_for(client: Client, scene: Scene) -> None:
    for number in range(PAGE_SIZE):
        make_coverage(scene.campaign, make_unit(f"Chi bộ {number}", parent=scene.committee), 1, 0)
    signed_in(client, Role.VIEWER, scene.committee)
    first = client.get(address(scene, scene.committee)).content.decode()
    assert "?rows=all" in first
    every = client.get(address(scene, scene.committee, "?rows=all")).content.decode()
    assert "?rows=all" not in every.split('id="below"')[1].split('id="figures"')[0]
    assert every.count("bar-track") == PAGE_SIZE + 1


def test_the_workbook_of_persons_has_no_names(client: Client, scene: Scene) -> None:
    signed_in(client, Role.OFFICER, scene.committee)
    content = client.get(address(scene, scene.cell, "?p_format=xlsx")).content
    cells = [str(cell) for row in rows_of(content) for cell in row]
    assert not any(entry.person.full_name in cells for entry in scene.entries)


def test_a_name_opens_every_mark_and_the_read_is_on_record(client: Client, scene: Scene) -> None:
    make_event(scene.site, scene.first, MarkStatus.ABSENT, recorder=scene.secretary, late=LateDecision.PENDING)
    signed_in(client, Role.SECRETARY, scene.committee)
    with assert_query_count("attendance:coverage_marks"):
        text = client.get(marks_address(scene)).content.decode()
    assert scene.site.name in text
    entry = Entry.objects.get(action="attendance.open_marks")
    assert (entry.outcome, entry.unit_id) == ("read", scene.cell.pk)


def test_who_sees_counts_but_no_names_may_not_open_the_marks(client: Client, scene: Scene) -> None:
    signed_in(client, Role.VIEWER, scene.committee)
    assert client.get(marks_address(scene)).status_code == 403
    signed_in(client, Role.OFFICER, make_unit())
    assert client.get(marks_address(scene)).status_code == 404


def test_the_marks_of_another_cell_are_not_found_under_this_one(client: Client, scene: Scene) -> None:
    signed_in(client, Role.OFFICER, scene.committee)
    wrong = f"{address(scene, scene.committee)}persons/{scene.first.pk}/"
    assert client.get(wrong).status_code == 404


def test_a_plans_page_shows_the_rate_of_its_unit(client: Client, scene: Scene) -> None:
    plan = make_plan(scene.campaign, scene.cell)
    signed_in(client, Role.OFFICER, scene.committee)
    assert address(scene, scene.cell) in client.get(f"/plans/{plan.pk}/").content.decode()
    assert address(scene, scene.committee) in client.get(f"/campaigns/{scene.campaign.pk}/").content.decode()
