"""Two records of one person become one, and can be parted again exactly."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateRange
from django.forms.models import model_to_dict
from django.test import Client

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import errors
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import DepartureReason, ReasonClass, Role, Standing, TransferKind, TransferState
from lantoa.organizations.erasing import Subject
from lantoa.organizations.merge_errors import (
    BothHoldOffice,
    DepartureAhead,
    ExemptionsClash,
    LetterWaits,
    MergeOutlived,
    SameRecord,
    StaysClash,
)
from lantoa.organizations.models import (
    ActivityExemption,
    Appointment,
    Departure,
    ImportBatch,
    ImportRow,
    Membership,
    Person,
    PersonMerge,
    TemporaryMembership,
    Transfer,
    Unit,
)
from lantoa.organizations.services.departures import end_membership, take_back_departure
from lantoa.organizations.services.erasing import forget_person
from lantoa.organizations.services.merges import merge_persons, open_pair, undo_merge
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import BothSummoned
from lantoa.plans.models import SummonsEntry
from tests.organizations.factories import LONG_AGO, make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign, make_entry, make_summons

pytestmark = pytest.mark.django_db
TODAY = clock.today()
DAY = dt.timedelta(days=1)
ALL = ("full_name", "birth_year", "village", "code", "is_manager", "sector_id")


@pytest.fixture
def cell() -> Unit:
    return make_unit("Chi bộ bản Tây An", parent=make_unit("Đảng bộ xã Mường So"))


@pytest.fixture
def clerk(cell: Unit) -> Actor:
    return make_actor(Role.CLERK, cell)


@pytest.fixture
def kept(cell: Unit) -> Person:
    return make_person("Lò Thị Mai", unit=cell, code="12")


@pytest.fixture
def merged(cell: Unit) -> Person:
    return make_person("Lò Thị Mái", unit=cell, birth_year=1981, code="0012")


def merge(actor: Actor, kept: Person, merged: Person, *take: str, client_id: uuid.UUID | None = None) -> PersonMerge:
    form = client_id or uuid.uuid4()
    return merge_persons(actor=actor, kept=kept, merged=merged, take=take, client_id=form)


def exempt(person: Person, first: dt.date, until: dt.date | None) -> ActivityExemption:
    return ActivityExemption.objects.create(
        person=person,
        reason_class=ReasonClass.HEALTH,
        decision_number="05-QĐ",
        decision_date=first,
        period=DateRange(first, until),
    )


def letter(person: Person, cell: Unit, state: TransferState, kind: TransferKind = TransferKind.STAY) -> Transfer:
    return Transfer.objects.create(
        client_id=uuid.uuid4(),
        person=person,
        kind=kind,
        from_unit=cell,
        to_unit=make_unit(),
        letter_number="01-GGT",
        letter_date=TODAY,
        effective_on=TODAY,
        ends_on=TODAY if kind == TransferKind.STAY else None,
        state=state,
        offered_by=make_user(),
    )


def stay(person: Person, cell: Unit) -> None:
    paper = letter(person, cell, TransferState.ACCEPTED)
    period = DateRange(TODAY, TODAY + DAY)
    TemporaryMembership.objects.create(person=person, unit=paper.to_unit, transfer=paper, period=period)


def world_of(*persons: Person) -> dict[str, Any]:
    """Every row of every table that names one of the persons, and the persons, save the counter of corrections."""
    found: dict[str, Any] = {}
    for model in apps.get_models():
        if model is PersonMerge:
            continue
        for field in model._meta.fields:
            if field.related_model is Person:
                rows = model._default_manager.filter(**{f"{field.name}__in": persons}).order_by("pk")
                found[f"{model._meta.label}.{field.name}"] = [(row.pk, str(model_to_dict(row))) for row in rows]
    for person in Person.objects.filter(pk__in=[one.pk for one in persons]):
        found[f"person {person.pk}"] = {name: getattr(person, name) for name in (*ALL, "folded_name", "user_id")}
    return found


def furnish(kept: Person, merged: Person, cell: Unit) -> None:
    """Give the second record some of everything, and the first some too."""
    exempt(kept, LONG_AGO, LONG_AGO + DAY)
    exempt(merged, TODAY, None)
    stay(merged, cell)
    Appointment.objects.create(person=merged, role=Role.VIEWER, unit=cell, period=DateRange(LONG_AGO, TODAY))
    user = make_user()
    Person.objects.filter(user=user).update(user=None)
    Person.objects.filter(pk=merged.pk).update(user=user)
    campaign = make_campaign(cell)
    make_entry(make_summons(campaign, cell), merged)
    batch = ImportBatch.objects.create(
        client_id=uuid.uuid4(), unit=cell, file_name="a.xlsx", sha256="0" * 64, effective_on=TODAY, created_by=user
    )
    ImportRow.objects.create(
        batch=batch, number=2, values={}, person=merged, membership=Membership.objects.get(person=merged)
    )


def test_everything_of_the_one_is_the_others_and_comes_back_exactly(
    clerk: Actor, kept: Person, merged: Person, cell: Unit
) -> None:
    furnish(kept, merged, cell)
    before = world_of(kept, merged)
    form = uuid.uuid4()
    made = merge(clerk, kept, merged, *ALL, client_id=form)
    assert merge(clerk, kept, merged, client_id=form) == made
    kept.refresh_from_db()
    assert (kept.full_name, kept.birth_year, kept.code) == ("Lò Thị Mái", 1981, "0012")
    assert kept.user_id is not None
    names = {name for name, rows in world_of(merged).items() if rows and "person " not in name}
    assert names == {"organizations.ImportRow.person"}
    assert SummonsEntry.objects.get().person == kept
    assert Membership.objects.filter(person=kept).count() == 1
    for _ in range(2):
        undo_merge(actor=clerk, merge=made)
    assert world_of(kept, merged) == before


def test_days_on_which_nobody_counted_the_kept_record_are_added(
    clerk: Actor, kept: Person, merged: Person, cell: Unit
) -> None:
    first, second, third = (LONG_AGO + number * 400 * DAY for number in (1, 2, 3))
    other = make_unit("Chi bộ khác")
    Membership.objects.filter(person=kept).update(period=DateRange(first, second))
    Membership.objects.create(person=kept, unit=cell, standing="full", period=DateRange(third, None))
    Membership.objects.filter(person=merged).update(period=DateRange(TODAY, None))
    Membership.objects.create(person=merged, unit=other, standing="full", period=DateRange(LONG_AGO, TODAY))
    merge(clerk, kept, merged)
    rows = Membership.objects.filter(person=kept).order_by("period").values_list("unit_id", "period")
    assert list(rows) == [
        (other.pk, DateRange(LONG_AGO, first)),
        (cell.pk, DateRange(first, second)),
        (other.pk, DateRange(second, third)),
        (cell.pk, DateRange(third, None)),
    ]


def test_days_that_both_were_counted_stay_the_kept_records(
    clerk: Actor, kept: Person, merged: Person, cell: Unit
) -> None:
    Membership.objects.filter(person=kept).update(period=DateRange(LONG_AGO, TODAY + DAY))
    Membership.objects.filter(person=merged).update(period=DateRange(LONG_AGO + DAY, TODAY + DAY))
    merge(clerk, kept, merged)
    rows = Membership.objects.filter(person=kept).values_list("unit_id", "period")
    assert list(rows) == [(cell.pk, DateRange(LONG_AGO, TODAY + DAY))]


def test_days_that_follow_a_membership_that_ended_are_added(
    clerk: Actor, kept: Person, merged: Person, cell: Unit
) -> None:
    later = TODAY + 30 * DAY
    Membership.objects.filter(person=kept).update(period=DateRange(LONG_AGO, later))
    merge(clerk, kept, merged)
    periods = Membership.objects.filter(person=kept).order_by("period").values_list("period", flat=True)
    assert list(periods) == [DateRange(LONG_AGO, later), DateRange(later, None)]


def refused(refusal: type[Refusal], actor: Actor, kept: Person, merged: Person) -> None:
    before = world_of(kept, merged)
    with pytest.raises(refusal):
        merge(actor, kept, merged)
    assert world_of(kept, merged) == before


def test_one_record_is_not_merged_with_itself(clerk: Actor, kept: Person) -> None:
    refused(SameRecord, clerk, kept, kept)


def test_only_who_may_edit_both_merges_them(clerk: Actor, kept: Person, cell: Unit) -> None:
    refused(errors.NotPermitted, clerk, kept, make_person(unit=make_unit()))
    refused(errors.NotCounted, clerk, kept, make_person())
    refused(errors.NotPermitted, make_actor(Role.APPROVER, cell), kept, make_person(unit=cell))


def test_the_two_are_read_beside_each_other_by_who_may_edit_both(clerk: Actor, kept: Person, cell: Unit) -> None:
    with pytest.raises(errors.NotCounted):
        open_pair(actor=clerk, kept=kept, merged=make_person())
    with pytest.raises(errors.NotPermitted):
        open_pair(actor=clerk, kept=kept, merged=make_person(unit=make_unit()))


def test_rights_never_change_hands(clerk: Actor, kept: Person, merged: Person, cell: Unit) -> None:
    Appointment.objects.create(person=kept, role=Role.SECRETARY, unit=cell, period=DateRange(LONG_AGO, None))
    user = make_user()
    Person.objects.filter(user=user).update(user=None)
    Person.objects.filter(pk=merged.pk).update(user=user)
    refused(BothHoldOffice, clerk, kept, merged)
    refused(BothHoldOffice, clerk, merged, kept)


def test_what_is_undecided_or_double_is_settled_first(clerk: Actor, kept: Person, merged: Person, cell: Unit) -> None:
    waiting = letter(merged, cell, TransferState.OFFERED, TransferKind.MOVE)
    refused(LetterWaits, clerk, kept, merged)
    waiting.delete()
    both = [exempt(person, TODAY, None) for person in (kept, merged)]
    refused(ExemptionsClash, clerk, kept, merged)
    both[1].delete()
    for person in (kept, merged):
        stay(person, cell)
    refused(StaysClash, clerk, kept, merged)


def left(actor: Actor, person: Person, day: dt.date) -> Departure:
    reason, form = DepartureReason.RESIGNED, uuid.uuid4()
    return end_membership(actor=actor, person=person, reason=reason, effective_on=day, client_id=form)


def test_who_leaves_on_a_day_to_come_is_merged_after_that_is_taken_back(
    clerk: Actor, kept: Person, merged: Person
) -> None:
    for leaving in (kept, merged):
        departure = left(clerk, leaving, TODAY + DAY)
        refused(DepartureAhead, clerk, kept, merged)
        take_back_departure(actor=clerk, departure=departure)
    merge(clerk, kept, merged)


def test_who_once_left_and_came_back_can_leave_after_a_merger(
    clerk: Actor, kept: Person, merged: Person, cell: Unit
) -> None:
    left(clerk, merged, TODAY - 30 * DAY)
    Membership.objects.create(person=merged, unit=cell, standing=Standing.FULL, period=DateRange(TODAY - DAY, None))
    merge(clerk, kept, merged)
    left(clerk, kept, TODAY)
    assert not Membership.objects.filter(person=kept).in_force_on(TODAY).exists()


def test_both_on_the_lists_of_a_campaign_that_goes_on_are_counted_once_first(
    clerk: Actor, kept: Person, merged: Person, cell: Unit
) -> None:
    campaign = make_campaign(cell)
    summons = make_summons(campaign, cell)
    entries = [make_entry(summons, person) for person in (kept, merged)]
    refused(BothSummoned, clerk, kept, merged)
    SummonsEntry.objects.filter(pk=entries[1].pk).update(removed_on=TODAY, removal_decision="07-QĐ")
    exempt(merged, TODAY, None)
    before = world_of(kept, merged)
    made = merge(clerk, kept, merged)
    assert SummonsEntry.objects.get(pk=entries[1].pk).person == merged
    assert ActivityExemption.objects.filter(person__in=[kept, merged]).count() == 2
    undo_merge(actor=clerk, merge=made)
    assert world_of(kept, merged) == before


def test_the_lists_of_a_campaign_that_is_over_stay_as_they_were(
    clerk: Actor, kept: Person, merged: Person, cell: Unit
) -> None:
    campaign = make_campaign(cell)
    summons = make_summons(campaign, cell)
    for person in (kept, merged):
        make_entry(summons, person)
    campaign.state = CampaignState.FINISHED
    campaign.save()
    merge(clerk, kept, merged)
    assert set(SummonsEntry.objects.values_list("person_id", flat=True)) == {kept.pk, merged.pk}


def test_what_changed_since_is_not_overwritten_by_the_undo(
    clerk: Actor, kept: Person, merged: Person, cell: Unit
) -> None:
    furnish(kept, merged, cell)
    made = merge(clerk, kept, merged, "full_name")
    changes: list[tuple[Any, dict[str, Any]]] = [
        (Membership.objects.filter(person=kept), {"standing": "cadre"}),
        (Person.objects.filter(pk=kept.pk), {"full_name": "Lò Thị May"}),
        (Person.objects.filter(pk=kept.pk), {"user": None}),
        (SummonsEntry.objects.all(), {"person": make_person()}),
    ]
    for rows, change in changes:
        old = rows.values(*change).first()
        pks = list(rows.values_list("pk", flat=True))
        rows.update(**change)
        with pytest.raises(MergeOutlived):
            undo_merge(actor=clerk, merge=made)
        rows.model.objects.filter(pk__in=pks).update(**old)
    undo_merge(actor=clerk, merge=made)


def test_two_records_are_merged_and_parted_on_the_pages(client: Client, cell: Unit, kept: Person) -> None:
    twin = make_person("Lò Thị Mai", unit=cell, code="0012")
    make_person("Tẩn A Sử", unit=cell)
    client.force_login(make_user(Role.CLERK, cell))
    address = f"/units/{cell.pk}/duplicates/"
    page = client.get(address).content.decode()
    pair = sorted([kept.pk, twin.pk])
    assert f"/persons/{pair[0]}/merge/{pair[1]}/" in page
    assert "Tẩn A Sử" not in page
    way = f"/persons/{kept.pk}/merge/{twin.pk}/"
    assert "0012" in client.get(way).content.decode()
    assert client.post(way, {"client_id": str(uuid.uuid4())}).status_code == 422
    waiting = letter(twin, cell, TransferState.OFFERED, TransferKind.MOVE)
    given = {"client_id": str(uuid.uuid4()), "code": "other"}
    assert client.post(way, given).status_code == 422
    waiting.delete()
    for _ in range(2):
        assert client.post(way, given).status_code == 303
    kept.refresh_from_db()
    assert kept.code == "0012"
    made = PersonMerge.objects.get()
    assert f"/merges/{made.pk}/undo/" in client.get(address).content.decode()
    Person.objects.filter(pk=kept.pk).update(code="99")
    assert client.post(f"/merges/{made.pk}/undo/").status_code == 422
    Person.objects.filter(pk=kept.pk).update(code="0012")
    assert client.post(f"/merges/{made.pk}/undo/").status_code == 303
    assert Person.objects.get(pk=twin.pk).code == "0012"


def test_an_erasure_forgets_the_record_that_went_into_another_too(clerk: Actor, kept: Person, merged: Person) -> None:
    merge(clerk, kept, merged, "full_name")
    assert forget_person(Subject(kept.pk, None)) > 2
    assert not Person.objects.filter(full_name__startswith="Lò Thị M").exists()
    assert not PersonMerge.objects.exists()
