"""The pages of summonses: counts to those who see counts, names to those who see names."""

import datetime as dt
import uuid
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.directives.enums import DirectiveClass
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, Standing, UnitKind
from lantoa.organizations.models import Membership, Unit
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import CampaignNotRunning
from lantoa.plans.models import Campaign, Summons, SummonsEntry
from lantoa.plans.services.summons import freeze_summons
from lantoa.plans.summons_errors import NobodyToAdd
from tests.directives.factories import make_sector
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign

pytestmark = pytest.mark.django_db


class Place:
    """A district, a commune, two cells with three members and a cadre, and a running campaign."""

    def __init__(self) -> None:
        self.district = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
        self.commune = make_unit("Đảng bộ xã", parent=self.district, kind=UnitKind.GRASSROOTS_COMMITTEE)
        self.first = make_unit("Chi bộ bản A", parent=self.commune)
        self.second = make_unit("Chi bộ bản B", parent=self.commune)
        self.an = make_person("Lò Văn An", unit=self.first)
        self.pao = make_person("Giàng A Páo", unit=self.first, standing=Standing.PROBATIONARY)
        self.dao = make_person("Tẩn Mý Dao", unit=self.first, standing=Standing.CADRE)
        self.su = make_person("Vàng A Sử", unit=self.second)
        self.campaign = make_campaign(self.district)
        self.officer = self.browser(Role.OFFICER, self.commune)

    def browser(self, role: Role, unit: Unit) -> Client:
        client = Client()
        client.force_login(make_user(role, unit))
        return client

    def url(self, name: str, unit: Unit | None = None, campaign: Campaign | None = None) -> str:
        return reverse(f"plans:summons_{name}", args=[(campaign or self.campaign).pk, (unit or self.commune).pk])

    def freeze(self) -> Summons:
        return freeze_summons(
            actor=make_actor(Role.OFFICER, self.commune),
            client_id=uuid.uuid4(),
            campaign=self.campaign,
            unit=self.commune,
            number="15-CV/ĐU",
            issued_on=dt.date(2026, 9, 10),
        )


@pytest.fixture
def place() -> Place:
    return Place()


def typed(**changes: str) -> dict[str, str]:
    return {"client_id": str(uuid.uuid4()), "number": "15-CV/ĐU", "issued_on": "10/9/2026", **changes}


