"""The roll of a site as a workbook: out in the order of the sheet, in by row number through a preview."""

import io
import uuid
from collections.abc import Callable, Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from lantoa.accounts.models import User
from lantoa.attendance.enums import MarkMethod, MarkStatus, Rank
from lantoa.attendance.errors import NotOnTheList
from lantoa.attendance.models import AttendanceEvent, LateChange
from lantoa.attendance.roll_workbooks import WORDS, row_number, said
from lantoa.attendance.selectors.rolls import RollLine, roll_of
from lantoa.attendance.services.marks import record_marks
from lantoa.attendance.services.rolls import close_roll
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.organizations.enums import Role
from lantoa.plans.models import SummonsEntry
from tests.attendance.factories import Scene, make_scene, mark
from tests.organizations.factories import make_user
from tests.study_sessions.factories import make_session, make_site, place

pytestmark = pytest.mark.django_db
HEAD = ("STT", "Mã dòng", "Họ và tên", "Điểm danh")


@pytest.fixture
def scene() -> Scene:
    return make_scene(5)


@pytest.fixture
def secretary(scene: Scene) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=scene.secretary.user_id or 0))
    return client


def address(scene: Scene, page: str = "workbook") -> str:
    return reverse(f"attendance:roll_{page}", args=[scene.site.pk])


def book(*rows: Sequence[object], head: Sequence[str] = HEAD) -> SimpleUploadedFile:
    found = Workbook()
    page = found.active
    assert page is not None
    for row in (("Danh sách",), (), head, *rows):
        page.append(list(row))
    content = io.BytesIO()
    found.save(content)
    return SimpleUploadedFile("diem-danh.xlsx", content.getvalue())


def key(scene: Scene, line: RollLine) -> str:
    return row_number(scene.site.pk, line.entry_id)


def tick(scene: Scene, entry_id: int, status: MarkStatus) -> None:
    reason = "health" if status == MarkStatus.EXCUSED else ""
    entry = SummonsEntry.objects.get(pk=entry_id)
    record_marks(actor=scene.secretary, site=scene.site, marks=[mark(entry, status, reason=reason)])


@pytest.fixture
def upload(scene: Scene, secretary: Client) -> Callable[..., list[tuple[str, str]]]:
    """Uploads the rows and gives what the preview says of each: the name and the finding."""

    def send(*rows: Sequence[object]) -> list[tuple[str, str]]:
        answer = secretary.post(address(scene), {"upload": book(*rows)})
        assert answer.status_code == 200
        checked = answer.context["read"]["checked"]
        return [(row.line.name, row.finding.name) for row in checked.lines]

    return send


def test_the_workbook_has_the_order_of_the_sheet_and_no_reason(scene: Scene, secretary: Client) -> None:
    first, second, *_others = roll_of(scene.site).lines
    tick(scene, first.entry_id, MarkStatus.EXCUSED)
    asked = {"purpose": "Điền điểm danh trên máy", "as": "workbook"}
    answer = secretary.post(address(scene, "sheet"), asked)
    page = load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    rows = [[str(cell or "") for cell in row] for row in page.iter_rows(min_row=3, values_only=True)]
    assert rows[0] == ["STT", "Mã dòng", "Họ và tên", "Năm sinh, thôn/bản", "Chi bộ", "Điểm danh"]
    assert [row[1] for row in rows[1:]] == [key(scene, line) for line in roll_of(scene.site).lines]
    assert [row[5] for row in rows[1:3]] == ["Vắng có lý do", ""]
    assert rows[2][:3] == ["2", key(scene, second), second.name]
    exported = Entry.objects.get(action="attendance.export_sheet", outcome=Outcome.EXPORTED)
    assert exported.facts == {"purpose": asked["purpose"], "count": 5}
    assert secretary.post(address(scene, "sheet"), {"as": "workbook", "purpose": ""}).status_code == 422


def test_the_preview_says_of_each_row_what_becomes_of_it(
    scene: Scene, upload: Callable[..., list[tuple[str, str]]]
) -> None:
    one, two, three, four, five = roll_of(scene.site).lines
    tick(scene, one.entry_id, MarkStatus.PRESENT)
    tick(scene, two.entry_id, MarkStatus.PRESENT)
    found = upload(
        (1, key(scene, one), one.name, "có mặt"),
        (2, key(scene, two), two.name.upper(), "Vắng không lý do"),
        (3, key(scene, three), "", "x"),
        (4, key(scene, four), "Người khác", "Có mặt"),
        (5, key(scene, five), five.name, "chắc là có"),
        (6, f"D{scene.site.pk}-{10**12}", "Ai đó", "Có mặt"),
        (7, "", "Không mã", "Có mặt"),
    )
    assert dict(found) == {
        one.name: "SAME",
        two.name.upper(): "OTHER",
        "": "MARK",
        "Người khác": "NAME",
        five.name: "WORD",
        "Ai đó": "UNKNOWN",
        "Không mã": "UNKNOWN",
    }
    assert upload((1, key(scene, three), "", "x"), (1, key(scene, three), "", "vắng")) == [("", "TWICE"), ("", "TWICE")]
    assert upload((1, key(scene, three), "", "")) == [("", "BLANK")]
    assert AttendanceEvent.objects.count() == 2


