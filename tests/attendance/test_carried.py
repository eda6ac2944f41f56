"""A campaign's figures carried onto today's tree: every person once, where they are, and nobody by guess."""

import datetime as dt
import io
import itertools
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import DjangoDbBlocker

from lantoa.attendance.enums import Group, MarkStatus
from lantoa.attendance.folding import fold_waiting, mark_dirty
from lantoa.attendance.models import Coverage
from lantoa.attendance.recounting import recount
from lantoa.attendance.selectors.carried import Carried, Place, carried, day_of
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, Standing, UnitKind
from lantoa.organizations.models import ActivityExemption, Unit
from lantoa.organizations.selectors.whereabouts import whereabouts
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign
from tests.architecture.query_counts import assert_query_count
from tests.attendance.factories import make_event
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit, make_user
from tests.organizations.history import begin, bring_up_to_date, end, line, move
from tests.plans.factories import make_campaign, make_entry, make_summons
from tests.study_sessions.factories import make_session, make_site, place
from tests.written import written_once

pytestmark = pytest.mark.django_db
STARTED = dt.date(2023, 2, 6)
REFORM = dt.date(2025, 7, 1)
LATER = dt.date(2026, 1, 1)
FIGURES = (
    "summoned", "excluded", "present", "late", "excused", "absent", "not_reported", "made_up", "cells_total",
    "cells_reported", "reported_denominator", "reported_attended",
)  # fmt: skip


class District:
    """A province with a district of two communes, two cells in each, one cell of the district's own, and a finished
    campaign of 2023 with marks, an exemption and a roll that is missing."""

    def __init__(self) -> None:
        self.province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCIAL_COMMITTEE)
        self.district = make_unit("Đảng bộ huyện", parent=self.province, kind=UnitKind.DISTRICT_COMMITTEE)
        self.a = make_unit("Đảng bộ xã A", parent=self.district, kind=UnitKind.COMMUNE_COMMITTEE)
        self.b = make_unit("Đảng bộ xã B", parent=self.district, kind=UnitKind.COMMUNE_COMMITTEE)
        self.a1, self.a2 = make_unit("Chi bộ bản A1", parent=self.a), make_unit("Chi bộ bản A2", parent=self.a)
        self.b1, self.b2 = make_unit("Chi bộ bản B1", parent=self.b), make_unit("Chi bộ bản B2", parent=self.b)
        self.school = make_unit("Chi bộ Trường", parent=self.district, kind=UnitKind.GRASSROOTS_CELL)
        self.campaign = make_campaign(self.district, starts_on=STARTED, state=CampaignState.FINISHED)
        self.campaign.started_at = timezone.make_aware(dt.datetime.combine(STARTED, dt.time(8)))
        self.campaign.save(update_fields=["started_at"])
        summons = make_summons(self.campaign, self.district)
        clerk = make_actor(Role.CLERK, self.district)
        cells = [self.a1, self.a2, self.b1, self.b2, self.school]
        session = make_session(self.campaign, self.district)
        site = make_site(session, self.district, cells=cells)
        entries = []
        for number, cell in enumerate(cells, start=1):
            for person in range(number + 1):
                standing = Standing.CADRE if person == 2 else Standing.FULL
                entry = make_entry(summons, make_person(unit=cell, standing=standing), unit=cell, standing=standing)
                place(site, entry)
                entries.append(entry)
                if cell != self.b2:
                    status = MarkStatus.PRESENT if person else MarkStatus.ABSENT
                    make_event(site, entry, status, recorder=clerk)
        ActivityExemption.objects.create(
            person=entries[-1].person, reason_class="health", decision_number="7-QĐ/ĐU", decision_date=STARTED,
            period=ALWAYS,
        )  # fmt: skip
        mark_dirty(campaign_id=self.campaign.pk, entry_ids=[entry.pk for entry in entries])
        fold_waiting()

    def merge(self) -> Unit:
        """The reform: both communes become one under the province, the district ends, the school goes to the province.

        Returns the new commune's committee.
        """
        new = begin("Đảng bộ xã Mới", self.province, REFORM, kind=UnitKind.COMMUNE_COMMITTEE)
        for cell in (self.a1, self.a2, self.b1, self.b2):
            move(cell, new, REFORM)
        move(self.school, self.province, REFORM)
        for old in (self.a, self.b):
            end(old, REFORM)
            line(old, new, on=REFORM)
        end(self.district, REFORM)
        line(self.district, None, on=REFORM)
        bring_up_to_date(new, *self.cells)
        return new

    @property
    def cells(self) -> list[Unit]:
        """Every cell of the campaign."""
        return [self.a1, self.a2, self.b1, self.b2, self.school]


