"""The pages of the register: who sees whom, what narrows it, what leaves it, and what a form keeps."""

import datetime as dt
import io
import uuid
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Person, Sector, Unit
from lantoa.organizations.restricting import MASK
from lantoa.speakers.enums import Tier
from lantoa.speakers.models import Speaker
from tests.organizations.factories import make_person, make_unit, make_user
from tests.privacy.test_restriction import restrict
from tests.speakers.factories import make_speaker

pytestmark = pytest.mark.django_db
REGISTER = "/speakers/"
YEAR = clock.today().year
FORM = {
    "tier": "4",
    "decision_number": "05-QĐ/ĐU",
    "decision_date": "01/02/2026",
    "decision_body": "Ban Thường vụ Đảng ủy",
    "starts_on": "01/03/2026",
    "last_day": "31/12/2026",
    "languages": ["vi", "thai"],
}


@dataclass
class Around:
    """A province, its commune, a committee of that and a cell; each recognises one speaker."""

    province: Unit
    commune: Unit
    committee: Unit
    cell: Unit
    speakers: dict[str, Speaker]


@pytest.fixture
def around() -> Around:
    province = make_unit("Tỉnh ủy", kind=UnitKind.PROVINCIAL_COMMITTEE)
    commune = make_unit("Đảng ủy xã", parent=province, kind=UnitKind.COMMUNE_COMMITTEE)
    committee = make_unit("Đảng bộ cơ sở", parent=commune, kind=UnitKind.GRASSROOTS_COMMITTEE)
    cell = make_unit("Chi bộ bản", parent=committee)
    names = {"province": "Vừ A Tỉnh", "commune": "Lò Văn Xã", "committee": "Tao Thị Cơ", "cell": "Sùng A Bản"}
    tiers = {"province": Tier.PROVINCIAL, "commune": Tier.COMMUNE, "committee": Tier.COMMUNICATOR, "cell": 5}
    units = {"province": province, "commune": commune, "committee": committee, "cell": cell}
    speakers = {
        key: make_speaker(make_person(name, unit=cell), units[key], tier=Tier(tiers[key]))
        for key, name in names.items()
    }
    return Around(province, commune, committee, cell, speakers)


