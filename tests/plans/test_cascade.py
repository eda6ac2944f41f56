"""The cascade: what every unit owes, who is late, and reminders from the page."""

import datetime as dt
import io
import uuid
from typing import Any

import openpyxl
import pytest
from django.test import Client

from lantoa.kernel import clock
from lantoa.notifications.models import Notification
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import Campaign
from lantoa.plans.selectors.cascade import Counts, counts_of, debts_of
from lantoa.plans.services.reminders import send_due_reminders
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_campaign, make_plan, make_rule
from tests.study_sessions.factories import make_session, make_site

pytestmark = pytest.mark.django_db
KIND = UnitKind.GRASSROOTS_COMMITTEE


class Place:
    """A campaign with a late unit, one that is due soon, one that has issued, and a cell that owes a study."""

    def __init__(self) -> None:
        self.today = clock.today()
        self.district = make_unit("Đảng bộ huyện Phong Thổ", kind=UnitKind.DISTRICT_COMMITTEE)
        names = ("Đảng bộ xã Dào San", "Đảng bộ xã Mường So", "Đảng bộ xã Sin Suối Hồ")
        self.late, self.soon, self.done = (make_unit(name, kind=KIND, parent=self.district) for name in names)
        self.cell = make_unit("Chi bộ bản Sì Choang", parent=self.late)
        self.campaign = make_campaign(self.district)
        make_rule(self.campaign, KIND)
        make_rule(self.campaign, UnitKind.CELL, owes_plan=False, study_due_on=self.day(20))
        self.plan = make_plan(self.campaign, self.late, due_on=self.day(-3))
        make_plan(self.campaign, self.soon, due_on=self.day(4), state=PlanState.SUBMITTED)
        make_plan(self.campaign, self.done, due_on=self.day(4), state=PlanState.RUNNING)

    def day(self, days: int) -> dt.date:
        return self.today + dt.timedelta(days=days)

    @property
    def address(self) -> str:
        return f"/campaigns/{self.campaign.pk}/units/"


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def officer(place: Place, client: Client) -> Client:
    client.force_login(make_user(Role.OFFICER, place.district))
    return client


def names_on(client: Client, address: str) -> list[str]:
    return [row.name for row in client.get(address).context["table"].page.object_list]


def test_each_unit_stands_with_what_it_still_owes(place: Place) -> None:
    rows = {row.unit_id: row for row in debts_of(place.campaign)}
    assert {pk: (row.plan_left, row.study_left, row.next_due) for pk, row in rows.items()} == {
        place.district.pk: (None, None, None),
        place.late.pk: (place.day(-3), None, place.day(-3)),
        place.soon.pk: (place.day(4), None, place.day(4)),
        place.done.pk: (None, None, None),
        place.cell.pk: (None, place.day(20), place.day(20)),
    }
    assert counts_of(debts_of(place.campaign), place.today, place.day(7)) == Counts(5, 3, 1, 1)


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.FINISHED])
def test_in_a_campaign_that_does_not_run_nothing_is_owed(place: Place, state: CampaignState) -> None:
    Campaign.objects.update(state=state)
    place.campaign.refresh_from_db()
    assert counts_of(debts_of(place.campaign), place.today, place.day(7)).owing == 0


def test_a_revision_does_not_owe_again_what_was_issued(place: Place) -> None:
    make_plan(place.campaign, place.done, edition=2, revision_reason="Đổi thời gian", due_on=None)
    (row,) = debts_of(place.campaign).filter(unit=place.done)
    assert (row.plan_state, row.next_due) == (PlanState.RUNNING, None)


def test_a_cell_whose_people_went_to_a_site_has_studied_and_one_whose_session_was_cancelled_has_not(
    place: Place,
) -> None:
    make_site(make_session(place.campaign, cancelled=True), cells=[place.cell])
    (row,) = debts_of(place.campaign).filter(unit=place.cell)
    assert not row.studied
    make_site(make_session(place.campaign), cells=[place.cell])
    (row,) = debts_of(place.campaign).filter(unit=place.cell)
    assert (row.studied, row.study_left) == (True, None)


