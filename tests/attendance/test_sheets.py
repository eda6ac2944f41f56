"""The printed sheet of a roll: page by page the same people on paper and on the screen."""

from collections.abc import Iterator
from copy import deepcopy
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from lantoa.accounts.models import User
from lantoa.attendance.papers import sheet_pdf
from lantoa.attendance.selectors.rolls import roll_of
from lantoa.attendance.selectors.sheets import ROWS, Sheet, sheet_of
from lantoa.attendance.services.sheets import export_sheet
from lantoa.attendance.views.sheets import address_of
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Person
from lantoa.plans.models import SummonsEntry
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_person
from tests.plans.factories import make_entry
from tests.study_sessions.factories import make_site, place
from tests.typesetting.reading import HOSTILE, TONED, body, pdf_text
from tests.written import written_once

pytestmark = pytest.mark.django_db
PURPOSE = "Mang về bản để ký"


@pytest.fixture(scope="module", autouse=True)
def written(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with written_once(django_db_blocker):
        yield make_scene(ROWS * 2 + 5)


@pytest.fixture
def scene(written: Scene) -> Scene:
    return deepcopy(written)


def client_of(user_id: int | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id or 0))
    return client


@pytest.fixture
def secretary(scene: Scene) -> Client:
    return client_of(scene.secretary.user_id)


def address(scene: Scene, page: str = "detail") -> str:
    return reverse(f"attendance:roll_{page}", args=[scene.site.pk])


def now(scene: Scene) -> Sheet:
    return sheet_of(roll_of(scene.site))


def test_the_sheet_goes_by_the_order_of_the_roll(scene: Scene) -> None:
    sheet = now(scene)
    assert [len(page.lines) for page in sheet.pages] == [ROWS, ROWS, 5]
    printed = [line for page in sheet.pages for line in page.lines]
    assert [line.entry_id for line in printed] == [line.entry_id for line in roll_of(scene.site).lines]
    assert [line.number for line in printed] == list(range(1, sheet.people + 1))


def test_a_page_on_the_screen_shows_the_people_of_the_page_on_paper(scene: Scene, secretary: Client) -> None:
    second = now(scene).pages[1]
    response = secretary.get(address(scene), {"page": "2", "code": second.code})
    assert response.context["shown"] == {line.entry_id for line in second.lines}
    text = response.content.decode()
    assert f"{ROWS + 1}. " in text
    assert not response.context["sheet_is_other"]
    assert text.count("data-other-page") == ROWS + 5


def test_without_a_script_the_page_is_saved_and_stays(scene: Scene, secretary: Client) -> None:
    marked = {f"mark-{scene.first.pk}": "present"}
    saved = secretary.post(address(scene, "save"), {**marked, "page": "2"})
    assert (saved.status_code, saved["Location"]) == (303, f"{address(scene)}?page=2")
    assert secretary.post(address(scene, "save"), {**marked, "page": "//evil"})["Location"] == address(scene)


@pytest.mark.parametrize("page", ["0", "4", "x", "", "²"])
def test_a_page_that_is_none_shows_the_whole_list(scene: Scene, secretary: Client, page: str) -> None:
    response = secretary.get(address(scene), {"page": page, "code": "x"})
    assert len(response.context["shown"]) == len(scene.entries)


@pytest.mark.parametrize("code", ["", "ÀÁ", "00000000"])
def test_a_code_of_another_list_is_told(scene: Scene, secretary: Client, code: str) -> None:
    response = secretary.get(address(scene), {"page": "1", "code": code})
    assert response.context["sheet_is_other"]
    assert "notice-warning" in response.content.decode()


def test_a_sheet_that_was_printed_before_the_list_changed_is_told(scene: Scene, secretary: Client) -> None:
    old = now(scene).pages[0]
    SummonsEntry.objects.filter(pk=old.lines[0].entry_id).update(removed_on=clock.today(), removal_decision="12-QĐ/ĐU")
    assert not now(scene).pages[0].is_this(old.code)
    response = secretary.get(address(scene), {"page": "1", "code": old.code})
    assert response.context["sheet_is_other"]