@pytest.fixture(scope="module", autouse=True)
def written(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[District]:
    with written_once(django_db_blocker):
        yield District()


@pytest.fixture
def district(written: District) -> District:
    return deepcopy(written)


def own(campaign: Campaign, *units: Unit, group: str = "all") -> dict[str, int]:
    """What these units count themselves on the campaign's day, together."""
    columns = ", ".join(f"coalesce(sum({name}), 0)" for name in FIGURES)
    query = (
        f"SELECT {columns} FROM attendance_coverage WHERE campaign_id = %s AND unit_id = ANY(%s) AND person_group = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [campaign.pk, [unit.pk for unit in units], group])
        return dict(zip(FIGURES, cursor.fetchone(), strict=True))


def sums(found: Carried, group: Group = Group.ALL) -> dict[str, int]:
    counts = found.groups.get(group)
    return {name: getattr(counts, name) if counts else 0 for name in FIGURES}


def seen(unit: Unit, district: District, role: Role = Role.OFFICER, group: Group = Group.ALL) -> Carried:
    return carried(campaign=district.campaign, unit=unit, actor=make_actor(role, unit), group=group)


def told(found: Carried) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(row.place.value, row.name, row.heirs) for row in found.rows}


def test_cells_take_their_figures_to_where_they_stand_today(district: District) -> None:
    before = {(row.unit_id, row.group): row for row in Coverage.objects.filter(campaign=district.campaign)}
    new = district.merge()
    for group in Group:
        assert sums(seen(new, district), group) == own(district.campaign, district.a, district.b, group=group.value)
        assert sums(seen(district.province, district), group) == own(
            district.campaign, district.district, group=group.value
        )
    assert told(seen(new, district)) == {("below", cell.name, ()) for cell in district.cells[:4]}
    assert told(seen(district.province, district)) == {
        ("below", "Đảng bộ xã Mới", ()),
        ("below", "Chi bộ Trường", ()),
    }
    after = {(row.unit_id, row.group): row for row in Coverage.objects.filter(campaign=district.campaign)}
    assert {key: [getattr(row, name) for name in FIGURES] for key, row in before.items()} == {
        key: [getattr(row, name) for name in FIGURES] for key, row in after.items()
    }
    assert recount(district.campaign).agrees


def test_the_figures_are_not_all_alike(district: District) -> None:
    whole = own(district.campaign, district.district)
    assert (whole["summoned"], whole["excluded"], whole["not_reported"], whole["cells_total"]) == (20, 1, 5, 5)
    assert whole["cells_reported"] == 4


def test_a_cell_that_went_whole_into_another_gives_it_its_people(district: District) -> None:
    new = district.merge()
    end(district.a1, LATER)
    line(district.a1, district.a2, on=LATER)
    bring_up_to_date()
    found = seen(district.a2, district)
    assert sums(found) == own(district.campaign, district.a1, district.a2)
    assert told(found) == {("itself", "Chi bộ bản A1", ()), ("itself", "Chi bộ bản A2", ())}
    assert ("below", "Chi bộ bản A1", ()) not in told(seen(new, district))
    assert sums(seen(new, district)) == own(district.campaign, district.a, district.b)


def test_a_divided_cell_stands_apart_under_the_unit_that_holds_all_its_parts(district: District) -> None:
    new = district.merge()
    other = begin("Đảng bộ xã Khác", district.province, LATER, kind=UnitKind.COMMUNE_COMMITTEE)
    here, there = begin("Chi bộ Đông", new, LATER), begin("Chi bộ Tây", other, LATER)
    end(district.b1, LATER)
    line(district.b1, here, there, on=LATER, partial=True)
    bring_up_to_date(new, other, here, there)
    assert sums(seen(new, district)) == own(district.campaign, district.a1, district.a2, district.b2)
    assert seen(new, district).shared == ("Chi bộ bản B1",)
    assert sums(seen(there, district)) == dict.fromkeys(FIGURES, 0)
    assert seen(there, district).shared == ("Chi bộ bản B1",)
    above = seen(district.province, district)
    assert ("divided", "Chi bộ bản B1", ("Chi bộ Đông", "Chi bộ Tây")) in told(above)
    assert sums(above) == own(district.campaign, district.district)


def test_parts_that_stay_in_one_commune_are_in_its_sum(district: District) -> None:
    new = district.merge()
    here, there = begin("Chi bộ Đông", new, LATER), begin("Chi bộ Tây", new, LATER)
    end(district.b1, LATER)
    line(district.b1, here, there, on=LATER, partial=True)
    bring_up_to_date(new)
    found = seen(new, district)
    assert ("divided", "Chi bộ bản B1", ("Chi bộ Đông", "Chi bộ Tây")) in told(found)
    assert sums(found) == own(district.campaign, district.a, district.b)
    row = next(row for row in found.rows if row.place == Place.DIVIDED)
    assert str(row.note)
    assert not row.lost


def test_who_lost_a_part_and_went_on_is_not_whole_any_more(district: District) -> None:
    new = district.merge()
    split_off = begin("Chi bộ Tách", new, LATER)
    line(district.b1, split_off, on=LATER, partial=True)
    bring_up_to_date()
    found = seen(new, district)
    assert ("divided", "Chi bộ bản B1", ("Chi bộ bản B1", "Chi bộ Tách")) in told(found)
    assert sums(seen(district.b1, district)) == dict.fromkeys(FIGURES, 0)


def test_parts_that_come_together_again_are_whole(district: District) -> None:
    new = district.merge()
    halves = [begin("Chi bộ Đông", new, dt.date(2025, 9, 1)), begin("Chi bộ Tây", new, dt.date(2025, 9, 1))]
    end(district.b1, dt.date(2025, 9, 1))
    line(district.b1, *halves, on=dt.date(2025, 9, 1), partial=True)
    for half in halves:
        end(half, LATER)
        line(half, district.b2, on=LATER)
    bring_up_to_date()
    assert sums(seen(district.b2, district)) == own(district.campaign, district.b1, district.b2)


def test_who_ended_without_an_heir_stays_with_the_superior(district: District) -> None:
    end(district.a2, dt.date(2024, 1, 1))
    line(district.a2, None, on=dt.date(2024, 1, 1))
    new = begin("Đảng bộ xã Mới", district.province, REFORM, kind=UnitKind.COMMUNE_COMMITTEE)
    move(district.a1, new, REFORM)
    end(district.a, REFORM)
    line(district.a, new, on=REFORM)
    bring_up_to_date(new)
    found = seen(new, district)
    assert told(found) == {("below", "Chi bộ bản A1", ()), ("ended", "Chi bộ bản A2", ())}
    assert sums(found) == own(district.campaign, district.a)


def test_a_part_that_ended_without_an_heir_makes_the_rest_a_part(district: District) -> None:
    new = district.merge()
    line(district.b1, district.b2, on=LATER, partial=True)
    end(district.b1, dt.date(2026, 3, 1))
    line(district.b1, None, on=dt.date(2026, 3, 1))
    bring_up_to_date(new)
    row = next(row for row in seen(district.b2, district).rows if row.place == Place.DIVIDED)
    assert (row.name, row.heirs, row.lost) == ("Chi bộ bản B1", ("Chi bộ bản B2",), True)


def test_an_end_that_was_recorded_late_counts_too(district: District) -> None:
    old = dt.date(2022, 1, 1)
    end(district.b1, old)
    line(district.b1, district.b2, on=old)
    bring_up_to_date()
    found = whereabouts([district.b1.pk, district.b2.pk], since=day_of(district.campaign))
    assert [heir.pk for heir in found[district.b1.pk].heirs] == [district.b2.pk]
    assert found[district.b2.pk].is_whole


def test_a_split_before_the_campaign_changes_nothing(district: District) -> None:
    split_off = begin("Chi bộ Tách", district.b, dt.date(2022, 1, 1))
    line(district.b1, split_off, on=dt.date(2022, 1, 1), partial=True)
    bring_up_to_date()
    assert told(seen(district.b, district)) == {("below", "Chi bộ bản B1", ()), ("below", "Chi bộ bản B2", ())}


def test_what_has_no_common_superior_is_nowhere(district: District) -> None:
    alone = [begin("Đảng bộ Một", None, LATER), begin("Đảng bộ Hai", None, LATER)]
    end(district.b1, LATER)
    line(district.b1, *alone, on=LATER, partial=True)
    bring_up_to_date(*alone)
    assert seen(district.province, district).counts.summoned == 20 - 4
    assert seen(alone[0], district).shared == ("Chi bộ bản B1",)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["merge", "split", "move", "part"]), st.integers(0, 99), st.integers(0, 99)),
        max_size=6,
    )
)
def test_whatever_happens_to_cells_nobody_is_lost_or_doubled(events: list[tuple[str, int, int]]) -> None:
    district = District()
    communes, cells = [district.a, district.b], district.cells[:4]
    days = (REFORM + dt.timedelta(days=number) for number in itertools.count())
    for (what, first, second), on in zip(events, days, strict=False):
        chosen, other = cells[first % len(cells)], cells[second % len(cells)]
        commune = communes[second % 2]
        if what == "merge" and chosen != other:
            end(chosen, on)
            line(chosen, other, on=on)
            cells.remove(chosen)
        elif what == "split":
            halves = [begin(f"Nửa {on} {half}", communes[half], on) for half in (0, 1)]
            end(chosen, on)
            line(chosen, *halves, on=on, partial=True)
            cells = [cell for cell in cells if cell != chosen] + halves
        elif what == "part":
            split_off = begin(f"Tách {on}", commune, on)
            line(chosen, split_off, on=on, partial=True)
            cells.append(split_off)
        elif what == "move":
            move(chosen, commune, on)
    bring_up_to_date(*communes, district.district)
    whole = seen(district.district, district)
    assert sums(whole) == own(district.campaign, district.district)
    assert sum(row.counts.summoned for row in whole.rows) == whole.counts.summoned


