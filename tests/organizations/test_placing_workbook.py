"""What a split leaves is placed by a workbook: downloaded for a purpose, filled in, shown, then applied whole."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lantoa.audit.models import Entry
from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted, PurposeMissing, PurposeNamesSomebody
from lantoa.organizations.models import Appointment, DraftPlacement, Membership, Person, Unit, UnitEventDraft
from lantoa.organizations.reading.placings import PlacingHeaderMissing
from lantoa.organizations.selectors.courses import course_of
from lantoa.organizations.selectors.placings import Finding, unit_texts
from lantoa.organizations.services.event_drafts import give_up_event
from lantoa.organizations.services.exports import export_placings
from lantoa.organizations.services.placing import read_placings
from tests.organizations.events import new, split
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit, make_user
from tests.organizations.lists import table, workbook

pytestmark = pytest.mark.django_db
COMMITTEE = UnitKind.COMMUNE_COMMITTEE
PURPOSE = "Xếp đảng viên khi chia tách"


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def unit(district: Unit) -> Unit:
    """A committee with three people, one of them called like a formula, and a cell below."""
    unit = make_unit("Đảng bộ xã Hoang Thèn", parent=district, kind=COMMITTEE)
    make_unit("Chi bộ bản Mới", parent=unit)
    make_person("Lò Văn Ún", unit=unit, code="00123")
    make_person("Giàng A Páo", unit=unit, code="00456")
    Person.objects.filter(pk=make_person("Tẩn Thị Mẩy", unit=unit).pk).update(village="=1+1")
    return unit


@pytest.fixture
def draft(district: Unit, unit: Unit) -> UnitEventDraft:
    administrator = make_actor(Role.ADMINISTRATOR, district)
    return split(administrator, unit, [unit, new("Đảng bộ xã Mới", district, COMMITTEE)])


def sheet_of(content: bytes) -> Worksheet:
    return load_workbook(io.BytesIO(content))["Danh sách"]


def file_of(content: bytes, name: str = "danh-sach.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def signed_in(role: Role, unit: Unit) -> Client:
    browser = Client()
    browser.force_login(make_user(role, unit))
    return browser


def findings(actor: Actor, draft: UnitEventDraft, content: bytes, *, people: bool = True) -> list[Finding]:
    return [row.finding for row in read_placings(actor=actor, draft=draft, people=people, content=content)]


def member(name: str) -> str:
    return f"member-{Membership.objects.get(person__full_name=name).pk}"


def test_the_list_is_downloaded_filled_in_shown_and_placed(unit: Unit, draft: UnitEventDraft) -> None:
    browser, address = signed_in(Role.SECRETARY, unit), f"/unit-events/{draft.pk}/people/"
    answer = browser.post(address, {"step": "export", "purpose": PURPOSE})
    assert answer.status_code == 200
    assert Entry.objects.get(action="organizations.export_placings").facts == {"purpose": PURPOSE, "count": 3}
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book["Danh sách"]
    assert [cell.value for cell in sheet[3]][-1] == "Đơn vị mới"
    assert {cell.data_type for row in sheet.iter_rows(min_row=4) for cell in row if cell.value} == {"s"}
    assert "00123" in [row[4].value for row in sheet.iter_rows(min_row=4)]
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["G4:G7"]
    for row in sheet.iter_rows(min_row=4, max_row=5):
        row[6].value = "đảng bộ xã mới"
    stream = io.BytesIO()
    book.save(stream)
    shown = browser.post(address, {"step": "read", "upload": file_of(stream.getvalue())})
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Sẽ xếp 2 dòng" in text
    assert not DraftPlacement.objects.exists()
    places = text.split('name="places" value="')[1].split('"')[0]
    for _again in range(2):
        assert browser.post(address, {"step": "apply", "places": places}).status_code == 303
    assert DraftPlacement.objects.filter(successor__name="Đảng bộ xã Mới").count() == 2


def test_each_row_says_what_becomes_of_it(unit: Unit, draft: UnitEventDraft) -> None:
    clerk = make_actor(Role.CLERK, unit)
    for code in ("00777", "0777"):
        make_person("Vàng A Sử", unit=unit, code=code)
    content = workbook(
        ["Danh sách chuyển đơn vị"],
        [],
        ["STT", "Đơn vị mới", "Mã đảng viên", "Mã dòng", "Họ tên"],
        [1, "Đảng bộ xã Mới", "00123", "", "Lò Văn Ún"],
        [2, "Đảng bộ xã Mới", 123, "", ""],
        [3, "Đảng bộ xã Khác", 456, "", ""],
        [4, "", "", member("Tẩn Thị Mẩy"), ""],
        [5, "Đảng bộ xã Mới", "999", "", ""],
        [6, "Đảng bộ xã Mới", "", "member-0", ""],
        [7, "Đảng bộ xã Mới", 777, "", ""],
        ["", "", "", "", "Người lập biểu"],
    )
    assert findings(clerk, draft, content) == [
        Finding.PLACED,
        Finding.TWICE,
        Finding.UNKNOWN_UNIT,
        Finding.BLANK,
        Finding.UNKNOWN_ROW,
        Finding.UNKNOWN_ROW,
        Finding.SEVERAL_ROWS,
    ]
    text = table(["Mã đảng viên", "Đơn vị mới"], ["123", "Đảng bộ xã Mới"], ["00456", "=Đảng bộ xã Mới"])
    assert findings(clerk, draft, text)[1] == Finding.UNKNOWN_UNIT


def test_what_was_placed_already_stays_or_moves(unit: Unit, draft: UnitEventDraft) -> None:
    stays, goes = course_of(draft).successors
    for name in ("Lò Văn Ún", "Giàng A Páo"):
        DraftPlacement.objects.create(
            draft=draft, successor=goes, membership=Membership.objects.get(person__full_name=name)
        )
    content = table(["Mã đảng viên", "Đơn vị mới"], ["00123", goes.label], ["00456", stays.label])
    assert findings(make_actor(Role.CLERK, unit), draft, content) == [Finding.SAME, Finding.MOVED]


def test_units_of_one_name_are_told_apart(district: Unit, unit: Unit) -> None:
    other = make_unit("Đảng bộ huyện khác", kind=UnitKind.DISTRICT_COMMITTEE, parent=district)
    twins: list[Any] = [make_unit("Đảng bộ xã Mới", parent=parent, kind=COMMITTEE) for parent in (district, other)]
    twins.append(make_unit("Đảng bộ xã Mới", parent=other, kind=COMMITTEE))
    draft = split(make_actor(Role.ADMINISTRATOR, district), unit, [unit, *twins])
    texts = list(unit_texts(course_of(draft).successors).values())
    assert texts == [
        unit.name,
        "Đảng bộ xã Mới (Đảng bộ huyện)",
        "Đảng bộ xã Mới (Đảng bộ huyện khác) – 3",
        "Đảng bộ xã Mới (Đảng bộ huyện khác) – 4",
    ]
    content = table(["Mã đảng viên", "Đơn vị mới"], ["00123", "Đảng bộ xã Mới"], ["00456", texts[1]])
    assert findings(make_actor(Role.CLERK, unit), draft, content) == [Finding.SEVERAL_UNITS, Finding.PLACED]


def test_the_administrator_places_sub_units_and_appointments_by_a_workbook(
    district: Unit, unit: Unit, draft: UnitEventDraft
) -> None:
    secretary = make_person("Sùng A Chứ")
    Appointment.objects.create(person=secretary, role=Role.SECRETARY, unit=unit, period=ALWAYS)
    browser, address = signed_in(Role.ADMINISTRATOR, district), f"/unit-events/{draft.pk}/placing/"
    refused = browser.post(address, {"step": "export", "purpose": "cho Sùng A Chứ"})
    assert refused.status_code == 422
    sheet = sheet_of(browser.post(address, {"step": "export", "purpose": "Xếp Chi bộ bản Mới"}).content)
    keys = [row[0].value for row in sheet.iter_rows(min_row=4)]
    content = table(["Mã dòng", "Đơn vị mới"], *[[str(key), "Đảng bộ xã Mới"] for key in keys], ["x", "y"])
    text = browser.post(address, {"step": "read", "upload": file_of(content)}).content.decode()
    assert "1 dòng chưa xếp được" in text
    places = text.split('name="places" value="')[1].split('"')[0]
    assert browser.post(address, {"step": "apply", "places": places}).status_code == 303
    assert DraftPlacement.objects.count() == 2


def test_names_leave_only_for_a_purpose_and_with_whoever_may_export_them(unit: Unit, draft: UnitEventDraft) -> None:
    secretary = make_actor(Role.SECRETARY, unit)
    with pytest.raises(PurposeMissing):
        export_placings(actor=secretary, draft=draft, people=True, purpose=" ")
    with pytest.raises(PurposeNamesSomebody):
        export_placings(actor=secretary, draft=draft, people=True, purpose="hỏi lò văn ún")
    assert unit.parent is not None
    officer_above, clerk = make_actor(Role.OFFICER, unit.parent), make_actor(Role.CLERK, unit)
    for actor, people in ((officer_above, True), (clerk, True), (secretary, False)):
        with pytest.raises(NotPermitted):
            export_placings(actor=actor, draft=draft, people=people, purpose=PURPOSE)
    content = table(["Mã dòng", "Đơn vị mới"], ["x", "y"])
    for actor, people in ((make_actor(Role.ADMINISTRATOR, unit.parent), True), (clerk, False)):
        with pytest.raises(NotPermitted):
            read_placings(actor=actor, draft=draft, people=people, content=content)
    shown = signed_in(Role.CLERK, unit).get(f"/unit-events/{draft.pk}/people/").content.decode()
    assert "không được đưa các tên này ra khỏi hệ thống" in shown
    assert (
        signed_in(Role.CLERK, unit)
        .post(f"/unit-events/{draft.pk}/people/", {"step": "export", "purpose": PURPOSE})
        .status_code
        == 422
    )


def test_bad_files_and_stale_lists_place_nobody(unit: Unit, draft: UnitEventDraft) -> None:
    clerk = make_actor(Role.CLERK, unit)
    for content in (table(["Họ và tên", "Đơn vị mới"], ["Lò Văn Ún", "x"]), table(["Mã dòng"], ["x"])):
        with pytest.raises(PlacingHeaderMissing):
            read_placings(actor=clerk, draft=draft, people=True, content=content)
    browser, address = signed_in(Role.SECRETARY, unit), f"/unit-events/{draft.pk}/people/"
    for data in (
        {"step": "read"},
        {"step": "read", "upload": file_of(b"\x00\x01nothing")},
        {"step": "export"},
        {"step": "apply"},
        {"step": "apply", "places": "member-1=0 x"},
        {"step": "apply", "places": f"member-0={course_of(draft).successors[0].pk}"},
    ):
        assert browser.post(address, data).status_code == 422, data
    empty = browser.post(address, {"step": "read", "upload": file_of(table(["Mã dòng", "Đơn vị mới"]))})
    assert "Không có gì thay đổi" in empty.content.decode()
    assert not DraftPlacement.objects.exists()


def test_a_closed_event_gives_and_takes_no_list(district: Unit, unit: Unit, draft: UnitEventDraft) -> None:
    secretary = make_actor(Role.SECRETARY, unit)
    give_up_event(actor=make_actor(Role.ADMINISTRATOR, district), draft=draft)
    draft.refresh_from_db()
    with pytest.raises(refusals.EventClosed):
        export_placings(actor=secretary, draft=draft, people=True, purpose=PURPOSE)
    browser = signed_in(Role.SECRETARY, unit)
    content = table(["Mã dòng", "Đơn vị mới"], ["x", "y"])
    refused = browser.post(f"/unit-events/{draft.pk}/people/", {"step": "read", "upload": file_of(content)})
    assert refused.status_code == 422
    assert "đã được áp dụng hoặc đã hủy" in refused.content.decode()
