"""The calendar for everybody: sessions that were opened to the public, and no others; nobody is named."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar

from lantoa.kernel import clock
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign
from lantoa.portal.calendar import selectors
from lantoa.portal.models import PortalSite
from lantoa.study_sessions.models import Site, StudySession
from tests.organizations.factories import make_unit
from tests.plans.factories import make_campaign
from tests.portal.factories import make_portal
from tests.study_sessions.factories import make_session

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = dt.datetime(2026, 11, 20, 9, tzinfo=HERE)
"""A Friday, when these tests look at the calendar."""


@pytest.fixture
def portal() -> PortalSite:
    return make_portal()


@pytest.fixture
def campaign(portal: PortalSite) -> Campaign:
    return make_campaign(portal.unit)


def opened(campaign: Campaign, day: str, title: str, *, host: Unit | None = None, **facts: object) -> StudySession:
    """A session of two hours that is open to the public; its day as it is read aloud."""
    begins = dt.datetime.strptime(f"{day} +0700", "%d/%m/%Y %H:%M %z")
    session = make_session(campaign, host, starts_at=begins, title=title)
    StudySession.objects.filter(pk=session.pk).update(**{"is_public": True, **facts})
    return session


def shown(address: str = "/cong/lich/") -> str:
    with clock.supposing(NOW):
        answer = Client().get(address)
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.content.decode()


def entries(address: str) -> dict[str, dict[str, str]]:
    """The entries of a calendar file by their title."""
    with clock.supposing(NOW):
        answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    told = ("status", "location", "url")
    return {str(event["summary"]): {name: str(event.get(name)) for name in told} for event in events}


def test_it_shows_what_is_open_at_the_unit_and_below_and_still_to_come(portal: PortalSite, campaign: Campaign) -> None:
    below = make_unit("Đảng bộ xã", parent=portal.unit, kind=UnitKind.COMMUNE_COMMITTEE)
    beside = make_unit("Đảng bộ huyện bên", kind=UnitKind.DISTRICT_COMMITTEE)
    opened(campaign, "24/11/2026 07:30", "Ở huyện")
    opened(campaign, "25/11/2026 07:30", "Ở xã", host=below)
    opened(campaign, "25/11/2026 07:30", "Nơi khác", host=beside)
    opened(campaign, "26/11/2026 07:30", "Họp kín", is_public=False)
    opened(campaign, "19/11/2026 07:30", "Đã xong")
    opened(campaign, "20/11/2026 08:00", "Đang họp")
    page = shown()
    titles = ["Đang họp", "Ở huyện", "Ở xã"]
    assert sorted((t for t in titles if t in page), key=page.index) == titles
    assert not any(title in page for title in ("Nơi khác", "Họp kín", "Đã xong"))
    assert "24/11/2026 07:30" in page
    assert "09:30" in page
    assert set(entries("/cong/lich/tat-ca.ics")) == set(titles)


def test_it_names_places_and_nobody(portal: PortalSite, campaign: Campaign) -> None:
    session = opened(campaign, "24/11/2026 07:30", "Ở huyện")
    session.programme.create(position=1, title="Quán triệt", speaker="Đồng chí Tẩn A Lử")
    for number in range(7):
        Site.objects.create(
            session=session,
            unit=portal.unit,
            name=f"Hội trường {number}",
            address="Thị trấn",
            contact="Vàng A Dơ, 0912 345 678",
            note="Hỏi đồng chí Lý",
        )
    bare = opened(campaign, "25/11/2026 07:30", "Chưa rõ nơi")
    where = "Hội trường 0, Thị trấn; Hội trường 1, Thị trấn; Hội trường 2, Thị trấn; Hội trường 3, Thị trấn; "
    where += "Hội trường 4, Thị trấn; và 2 điểm cầu khác"
    page = shown()
    assert where in page
    assert "Nơi họp sẽ được ghi ở đây." in page
    assert not any(name in page for name in ("Tẩn A Lử", "Vàng A Dơ", "đồng chí Lý", session.created_by.username))
    found = entries(f"/cong/lich/{session.pk}.ics")["Ở huyện"]
    assert found["location"] == where
    assert found["url"].endswith(f"/cong/lich/?thang=2026-11#buoi-{session.pk}")
    assert entries(f"/cong/lich/{bare.pk}.ics")["Chưa rõ nơi"]["location"] == "None"


def test_months_are_in_the_address_and_lead_on_to_those_that_have_sessions(
    portal: PortalSite, campaign: Campaign
) -> None:
    opened(campaign, "24/11/2026 07:30", "Tháng này")
    opened(campaign, "05/02/2027 07:30", "Tháng hai")
    opened(campaign, "31/01/2027 22:00", "Cuối tháng giêng")
    page = shown()
    assert ("Tháng này" in page, "Tháng hai" in page) == (True, False)
    assert 'rel="next" href="?thang=2027-01"' in page
    assert 'rel="prev"' not in page
    page = shown("/cong/lich/?thang=2027-01")
    assert ("Cuối tháng giêng" in page, "Tháng hai" in page) == (True, False)
    assert 'rel="prev" href="?thang=2026-11"' in page
    assert 'rel="next" href="?thang=2027-02"' in page
    for asked in ("2026-01", "2026-13", "x", "2026-11-01", ""):
        assert "Tháng này" in shown(f"/cong/lich/?thang={asked}")


def test_from_an_empty_month_a_way_leads_back(portal: PortalSite, campaign: Campaign) -> None:
    page = shown("/cong/lich/?thang=2027-03")
    assert "Tháng này không có buổi nào mở cho mọi người." in page
    assert 'rel="prev" href="?thang=2026-11"' in page
    assert "Tháng này không có buổi nào mở cho mọi người." in shown()


def test_a_session_that_began_last_month_and_lasts_stands_in_this_one(portal: PortalSite, campaign: Campaign) -> None:
    session = opened(campaign, "31/10/2026 07:30", "Lớp dài ngày")
    StudySession.objects.filter(pk=session.pk).update(ends_at=NOW + dt.timedelta(days=2))
    page = shown()
    assert "Lớp dài ngày" in page
    assert "22/11/2026 09:00" in page


def test_the_file_of_an_early_session_leads_to_the_month_of_its_day(portal: PortalSite, campaign: Campaign) -> None:
    session = opened(campaign, "01/12/2026 06:30", "Học sớm")
    assert entries("/cong/lich/tat-ca.ics")["Học sớm"]["url"].endswith(f"/cong/lich/?thang=2026-12#buoi-{session.pk}")


def test_what_does_not_fit_on_the_page_is_not_dropped_without_a_word(
    portal: PortalSite, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "MOST", 2)
    for day in (24, 25):
        opened(campaign, f"{day}/11/2026 07:30", f"Buổi {day}")
    opened(campaign, "02/12/2026 07:30", "Tháng sau")
    assert "chỉ liệt kê" not in shown()
    opened(campaign, "26/11/2026 07:30", "Buổi 26")
    page = shown()
    assert ("Buổi 25" in page, "Buổi 26" in page) == (True, False)
    assert "Trang này chỉ liệt kê 2 buổi đầu của tháng, trong số 3 buổi." in page


def test_one_that_was_cancelled_says_so(portal: PortalSite, campaign: Campaign) -> None:
    session = opened(campaign, "24/11/2026 07:30", "Đã hoãn", cancelled_at=NOW)
    assert "Buổi học này đã bị hủy." in shown()
    assert entries(f"/cong/lich/{session.pk}.ics")["Đã hoãn"]["status"] == "CANCELLED"


def test_a_file_of_a_session_that_is_not_open_is_not_there(portal: PortalSite, campaign: Campaign) -> None:
    session = opened(campaign, "24/11/2026 07:30", "Họp kín", is_public=False)
    with clock.supposing(NOW):
        assert Client().get(f"/cong/lich/{session.pk}.ics").status_code == 404