def test_the_preview_shows_counts_and_names_and_the_letter_freezes_once(place: Place) -> None:
    shown = place.officer.get(place.url("create"))
    assert (shown.context["preview"].members, shown.context["preview"].cadres) == (3, 1)
    assert "Giàng A Páo" in shown.content.decode()
    fields = typed()
    answers = [place.officer.post(place.url("create"), fields) for _ in range(2)]
    summons = Summons.objects.get()
    address = reverse("plans:summons_detail", args=[summons.pk])
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, address)] * 2
    assert summons.entries.count() == 4
    assert place.officer.get(address).context["totals"].total == 4
    again = place.officer.get(place.url("create"))
    assert again.context["preview"].total == 0
    refused = place.officer.post(place.url("create"), typed())
    assert refused.status_code == 422
    assert Summons.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"number": ""}, "number"), ({"number": "mười lăm"}, "number"), ({"issued_on": "31/2/2026"}, "issued_on")],
)
def test_a_mistake_in_the_letter_stands_beside_its_field(place: Place, changes: dict[str, str], field: str) -> None:
    answer = place.officer.post(place.url("create"), typed(**changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Summons.objects.exists()


def test_an_officer_above_sees_counts_without_names(place: Place) -> None:
    above = place.browser(Role.OFFICER, place.district)
    preview = above.get(place.url("create", place.district)).content.decode()
    assert "Chi bộ bản A" in preview
    assert "Giàng A Páo" not in preview
    book = above.get(place.url("create", place.district) + "?c_format=xlsx")
    assert book["Content-Type"].endswith("spreadsheetml.sheet")


def test_only_officer_and_secretary_of_the_unit_summon(place: Place) -> None:
    for role in Role:
        if role in (Role.OFFICER, Role.SECRETARY):
            continue
        client = place.browser(role, place.commune)
        expected = 404 if role in (Role.ADMINISTRATOR, Role.SPEAKER, Role.EDITOR) else 403
        assert client.get(place.url("create")).status_code == expected
        assert client.post(place.url("create"), typed()).status_code == expected
    above = place.browser(Role.OFFICER, place.district)
    assert above.post(place.url("create"), typed()).status_code == 403
    below = place.browser(Role.OFFICER, place.first)
    beside = place.browser(Role.OFFICER, make_unit())
    for client in (below, beside):
        assert client.post(place.url("create"), typed()).status_code == 404
    assert not Summons.objects.exists()


def test_nobody_is_summoned_in_a_finished_campaign(place: Place) -> None:
    finished = make_campaign(place.district, state=CampaignState.FINISHED)
    assert place.officer.get(place.url("create", campaign=finished)).status_code == 200
    assert place.officer.post(place.url("create", campaign=finished), typed()).status_code == 422


def test_the_list_of_a_campaign_opens_for_each_from_their_own_unit(place: Place) -> None:
    url = reverse("plans:summons_list", args=[place.campaign.pk])
    assert place.officer.get(url).status_code == 200
    place.freeze()
    shown = place.officer.get(url)
    assert [branch.unit.unit for branch in shown.context["lists"]] == [place.commune]
    assert [unit.unit for unit in shown.context["may_summon"]] == [place.commune]
    assert "15-CV/ĐU" in shown.content.decode()
    district = place.browser(Role.VIEWER, place.district).get(url)
    assert [branch.counts.total for branch in district.context["lists"]] == [4]
    assert district.context["may_summon"] == []
    clerk = place.browser(Role.CLERK, place.first).get(url)
    assert [branch.counts.total for branch in clerk.context["lists"]] == [3]
    assert place.officer.get(url + "?format=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")


def test_names_come_in_the_order_of_given_names_and_are_found_without_diacritics(place: Place) -> None:
    place.freeze()
    page = place.officer.get(place.url("unit")).content.decode()
    positions = [page.index(name) for name in ("Lò Văn An", "Tẩn Mý Dao", "Giàng A Páo", "Vàng A Sử")]
    assert positions == sorted(positions)
    found = place.officer.get(place.url("unit") + "?q=pao").content.decode()
    assert "Giàng A Páo" in found
    assert "Lò Văn An" not in found


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("standing=cadre", {"Tẩn Mý Dao"}),
        ("reason=cadre", {"Tẩn Mý Dao"}),
        ("reason=manager", set()),
        ("cell=second", {"Vàng A Sử"}),
        ("cell=nonsense&standing=nonsense", {"Lò Văn An", "Giàng A Páo", "Tẩn Mý Dao", "Vàng A Sử"}),
    ],
)
def test_the_list_is_filtered_by_cell_standing_and_reason(place: Place, query: str, names: set[str]) -> None:
    place.freeze()
    address = place.url("unit") + "?" + query.replace("second", str(place.second.pk))
    rows = place.officer.get(address).context["table"].page.object_list
    assert {row.person.full_name for row in rows} == names


def test_the_cell_without_a_right_to_names_is_shown_in_rows_without_names(place: Place) -> None:
    place.freeze()
    for client in (place.browser(Role.OFFICER, place.district), place.browser(Role.VIEWER, place.first)):
        answer = client.get(place.url("unit", place.first) + "?q=pao")
        assert len(answer.context["table"].page.object_list) == 3, "a search by name would tell names"
        page = answer.content.decode()
        for name in ("Giàng A Páo", "Lò Văn An", "Tẩn Mý Dao"):
            assert name not in page
    book = place.browser(Role.VIEWER, place.first).get(place.url("unit", place.first) + "?format=xlsx")
    assert "Giàng A Páo" not in str(cells_of(book.content))