def test_a_session_that_lies_ahead_is_not_held_yet_and_a_site_counts_for_who_keeps_it(place: Place) -> None:
    make_session(place.campaign, place.late, starts_at=clock.now() + dt.timedelta(days=1))
    make_site(make_session(place.campaign), place.soon)
    studied = {row.unit_id for row in debts_of(place.campaign) if row.studied}
    assert studied == {place.district.pk, place.soon.pk}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?state=overdue", {"late"}),
        ("?state=soon", {"soon"}),
        ("?state=owing", {"late", "soon", "cell"}),
        ("?state=done", {"district", "done"}),
        ("?owed=study", {"cell"}),
        ("?owed=plan", {"late", "soon", "done"}),
        ("?owed=study&state=overdue", set()),
        ("?kind=cell", {"cell"}),
        ("?q=dao+san", {"late"}),
        ("?state=no-such-state", {"district", "late", "soon", "done", "cell"}),
    ],
)
def test_the_list_is_narrowed_by_the_address(place: Place, officer: Client, query: str, expected: set[str]) -> None:
    assert set(names_on(officer, place.address + query)) == {getattr(place, key).name for key in expected}


def test_the_most_urgent_stands_first(place: Place, officer: Client) -> None:
    assert names_on(officer, place.address)[:3] == [place.late.name, place.soon.name, place.cell.name]
    assert names_on(officer, place.address + "?sort=-unit")[0] == place.done.name


def test_a_reader_sees_the_units_below_theirs(place: Place, client: Client) -> None:
    client.force_login(make_user(Role.SECRETARY, place.late))
    assert set(names_on(client, place.address)) == {place.late.name, place.cell.name}
    assert 'form="remind"' not in client.get(place.address).content.decode()


def test_the_last_reminder_stands_beside_the_unit(place: Place, officer: Client) -> None:
    make_user(Role.SECRETARY, place.soon)
    send_due_reminders(day=place.today)
    rows = {row.unit_id: row.reminded_on for row in debts_of(place.campaign)}
    assert (rows[place.soon.pk], rows[place.cell.pk]) == (place.today, None)


def test_the_drawing_says_in_words_what_it_draws(place: Place, officer: Client) -> None:
    page = officer.get(place.address + "?view=timeline").content.decode()
    assert page.count('<tr role="row">') == 6
    assert "deadline-late-line" in page
    assert place.day(-3).strftime("%d/%m/%Y") in page
    nothing = officer.get(place.address + "?view=timeline&state=overdue&kind=cell").content.decode()
    assert "deadline-axis" not in nothing


def test_the_workbook_has_the_days(place: Place, officer: Client) -> None:
    content = officer.get(place.address + "?format=xlsx").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    found = {cell.value.date() for row in sheet.iter_rows() for cell in row if isinstance(cell.value, dt.datetime)}
    assert {place.day(-3), place.day(4), place.day(20)} <= found


class TestReminding:
    """One POST for the ticked units."""

    def send(self, client: Client, place: Place, *units: Unit, form: str = "", query: str = "") -> Any:
        values = {"unit": [unit.pk for unit in units], "client_id": form or str(uuid.uuid4())}
        answer = client.post(place.address + query, values)
        return client.get(answer["Location"]) if answer.status_code == 303 else answer

    def test_it_says_how_many_were_reminded_and_who_was_not(self, place: Place, officer: Client) -> None:
        secretary = make_user(Role.SECRETARY, place.soon)
        answer = self.send(officer, place, place.soon, place.late, place.done, query="?state=owing")
        assert answer.request["QUERY_STRING"] == "state=owing"
        said = [str(message) for message in answer.context["messages"]]
        assert len(said) == 3
        assert any(place.done.name in text for text in said)
        assert any(place.late.name in text for text in said)
        assert [row.receiver_id for row in Notification.objects.all()] == [secretary.pk]

    def test_many_names_are_cut_short(self, place: Place, officer: Client) -> None:
        units = [make_unit(f"Đảng bộ xã {letter}", kind=KIND, parent=place.district) for letter in "ABCDEFG"]
        place.campaign = make_campaign(place.district)
        answer = self.send(officer, place, *units)
        assert any("Đảng bộ xã E" in str(message) for message in answer.context["messages"])
        assert not any("Đảng bộ xã G" in str(message) for message in answer.context["messages"])

    def test_nothing_ticked_or_nonsense_comes_back(self, place: Place, officer: Client) -> None:
        for values in (
            {"client_id": str(uuid.uuid4())},
            {"client_id": "x"},
            {"client_id": str(uuid.uuid4()), "unit": "9" * 30},
        ):
            assert officer.post(place.address, values).status_code == 422
        assert not Notification.objects.exists()

    def test_who_stands_beside_is_refused(self, place: Place, client: Client) -> None:
        client.force_login(make_user(Role.SECRETARY, place.late))
        assert self.send(client, place, place.soon).status_code == 403