def test_the_codes_of_two_sites_and_of_two_pages_differ(scene: Scene) -> None:
    other = make_site(scene.session, scene.committee, name="Nhà văn hóa")
    place(other, make_entry(scene.summons, make_person(unit=scene.cell), unit=scene.cell))
    codes = [page.code for page in (*now(scene).pages, *sheet_of(roll_of(other)).pages)]
    assert len(set(codes)) == 4


def test_names_leave_with_a_purpose_and_stay_on_record(scene: Scene, secretary: Client) -> None:
    response = secretary.post(address(scene, "sheet"), {"purpose": PURPOSE})
    text = pdf_text(body(response))
    names = [line.name for line in roll_of(scene.site).lines]
    bare = text.replace(" ", "")
    places = [bare.index(f"{number}{name}1980".replace(" ", "")) for number, name in enumerate(names, start=1)]
    assert places == sorted(places)
    for page in now(scene).pages:
        assert f"Trang {page.number}/3" in text
        assert page.code in text
    logged = Entry.objects.get(action="attendance.export_sheet", outcome=Outcome.EXPORTED)
    assert logged.facts == {"purpose": PURPOSE, "count": len(names)}


@pytest.mark.parametrize("purpose", ["", "abc", "Cho Lò Văn An"])
def test_without_a_purpose_no_name_leaves(scene: Scene, secretary: Client, purpose: str) -> None:
    response = secretary.post(address(scene, "sheet"), {"purpose": purpose})
    assert response.status_code == 422
    assert response.context["sheet_form"].errors["purpose"]
    assert not Entry.objects.filter(outcome=Outcome.EXPORTED).exists()


def test_the_clerk_takes_the_roll_and_prints_no_names(scene: Scene) -> None:
    clerk = client_of(scene.clerk.user_id)
    assert address(scene, "sheet") not in clerk.get(address(scene)).content.decode()
    assert clerk.post(address(scene, "sheet"), {"purpose": PURPOSE}).status_code == 403
    with pytest.raises(NotPermitted):
        export_sheet(actor=scene.clerk, site=scene.site, purpose=PURPOSE)


def test_the_code_to_scan_names_nobody_and_opens_its_page(scene: Scene, secretary: Client) -> None:
    for page in now(scene).pages:
        said = address_of(scene.site, page, "http://testserver/")
        query = parse_qs(urlsplit(said).query)
        assert query == {"session": [str(scene.session.pk)], "page": [str(page.number)], "code": [page.code]}
        assert secretary.get(said).context["sheet_page"] == page


@pytest.mark.parametrize("name", [*HOSTILE, f"Lò {TONED[:60]}", "Nguyễn" * 20, "Trần " * 23 + "An"])
def test_a_name_is_printed_as_it_is_and_moves_no_page(name: str) -> None:
    scene = make_scene(ROWS)
    person = make_person(unit=scene.cell)
    Person.objects.filter(pk=person.pk).update(full_name=name.strip())
    place(scene.site, make_entry(scene.summons, person, unit=scene.cell))
    Person.objects.filter(pk=scene.first.person_id).update(full_name=name.strip())
    text = pdf_text(sheet_pdf(now(scene), lambda page: "http://testserver/"))
    assert name.replace(" ", "") in text.replace("\u200b", "").replace(" ", "")
    assert "Trang 2/2" in text
    assert "Trang 3" not in text


def test_an_empty_list_has_no_sheet() -> None:
    scene = make_scene(0)
    assert now(scene).pages == ()
    assert "Không có ai" in pdf_text(sheet_pdf(now(scene), lambda page: ""))
    assert not client_of(scene.secretary.user_id).get(address(scene)).context["may_print"]
