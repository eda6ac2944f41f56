"""The pages of the register."""

import datetime as dt
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lantoa.directives.enums import DirectiveClass, DirectiveKind
from lantoa.directives.forms import NotationField
from lantoa.directives.models import Directive
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from tests.directives.factories import make_directive, make_sector
from tests.organizations.factories import make_unit, make_user

pytestmark = pytest.mark.django_db

LIST = "/directives/"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


def signed_in(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def typed(unit: Unit, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "client_id": str(uuid.uuid4()),
        "registered_by": unit.pk,
        "kind": "resolution",
        "number": "57-NQ/TW",
        "title": "Về đột phá",
        "body": "Bộ Chính trị",
        "issued_on": "22/12/2024",
        "received_on": "",
        "directive_class": "general",
        "study_mode": "study",
        "abstract": "",
    }
    return {**fields, **changes}


def test_the_list_is_narrowed_by_the_address(district: Unit) -> None:
    sector = make_sector("Y tế")
    wanted = make_directive(
        district,
        number="20-NQ/TW",
        directive_class=DirectiveClass.SECTORAL,
        sector=sector,
        issued_on=dt.date(2017, 10, 25),
    )
    make_directive(district, number="37-CT/TW", kind=DirectiveKind.INSTRUCTION)
    client = signed_in(Role.VIEWER, district)
    for query in ("?year=2017", "?directive_class=sectoral", "?kind=resolution&year=2017", "?q=20-nq&kind=nonsense"):
        page = client.get(LIST + query).content.decode()
        assert wanted.number in page
        assert "37-CT/TW" not in page
    book = client.get(f"{LIST}?format=xlsx")
    assert book["Content-Type"].endswith("spreadsheetml.sheet")
    assert client.get(f"{LIST}?q=khongcogi").status_code == 200
    assert signed_in(Role.VIEWER, make_unit()).get(LIST).status_code == 200


def test_a_directive_is_registered_and_the_form_sent_twice_gives_the_same(
    district: Unit, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(Role.OFFICER, district)
    url = reverse("directives:directive_create")
    assert client.get(url).status_code == 200
    fields = typed(district, number="57 - NQ / TW", no_secrecy_declared="on")
    answers = [client.post(url, {**fields, "uploads": SimpleUploadedFile("nq57.pdf", PDF)}) for _ in range(2)]
    directive = Directive.objects.get()
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (303, reverse("directives:directive_detail", args=[directive.pk]))
    ] * 2
    assert directive.number == "57-NQ/TW"
    page = client.get(answers[0]["Location"]).content.decode()
    assert "nq57.pdf" in page
    file = directive.files.get()
    download = client.get(reverse("files:file_download", args=[file.pk]))
    assert b"".join(cast(Iterable[bytes], download.streaming_content)) == PDF  # type: ignore[attr-defined]
    download.close()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "57"}, "number"),
        ({"number": ""}, "number"),
        ({"issued_on": "31/02/2024"}, "issued_on"),
        ({"issued_on": "22/12/2024", "received_on": "1/1/2024"}, "received_on"),
        ({"directive_class": "sectoral"}, "sectors"),
        ({"directive_class": "nonsense"}, "directive_class"),
        ({"kind": ""}, "kind"),
        ({"title": "x" * 401}, "title"),
        ({"issued_on": "1/1/2099"}, "issued_on"),
        ({"client_id": "not-a-uuid"}, "client_id"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_the_typed_text_stays(
    district: Unit, changes: dict[str, Any], field: str
) -> None:
    answer = signed_in(Role.OFFICER, district).post(
        reverse("directives:directive_create"), typed(district, abstract="Giữ lại đoạn này", **changes)
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Giữ lại đoạn này" in answer.content.decode()
    assert not Directive.objects.exists()


def test_who_may_not_register_is_told_so(district: Unit) -> None:
    directive = make_directive(district)
    for role in (Role.SECRETARY, Role.CLERK, Role.VIEWER):
        client = signed_in(role, district)
        assert client.get(reverse("directives:directive_create")).status_code == 403
        assert client.get(reverse("directives:directive_change", args=[directive.pk])).status_code == 403
    stranger = signed_in(Role.OFFICER, make_unit())
    for name in ("directive_detail", "directive_change"):
        assert stranger.get(reverse(f"directives:{name}", args=[directive.pk])).status_code == 404
    assert Client().get(LIST).status_code == 302


def test_the_second_editor_sees_both_versions(district: Unit) -> None:
    directive = make_directive(district, number="57-NQ/TW", title="Tên cũ", issued_on=dt.date(2024, 12, 22))
    client = signed_in(Role.OFFICER, district)
    url = reverse("directives:directive_change", args=[directive.pk])
    assert client.get(url).status_code == 200
    fields = typed(district, version="1")
    assert client.post(url, {**fields, "title": "Tên của người thứ nhất"}).status_code == 303
    answer = client.post(url, {**fields, "title": "Tên của người thứ hai", "version": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "<del>nhất</del>" in page
    assert "Tên của người thứ hai" in page
    assert client.post(url, {**fields, "title": "Tên của người thứ hai", "version": "2"}).status_code == 303
    assert client.post(url, {**fields, "number": "57"}).status_code == 422
    other = make_directive(district, number="59-NQ/TW", issued_on=dt.date(2024, 12, 22))
    answer = client.post(url, {**fields, "number": other.number, "version": "3"})
    assert answer.status_code == 422
    assert "number" in answer.context["form"].errors


def test_a_directive_registered_already_is_refused_beside_the_number(district: Unit) -> None:
    make_directive(district, number="57-NQ/TW", issued_on=dt.date(2024, 12, 22))
    answer = signed_in(Role.OFFICER, district).post(reverse("directives:directive_create"), typed(district))
    assert answer.status_code == 422
    assert "number" in answer.context["form"].errors


@pytest.mark.parametrize(
    "text", ["57-NQ/TW", "50/KH-UBND", "30/2020/NĐ-CP", "1327-QĐ/TU", "36-HD/VPTW", "15a-CV/ĐU", "91/2025/QH15"]
)
def test_usual_notations_pass(text: str) -> None:
    assert NotationField().clean(f" {text} ") == text


def test_an_optional_notation_may_be_empty() -> None:
    assert NotationField(required=False).clean("") == ""


def test_an_unticked_file_is_taken_off(district: Unit, tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(Role.OFFICER, district)
    fields = typed(district, no_secrecy_declared="on")
    client.post(reverse("directives:directive_create"), {**fields, "uploads": SimpleUploadedFile("nq57.pdf", PDF)})
    directive = Directive.objects.get()
    url = reverse("directives:directive_change", args=[directive.pk])
    assert "nq57.pdf" in client.get(url).content.decode()
    assert client.post(url, {**fields, "client_id": str(uuid.uuid4()), "version": "1"}).status_code == 303
    assert not directive.files.exists()
