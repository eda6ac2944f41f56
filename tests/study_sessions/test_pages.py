"""The pages of sessions and sites: who sees them, what they refuse, that nothing typed is lost."""

import datetime as dt
import io
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from lantoa.accounts.models import User
from lantoa.attendance.enums import MarkStatus
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Person, Unit
from lantoa.study_sessions.forms import ProgrammeField
from lantoa.study_sessions.models import Site, StudySession
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import make_unit, make_user
from tests.study_sessions.factories import make_session, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def signed_in(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


@pytest.fixture
def secretary(scene: Scene) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=scene.secretary.person_id))
    return client


def form(scene: Scene, **changes: str) -> dict[str, str]:
    return {
        "client_id": str(uuid.uuid4()),
        "title": "Hội nghị mới",
        "host": str(scene.committee.pk),
        "mode": "online",
        "starts_on": "31/12/2026",
        "starts_hour": "7h30",
        "ends_on": "",
        "ends_hour": "11.00",
        **changes,
    }


def test_the_lists_show_sessions_and_give_a_workbook(scene: Scene, secretary: Client) -> None:
    for url in (
        reverse("study_sessions:session_mine"),
        reverse("study_sessions:session_list", args=[scene.campaign.pk]),
    ):
        assert scene.session.title in secretary.get(url).content.decode()
        assert secretary.get(url, {"q": "không có"}).status_code == 200
        assert secretary.get(url, {"format": "xlsx"})["Content-Type"].endswith("sheet")


def test_the_lists_have_an_empty_state(scene: Scene) -> None:
    beside = signed_in(Role.SECRETARY, make_unit())
    assert beside.get(reverse("study_sessions:session_mine")).status_code == 200
    assert beside.get(reverse("study_sessions:session_list", args=[scene.campaign.pk])).status_code == 404


def test_the_workbook_of_the_sites_takes_no_name_out(scene: Scene, secretary: Client) -> None:
    name = Person.objects.get(user=scene.secretary.user_id).full_name
    url = reverse("study_sessions:session_detail", args=[scene.session.pk])
    assert name in secretary.get(url).content.decode()
    page = load_workbook(io.BytesIO(secretary.get(url, {"format": "xlsx"}).content)).active
    assert page is not None
    cells = [str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell]
    assert scene.site.name in cells
    assert not [cell for cell in cells if name in cell]


@pytest.mark.parametrize("begins_in_hours", [-30, -1, 30])
def test_the_page_of_a_session_opens_in_every_state(scene: Scene, secretary: Client, begins_in_hours: int) -> None:
    session = make_session(scene.campaign, starts_at=clock.now() + dt.timedelta(hours=begins_in_hours))
    url = reverse("study_sessions:session_detail", args=[session.pk])
    assert secretary.get(url).status_code == 200
    make_site(session, scene.committee, cells=[scene.cell])
    assert secretary.get(url, {"format": "xlsx"}).status_code == 200
    assert secretary.get(reverse("study_sessions:session_detail", args=[scene.session.pk])).status_code == 200


def test_a_cell_sees_time_and_place_but_not_the_readiness_of_others(scene: Scene) -> None:
    page = signed_in(Role.SECRETARY, scene.cell).get(reverse("study_sessions:session_detail", args=[scene.session.pk]))
    assert scene.site.name in page.content.decode()
    assert page.context["narrowed"]