def test_a_row_of_another_session_is_refused(
    scene: Scene, upload: Callable[..., list[tuple[str, str]]], secretary: Client
) -> None:
    session = make_session(scene.campaign, scene.committee)
    place(make_site(session, scene.committee, cells=[scene.cell]), *scene.entries)
    other = session.sites.get()
    asked = {"purpose": "Điền điểm danh trên máy", "as": "workbook"}
    page = load_workbook(
        io.BytesIO(secretary.post(reverse("attendance:roll_sheet", args=[other.pk]), asked).content)
    ).active
    assert page is not None
    rows = [list(row) for row in page.iter_rows(min_row=4, values_only=True)]
    found = upload(*((row[0], row[1], row[2], "Có mặt") for row in rows))
    assert {finding for _name, finding in found} == {"ROLL"}
    assert upload((1, str(scene.first.pk), "", "Có mặt")) == [("", "UNKNOWN")]


def test_the_list_in_the_cells_offers_each_word_whole(scene: Scene, secretary: Client) -> None:
    asked = {"purpose": "Điền điểm danh trên máy", "as": "workbook"}
    page = load_workbook(io.BytesIO(secretary.post(address(scene, "sheet"), asked).content)).active
    assert page is not None
    (choice,) = page.data_validations.dataValidation
    assert choice.formula1.strip('"').split(",") == list(WORDS.values())


def test_the_preview_says_what_a_short_word_is_read_as(scene: Scene, secretary: Client) -> None:
    one, two, three, *_others = roll_of(scene.site).lines
    rows = [
        (1, key(scene, one), one.name, "x"),
        (2, key(scene, two), two.name, "CÓ MẶT"),
        (3, key(scene, three), three.name, "v"),
    ]
    read = secretary.post(address(scene), {"upload": book(*rows)}).context["read"]
    assert {said(row.line) for row in read["checked"].lines} == {"x → Có mặt", "CÓ MẶT", "v"}
    assert [row.finding.name for row in read["checked"].lines] == ["WORD", "MARK", "MARK"]


def confirm(scene: Scene, secretary: Client, *rows: Sequence[object], **changes: str) -> int:
    read = secretary.post(address(scene), {"upload": book(*rows)}).context["read"]
    form = {name: str(read[name]) for name in ("client_id", "shown_at", "marks")}
    return [secretary.post(address(scene), {**form, **changes}).status_code for _turn in range(2)][-1]


def test_a_confirmed_workbook_is_recorded_once_below_a_tick(scene: Scene, secretary: Client) -> None:
    one, two, three, *_others = roll_of(scene.site).lines
    tick(scene, one.entry_id, MarkStatus.PRESENT)
    rows = (
        (1, key(scene, one), one.name, "Vắng không lý do"),
        (2, key(scene, two), two.name, "Có mặt, đến muộn"),
        (3, key(scene, three), three.name, "Vắng có lý do: công tác"),
    )
    assert confirm(scene, secretary, *rows) == 303
    events = AttendanceEvent.objects.filter(method=MarkMethod.WORKBOOK)
    assert set(events.values_list("rank", "device__kind")) == {(Rank.WORKBOOK, "workbook")}
    assert events.count() == 3
    assert [line.value for line in roll_of(scene.site).lines[:3]] == ["present", "late", "excused-work"]


def test_a_garbled_preview_records_nothing(scene: Scene, secretary: Client) -> None:
    one = roll_of(scene.site).lines[0]
    for marks in ("x=present", f"{one.entry_id}=", f"{one.entry_id}=nobody", f"{one.entry_id}", "9" * 30 + "=present"):
        answer = secretary.post(address(scene), {"marks": marks, "client_id": "", "shown_at": ""})
        assert answer.status_code == 422
    assert not AttendanceEvent.objects.exists()


def test_somebody_of_another_list_is_not_recorded(scene: Scene, secretary: Client) -> None:
    form = {"marks": "999999=present", "client_id": str(uuid.uuid4()), "shown_at": ""}
    assert secretary.post(address(scene), form).status_code == 303
    assert not AttendanceEvent.objects.exists()


def test_many_refused_marks_are_told_in_one_sentence(scene: Scene, secretary: Client) -> None:
    form = {"marks": "999998=present 999999=present", "client_id": str(uuid.uuid4()), "shown_at": ""}
    way = secretary.post(address(scene), form)
    page = secretary.get(way["Location"]).content.decode()
    assert page.count(str(NotOnTheList())) == 1


def test_a_file_that_is_no_roll_says_so(scene: Scene, secretary: Client) -> None:
    for content in (b"", b"no workbook", book((1,), head=("A", "B")).read()):
        answer = secretary.post(address(scene), {"upload": SimpleUploadedFile("la.xlsx", content)})
        assert answer.status_code == 422
    assert secretary.post(address(scene), {}).status_code == 422


def test_after_the_closing_a_workbook_asks_for_late_changes(scene: Scene, secretary: Client) -> None:
    close_roll(actor=scene.secretary, site=scene.site, guests=0, guests_note="", absent_rest=True)
    one = roll_of(scene.site).lines[0]
    assert confirm(scene, secretary, (1, key(scene, one), one.name, "Có mặt")) == 303
    assert LateChange.objects.get().event.entry_id == one.entry_id


def test_nobody_but_the_keeper_reads_a_workbook_in(scene: Scene) -> None:
    client = Client()
    client.force_login(make_user(Role.VIEWER, scene.site.unit))
    assert client.post(address(scene), {"upload": book()}).status_code == 403
    assert not AttendanceEvent.objects.exists()