# The pages


def page(client: Client, district: District, actor: tuple[Role, Unit], address: str) -> Any:
    client.force_login(make_user(*actor))
    return client.get(f"/campaigns/{district.campaign.pk}/coverage/{address}")


def test_both_readings_lead_to_each_other(client: Client, district: District) -> None:
    officer = (Role.OFFICER, district.province)
    assert "tree=today" not in page(client, district, officer, f"{district.district.pk}/").content.decode()
    new = district.merge()
    of_its_day = page(client, district, officer, f"{district.district.pk}/").content.decode()
    assert "06/02/2023" in of_its_day
    assert f"/campaigns/{district.campaign.pk}/coverage/?tree=today" in of_its_day
    at_a_cell = page(client, district, officer, f"{district.a1.pk}/").content.decode()
    assert f"/coverage/{district.a1.pk}/?tree=today" in at_a_cell
    with assert_query_count("attendance:coverage_unit carried onto today's tree"):
        today = client.get(f"/campaigns/{district.campaign.pk}/coverage/{district.province.pk}/?tree=today")
    text = today.content.decode()
    assert f"/coverage/{new.pk}/?tree=today" in text
    assert f'href="/campaigns/{district.campaign.pk}/coverage/"' in text
    assert "06/02/2023" in text


def test_the_successor_s_people_see_what_came_to_them_as_counts(client: Client, district: District) -> None:
    new = district.merge()
    answer = page(client, district, (Role.SECRETARY, new), "")
    assert answer.headers["Location"] == f"/campaigns/{district.campaign.pk}/coverage/{new.pk}/?tree=today"
    text = client.get(answer.headers["Location"]).content.decode()
    assert "14" in text
    assert client.get(f"/campaigns/{district.campaign.pk}/coverage/{district.a.pk}/").status_code == 404
    assert (
        client.get(f"/campaigns/{district.campaign.pk}/coverage/{district.province.pk}/?tree=today").status_code == 404
    )
    assert client.get("/campaigns/").content.decode().count(district.campaign.name)