def test_a_session_is_set_up_once_however_often_the_form_is_sent(scene: Scene, secretary: Client) -> None:
    url = reverse("study_sessions:session_new", args=[scene.campaign.pk])
    assert secretary.get(url).status_code == 200
    values = form(scene)
    first = secretary.post(url, values)
    assert (first.status_code, first["Location"]) == (303, secretary.post(url, values)["Location"])
    assert StudySession.objects.filter(title="Hội nghị mới").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("starts_on", "32/01/2026", "starts_on"),
        ("starts_hour", "25:00", "starts_hour"),
        ("ends_hour", "07:30", "ends_hour"),
        ("ends_on", "hôm qua", "ends_on"),
        ("title", "", "title"),
        ("host", "999999", "host"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_the_typed_text_stays(
    scene: Scene, secretary: Client, field: str, value: str, named: str
) -> None:
    url = reverse("study_sessions:session_new", args=[scene.campaign.pk])
    answer = secretary.post(url, form(scene, **{field: value}))
    assert answer.status_code == 422
    assert named in answer.context["form"].errors
    assert "31/12/2026" in answer.content.decode() or field == "starts_on"


def test_a_refusal_of_the_rules_is_shown_in_the_form(scene: Scene, secretary: Client) -> None:
    scene.campaign.state = "finished"
    scene.campaign.save(update_fields=["state"])
    answer = secretary.post(reverse("study_sessions:session_new", args=[scene.campaign.pk]), form(scene))
    assert answer.status_code == 422
    edit = reverse("study_sessions:session_edit", args=[scene.session.pk])
    assert secretary.post(edit, form(scene, version="1")).status_code == 422


def test_those_without_the_right_get_no_form(scene: Scene) -> None:
    clerk = signed_in(Role.CLERK, scene.committee)
    for name, key in (
        ("session_new", scene.campaign.pk),
        ("session_edit", scene.session.pk),
        ("site_new", scene.session.pk),
        ("site_edit", scene.site.pk),
    ):
        assert clerk.get(reverse(f"study_sessions:{name}", args=[key])).status_code == 403
    for name, key in (
        ("session_cancel", scene.session.pk),
        ("session_place", scene.session.pk),
        ("site_each", scene.session.pk),
        ("site_remove", scene.site.pk),
    ):
        assert clerk.post(reverse(f"study_sessions:{name}", args=[key])).status_code == 403
        assert clerk.get(reverse(f"study_sessions:{name}", args=[key])).status_code == 405


def test_the_second_editor_of_a_session_sees_both_texts(scene: Scene, secretary: Client) -> None:
    url = reverse("study_sessions:session_edit", args=[scene.session.pk])
    assert secretary.get(url).status_code == 200
    assert secretary.post(url, form(scene, version="1", title="Tên của tôi")).status_code == 303
    lost = secretary.post(url, form(scene, version="1", title="Tên khác"))
    assert lost.status_code == 409
    assert "Tên của tôi" in lost.content.decode()
    assert "Tên khác" in lost.content.decode()
    assert secretary.post(url, form(scene, version="2", starts_on="x")).status_code == 422


def test_sites_are_added_changed_and_removed(scene: Scene, secretary: Client) -> None:
    session = make_session(scene.campaign)
    new = reverse("study_sessions:site_new", args=[session.pk])
    assert secretary.get(new).status_code == 200
    values = {"name": "Hội trường", "unit": str(scene.committee.pk), "cells": [str(scene.cell.pk)], "address": ""}
    assert secretary.post(new, values).status_code == 303
    assert secretary.post(new, {**values, "name": "Khác"}).status_code == 422
    assert secretary.post(new, {**values, "name": "Hội trường", "cells": []}).status_code == 422
    site = Site.objects.get(session=session)
    edit = reverse("study_sessions:site_edit", args=[site.pk])
    assert secretary.get(edit).status_code == 200
    assert secretary.post(edit, {**values, "version": "1", "address": "Bản 1"}).status_code == 303
    assert secretary.post(edit, {**values, "version": "1", "name": "Mới"}).status_code == 409
    assert secretary.post(edit, {**values, "version": "2", "name": ""}).status_code == 422
    make_site(session, name="Trùng tên")
    assert secretary.post(edit, {**values, "version": "2", "name": "Trùng tên"}).status_code == 422
    assert secretary.post(reverse("study_sessions:site_remove", args=[site.pk])).status_code == 303


def test_one_step_adds_the_sites_and_another_places_the_people(scene: Scene, secretary: Client) -> None:
    session = make_session(scene.campaign)
    assert secretary.post(reverse("study_sessions:site_each", args=[session.pk])).status_code == 303
    assert secretary.post(reverse("study_sessions:session_place", args=[session.pk])).status_code == 303
    assert session.placements.count() == 3


def test_a_refused_act_leaves_the_reader_on_the_page_with_the_reason(scene: Scene, secretary: Client) -> None:
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    assert secretary.post(reverse("study_sessions:session_cancel", args=[scene.session.pk])).status_code == 422
    assert secretary.post(reverse("study_sessions:site_remove", args=[scene.site.pk])).status_code == 422
    cancelled = make_session(scene.campaign)
    assert secretary.post(reverse("study_sessions:session_cancel", args=[cancelled.pk])).status_code == 303
    assert secretary.post(reverse("study_sessions:site_each", args=[cancelled.pk])).status_code == 422
    assert secretary.post(reverse("study_sessions:session_place", args=[cancelled.pk])).status_code == 422
    assert secretary.get(reverse("study_sessions:session_detail", args=[cancelled.pk])).status_code == 200


PROGRAMME = "07:30 Chào cờ, tuyên bố lý do\n\n 8h Quán triệt Nghị quyết | Báo cáo viên cấp huyện \nThảo luận\n"


def test_a_programme_is_written_a_line_for_each_item_and_shown(scene: Scene, secretary: Client) -> None:
    url = reverse("study_sessions:session_edit", args=[scene.session.pk])
    assert secretary.post(url, form(scene, version="1", programme=PROGRAMME)).status_code == 303
    items = scene.session.programme.values_list("position", "hour", "title", "speaker")
    assert list(items) == [
        (1, dt.time(7, 30), "Chào cờ, tuyên bố lý do", ""),
        (2, dt.time(8), "Quán triệt Nghị quyết", "Báo cáo viên cấp huyện"),
        (3, None, "Thảo luận", ""),
    ]
    shown = secretary.get(url).context["form"]["programme"].value()
    assert "08:00 Quán triệt Nghị quyết | Báo cáo viên cấp huyện\nThảo luận" in shown
    detail = secretary.get(reverse("study_sessions:session_detail", args=[scene.session.pk])).content.decode()
    assert "Báo cáo viên cấp huyện" in detail
    assert secretary.post(url, form(scene, version="1", programme=PROGRAMME)).status_code == 303
    assert secretary.post(url, form(scene, version="1", programme="Khác")).status_code == 409
    assert secretary.post(url, form(scene, version="2", programme="")).status_code == 303
    assert not scene.session.programme.exists()


def test_the_hour_of_a_line_is_told_from_the_number_of_an_item() -> None:
    read = {
        "1. Chào cờ": (None, "1. Chào cờ"),
        "25. Bế mạc": (None, "25. Bế mạc"),
        "5 Hội viên phát biểu": (None, "5 Hội viên phát biểu"),
        "3: Giải lao": (None, "3: Giải lao"),
        "2 hội nghị": (None, "2 hội nghị"),
        "100 học viên": (None, "100 học viên"),
        "7h30 Chào cờ": (dt.time(7, 30), "Chào cờ"),
        "07:30 Chào cờ": (dt.time(7, 30), "Chào cờ"),
        "7.30 Chào cờ": (dt.time(7, 30), "Chào cờ"),
        "7 h 30 Chào cờ": (dt.time(7, 30), "Chào cờ"),
        "8h Chào cờ": (dt.time(8), "Chào cờ"),
        "8H - Chào cờ": (dt.time(8), "- Chào cờ"),
        "1.1 Mở đầu": (None, "1.1 Mở đầu"),
    }
    assert {line: [(item.hour, item.title) for item in ProgrammeField().clean(line)] for line in read} == {
        line: [item] for line, item in read.items()
    }


MISREAD = {
    "no such hour": "25:00 Khai mạc",
    "nothing but an hour": "07:30 | Ai đó",
    "nothing but who": "| Ai đó",
    "a long item": "Đ" * 201,
    "a long speaker": f"Khai mạc | {'Đ' * 161}",
    "many items": "Mục\n" * 41,
    "too much": "Đ" * 8001,
}


@pytest.mark.parametrize("programme", MISREAD.values(), ids=MISREAD)
def test_a_programme_that_cannot_be_read_stays_in_its_box(scene: Scene, secretary: Client, programme: str) -> None:
    url = reverse("study_sessions:session_edit", args=[scene.session.pk])
    answer = secretary.post(url, form(scene, version="1", programme=programme))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["programme"])
    assert programme.splitlines()[0] in answer.content.decode()


def test_the_sites_of_a_session_stand_on_pages_and_are_searched_and_narrowed(scene: Scene, secretary: Client) -> None:
    for number in range(31):
        make_site(scene.session, scene.committee, name=f"Điểm cầu thứ {number}")
    Site.objects.filter(name="Điểm cầu thứ 7").update(readiness="problem", address="Nhà văn hoá bản Nậm")
    url = reverse("study_sessions:session_detail", args=[scene.session.pk])

    def shown(**asked: str) -> list[str]:
        return [site.name for site in secretary.get(url, asked).context["table"].page.object_list]

    assert (len(shown()), len(shown(page="2"))) == (30, 2)
    assert shown(readiness="problem") == shown(q="nha van hoa ban nam") == ["Điểm cầu thứ 7"]
    assert len(shown(readiness="nothing")) == 30
    assert secretary.get(url, {"readiness": "ready"}).context["readiness"].sites == 32
