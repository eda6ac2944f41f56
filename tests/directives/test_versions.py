"""What the register says beyond number and title, and what each correction changed."""

import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lantoa.directives import errors
from lantoa.directives.enums import DirectiveClass, DirectiveKind
from lantoa.directives.models import Directive, DirectiveVersion
from lantoa.directives.selectors import MOST_VERSIONS, history_of
from lantoa.directives.services import change_directive, register_directive
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from tests.directives.factories import make_directive, make_sector
from tests.directives.test_services import PDF, facts
from tests.directives.test_views import typed
from tests.organizations.factories import make_actor, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def officer(district: Unit) -> Actor:
    return make_actor(Role.OFFICER, district)


@pytest.fixture
def directive(officer: Actor, district: Unit) -> Directive:
    return register_directive(actor=officer, client_id=uuid.uuid4(), registered_by=district, facts=facts())


def test_a_correction_keeps_what_it_changed_word_by_word(
    officer: Actor, directive: Directive, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    sectors = (make_sector("Y tế"), make_sector("Giáo dục"))
    new = facts(
        kind=DirectiveKind.GUIDELINE,
        title="Về đột phá phát triển khoa học",
        received_on=dt.date(2024, 12, 31),
        effective_until=dt.date(2030, 12, 31),
        directive_class=DirectiveClass.SECTORAL,
        sectors=sectors,
    )
    change_directive(
        actor=officer, directive=directive, version=1, facts=new, no_secrecy_declared=True,
        uploads=[SimpleUploadedFile("nq57.pdf", PDF)],
    )  # fmt: skip
    [edition] = history_of(directive)
    said = {
        change.label: ("".join(one.text for one in change.before), "".join(one.text for one in change.after))
        for change in edition.changes
    }
    assert edition.version == 2
    assert said == {
        "Loại": ("Nghị quyết", "Hướng dẫn"),
        "Trích yếu": ("Về đột phá phát triển khoa học, công nghệ", "Về đột phá phát triển khoa học"),
        "Ngày nhận": ("30/12/2024", "31/12/2024"),
        "Có hiệu lực đến": ("", "31/12/2030"),
        "Phân loại": (
            "Chung: toàn thể đảng viên và cán bộ",
            "Chuyên ngành: cán bộ, đảng viên của một ngành, lĩnh vực",
        ),
        "Lĩnh vực": ("", "Giáo dục\nY tế"),
        "Các tệp": ("", "nq57.pdf"),
    }
    assert edition.labels.count(",") >= 6
    assert str(DirectiveVersion.objects.get()) == f"{directive.pk} 2"


def test_a_submit_that_changes_nothing_keeps_nothing(officer: Actor, directive: Directive) -> None:
    assert change_directive(actor=officer, directive=directive, version=1, facts=facts()).version == 1
    assert history_of(directive) == []


def test_only_the_last_corrections_are_shown(officer: Actor, directive: Directive) -> None:
    for version in range(1, MOST_VERSIONS + 3):
        change_directive(actor=officer, directive=directive, version=version, facts=facts(title=f"Tên {version}"))
    assert [edition.version for edition in history_of(directive)] == list(range(MOST_VERSIONS + 3, 3, -1))


@pytest.mark.parametrize("begins", [None, dt.date(2025, 1, 1)])
def test_a_directive_does_not_end_before_it_begins(
    officer: Actor, directive: Directive, begins: dt.date | None
) -> None:
    ends = dt.date(2024, 12, 21)
    with pytest.raises(errors.EndsBeforeItBegins) as caught:
        change_directive(
            actor=officer, directive=directive, version=1, facts=facts(effective_from=begins, effective_until=ends)
        )
    assert caught.value.field == "effective_until"
    with pytest.raises(IntegrityError), transaction.atomic():
        Directive.objects.filter(pk=directive.pk).update(effective_from=begins, effective_until=ends)


def test_what_holds_on_a_day_is_told_by_its_dates(district: Unit) -> None:
    lasting = make_directive(district, issued_on=dt.date(2020, 1, 1))
    later = make_directive(district, issued_on=dt.date(2020, 1, 1))
    ended = make_directive(district, issued_on=dt.date(2020, 1, 1))
    Directive.objects.filter(pk=later.pk).update(effective_from=dt.date(2020, 6, 1))
    Directive.objects.filter(pk=ended.pk).update(effective_until=dt.date(2020, 5, 31))
    expected = {
        dt.date(2019, 12, 31): set(),
        dt.date(2020, 5, 31): {lasting, ended},
        dt.date(2020, 6, 1): {lasting, later},
    }
    for day, wanted in expected.items():
        assert set(Directive.objects.in_force_on(day)) == wanted
    ended.refresh_from_db()
    later.refresh_from_db()
    assert (ended.has_ended, later.has_ended) == (True, False)
    assert (ended.in_force_since, later.in_force_since) == (dt.date(2020, 1, 1), dt.date(2020, 6, 1))


def test_the_page_shows_points_digest_dates_and_what_vouches_for_the_files(
    district: Unit, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = Client()
    client.force_login(make_user(Role.OFFICER, district))
    sectors = [make_sector("Y tế").pk, make_sector("Giáo dục").pk]
    fields = typed(
        district,
        signer="Nguyễn Văn Ký",
        effective_until="31/12/2024",
        directive_class="sectoral",
        sectors=sectors,
        key_points="- Điểm mới thứ nhất\n\n• Điểm mới thứ hai",
        digest="Tóm tắt một trang.",
        uploads=SimpleUploadedFile("nq57.pdf", PDF),
    )
    undeclared = client.post(reverse("directives:directive_create"), fields)
    assert undeclared.status_code == 422
    assert "no_secrecy_declared" in undeclared.context["form"].errors
    fields |= {"uploads": SimpleUploadedFile("nq57.pdf", PDF), "no_secrecy_declared": "on"}
    assert client.post(reverse("directives:directive_create"), fields).status_code == 303
    directive = Directive.objects.get()
    page = client.get(reverse("directives:directive_detail", args=[directive.pk])).content.decode()
    for words in (
        "Nguyễn Văn Ký", "31/12/2024", "hết hiệu lực", "Giáo dục, Y tế", "<li>Điểm mới thứ nhất</li>",
        "<li>Điểm mới thứ hai</li>", "Tóm tắt một trang.", directive.files.get().sha256,
    ):  # fmt: skip
        assert words in page
    change = reverse("directives:directive_change", args=[directive.pk])
    assert "Tóm tắt một trang." in client.get(change).content.decode()
    fields = typed(district, version="1", digest="Tóm tắt khác.", kept_files=[directive.files.get().pk])
    assert client.post(change, fields).status_code == 303
    page = client.get(reverse("directives:directive_detail", args=[directive.pk])).content.decode()
    assert "<ins>khác.</ins>" in page


def test_the_list_is_narrowed_by_depth_sector_body_and_the_day_on_which_it_holds(district: Unit) -> None:
    sector = make_sector("Y tế")
    wanted = make_directive(
        district, number="20-NQ/TW", body="Ban Chấp hành Trung ương", directive_class=DirectiveClass.SECTORAL,
        sector=sector, issued_on=dt.date(2017, 10, 25),
    )  # fmt: skip
    other = make_directive(district, number="37-CT/TW", issued_on=dt.date(2018, 1, 1))
    Directive.objects.filter(pk=other.pk).update(study_mode="brief")
    client = Client()
    client.force_login(make_user(Role.VIEWER, district))
    queries: tuple[dict[str, str | int], ...] = (
        {"study_mode": "study"}, {"sector": sector.pk}, {"body": wanted.body}, {"on": "31/12/2017"},
        {"q": "dot pha", "sector": sector.pk, "on": "1/1/2018", "kind": "nonsense"},
    )  # fmt: skip
    for query in queries:
        page = client.get("/directives/", query)
        assert [row.number for row in page.context["table"].page.object_list] == ["20-NQ/TW"], query
    for name, value in (("on", "32/13/2017"), ("sector", "x"), ("body", "không có"), ("sort", "-issued")):
        assert len(client.get("/directives/", {name: value}).context["table"].page.object_list) == 2


def test_the_form_says_what_contradicts_itself(district: Unit) -> None:
    client = Client()
    client.force_login(make_user(Role.OFFICER, district))
    wrong = typed(district, effective_from="1/1/2025", effective_until="31/12/2024")
    answer = client.post(reverse("directives:directive_create"), wrong)
    assert answer.status_code == 422
    assert "effective_until" in answer.context["form"].errors
