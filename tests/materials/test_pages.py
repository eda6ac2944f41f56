"""The pages of the library, from the form to the ledger, as a browser sends them."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lantoa.kernel import clock
from lantoa.materials.enums import VersionState
from lantoa.materials.models import Fetch, Material, Publication, ShareLink
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from tests.directives.factories import make_directive
from tests.files.factories import docx
from tests.materials.factories import make_file, make_line, make_material
from tests.organizations.factories import make_unit, make_user

pytestmark = pytest.mark.django_db
LIST = "/materials/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def commune(district: Unit) -> Unit:
    return make_unit("Đảng bộ xã", parent=district, kind=UnitKind.COMMUNE_COMMITTEE)


def signed_in(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def page(material: Material) -> str:
    return reverse("materials:material_detail", args=[material.pk])


def entered(unit: Unit, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "client_id": str(uuid.uuid4()),
        "owner": unit.pk,
        "kind": "outline",
        "title": "Đề cương tuyên truyền",
        "directives": [make_directive(unit).pk],
        "audience": "people",
        "language": "hmong",
        "place": "",
        "text": "Nội dung chính",
    }
    return {**fields, **changes}


def test_from_the_form_over_the_review_to_whoever_reads_it(district: Unit, commune: Unit) -> None:
    writer, approver = signed_in(Role.OFFICER, district), signed_in(Role.APPROVER, district)
    create = reverse("materials:material_create")
    assert writer.get(create).status_code == 200
    fields = entered(district, place="Đảng bộ xã", no_secrecy_declared="on", light_text="Chỉ chữ")
    answers = [
        writer.post(create, {**fields, "uploads": SimpleUploadedFile("de-cuong.docx", docx("Đề cương"))})
        for _ in range(2)
    ]
    material = Material.objects.get()
    assert [answer["Location"] for answer in answers] == [page(material)] * 2
    assert material.place == commune
    first = material.versions.get()
    back = reverse("materials:version_return", args=[first.pk])
    assert approver.post(back, {"comment": ""}).status_code == 422
    assert approver.post(back, {"comment": "Thiếu số liệu"}).status_code == 303
    assert "Thiếu số liệu" in writer.get(page(material)).content.decode()
    write = reverse("materials:version_write", args=[material.pk])
    again = {"client_id": str(uuid.uuid4()), "text": "Nội dung mới", "change": ""}
    assert writer.post(write, again).status_code == 422
    assert writer.post(write, {**again, "change": "Thêm số liệu"}).status_code == 303
    reader = signed_in(Role.CLERK, commune)
    assert reader.get(page(material)).status_code == 404
    accept = reverse("materials:version_accept", args=[material.versions.get(number=2).pk])
    assert approver.post(accept).status_code == 303
    shown = reader.get(page(material)).content.decode()
    assert "Nội dung mới" in shown
    assert "Thiếu số liệu" not in shown
    fetched = reader.get(reverse("materials:version_fetch", args=[material.versions.get(number=2).pk]))
    assert "Nội dung mới" in fetched.content.decode()
    assert fetched["Content-Disposition"] == 'attachment; filename="de-cuong-tuyen-truyen.txt"'
    assert Fetch.objects.get().unit == commune


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"directives": []}, "directives"),
        ({"kind": ""}, "kind"),
        ({"place": "Không có đơn vị này"}, "place"),
        ({"text": ""}, "uploads"),
        ({"address": "javascript:alert(1)"}, "address"),
        ({"kind": "video"}, "address"),
    ],
)
def test_a_mistake_stands_beside_its_field(district: Unit, changes: dict[str, Any], field: str) -> None:
    answer = signed_in(Role.OFFICER, district).post(
        reverse("materials:material_create"), entered(district, **{"light_text": "", **changes})
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Material.objects.exists()


def test_a_file_needs_the_declaration(district: Unit) -> None:
    fields = {**entered(district), "uploads": SimpleUploadedFile("a.docx", docx("x"))}
    answer = signed_in(Role.OFFICER, district).post(reverse("materials:material_create"), fields)
    assert "no_secrecy_declared" in answer.context["form"].errors


def test_the_list_is_narrowed_by_the_address(district: Unit) -> None:
    wanted = make_directive(district)
    make_material(district, title="Bản tiếng Mông", language="hmong", directives=[wanted])
    make_material(district, title="Bản tiếng Việt")
    make_material(district, title="Bản đang chờ", state=VersionState.WAITING, language="hmong")
    client = signed_in(Role.OFFICER, district)
    for query in (
        f"?directive={wanted.pk}",
        "?language=hmong&state=in_use",
        "?language=hmong&state=in_use&directive_class=general",
        "?q=tieng mong",
    ):
        shown = client.get(LIST + query).content.decode()
        assert "Bản tiếng Mông" in shown, query
        assert "Bản tiếng Việt" not in shown, query
        assert "Bản đang chờ" not in shown, query
    assert client.get(f"{LIST}?directive=x&state=nonsense").status_code == 200
    assert client.get(f"{LIST}?format=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")


def test_the_second_who_corrects_sees_both_versions(district: Unit) -> None:
    material = make_material(district)
    client = signed_in(Role.SECRETARY, district)
    url = reverse("materials:material_change", args=[material.pk])
    assert client.get(url).status_code == 200
    fields = {**entered(district, directives=[material.directives.get().pk]), "version": "1"}
    assert client.post(url, {**fields, "title": ""}).status_code == 422
    assert client.post(url, {**fields, "title": "Tên thứ nhất"}).status_code == 303
    answer = client.post(url, {**fields, "title": "Tên thứ hai"})
    assert answer.status_code == 409
    assert "Tên thứ nhất" in answer.content.decode().replace("<del>", "").replace("</del>", "")
    outside = make_unit("Đảng bộ ngoài", kind=UnitKind.COMMUNE_COMMITTEE)
    assert client.post(url, {**fields, "version": "2", "place": outside.name}).status_code == 422
    assert signed_in(Role.APPROVER, district).get(url).status_code == 403


def test_what_is_light_stands_first_for_who_says_that_the_line_is_weak(district: Unit) -> None:
    material = make_material(
        district, file=make_file(b"x" * 50_000, name="to.pdf"), light_file=make_file(b"x" * 900, name="nhe.pdf")
    )
    client = signed_in(Role.VIEWER, district)

    def order(**headers: str) -> bool:
        shown = client.get(page(material), headers=headers).content.decode()
        return shown.index("nhe.pdf") < shown.index("to.pdf")

    assert (order(), order(**{"Save-Data": "on"})) == (False, True)
    assert client.post("/preferences/", {"line": "weak", "next": page(material)})["Location"] == page(material)
    assert order()
    client.post("/preferences/", {"line": "strong"})
    assert not order(**{"Save-Data": "on"})
    fetch = reverse("materials:version_fetch", args=[material.versions.get().pk])
    answer: Any = client.get(f"{fetch}?light=1")
    assert len(b"".join(answer.streaming_content)) == 900


def test_a_video_is_led_to_and_what_is_gone_is_not_found(district: Unit) -> None:
    client = signed_in(Role.VIEWER, district)
    video = make_material(district, address="https://vtv.vn/1", text="").versions.get()
    assert client.get(reverse("materials:version_fetch", args=[video.pk]))["Location"] == "https://vtv.vn/1"
    gone = make_material(district, text="").versions.get()
    assert client.get(reverse("materials:version_fetch", args=[gone.pk])).status_code == 404
    assert Fetch.objects.get().version == video


def test_links_and_the_ledger_are_kept_on_the_page(district: Unit) -> None:
    material = make_material(district)
    client = signed_in(Role.OFFICER, district)
    make = reverse("materials:link_make", args=[material.pk])
    assert client.post(make, {"client_id": str(uuid.uuid4()), "ends_on": "1/1/2001"}).status_code == 422
    today = {"client_id": str(uuid.uuid4()), "ends_on": f"{clock.today():%d/%m/%Y}"}
    assert client.post(make, today).status_code == 303
    shown = client.get(page(material)).content.decode()
    assert "http://testserver/s/" in shown
    revoke = reverse("materials:link_revoke", args=[ShareLink.objects.get().pk])
    assert client.post(revoke).status_code == 303
    assert "http://testserver/s/" not in client.get(page(material)).content.decode()
    record = reverse("materials:publication_record", args=[material.pk])
    line = {
        "client_id": str(uuid.uuid4()),
        "unit": district.pk,
        "channel": "loudspeaker",
        "published_on": "05/01/2026",
        "address": "Cụm loa bản Tây An",
        "reach": "120",
        "reach_source": "",
    }
    assert client.post(record, line).status_code == 422
    assert client.post(record, {**line, "reach_source": "Trưởng bản ước"}).status_code == 303
    entry = Publication.objects.get()
    assert "Cụm loa bản Tây An" in client.get(f"{page(material)}?correct={entry.pk}").content.decode()
    correct = reverse("materials:publication_correct", args=[entry.pk])
    assert client.post(correct, {**line, "reach_source": "Đếm lại"}).status_code == 422
    fixed = {**line, "client_id": str(uuid.uuid4()), "reach": "12", "reach_source": "Đếm lại", "reason": "Gõ nhầm"}
    assert client.post(correct, fixed).status_code == 303
    assert "Gõ nhầm" in client.get(page(material)).content.decode()
    for prefix in ("ledger-", "units-"):
        book = client.get(f"{page(material)}?{prefix}format=xlsx")
        assert book["Content-Type"].endswith("spreadsheetml.sheet")


def test_a_line_of_another_unit_is_not_corrected(district: Unit, commune: Unit) -> None:
    material = make_material(district)
    line = make_line(material, commune)
    client = signed_in(Role.OFFICER, district)
    assert "correct_form" in client.get(f"{page(material)}?correct={line.pk}").context
    assert client.get(f"{page(material)}?correct={line.pk}").context["correct_form"] is None
    assert client.get(f"{page(material)}?correct=x").context["correct_form"] is None
    assert client.post(reverse("materials:publication_correct", args=[line.pk])).status_code == 403
    corrected = make_line(material, commune)
    corrected.corrects, corrected.takes_back, corrected.reason = line, True, "Nhập hai lần"
    corrected.save()
    shown = client.get(page(material)).content.decode()
    assert "Nhập hai lần" in shown


def test_a_withdrawn_material_says_why_and_gives_nothing(district: Unit, commune: Unit) -> None:
    material = make_material(district)
    client = signed_in(Role.APPROVER, district)
    today = {"client_id": str(uuid.uuid4()), "ends_on": f"{clock.today():%d/%m/%Y}"}
    officer = signed_in(Role.OFFICER, district)
    assert officer.post(reverse("materials:link_make", args=[material.pk]), today).status_code == 303
    withdraw = reverse("materials:material_withdraw", args=[material.pk])
    assert client.post(withdraw, {"reason": ""}).status_code == 422
    assert client.post(withdraw, {"reason": "Số liệu sai"}).status_code == 303
    reader = signed_in(Role.OFFICER, commune)
    assert "Số liệu sai" in reader.get(page(material)).content.decode()
    assert "http://testserver/s/" not in officer.get(page(material)).content.decode()
    assert reader.get(reverse("materials:version_fetch", args=[material.versions.get().pk])).status_code == 404


def test_a_directive_of_a_unit_beside_is_not_named(district: Unit, commune: Unit) -> None:
    beside = make_directive(make_unit("Đảng bộ xã khác", parent=district), number="05-NQ/ĐU")
    material = make_material(district, directives=[make_directive(district, number="57-NQ/TW"), beside])
    shown = signed_in(Role.OFFICER, commune).get(page(material)).content.decode()
    assert ("57-NQ/TW" in shown, "05-NQ/ĐU" in shown) == (True, False)
    assert "05-NQ/ĐU" in signed_in(Role.OFFICER, district).get(page(material)).content.decode()


def test_who_fetched_it_is_told_to_those_who_see_counts(district: Unit, commune: Unit) -> None:
    material = make_material(district)
    client = signed_in(Role.OFFICER, district)
    signed_in(Role.CLERK, commune).get(reverse("materials:version_fetch", args=[material.versions.get().pk]))
    for query, units in (("", {district, commune}), ("?fetched=yes", {commune}), ("?fetched=no", {district})):
        assert set(client.get(page(material) + query).context["spread"].page.object_list) == units
    assert "spread" not in signed_in(Role.SPEAKER, district).get(page(material)).context


def test_the_inbox_says_what_waits_came_back_and_was_withdrawn(district: Unit, commune: Unit) -> None:
    writer, approver = signed_in(Role.OFFICER, district), signed_in(Role.APPROVER, district)
    for title in ("Bản thứ nhất", "Bản thứ hai"):
        writer.post(reverse("materials:material_create"), entered(district, title=title, light_text=""))
    first, second = Material.objects.order_by("pk")
    assert "Bản thứ nhất" in approver.get("/notifications/").content.decode()
    waiting = first.versions.get()
    assert approver.get(reverse("materials:version_fetch", args=[waiting.pk])).status_code == 200
    assert not Fetch.objects.exists()
    approver.post(reverse("materials:version_return", args=[waiting.pk]), {"comment": "Thiếu"})
    assert "Bản thứ nhất" in writer.get("/notifications/").content.decode()
    used = second.versions.get()
    approver.post(reverse("materials:version_accept", args=[used.pk]))
    reader = signed_in(Role.CLERK, commune)
    reader.get(reverse("materials:version_fetch", args=[used.pk]))
    writer.post(reverse("materials:material_withdraw", args=[second.pk]), {"reason": "Sai"})
    assert "Bản thứ hai" in reader.get("/notifications/").content.decode()


def test_others_may_not(district: Unit, commune: Unit) -> None:
    material = make_material(district)
    reader = signed_in(Role.VIEWER, commune)
    for name in ("version_write", "link_make", "publication_record", "material_withdraw"):
        assert reader.post(reverse(f"materials:{name}", args=[material.pk])).status_code == 403
    assert reader.get(reverse("materials:material_create")).status_code == 403
    version = reverse("materials:version_return", args=[material.versions.get().pk])
    assert reader.post(version, {"comment": "x"}).status_code == 403
    stranger = signed_in(Role.OFFICER, make_unit())
    assert stranger.get(page(material)).status_code == 404