@pytest.mark.parametrize("sort", ["", "?sort=standing", "?sort=-standing", "?sort=reason", "?sort=name"])
def test_rows_without_names_come_in_no_order_of_names(place: Place, sort: str) -> None:
    binh, _cuc = (make_person(name, unit=place.first) for name in ("Lò Văn Bình", "Lý Thị Cúc"))
    place.freeze()
    viewer, url = place.browser(Role.VIEWER, place.first), place.url("unit", place.first) + sort

    def shown() -> list[tuple[str, bool]]:
        rows = viewer.get(url).context["table"].page.object_list
        return [(row.standing, row.removed_on is not None) for row in rows]

    positions = []
    for person in (place.an, binh):
        entries = SummonsEntry.objects.filter(person=person)
        entries.update(removed_on=clock.today(), removal_decision="12-QĐ/ĐU")
        positions.append(shown())
        entries.update(removed_on=None, removal_decision="")
    assert positions[0] == positions[1], "the place of the removed row would tell whose it is"


def test_a_clerk_sees_the_total_of_a_letter_and_not_the_cells_below(place: Place) -> None:
    letter = reverse("plans:summons_detail", args=[place.freeze().pk])
    clerk = place.browser(Role.CLERK, place.commune)
    answer = clerk.get(letter)
    assert (answer.context["totals"].total, "Chi bộ bản A" in answer.content.decode()) == (4, False)
    assert "Chi bộ bản A" not in str(cells_of(clerk.get(letter + "?format=xlsx").content))
    assert not clerk.get(place.url("unit")).context["branches"].page.object_list


def test_a_unit_above_the_cells_is_a_table_of_its_branches(place: Place) -> None:
    place.freeze()
    district = place.browser(Role.OFFICER, place.district)
    answer = district.get(place.url("unit", place.district))
    assert [branch.counts.total for branch in answer.context["branches"].page.object_list] == [4]
    assert "Giàng A Páo" not in answer.content.decode()
    book = district.get(place.url("unit", place.district) + "?u_format=xlsx")
    assert "Đảng bộ xã" in str(cells_of(book.content))
    clerk = place.browser(Role.CLERK, place.first)
    assert clerk.get(place.url("unit")).status_code == 404, "a clerk sees their own cell"
    assert "Giàng A Páo" in clerk.get(place.url("unit", place.first)).content.decode()


def test_names_leave_only_with_a_stated_purpose_that_stays_on_record(place: Place) -> None:
    place.freeze()
    assert "?format=xlsx" not in place.officer.get(place.url("unit")).content.decode()
    assert not place.officer.get(place.url("unit") + "?format=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")
    assert place.officer.get(place.url("export")).status_code == 200
    assert place.officer.post(place.url("export"), {"purpose": ""}).status_code == 422
    assert place.officer.post(place.url("export"), {"purpose": "abc"}).status_code == 422
    book = place.officer.post(place.url("export"), {"purpose": "Danh sách đón tại hội trường"})
    rows = cells_of(book.content)
    assert [row[0] for row in rows[4:]] == ["Lò Văn An", "Tẩn Mý Dao", "Giàng A Páo", "Vàng A Sử"]
    logged = Entry.objects.get(action="plans.export_summons", outcome=Outcome.EXPORTED)
    assert logged.facts == {"purpose": "Danh sách đón tại hội trường", "count": 4, "unit": place.commune.pk}
    for role in (Role.APPROVER, Role.VIEWER, Role.CLERK):
        assert (
            place.browser(role, place.commune).post(place.url("export"), {"purpose": "Xem cho biết"}).status_code == 403
        )
    above = place.browser(Role.OFFICER, place.district)
    assert above.post(place.url("export"), {"purpose": "Xem cho biết"}).status_code == 403


def test_a_person_is_taken_off_the_list_with_the_decision(place: Place) -> None:
    entry = place.freeze().entries.get(person=place.su)
    url = reverse("plans:summons_remove", args=[entry.pk])
    assert url in place.officer.get(place.url("unit")).content.decode()
    assert "Vàng A Sử" in place.officer.get(url).content.decode()
    day = f"{clock.today():%d/%m/%Y}"
    assert place.officer.post(url, {"decision": "", "removed_on": day, "reason": "moved"}).status_code == 422
    tomorrow = f"{clock.today() + dt.timedelta(days=1):%d/%m/%Y}"
    refused = place.officer.post(url, {"decision": "12-QĐ/ĐU", "removed_on": tomorrow, "reason": "moved"})
    assert "removed_on" in refused.context["form"].errors
    for _ in range(2):
        assert (
            place.officer.post(url, {"decision": "12-QĐ/ĐU", "removed_on": day, "reason": "moved"}).status_code == 303
        )
    entry.refresh_from_db()
    assert entry.removal_decision == "12-QĐ/ĐU"
    page = place.officer.get(place.url("unit")).content.decode()
    assert "12-QĐ/ĐU" in page
    assert url not in page


