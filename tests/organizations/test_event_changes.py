"""A prepared event is changed before it is applied: what was placed stays where it fits, stale forms are refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lantoa.audit.models import Entry
from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import DraftPlacement, Unit, UnitEventDraft
from lantoa.organizations.selectors.courses import course_of, stamp_of
from lantoa.organizations.services.applying import apply_event
from lantoa.organizations.services.event_drafts import (
    Changing,
    give_up_event,
    prepare_dissolution,
    prepare_split,
    prepare_transfer,
)
from lantoa.organizations.services.placing import place_people, place_units
from tests.organizations.events import TURN, new, order, split
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.organizations.test_unit_event_pages import given

pytestmark = pytest.mark.django_db
COMMITTEE = UnitKind.COMMUNE_COMMITTEE


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def unit(district: Unit) -> Unit:
    unit = make_unit("Đảng bộ xã Hoang Thèn", parent=district, kind=COMMITTEE)
    for name in ("Lò Văn Ún", "Giàng A Páo"):
        make_person(name, unit=unit)
    return unit


@pytest.fixture
def actor(district: Unit) -> Actor:
    return make_actor(Role.ADMINISTRATOR, district)


@pytest.fixture
def draft(actor: Actor, district: Unit, unit: Unit) -> UnitEventDraft:
    """A split among two new units, with one person placed at each."""
    draft = split(actor, unit, [new(name, district, COMMITTEE) for name in ("Đảng bộ xã Một", "Đảng bộ xã Hai")])
    course = course_of(draft)
    places = {going.row.pk: one for going, one in zip(course.memberships, course.successors, strict=True)}
    place_people(actor=make_actor(Role.CLERK, unit), draft=draft, places=places)
    offices = [going.row.pk for going in course_of(draft).appointments]
    place_units(actor=actor, draft=draft, appointments=dict.fromkeys(offices, course.successors[1]))
    return draft


def changed(actor: Actor, draft: UnitEventDraft, successors: list[Any], seen: str = "") -> UnitEventDraft:
    return prepare_split(
        **order(actor, TURN),
        unit=draft.unit,
        successors=successors,
        changing=Changing(draft, seen or stamp_of(draft)),
    )


def test_what_was_placed_stays_at_the_units_that_still_take_over(
    actor: Actor, district: Unit, unit: Unit, draft: UnitEventDraft
) -> None:
    successors = [unit, new("Đảng bộ xã Ba", district, COMMITTEE), new("Đảng bộ xã Hai", district, COMMITTEE)]
    seen = stamp_of(draft)
    assert changed(actor, draft, successors) == draft
    course = course_of(draft)
    assert [one.label for one in course.successors] == [unit.name, "Đảng bộ xã Ba", "Đảng bộ xã Hai"]
    assert [going.successor and going.successor.label for going in course.memberships] == [None, "Đảng bộ xã Hai"]
    again = changed(actor, draft, successors, seen)
    assert again == draft
    assert Entry.objects.filter(action="organizations.change_event").count() == 1


def test_a_change_upon_another_change_and_a_stale_preview_are_refused(
    actor: Actor, district: Unit, draft: UnitEventDraft
) -> None:
    seen, digest = stamp_of(draft), course_of(draft).digest
    successors: list[Any] = [new(name, district, COMMITTEE) for name in ("Đảng bộ xã Một", "Đảng bộ xã Hai")]
    prepare_split(
        **{**order(actor, TURN), "decision": Decision("13-QĐ/ĐU", TURN, "Ban Thường vụ")},
        unit=draft.unit,
        successors=successors,
        changing=Changing(draft, seen),
    )
    with pytest.raises(refusals.DraftChanged):
        changed(actor, draft, successors, seen)
    with pytest.raises(refusals.PreviewStale):
        apply_event(actor=actor, draft=draft, digest=digest)
    assert DraftPlacement.objects.count() == 3


def test_only_an_open_draft_of_that_kind_and_unit_is_changed_by_its_administrators(
    actor: Actor, district: Unit, unit: Unit, draft: UnitEventDraft
) -> None:
    other = make_unit("Đảng bộ xã Khác", parent=district, kind=COMMITTEE)
    changing = Changing(draft, stamp_of(draft))
    prepared: list[Callable[[], UnitEventDraft]] = [
        lambda: prepare_transfer(**order(actor, TURN), unit=unit, parent=other, changing=changing),
        lambda: prepare_dissolution(**order(actor, TURN), unit=other, heir=district, changing=changing),
    ]
    for prepare in prepared:
        with pytest.raises(refusals.EventClosed):
            prepare()
    own = make_actor(Role.ADMINISTRATOR, unit)
    draft.predecessors.add(other)
    with pytest.raises(NotPermitted):
        changed(own, draft, [unit, make_unit(parent=unit)])
    draft.predecessors.remove(other)
    give_up_event(actor=actor, draft=draft)
    with pytest.raises(refusals.EventClosed):
        changed(actor, draft, [unit, other])


def test_a_change_that_cannot_be_leaves_everything_as_it_was(
    actor: Actor, district: Unit, unit: Unit, draft: UnitEventDraft
) -> None:
    before = stamp_of(draft)
    with pytest.raises(refusals.SeveralUnitsNeeded):
        changed(actor, draft, [unit])
    assert stamp_of(draft) == before
    assert DraftPlacement.objects.count() == 3


def page(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


@pytest.fixture
def browser(client: Client, district: Unit) -> Client:
    client.force_login(make_user(Role.ADMINISTRATOR, district))
    return client


def hidden(shown: str, name: str) -> str:
    return shown.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def test_the_form_opens_filled_in_and_says_what_fell_away(browser: Client, unit: Unit, draft: UnitEventDraft) -> None:
    address = f"/units/{unit.pk}/split/?draft={draft.pk}"
    assert address in page(browser, f"/unit-events/{draft.pk}/")
    shown = page(browser, address)
    assert "Đảng bộ xã Một\nĐảng bộ xã Hai" in shown
    assert 'value="12-QĐ/ĐU"' in shown
    form = given(
        seen=hidden(shown, "seen"), new_units="Đảng bộ xã Hai", goes_on="on", kind=COMMITTEE, parent="Đảng bộ huyện"
    )
    answer = browser.post(address, form)
    assert answer["Location"] == f"/unit-events/{draft.pk}/"
    assert "xếp lại: Đảng bộ xã Một (1)" in page(browser, answer["Location"])
    kept = browser.post(address, {**form, "seen": stamp_of(draft), "decision_number": "14-QĐ/ĐU"})
    assert "vẫn giữ nguyên" in page(browser, kept["Location"])
    stale = browser.post(address, {**form, "decision_number": "15-QĐ/ĐU"})
    assert stale.status_code == 409
    assert "đã được người khác sửa" in stale.content.decode()
    for wrong in ("0", "x", "9" * 30):
        assert browser.get(f"/units/{unit.pk}/split/?draft={wrong}").status_code == 404
    assert browser.get(f"/units/{unit.pk}/merge/?draft={draft.pk}").status_code == 404


def test_a_split_among_existing_units_opens_with_them(browser: Client, actor: Actor, unit: Unit) -> None:
    other = make_unit("Đảng bộ xã Khác", parent=unit.parent, kind=COMMITTEE)
    draft = split(actor, unit, [unit, other])
    shown = page(browser, f"/units/{unit.pk}/split/?draft={draft.pk}")
    assert "Đảng bộ xã Khác (Đảng bộ huyện)</textarea>" in shown


def test_each_kind_of_event_opens_with_what_it_says(browser: Client, district: Unit, unit: Unit) -> None:
    beside = make_unit("Đảng bộ xã Khác", parent=district, kind=COMMITTEE)
    cell = make_unit("Chi bộ ở xa", parent=beside)
    merger = given(siblings=[beside.pk], others=cell.name, goes_on="new", name="Đảng bộ xã Mới", kind=COMMITTEE)
    events: list[tuple[str, dict[str, object], dict[str, object], str]] = [
        ("transfer", given(parent=beside.name), {"decision_number": "13-QĐ"}, "Đảng bộ xã Khác (Đảng bộ huyện)"),
        ("dissolve", given(heir=beside.name), {"heir": district.name}, "Đảng bộ xã Khác (Đảng bộ huyện)"),
        ("dissolve", given(heir=district.name), {"heir": beside.name}, 'value="Đảng bộ huyện"'),
        ("merge", {**merger, "parent": district.name}, {"name": "Đảng bộ xã Khác"}, "Chi bộ ở xa (Đảng bộ xã Khác)"),
        ("merge", {**merger, "goes_on": str(unit.pk)}, {"goes_on": str(beside.pk)}, "checked"),
    ]
    for name, form, changes, opened in events:
        address = browser.post(f"/units/{unit.pk}/{name}/", form)["Location"]
        number = address.split("/")[2]
        shown = page(browser, f"/units/{unit.pk}/{name}/?draft={number}")
        assert opened in shown, name
        answer = browser.post(
            f"/units/{unit.pk}/{name}/?draft={number}", {**form, **changes, "seen": hidden(shown, "seen")}
        )
        assert answer["Location"] == address, answer.content.decode()
    assert Entry.objects.filter(action="organizations.change_event").count() == len(events)
