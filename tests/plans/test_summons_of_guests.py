"""During a temporary membership a person is called where they take part, once."""

import datetime as dt
import uuid

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.kernel import clock
from lantoa.organizations.enums import Role, TransferKind, TransferState
from lantoa.organizations.models import Person, TemporaryMembership, Transfer, Unit
from lantoa.plans.models import SummonsEntry
from lantoa.plans.selectors.summons import preview_names, preview_summons
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign
from tests.plans.test_summons import Commune

pytestmark = pytest.mark.django_db
TODAY = clock.today()


@pytest.fixture
def place() -> Commune:
    return Commune()


def stays(person: Person, home: Unit, unit: Unit, *, since: dt.date = TODAY) -> None:
    until = since + dt.timedelta(days=30)
    letter = Transfer.objects.create(
        client_id=uuid.uuid4(),
        person=person,
        kind=TransferKind.STAY,
        from_unit=home,
        to_unit=unit,
        letter_number="03-GGT",
        letter_date=since,
        effective_on=since,
        ends_on=until,
        state=TransferState.ACCEPTED,
        offered_by=make_user(),
    )
    period = DateRange(since, until + dt.timedelta(days=1))
    TemporaryMembership.objects.create(person=person, unit=unit, transfer=letter, period=period)


def called(unit: Unit) -> set[str]:
    """The names on the list of a cell."""
    return set(SummonsEntry.objects.filter(unit=unit).values_list("person__full_name", flat=True))


def test_a_guest_is_called_where_they_take_part_and_not_at_home(place: Commune) -> None:
    campaign = make_campaign(place.commune)
    stays(place.member, place.first, place.second)
    cells = {cell.name: cell.total for cell in preview_summons(campaign=campaign, unit=place.commune).cells}
    assert cells == {"Chi bộ bản A": 2, "Chi bộ bản B": 2}
    place.freeze(campaign)
    assert called(place.second) == {"Vàng A Sử", "Giàng A Páo"}
    assert called(place.first) == {"Lò Văn An", "Tẩn Mý Dao"}


def test_each_cell_calls_its_own_guests_by_itself(place: Commune) -> None:
    campaign = make_campaign(place.commune)
    stays(place.member, place.first, place.second)
    for cell in (place.second, place.first):
        place.freeze(campaign, cell, actor=make_actor(Role.SECRETARY, cell))
    assert SummonsEntry.objects.filter(person=place.member).get().unit == place.second
    assert SummonsEntry.objects.count() == 4


def test_before_its_first_day_a_stay_changes_nothing(place: Commune) -> None:
    campaign = make_campaign(place.commune)
    stays(place.member, place.first, place.second, since=TODAY + dt.timedelta(days=1))
    place.freeze(campaign)
    assert SummonsEntry.objects.get(person=place.member).unit == place.first


def test_who_takes_part_outside_the_campaign_is_called_at_home(place: Commune) -> None:
    campaign = make_campaign(place.commune)
    stays(place.member, place.first, make_unit("Chi bộ ở tỉnh khác"))
    place.freeze(campaign)
    assert SummonsEntry.objects.get(person=place.member).unit == place.first


def test_the_preview_names_a_guest_to_the_cell_that_calls(place: Commune) -> None:
    campaign = make_campaign(place.commune)
    stays(place.member, place.first, place.second)
    for cell, seen in ((place.first, False), (place.second, True)):
        actor = make_actor(Role.SECRETARY, cell)
        rows = preview_names(campaign=campaign, unit=place.commune, actor=actor)
        assert ("Giàng A Páo" in {row.person.full_name for row in rows}) == seen
        assert {row.seat_name for row in rows} == {cell.name}