def test_only_the_unit_of_the_letter_takes_people_off(place: Place) -> None:
    entry = place.freeze().entries.get(person=place.su)
    url = reverse("plans:summons_remove", args=[entry.pk])
    fields = {"decision": "12-QĐ/ĐU", "removed_on": f"{clock.today():%d/%m/%Y}", "reason": "left"}
    for role, unit, status in (
        (Role.CLERK, place.second, 403),
        (Role.OFFICER, place.second, 403),
        (Role.OFFICER, place.district, 403),
        (Role.VIEWER, place.commune, 403),
        (Role.OFFICER, place.first, 404),
    ):
        client = place.browser(role, unit)
        assert client.get(url).status_code == status
        assert client.post(url, fields).status_code == status
    assert not SummonsEntry.objects.filter(removed_on__isnull=False).exists()


def test_a_letter_is_seen_from_its_unit_upwards(place: Place) -> None:
    url = reverse("plans:summons_detail", args=[place.freeze().pk])
    assert place.browser(Role.VIEWER, place.district).get(url).status_code == 200
    assert place.browser(Role.OFFICER, place.first).get(url).status_code == 404
    assert place.officer.get(url + "?q=ban+b&sort=-total").context["table"].page.paginator.count == 1
    assert place.officer.get(url + "?format=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")


def test_a_sectoral_preview_names_sector_and_reason(place: Place) -> None:
    sector = make_sector("Giáo dục")
    place.su.sector = sector
    place.su.save(update_fields=["sector"])
    campaign = make_campaign(place.district, audience=DirectiveClass.SECTORAL, sector=sector)
    page = place.officer.get(place.url("create", campaign=campaign)).content.decode()
    assert "Giáo dục" in page
    assert "Vàng A Sử" in page
    assert "Lò Văn An" not in page
    empty = make_campaign(place.district, audience=DirectiveClass.STRATEGIC)
    assert place.officer.get(place.url("create", campaign=empty)).status_code == 200