def test_the_first_screen_and_the_campaign_page_lead_to_what_came(client: Client, district: District) -> None:
    new = district.merge()
    client.force_login(make_user(Role.SECRETARY, new))
    today = f"/campaigns/{district.campaign.pk}/coverage/{new.pk}/?tree=today"
    with assert_query_count("dashboard:home of a successor"):
        home = client.get("/").content.decode()
    assert today in home
    with assert_query_count("plans:campaign_detail of a successor"):
        campaign = client.get(f"/campaigns/{district.campaign.pk}/").content.decode()
    assert today in campaign
    client.force_login(make_user(Role.SECRETARY, begin("Đảng bộ xã bên", district.province, REFORM)))
    assert "?tree=today" not in client.get("/").content.decode()


def test_of_own_counts_only_the_sum_is_shown(client: Client, district: District) -> None:
    new = district.merge()
    response = page(client, district, (Role.CLERK, new), f"{new.pk}/?tree=today")
    assert response.context["counts"].summoned == 14
    assert not response.context["found"].rows


def test_who_sees_no_counts_there_sees_nothing(client: Client, district: District) -> None:
    new = district.merge()
    assert page(client, district, (Role.SPEAKER, new), f"{new.pk}/?tree=today").status_code == 404
    beside = make_unit("Đảng bộ xã bên", parent=district.province, kind=UnitKind.COMMUNE_COMMITTEE)
    assert page(client, district, (Role.OFFICER, beside), f"{new.pk}/?tree=today").status_code == 404
    assert page(client, district, (Role.OFFICER, district.province), "999999/?tree=today").status_code == 404
    assert page(client, district, (Role.OFFICER, district.province), f"{district.a.pk}/?tree=today").status_code == 404


