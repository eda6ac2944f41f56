"""Convening letters and their lists on paper."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Appointment, Person
from lantoa.plans.models import SummonsEntry
from lantoa.plans.papers.letters import MOST_CELLS, MOST_PLACES, letter_paper
from lantoa.plans.selectors.summons import LetterCell, ListCounts
from lantoa.plans.services.summons import freeze_summons
from lantoa.study_sessions.convening import sittings_of
from lantoa.study_sessions.models import Site
from lantoa.typesetting.papers import Grid
from tests.directives.factories import make_directive
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign
from tests.plans.test_summons_views import Place
from tests.plans.test_summons_views import place as place
from tests.study_sessions.factories import make_session, make_site
from tests.typesetting.reading import HOSTILE, body, pdf_text, word_rows, word_text

pytestmark = pytest.mark.django_db
PURPOSE = "Danh sách dán tại hội trường"


def letter(client: Client, summons_id: int, kind: str) -> bytes:
    response = client.get(reverse("plans:summons_letter", args=[summons_id, kind]))
    assert response.status_code == 200
    return body(response)


def taken_out(place: Place, kind: str, **fields: Any) -> bytes:
    response = place.officer.post(place.url("export"), {"purpose": PURPOSE, "kind": kind, **fields})
    assert response.status_code == 200
    return body(response)


def test_a_letter_counts_and_names_nobody(place: Place) -> None:
    directive = make_directive(place.district, number="57-NQ/TW")
    place.campaign.directives.add(directive)
    summons = place.freeze()
    pdf, word = letter(place.officer, summons.pk, "pdf"), letter(place.officer, summons.pk, "docx")
    for text in (pdf_text(pdf), word_text(word)):
        for words in (
            "Số 15-CV/ĐU",
            "ngày 10 tháng 9 năm 2026",
            "V/v triệu tập",
            "57-NQ/TW",
            "Chi bộ bản A",
            "Kính gửi",
        ):
            assert words in text
        assert "theo thông báo của cấp ủy" in text
        assert "Giàng A Páo" not in text
    assert word_rows(word)[1:] == [
        ["1", "Chi bộ bản A", "2", "1", "3"],
        ["2", "Chi bộ bản B", "1", "0", "1"],
        ["", "Cộng", "3", "1", "4"],
    ]
    assert Entry.objects.filter(outcome=Outcome.EXPORTED).count() == 0


def test_a_letter_has_the_total_of_all_cells_whoever_reads_it(place: Place) -> None:
    summons = place.freeze()
    reader, client = make_user(Role.CLERK, place.commune), Client()
    Appointment.objects.create(person=reader.person, role=Role.VIEWER, unit=place.first, period=ALWAYS)
    client.force_login(reader)
    rows = word_rows(letter(client, summons.pk, "docx"))
    assert rows[1:] == [
        ["1", "Chi bộ bản A", "2", "1", "3"],
        ["2", "Các tổ chức khác", "1", "0", "1"],
        ["", "Cộng", "3", "1", "4"],
    ]
    clerk = place.browser(Role.CLERK, place.commune)
    assert word_rows(letter(clerk, summons.pk, "docx"))[1:] == [
        ["1", "Các tổ chức khác", "3", "1", "4"],
        ["", "Cộng", "3", "1", "4"],
    ]


def test_a_letter_does_not_call_whoever_was_removed_and_says_how_many_these_are(place: Place) -> None:
    summons = place.freeze()
    assert "Không kể" not in word_text(letter(place.officer, summons.pk, "docx"))
    gone = SummonsEntry.objects.filter(person__in=[place.an, place.su])
    gone.update(removed_on=clock.today(), removal_decision="12-QĐ/ĐU")
    word = letter(place.officer, summons.pk, "docx")
    assert word_rows(word)[1:] == [["1", "Chi bộ bản A", "1", "1", "2"], ["", "Cộng", "1", "1", "2"]]
    assert "Không kể 2 người đã được đưa ra khỏi danh sách theo quyết định." in word_text(word)
    totals = place.officer.get(reverse("plans:summons_detail", args=[summons.pk])).context["totals"]
    assert (totals.total, totals.removed) == (4, 2)


def test_a_letter_says_when_and_where(place: Place) -> None:
    session = make_session(place.campaign, place.commune, title="Hội nghị xã")
    Site.objects.filter(pk=make_site(session, place.commune, name="Hội trường").pk).update(address="Bản Vàng Pheo")
    make_session(place.campaign, place.commune, title="Đã hủy", cancelled=True)
    make_session(place.campaign, place.commune, title="Học bù", makes_up=session)
    above = make_session(place.campaign, place.district, title="Hội nghị huyện")
    make_site(above, place.first, name="Nhà văn hóa")
    make_site(above, place.district, name="Huyện")
    sittings = sittings_of(place.campaign, place.commune)
    assert {sitting.title: tuple(sitting.places) for sitting in sittings} == {
        "Hội nghị xã": ("Hội trường (Bản Vàng Pheo)",),
        "Hội nghị huyện": ("Nhà văn hóa",),
    }
    assert "tại Hội trường (Bản Vàng Pheo)" in pdf_text(letter(place.officer, place.freeze().pk, "pdf"))


def test_many_places_are_counted_and_many_cells_stand_in_an_annex(place: Place) -> None:
    session = make_session(place.campaign, place.commune)
    for number in range(MOST_PLACES + 1):
        make_site(session, place.commune, name=f"Điểm {number}")
    cells = [LetterCell(n, f"Chi bộ {n}", f"{n}", ListCounts(1, 0, 0), seen=True) for n in range(MOST_CELLS + 1)]
    paper = letter_paper(place.freeze(), cells)
    said = " ".join(getattr(part, "text", "") for part in paper.parts)
    assert f"{MOST_PLACES + 1} điểm cầu theo phân công" in said
    assert len(paper.annex) == 3


def test_cells_of_one_name_are_told_apart_by_the_unit_above(place: Place) -> None:
    other = make_unit("Đảng bộ xã Dào San", parent=place.district, kind=UnitKind.GRASSROOTS_COMMITTEE)
    twin = make_unit("Chi bộ bản A", parent=other)
    campaign = make_campaign(place.district)
    place.campaign = campaign
    cells = [
        LetterCell(unit.pk, unit.name, unit.sort_key, ListCounts(1, 0, 0), seen=True)
        for unit in (place.first, twin, place.second)
    ]
    grid = next(part for part in letter_paper(place.freeze(), cells).parts if isinstance(part, Grid))
    assert [row[1] for row in grid.rows] == [
        "Chi bộ bản A (Đảng ủy xã)",
        "Chi bộ bản A (Đảng ủy xã Dào San)",
        "Chi bộ bản B",
    ]


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_list_has_everybody_cell_by_cell_in_the_order_of_given_names(place: Place, kind: str) -> None:
    summons = place.freeze()
    content = taken_out(place, kind, letter=str(summons.pk))
    if kind == "docx":
        assert [row[:5] for row in word_rows(content)] == [
            ["TT", "Họ và chữ đệm", "Tên", "Năm sinh", "Chi bộ"],
            ["1", "Lò Văn", "An", str(place.an.birth_year), "Chi bộ bản A"],
            ["2", "Tẩn Mý", "Dao", str(place.dao.birth_year), "Chi bộ bản A"],
            ["3", "Giàng A", "Páo", str(place.pao.birth_year), "Chi bộ bản A"],
            ["4", "Vàng A", "Sử", str(place.su.birth_year), "Chi bộ bản B"],
        ]
    text = (pdf_text if kind == "pdf" else word_text)(content)
    assert "(Kèm theo Công văn số 15-CV/ĐU, ngày 10 tháng 9 năm 2026 của Đảng ủy xã)" in text
    assert "Danh sách có 4 người." in text
    logged = Entry.objects.get(action="plans.export_summons", outcome=Outcome.EXPORTED)
    assert logged.facts == {"purpose": PURPOSE, "count": 4, "unit": place.commune.pk, "letter": summons.pk}


def test_a_list_of_a_letter_leaves_out_who_was_removed_and_a_workbook_of_all_does_not(place: Place) -> None:
    summons = place.freeze()
    SummonsEntry.objects.filter(person=place.an).update(removed_on=clock.today(), removal_decision="12-QĐ/ĐU")
    assert len(word_rows(taken_out(place, "docx", letter=str(summons.pk)))) == 1 + 3
    assert len(word_rows(taken_out(place, "docx"))) == 1 + 4
    assert "Kèm theo" not in word_text(taken_out(place, "docx"))


def test_a_list_says_how_many_of_the_letter_stand_on_lists_of_units_further_below(place: Place) -> None:
    deep = make_unit("Tổ đảng bản A1", parent=place.first)
    people = [make_person(name, unit=deep) for name in ("Sùng A Lềnh", "Sùng A Tủa", "Sùng A Vàng")]
    place.campaign = make_campaign(place.district)
    summons = place.freeze()
    SummonsEntry.objects.filter(person=people[0]).update(removed_on=clock.today(), removal_decision="12-QĐ/ĐU")
    note = "2 người thuộc các tổ chức bên dưới có danh sách riêng."
    for kind, text in (("docx", word_text), ("pdf", pdf_text)):
        assert note in text(taken_out(place, kind, letter=str(summons.pk)))
        assert "danh sách riêng" not in text(taken_out(place, kind))
    SummonsEntry.objects.filter(person__in=people).delete()
    assert "danh sách riêng" not in word_text(taken_out(place, "docx", letter=str(summons.pk)))


def test_a_letter_whose_people_all_stand_further_below_offers_no_list(place: Place) -> None:
    summons = freeze_summons(
        actor=make_actor(Role.OFFICER, place.district),
        client_id=uuid.uuid4(),
        campaign=place.campaign,
        unit=place.district,
        number="20-CV/HU",
        issued_on=dt.date(2026, 9, 10),
    )
    page = reverse("plans:summons_detail", args=[summons.pk])
    officer = place.browser(Role.OFFICER, place.district)
    way = place.url("export", place.district)
    assert way not in officer.get(page).content.decode()
    SummonsEntry.objects.filter(person=place.an).update(unit=place.commune)
    assert way in officer.get(page).content.decode()


def test_namesakes_of_one_year_are_told_apart_by_their_village(place: Place) -> None:
    for village in ("Vàng Pheo", "Tây An"):
        person = make_person("Lò Thị Mai", unit=place.second, birth_year=1990)
        Person.objects.filter(pk=person.pk).update(village=village)
    place.freeze()
    notes = {row[5] for row in word_rows(taken_out(place, "docx"))[1:]}
    assert notes == {"", "Vàng Pheo", "Tây An"}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_printed_as_it_is(place: Place, name: str) -> None:
    make_person(name, unit=place.second)
    place.freeze()
    given = name.rsplit(" ", maxsplit=1)[-1]
    assert given in pdf_text(taken_out(place, "pdf"))
    assert given in {row[2] for row in word_rows(taken_out(place, "docx"))}


@pytest.mark.parametrize("fields", [{"kind": "exe"}, {"letter": "999999"}, {"letter": "x"}])
def test_what_is_not_offered_is_refused_beside_its_field(place: Place, fields: dict[str, str]) -> None:
    place.freeze()
    response = place.officer.post(place.url("export"), {"purpose": PURPOSE, **fields})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(fields)


def test_the_page_of_a_letter_leads_to_the_list_for_those_who_may_take_it_out(place: Place) -> None:
    summons = place.freeze()
    page = reverse("plans:summons_detail", args=[summons.pk])
    way = f"{place.url('export')}?letter={summons.pk}"
    assert way in place.officer.get(page).content.decode()
    assert way not in place.browser(Role.VIEWER, place.commune).get(page).content.decode()
    assert f'value="{summons.pk}" selected' in place.officer.get(way).content.decode()
