"""The administrator's pages of events: prepared, shown, applied, put right."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Appointment, Membership, Unit, UnitEvent, UnitEventDraft, UnitPeriod
from tests.organizations.events import transfer
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
COMMITTEE = UnitKind.COMMUNE_COMMITTEE


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def first(district: Unit) -> Unit:
    return make_unit("Đảng bộ xã Hoang Thèn", parent=district, kind=COMMITTEE)


@pytest.fixture
def second(district: Unit) -> Unit:
    return make_unit("Đảng bộ xã Bản Lang", parent=district, kind=COMMITTEE, code="0102")


@pytest.fixture
def browser(client: Client, district: Unit) -> Client:
    client.force_login(make_user(Role.ADMINISTRATOR, district))
    return client


def given(**changes: object) -> dict[str, object]:
    """What every form of an event asks for."""
    return {
        "client_id": str(uuid.uuid4()),
        "effective_on": "01/03/2024",
        "decision_number": "12-QĐ/ĐU",
        "decision_date": "20/02/2024",
        "decision_body": "Ban Thường vụ Đảng ủy",
        **changes,
    }


def page(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def confirmed(browser: Client, address: str) -> str:
    """Apply the prepared event at that address as its page shows it; where that leads."""
    digest = page(browser, address).split('name="digest" value="')[1].split('"')[0]
    answer = browser.post(f"{address}apply/", {"digest": digest})
    assert answer.status_code == 303
    return str(answer["Location"])


def test_every_way_to_change_a_unit_stands_on_its_page_of_events(browser: Client, first: Unit) -> None:
    assert f'href="/units/{first.pk}/events/"' in page(browser, f"/units/{first.pk}/")
    shown = page(browser, f"/units/{first.pk}/events/")
    for name in ("rename", "transfer", "merge", "split", "dissolve", "new"):
        assert f'href="/units/{first.pk}/{name}/"' in shown
    assert "Chưa ghi nhận sự kiện nào" in shown


def test_a_merger_is_prepared_shown_and_applied(browser: Client, district: Unit, first: Unit, second: Unit) -> None:
    make_unit("Chi bộ trường học", parent=first)
    make_unit("Chi bộ trường học", parent=second)
    make_person(unit=first)
    secretary = make_person("Giàng A Páo")
    Appointment.objects.create(person=secretary, role=Role.SECRETARY, unit=second, period=ALWAYS)
    form = given(siblings=[second.pk], goes_on="new", name="Đảng bộ xã Mới", kind=COMMITTEE, parent=district.name)
    answer = browser.post(f"/units/{first.pk}/merge/", form)
    assert answer.status_code == 303
    address = answer["Location"]
    shown = page(browser, address)
    assert "Đảng bộ xã Mới" in shown
    assert "trùng tên" in shown
    assert "Chi bộ trường học" in shown
    people = page(browser, f"{address}?show=people")
    assert first.name in people
    assert "Giàng A Páo" in page(browser, f"{address}?show=appointments")
    assert "Không có đợt học tập" in page(browser, f"{address}?show=work")
    assert "Đang chuẩn bị một sự kiện" in page(browser, f"/units/{second.pk}/events/")
    done = confirmed(browser, address)
    merged = Unit.objects.get(name="Đảng bộ xã Mới")
    assert done == f"/units/{merged.pk}/events/"
    listed = page(browser, done)
    assert "2 đơn vị trực thuộc chuyển theo" in listed
    assert "đã được áp dụng" in page(browser, address)
    assert "Hôm nay đơn vị không tồn tại" in page(browser, f"/units/{first.pk}/events/")


def test_no_member_is_named_to_the_administrator(browser: Client, first: Unit, second: Unit) -> None:
    make_person("Tẩn Thị Mẩy", unit=first)
    answer = browser.post(f"/units/{first.pk}/dissolve/", given(heir=second.name))
    for name in ("units", "people", "appointments", "work"):
        assert "Tẩn Thị Mẩy" not in page(browser, f"{answer['Location']}?show={name}")


def test_a_stale_preview_is_refused_and_shown_anew(browser: Client, first: Unit, second: Unit) -> None:
    address = browser.post(f"/units/{first.pk}/dissolve/", given(heir="0102"))["Location"]
    digest = page(browser, address).split('name="digest" value="')[1].split('"')[0]
    make_person(unit=first)
    refused = browser.post(f"{address}apply/", {"digest": digest})
    assert refused.status_code == 409
    assert "chưa áp dụng gì" in refused.content.decode()
    assert not UnitEvent.objects.exists()
    confirmed(browser, address)
    assert not Membership.objects.filter(unit=first, period__endswith__isnull=True).exists()


def test_a_prepared_event_is_given_up(browser: Client, first: Unit, second: Unit) -> None:
    address = browser.post(f"/units/{first.pk}/transfer/", given(parent=f"{second.name} (huyện)"))["Location"]
    given_up = browser.post(f"{address}give-up/")
    assert given_up["Location"] == f"/units/{first.pk}/events/"
    assert "đã hủy" in page(browser, address)
    refused = browser.post(f"{address}apply/", {"digest": ""})
    assert refused.status_code == 422
    transfer(make_actor(Role.ADMINISTRATOR, first.parent or first), make_unit(parent=first), second)


def test_an_applied_event_is_not_given_up(browser: Client, first: Unit, second: Unit) -> None:
    address = browser.post(f"/units/{first.pk}/dissolve/", given(heir=second.name))["Location"]
    confirmed(browser, address)
    assert browser.post(f"{address}give-up/").status_code == 422


def test_a_dissolution_without_an_heir_leads_back_to_the_tree(browser: Client, first: Unit) -> None:
    assert browser.post(f"/units/{first.pk}/dissolve/", given()).status_code == 303
    draft = UnitEventDraft.objects.get()
    assert confirmed(browser, f"/unit-events/{draft.pk}/") == "/units/"


def test_what_becomes_below_a_day_to_come_is_shown_as_planned(browser: Client, first: Unit, second: Unit) -> None:
    cell = make_unit(parent=first)
    day = clock.today() + dt.timedelta(days=30)
    address = browser.post(f"/units/{cell.pk}/transfer/", given(parent=second.name, effective_on=f"{day:%d/%m/%Y}"))[
        "Location"
    ]
    assert "Đến ngày đó" in page(browser, address)
    assert "dự kiến" in page(browser, confirmed(browser, address))


def test_a_wrong_event_is_put_right_by_another_and_both_say_so(browser: Client, first: Unit, second: Unit) -> None:
    cell = make_unit(parent=first)
    wrong = transfer(make_actor(Role.ADMINISTRATOR, first.parent or first), cell, second)
    chosen = page(browser, f"/units/{cell.pk}/events/?corrects={wrong.pk}")
    assert f'href="/units/{cell.pk}/transfer/?corrects={wrong.pk}"' in chosen
    form = page(browser, f"/units/{cell.pk}/transfer/?corrects={wrong.pk}")
    assert f'name="corrects" value="{wrong.pk}"' in form
    answer = browser.post(
        f"/units/{cell.pk}/transfer/",
        given(parent=first.name, effective_on="02/03/2024", decision_number="13-QĐ/ĐU", corrects=wrong.pk),
    )
    assert "Sửa cho sự kiện" in page(browser, answer["Location"])
    listed = page(browser, confirmed(browser, answer["Location"]))
    assert "sửa cho sự kiện ngày 01/03/2024 theo 12-QĐ/ĐU" in listed
    assert "đã được sửa từ ngày 02/03/2024 theo 13-QĐ/ĐU" in listed
    assert "đã được sửa sau đó" in listed


def test_units_are_named_by_code_name_or_superior(browser: Client, district: Unit, first: Unit, second: Unit) -> None:
    for parent in (first, second):
        make_unit("Chi bộ Trung Chải", parent=parent)
    team = make_unit("Tổ đảng", parent=first)
    address = f"/units/{team.pk}/transfer/"
    for typed, said in (
        ("Không có", "không có đơn vị nào"),
        ("chi bo trung chai", "Có nhiều đơn vị khớp"),
        ("Chi bộ Trung Chải (Đảng bộ)", "Có nhiều đơn vị khớp"),
    ):
        refused = browser.post(address, given(parent=typed))
        assert refused.status_code == 422
        assert said in refused.content.decode()
    for number in range(7):
        make_unit(f"Chi bộ số {number}", parent=district)
    assert "…" in browser.post(address, given(parent="chi bộ số")).content.decode()
    assert browser.post(address, given(parent="Chi bộ Trung Chải (Bản Lang)")).status_code == 303
    assert browser.post(address, given(parent="0102")).status_code == 303


def test_the_form_of_a_merger_says_what_is_missing(browser: Client, district: Unit, first: Unit, second: Unit) -> None:
    address = f"/units/{first.pk}/merge/"
    shown = page(browser, address)
    assert second.name in shown
    refused = browser.post(address, given(siblings=[second.pk], goes_on="new", kind=COMMITTEE)).content.decode()
    assert "Hãy nhập tên đơn vị mới" in refused
    assert "trực thuộc đơn vị nào" in refused
    outside = browser.post(address, given(goes_on=str(second.pk), kind=COMMITTEE)).content.decode()
    assert "phải là một trong các đơn vị" in outside
    alone = browser.post(address, given(goes_on=str(first.pk), kind=COMMITTEE)).content.decode()
    assert "ít nhất hai đơn vị" in alone
    cell = make_unit("Chi bộ ở xa", parent=second)
    done = browser.post(address, given(others=f"{cell.name}\n\n{cell.name}", goes_on=str(first.pk), kind=COMMITTEE))
    assert done.status_code == 303
    assert set(UnitEventDraft.objects.get().predecessors.all()) == {first, cell}


def test_the_root_of_a_tree_has_nothing_beside_it(browser: Client, district: Unit) -> None:
    for name in ("transfer", "merge", "dissolve"):
        assert browser.get(f"/units/{district.pk}/{name}/").status_code == 200


def test_a_rename_and_a_founding_stand_among_the_events(browser: Client, first: Unit) -> None:
    form = given(name="Đảng bộ xã Đổi Tên", short_name="", code="")
    assert browser.post(f"/units/{first.pk}/rename/", form).status_code == 303
    assert UnitPeriod.objects.filter(unit=first).count() == 2
    listed = page(browser, f"/units/{first.pk}/events/")
    assert "Đảng bộ xã Hoang Thèn" in listed
    assert "Đảng bộ xã Đổi Tên" in listed


def test_a_split_is_placed_by_the_administrator_and_the_clerk_and_applied(
    browser: Client, district: Unit, first: Unit
) -> None:
    cell = make_unit("Chi bộ bản Mới", parent=first)
    people = [make_person(name, unit=first) for name in ("Tẩn Thị Mẩy", "Lò Văn Ún", "Giàng A Páo")]
    office = Appointment.objects.create(person=make_person(), role=Role.SECRETARY, unit=first, period=ALWAYS)
    form = given(goes_on="on", new_units=" Đảng bộ xã Mới \n\n", kind=COMMITTEE, parent=district.name)
    address = browser.post(f"/units/{first.pk}/split/", form)["Location"]
    assert "Hiện chưa thể áp dụng" in page(browser, address)
    assert "Người đã xếp: 0 trên 3" in page(browser, address)
    stays, goes = UnitEventDraft.objects.get().successors.all()

    placing = f"{address}placing/"
    shown = page(browser, placing)
    assert f'value="unit-{cell.pk}"' in shown
    assert "Tẩn Thị Mẩy" not in shown
    assert browser.post(placing, {"successor": goes.pk, "rows": [f"unit-{cell.pk}"]}).status_code == 303
    assert f'value="unit-{cell.pk}"' not in page(browser, f"{placing}?show=left")
    assert browser.post(placing, {"successor": stays.pk, "rest": "on"}).status_code == 303
    for wrong in ({"successor": goes.pk}, {"successor": 0, "rest": "on"}, {"successor": goes.pk, "rows": ["unit-x"]}):
        assert browser.post(placing, wrong).status_code == 422
    assert browser.get(f"{address}people/").status_code == 404

    clerk = Client()
    clerk.force_login(make_user(Role.CLERK, first))
    assert f'href="{address}people/"' in page(clerk, f"/units/{first.pk}/persons/")
    listed = page(clerk, f"{address}people/?q=may")
    assert "Tẩn Thị Mẩy" in listed
    assert "Lò Văn Ún" not in listed
    chosen = Membership.objects.get(person=people[0]).pk
    assert clerk.post(f"{address}people/", {"successor": goes.pk, "rows": [f"member-{chosen}"]}).status_code == 303
    assert clerk.post(f"{address}people/", {"successor": stays.pk, "rest": "on"}).status_code == 303
    assert "Mọi mục ở đây đã được xếp" in page(clerk, f"{address}people/")
    assert clerk.get(address).status_code == 404
    browser.post(placing, {"successor": stays.pk, "rest": "on"})

    assert "Người đã xếp: 3 trên 3" in page(browser, address)
    confirmed(browser, address)
    created = Unit.objects.get(name="Đảng bộ xã Mới")
    assert Membership.objects.get(unit=created).person == people[0]
    assert Unit.objects.get(pk=cell.pk).parent == created
    office.refresh_from_db()
    assert office.period.upper is None
    assert "Không còn gì phải xếp" in page(browser, placing)


def test_the_form_of_a_split_says_what_is_missing(browser: Client, district: Unit, first: Unit, second: Unit) -> None:
    address = f"/units/{first.pk}/split/"
    without = browser.post(address, given(new_units="Đảng bộ xã Mới", kind=COMMITTEE)).content.decode()
    assert "trực thuộc đơn vị nào" in without
    long = browser.post(address, given(new_units="x" * 201, kind=COMMITTEE, parent=district.name)).content.decode()
    assert "Tên dài nhất 200" in long
    alone = browser.post(address, given(goes_on="on", kind=COMMITTEE)).content.decode()
    assert "ít nhất hai đơn vị" in alone
    taking = given(
        others=f"{second.name}\n{first.name}", new_units="Đảng bộ xã Mới", kind=COMMITTEE, parent=district.name
    )
    assert browser.post(address, taking).status_code == 303
    successors = UnitEventDraft.objects.get().successors.all()
    assert [one.label for one in successors] == ["Đảng bộ xã Mới", second.name]