def test_where_nothing_came_the_page_says_so(client: Client, district: District) -> None:
    district.merge()
    beside = begin("Đảng bộ xã bên", district.province, REFORM, kind=UnitKind.COMMUNE_COMMITTEE)
    bring_up_to_date()
    response = page(client, district, (Role.OFFICER, district.province), f"{beside.pk}/?tree=today")
    assert response.status_code == 200
    assert not response.context["counts"].summoned


def test_the_rows_are_searched_sorted_and_taken_out(client: Client, district: District) -> None:
    new = district.merge()
    text = page(client, district, (Role.OFFICER, new), f"{new.pk}/?tree=today&q=ban%20a1&group=cadre&sort=-rate")
    assert [row.name for row in text.context["rows"].page.object_list] == []
    found = client.get(f"/campaigns/{district.campaign.pk}/coverage/{new.pk}/?tree=today&q=ban%20a1&sort=-first")
    assert [row.name for row in found.context["rows"].page.object_list] == ["Chi bộ bản A1"]
    book = client.get(f"/campaigns/{district.campaign.pk}/coverage/{new.pk}/?tree=today&format=xlsx&sort=summoned")
    sheet = load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    assert "Chi bộ bản B2" in [str(cell.value) for row in sheet.iter_rows() for cell in row]


def test_a_draft_carries_nothing(client: Client, district: District) -> None:
    draft = make_campaign(district.district, state=CampaignState.DRAFT)
    client.force_login(make_user(Role.OFFICER, district.district))
    assert client.get(f"/campaigns/{draft.pk}/coverage/?tree=today").status_code == 200
    assert day_of(draft) == draft.starts_on
    assert carried(campaign=draft, unit=district.district, actor=Actor(None, None)).groups == {}
