"""What a search of the register finds, for whom, and in which order."""

import datetime as dt
import threading
import unicodedata
import uuid
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import Settings

from lantoa.directives.models import Directive
from lantoa.directives.querysets import finding_keys, scope_of
from lantoa.directives.services import change_directive, register_directive
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.organizations.services.today import write_today
from lantoa.search.models import SearchEntry
from lantoa.search.sources import rebuild
from tests.directives.factories import make_directive
from tests.directives.test_services import facts
from tests.files.factories import docx, pdf
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.racing import run_at_once, wait_for_a_waiter

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def officer(district: Unit) -> Actor:
    return make_actor(Role.OFFICER, district)


@pytest.fixture
def register(district: Unit) -> dict[str, Directive]:
    """Some documents, the later ones newer."""
    rows = (
        ("57-NQ/TW", "Bộ Chính trị", "Về đột phá phát triển khoa học, công nghệ", "Nghị quyết nêu năm quan điểm."),
        ("570-QĐ/TU", "Tỉnh ủy", "Về quy chế làm việc của Đảng ủy", ""),
        ("20-KH/ĐU", "Đảng ủy xã", "Giữ gìn hòa bình nơi biên giới", ""),
        ("21-KH/ĐU", "Dang uy xa", "Giu gin hoa binh noi bien gioi", ""),
        ("22-KH/ĐU", "Huyện ủy", "Thi đua", "Mừng 57 năm ngày hoà bình lập lại"),
    )
    return {
        number: make_directive(
            district, number=number, body=body, title=title, abstract=abstract, issued_on=dt.date(2025, 1, day)
        )
        for day, (number, body, title, abstract) in enumerate(rows, 1)
    }


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("nghi quyet", ["22-KH/ĐU", "21-KH/ĐU", "20-KH/ĐU", "570-QĐ/TU", "57-NQ/TW"]),
        ("nghi quyet quan diem", ["57-NQ/TW"]),
        ("dang uy", ["21-KH/ĐU", "570-QĐ/TU", "20-KH/ĐU"]),
        ("đảng ủy", ["570-QĐ/TU", "20-KH/ĐU", "21-KH/ĐU"]),
        ("hòa bình", ["20-KH/ĐU", "22-KH/ĐU", "21-KH/ĐU"]),
        ("hoà bình", ["20-KH/ĐU", "22-KH/ĐU", "21-KH/ĐU"]),
        (unicodedata.normalize("NFD", "hoà bình"), ["20-KH/ĐU", "22-KH/ĐU", "21-KH/ĐU"]),
        ("HÒA BÌNH", ["20-KH/ĐU", "22-KH/ĐU", "21-KH/ĐU"]),
        ("hoa binh", ["21-KH/ĐU", "20-KH/ĐU", "22-KH/ĐU"]),
        ("57-NQ/TW", ["57-NQ/TW"]),
        ("57 nq tw", ["57-NQ/TW"]),
        ("57–nq/tw", ["57-NQ/TW"]),
        ("57", ["57-NQ/TW", "22-KH/ĐU"]),
        ("570", ["570-QĐ/TU"]),
        ("kh/đu", ["22-KH/ĐU", "21-KH/ĐU", "20-KH/ĐU"]),
        ("công ngh", ["57-NQ/TW"]),
        ("cong nghệ", ["57-NQ/TW"]),
        ('"khoa hoc cong nghe"', ["57-NQ/TW"]),
        ('"cong nghe khoa hoc"', []),
        ("cong nghe khoa hoc", ["57-NQ/TW"]),
        ("không có gì như thế", []),
        ("'; DROP TABLE directives_directive; --", []),
        ("& | ! <-> :* ()", []),
    ],
)
def test_the_table_of_searches(officer: Actor, register: dict[str, Directive], typed: str, numbers: list[str]) -> None:
    found = Directive.objects.visible_to(officer).found_by(officer, typed)
    assert [directive.number for directive in found] == numbers