def signed_in(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def named(client: Client, **asked: str) -> set[str]:
    return {row.person.full_name for row in client.get(REGISTER, asked).context["table"].page.object_list}


def test_names_stop_at_the_unit_and_its_superior_and_counts_go_on(around: Around) -> None:
    officer = signed_in(Role.OFFICER, around.commune)
    assert named(officer) == {"Lò Văn Xã", "Tao Thị Cơ"}
    page = officer.get(REGISTER)
    assert {(one.tier, one.number) for one in page.context["tiers"]} == {(Tier.COMMUNE, 1), (Tier.COMMUNICATOR, 2)}
    assert "Sùng A Bản" not in page.content.decode()
    assert named(signed_in(Role.CLERK, around.commune)) == {"Lò Văn Xã"}
    viewer = signed_in(Role.VIEWER, around.province).get(REGISTER)
    assert (viewer.context["counted"], list(viewer.context["table"].page.object_list)) == (4, [])
    below = officer.get(reverse("speakers:speaker_detail", args=[around.speakers["cell"].pk]))
    above = officer.get(reverse("speakers:speaker_detail", args=[around.speakers["province"].pk]))
    assert (below.status_code, above.status_code) == (404, 404)
    assert signed_in(Role.ADMINISTRATOR, around.commune).get(REGISTER).status_code == 403


def test_the_register_is_narrowed_by_tier_language_topic_day_and_name(around: Around) -> None:
    officer = signed_in(Role.OFFICER, around.commune)
    speaker = around.speakers["committee"]
    sector = Sector.objects.create(code="y-te", name="Y tế")
    speaker.topics.add(sector)
    Speaker.objects.filter(pk=speaker.pk).update(languages=["vi", "hmong"])
    old = make_speaker(
        make_person("Quàng Văn Cũ", unit=around.cell),
        around.commune,
        since=dt.date(YEAR - 1, 1, 1),
        until=dt.date(YEAR, 1, 1),
    )
    one = {"Tao Thị Cơ"}
    assert named(officer, tier="5") == named(officer, language="hmong") == one
    other = Sector.objects.create(code="giao-duc", name="Giáo dục")
    assert named(officer, sector=str(sector.pk)) == one | {"Lò Văn Xã"}
    assert named(officer, sector=str(other.pk)) == {"Lò Văn Xã"}
    assert named(officer, q="tao thi") == one
    assert named(officer, day=f"31/12/{YEAR - 1}") == {old.person.full_name}
    assert named(officer, which="all") == {"Tao Thị Cơ", "Lò Văn Xã", "Quàng Văn Cũ"}
    assert named(officer, tier="x", language="?", sector="-1", day="32/13/2026", unit="0") == one | {"Lò Văn Xã"}


def test_whoever_is_recognised_twice_is_one_speaker(around: Around) -> None:
    person = around.speakers["commune"].person
    make_speaker(person, around.commune, tier=Tier.COMMUNICATOR)
    make_speaker(person, around.committee, tier=Tier.COMMUNICATOR)
    page = signed_in(Role.OFFICER, around.commune).get(REGISTER)
    assert page.context["counted"] == 3
    assert {(one.tier, one.number) for one in page.context["tiers"]} == {(Tier.COMMUNE, 1), (Tier.COMMUNICATOR, 3)}


def test_the_reading_of_names_is_noted(around: Around) -> None:
    signed_in(Role.OFFICER, around.commune).get(REGISTER, {"q": "tao", "tier": "5"})
    noted = Entry.objects.get(action="speakers.list_speakers", outcome=Outcome.READ)
    assert noted.facts == {"rows": 1, "of": 1, "filter_tier": "5", "searched": True}


def test_the_workbook_holds_what_the_unit_recognises_for_a_purpose(around: Around) -> None:
    officer = signed_in(Role.OFFICER, around.commune)
    hidden = make_person("Lường Văn Ẩn", unit=around.cell)
    make_speaker(hidden, around.commune)
    restrict(hidden)
    url = f"{REGISTER}?format=xlsx"
    assert officer.get(url).status_code == 200
    assert officer.post(url, {"purpose": ""}).status_code == 422
    answer = officer.post(url, {"purpose": "Mời báo cáo viên tập huấn"})
    page = load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    cells = [str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell]
    assert "Lò Văn Xã" in cells
    assert not {"Tao Thị Cơ", "Lường Văn Ẩn"} & set(cells)
    assert Entry.objects.get(action="speakers.export_speakers").facts["count"] == 1
    approver = signed_in(Role.APPROVER, around.commune)
    assert approver.get(url).context["table"].xlsx_url == ""


def test_a_restricted_speaker_is_masked_and_found_by_no_name(around: Around) -> None:
    speaker = around.speakers["commune"]
    restrict(speaker.person)
    approver = signed_in(Role.APPROVER, around.commune)
    page = approver.get(REGISTER).content.decode()
    assert str(MASK) in page
    assert "Lò Văn Xã" not in page
    assert named(approver, q="lo van") == set()
    detail = reverse("speakers:speaker_detail", args=[speaker.pk])
    assert approver.get(detail).status_code == 403
    assert signed_in(Role.OFFICER, around.commune).get(detail).status_code == 200


@pytest.fixture
def person(around: Around) -> Person:
    return make_person("Lò Thị Mới", unit=around.cell, code="0101")


def test_the_form_recognises_whom_the_record_led_to(around: Around, person: Person) -> None:
    officer = signed_in(Role.OFFICER, around.commune)
    url = reverse("speakers:speaker_new")
    assert officer.get(url, {"person": "9" * 40}).context["form"]["member_code"].value() == ""
    assert officer.get(url, {"person": str(person.pk)}).context["form"]["member_code"].value() == ""
    secretary = signed_in(Role.OFFICER, around.committee)
    assert secretary.get(url, {"person": str(person.pk)}).context["form"]["member_code"].value() == "0101"
    form = {**FORM, "client_id": str(uuid.uuid4()), "unit": str(around.commune.pk), "member_code": "0101"}
    form["full_name"] = "lò thị mới"
    answers = [officer.post(url, form) for _turn in range(2)]
    speaker = Speaker.objects.get(person=person)
    assert {answer["Location"] for answer in answers} == {reverse("speakers:speaker_detail", args=[speaker.pk])}
    again = officer.post(url, {**form, "client_id": str(uuid.uuid4())})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["starts_on"])
    future = {**form, "decision_date": f"01/01/{YEAR + 2}"}
    assert list(officer.post(url, future).context["form"].errors) == ["decision_date"]
    foreign = {**form, "client_id": str(uuid.uuid4()), "unit": str(around.province.pk)}
    assert officer.post(url, foreign).status_code == 422
    assert signed_in(Role.SECRETARY, around.commune).get(url).status_code == 403


def test_the_page_corrects_and_ends_and_keeps_the_history(around: Around) -> None:
    officer, speaker = signed_in(Role.OFFICER, around.commune), around.speakers["commune"]
    make_speaker(speaker.person, around.commune, tier=Tier.COMMUNICATOR)
    detail = reverse("speakers:speaker_detail", args=[speaker.pk])
    assert len(officer.get(detail).context["history"]) == 1
    correct, end = (reverse(f"speakers:speaker_{step}", args=[speaker.pk]) for step in ("correct", "end"))
    assert officer.post(correct, {**FORM, "version": "1"}).status_code == 303
    stale = officer.post(correct, {**FORM, "version": "1", "decision_number": "06-QĐ/ĐU"})
    assert (stale.status_code, [one.name for one in stale.context["differences"]]) == (409, ["decision_number"])
    assert officer.post(correct, {**FORM, "version": "2", "last_day": "01/01/2026"}).status_code == 422
    assert officer.post(correct, {"version": "x"}).status_code == 422
    ending = {"last_day": "30/06/2026", "decision_number": "09-QĐ/ĐU", "decision_date": "01/06/2026"}
    assert officer.post(end, {**ending, "decision_number": ""}).status_code == 422
    assert officer.post(end, {**ending, "last_day": "01/01/2020"}).status_code == 422
    assert officer.post(end, ending).status_code == 303
    assert officer.get(detail).context["ending"] is None
    clerk = signed_in(Role.CLERK, around.commune)
    assert clerk.get(detail).context["form"] is None
    assert clerk.post(end, ending).status_code == 403


def test_the_record_of_a_person_leads_to_the_recognition(around: Around) -> None:
    record = reverse("organizations:person_detail", args=[around.speakers["cell"].person_id])
    way = reverse("speakers:speaker_new")
    assert way in signed_in(Role.OFFICER, around.cell).get(record).content.decode()
    assert way not in signed_in(Role.SECRETARY, around.cell).get(record).content.decode()