def cells_of(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_whom_the_rule_calls_besides_is_named_and_added_on_the_page_of_the_letter(place: Place) -> None:
    summons = place.freeze()
    url, add = (reverse(f"plans:summons_{name}", args=[summons.pk]) for name in ("detail", "add"))
    assert add not in place.officer.get(url).content.decode()
    new = [make_person("Lý Thị Mới", unit=place.first), make_person("Phàn A Xa", unit=place.second)]
    page = place.officer.get(url).content.decode()
    assert "Lý Thị Mới" in page
    assert "Phàn A Xa" in page
    assert place.officer.get(place.url("unit")).context["unsummoned"] == 2
    day = f"{clock.today():%d/%m/%Y}"
    fields = {"decision": "14-QĐ/ĐU", "added_on": day, "reason": "joined", "whom": "ticked"}
    refused = place.officer.post(add, fields)
    assert (refused.status_code, "whom" in refused.context["addition"].errors) == (422, True)
    assert place.officer.post(add, fields | {"persons": [str(place.an.pk)]}).status_code == 422
    assert place.officer.post(add, fields | {"decision": "", "persons": [str(new[0].pk)]}).status_code == 422
    old = fields | {"added_on": "01/09/2026", "whom": "all"}
    assert "added_on" in place.officer.post(add, old).context["addition"].errors
    assert place.officer.post(add, fields | {"persons": [str(new[0].pk)]}).status_code == 303
    assert list(SummonsEntry.objects.filter(added_on__isnull=False).values_list("person", flat=True)) == [new[0].pk]
    both = place.officer.post(add, fields | {"whom": "all", "persons": [str(new[1].pk)]})
    assert (both.status_code, "whom" in both.context["addition"].errors) == (422, True)
    assert str(new[1].pk) in both.context["addition"].ticked()
    assert place.officer.post(add, fields | {"whom": "all"}).status_code == 303
    assert "14-QĐ/ĐU" in place.officer.get(place.url("unit")).content.decode()
    assert SummonsEntry.objects.filter(addition_decision="14-QĐ/ĐU").count() == 2


def added(**changes: Any) -> dict[str, Any]:
    day = f"{clock.today():%d/%m/%Y}"
    return {"decision": "14-QĐ/ĐU", "added_on": day, "reason": "joined", "whom": "all", **changes}


def test_a_repeated_addition_is_harmless(place: Place) -> None:
    summons = place.freeze()
    add = reverse("plans:summons_add", args=[summons.pk])
    fields = added(whom="ticked", persons=[str(make_person("Lý Thị Mới", unit=place.first).pk)])
    assert [place.officer.post(add, fields).status_code for _ in range(2)] == [303, 303]
    assert SummonsEntry.objects.filter(added_on__isnull=False).count() == 1


def test_a_refused_addition_says_why_though_nobody_is_missing_any_more(place: Place) -> None:
    summons = place.freeze()
    add = reverse("plans:summons_add", args=[summons.pk])
    stranger = [str(make_person("Lý Thị Lạ", unit=make_unit()).pk)]
    for fields in (added(), added(whom="ticked", persons=stranger)):
        refused = place.officer.post(add, fields)
        assert (refused.status_code, str(NobodyToAdd()) in refused.content.decode()) == (422, True)
    make_person("Lý Thị Mới", unit=place.first)
    Campaign.objects.update(state=CampaignState.FINISHED)
    for fields in (added(), added(decision="")):
        refused = place.officer.post(add, fields)
        assert (refused.status_code, str(CampaignNotRunning()) in refused.content.decode()) == (422, True)


def test_names_on_a_refused_form_are_on_record_too(place: Place) -> None:
    reads = Entry.objects.filter(action="plans.list_summons", outcome=Outcome.READ)
    assert place.officer.post(place.url("create"), typed(number="")).status_code == 422
    assert [(entry.unit_id, entry.facts["rows"]) for entry in reads] == [(place.commune.pk, 4)]
    add = reverse("plans:summons_add", args=[place.freeze().pk])
    make_person("Lý Thị Mới", unit=place.first)
    for count, fields in enumerate((added(decision=""), added(added_on="01/09/2026")), start=2):
        answer = place.officer.post(add, fields)
        assert (answer.status_code, "Lý Thị Mới" in answer.content.decode()) == (422, True)
        assert (reads.all().count(), reads.latest("pk").facts["rows"]) == (count, 1)


def test_a_clerk_sees_how_many_are_missing_and_not_in_which_cells_below(place: Place) -> None:
    url = reverse("plans:summons_detail", args=[place.freeze().pk])
    make_person("Lý Thị Mới", unit=place.first)
    own = make_person("Vàng Thị Riêng", unit=place.commune)
    for people in (2, 1):
        answer = place.browser(Role.CLERK, place.commune).get(url)
        cells = [cell.name for cell in answer.context["missing_cells"].page.object_list]
        assert (answer.context["missing"], cells) == (people, ["Đảng bộ xã"] if people == 2 else [])
        assert "Chi bộ bản A" not in answer.content.decode()
        Membership.objects.filter(person=own).delete()


def test_others_see_how_many_are_missing_without_names(place: Place) -> None:
    summons = place.freeze()
    make_person("Lý Thị Mới", unit=place.first)
    url = reverse("plans:summons_detail", args=[summons.pk])
    above = place.browser(Role.OFFICER, place.district)
    page = above.get(url)
    assert page.context["missing"] == 1
    assert page.context["addition"] is None
    assert "Lý Thị Mới" not in page.content.decode()
    for role, unit, status in ((Role.VIEWER, place.commune, 403), (Role.OFFICER, place.first, 404)):
        answer = place.browser(role, unit).post(reverse("plans:summons_add", args=[summons.pk]), {})
        assert answer.status_code == status
    place.campaign.state = CampaignState.FINISHED
    place.campaign.save(update_fields=["state"])
    assert "missing" not in above.get(url).context