def test_the_page_searches_and_filters_at_once(district: Unit, register: dict[str, Directive]) -> None:
    client = Client()
    client.force_login(make_user(Role.VIEWER, district))
    shown = client.get("/directives/", {"q": "hoa binh", "body": "Huyện ủy"}).context["table"].page.object_list
    assert [directive.number for directive in shown] == ["22-KH/ĐU"]
    sorted_rows = client.get("/directives/", {"q": "hoa binh", "sort": "number"}).context["table"].page.object_list
    assert [directive.number for directive in sorted_rows] == ["20-KH/ĐU", "21-KH/ĐU", "22-KH/ĐU"]


def test_the_page_says_where_it_shows_the_best_alone(
    district: Unit, register: dict[str, Directive], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(make_user(Role.VIEWER, district))
    note = "Hãy gõ thêm một từ"
    assert note not in client.get("/directives/", {"q": "nghi quyet"}).content.decode()
    assert not any(note in line for line in _lines_of(client.get("/directives/?q=nghi+quyet&format=xlsx").content))
    monkeypatch.setattr("lantoa.directives.views.MOST_HITS", len(register))
    assert note in client.get("/directives/", {"q": "nghi quyet"}).content.decode()
    assert any(note in line for line in _lines_of(client.get("/directives/?q=nghi+quyet&format=xlsx").content))


def _lines_of(workbook: bytes) -> list[str]:
    sheet = load_workbook(BytesIO(workbook)).active
    assert sheet is not None
    return [" ".join(map(str, row)) for row in sheet.iter_rows(values_only=True)]


def test_words_of_files_are_found_until_the_file_goes(
    officer: Actor, district: Unit, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    uploads = [
        SimpleUploadedFile("nq.docx", docx("Phát huy vai trò già làng")),
        SimpleUploadedFile("phu-luc.pdf", pdf("Danh muc trong diem")),
    ]
    directive = register_directive(
        actor=officer, client_id=uuid.uuid4(), registered_by=district, facts=facts(), uploads=uploads,
        no_secrecy_declared=True,
    )  # fmt: skip

    def found(text: str) -> bool:
        return Directive.objects.visible_to(officer).found_by(officer, text).exists()

    assert found("già làng")
    assert found("gia lang trong diem")
    first, second = directive.files.order_by("pk")
    changed = change_directive(
        actor=officer, directive=directive, version=1, facts=facts(title="Tên mới"), files=[first, second]
    )
    assert found("gia lang ten moi"), "what was read of the files stays when other words change"
    change_directive(actor=officer, directive=changed, version=2, facts=facts(), files=[second])
    assert not found("gia lang")
    assert found("trong diem")
    second.delete()
    assert not found("trong diem")
    assert not SearchEntry.objects.filter(attached__contains="trong diem").exists()


def test_a_file_that_cannot_be_read_leaves_the_other_words(
    officer: Actor, district: Unit, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    directive = register_directive(
        actor=officer, client_id=uuid.uuid4(), registered_by=district, facts=facts(), no_secrecy_declared=True,
        uploads=[SimpleUploadedFile("nq.docx", docx("Già làng")), SimpleUploadedFile("b.docx", docx("Trưởng bản"))],
    )  # fmt: skip
    lost, spoilt = directive.files.order_by("pk")
    Path(lost.content.path).unlink()
    Path(spoilt.content.path).write_bytes(b"PK\x03\x04 no more a package")
    assert rebuild()["directive"] == 1
    assert list(Directive.objects.all().found_by(officer, "dot pha")) == [directive]
    assert not Directive.objects.all().found_by(officer, "gia lang").exists()
    Path(spoilt.content.path).write_bytes(b"no kind that we know")
    rebuild()
    assert not Directive.objects.all().found_by(officer, "truong ban").exists()


def test_the_text_of_files_is_bounded(officer: Actor, district: Unit, tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    long_one = docx(*(f"dòng {number} " + "chữ " * 500 for number in range(200)))
    register_directive(
        actor=officer, client_id=uuid.uuid4(), registered_by=district, facts=facts(), no_secrecy_declared=True,
        uploads=[SimpleUploadedFile("dai.docx", long_one)],
    )  # fmt: skip
    assert Directive.objects.all().found_by(officer, '"dong 90"').exists()
    assert not Directive.objects.all().found_by(officer, '"dong 199"').exists()


def test_a_directive_is_found_by_whoever_sees_it_and_by_nobody_else(district: Unit) -> None:
    commune = make_unit("Xã", parent=district, kind=UnitKind.GRASSROOTS_COMMITTEE)
    cell, other = make_unit(parent=commune), make_unit("Xã khác", parent=district)
    made = [make_directive(unit, title="Biên giới") for unit in (district, commune, cell, other)]
    for role in Role:
        for unit in (district, commune, cell, other):
            actor = make_actor(role, unit)
            seen = set(Directive.objects.visible_to(actor))
            assert set(Directive.objects.all().found_by(actor, "bien gioi")) == seen
            assert seen <= set(made)


def test_whoever_stands_above_a_unit_that_moved_finds_what_it_registered(district: Unit) -> None:
    other = make_unit("Huyện khác", kind=UnitKind.DISTRICT_COMMITTEE)
    commune = make_unit("Xã", parent=district, kind=UnitKind.GRASSROOTS_COMMITTEE)
    make_directive(commune, title="Biên giới")
    before, after = make_actor(Role.VIEWER, district), make_actor(Role.VIEWER, other)
    assert Directive.objects.all().found_by(before, "bien gioi").exists()
    _move(commune, other)
    assert not Directive.objects.all().found_by(before, "bien gioi").exists()
    assert Directive.objects.all().found_by(after, "bien gioi").exists()


def test_a_directive_is_found_by_where_its_unit_stands_when_it_is_registered(district: Unit) -> None:
    other = make_unit("Huyện khác", kind=UnitKind.DISTRICT_COMMITTEE)
    commune = make_unit("Xã", parent=district, kind=UnitKind.GRASSROOTS_COMMITTEE)
    its_officer = make_actor(Role.OFFICER, commune)
    _move(commune, other)
    register_directive(actor=its_officer, client_id=uuid.uuid4(), registered_by=commune, facts=facts())
    assert SearchEntry.objects.get().scope == scope_of(f"{other.path}{commune.pk}.")


@pytest.mark.django_db(transaction=True)
def test_a_correction_waits_for_a_reform_that_moves_the_unit(district: Unit) -> None:
    other = make_unit("Huyện khác", kind=UnitKind.DISTRICT_COMMITTEE)
    commune = make_unit("Xã", parent=district, kind=UnitKind.GRASSROOTS_COMMITTEE)
    its_officer, directive = make_actor(Role.OFFICER, commune), make_directive(commune)
    moved = threading.Event()

    def reform() -> None:
        with transaction.atomic():
            _move(commune, other)
            moved.set()
            wait_for_a_waiter()

    def correct() -> None:
        moved.wait()
        change_directive(actor=its_officer, directive=directive, version=1, facts=facts(title="Tên mới"))

    assert run_at_once(reform, correct) == [None, None]
    assert SearchEntry.objects.get().scope == scope_of(f"{other.path}{commune.pk}.")


def _move(unit: Unit, superior: Unit) -> None:
    unit.periods.update(parent=superior)
    write_today(day=dt.date(2026, 1, 1), unit_ids=[unit.pk])


def test_nobody_without_an_appointment_finds_anything(register: dict[str, Directive]) -> None:
    nobody = Actor.of(make_user())
    assert finding_keys(nobody) == []
    assert not Directive.objects.all().found_by(nobody, "hoa binh").exists()


def test_the_scope_names_the_unit_and_all_above_it() -> None:
    assert scope_of("1.22.3.") == ["at3", "in1", "in22", "in3"]


@given(st.text(max_size=120))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_typed_the_page_answers(district: Unit, text: str) -> None:
    actor = Actor.of(make_user(Role.VIEWER, district))
    assert not Directive.objects.visible_to(actor).found_by(actor, text).exists()
