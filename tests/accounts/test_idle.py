"""A session that rests too long ends, and only what a person does keeps it alive."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from lantoa.accounts.models import AccessRules, Session, User
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import IdleMinutesOutOfRange, NotPermitted
from lantoa.organizations.services.access import set_access_rules
from tests.e2e.reader import ARGUMENTS, CHROMIUM
from tests.organizations.factories import make_actor, make_unit, make_user

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
LIMIT = settings.LANTOA_IDLE_MINUTES * 60 + 60


@pytest.fixture
def user() -> User:
    return User.objects.create_user(username="lo.thi.mai", password="Hoa-ban-no-trang-rung-2026")


@pytest.fixture
def reader(client: Client, user: User) -> Client:
    """Signed in at the start."""
    with clock.supposing(START):
        client.force_login(user)
    return client


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def is_signed_in(client: Client, moment: dt.datetime) -> bool:
    with clock.supposing(moment):
        return client.get("/gallery/").status_code == 200


def test_a_session_ends_by_itself_a_minute_after_the_idle_time(reader: Client) -> None:
    with clock.supposing(at(LIMIT)):
        answer = reader.get("/gallery/")
        page = reader.get(answer["Location"]).content.decode()
    assert answer["Location"] == "/accounts/login/?next=/gallery/"
    assert "lâu không thao tác" in page
    assert not Session.objects.exclude(user=None).exists()


def test_each_use_begins_the_time_anew(reader: Client) -> None:
    assert is_signed_in(reader, at(LIMIT - 1))
    assert is_signed_in(reader, at(2 * LIMIT - 2))
    assert not is_signed_in(reader, at(3 * LIMIT))


def test_what_a_page_asks_by_itself_is_no_use(reader: Client) -> None:
    with clock.supposing(at(LIMIT - 40)):
        reader.get("/gallery/", headers={"X-Background": "1"})
        assert reader.get("/session/state/").json() == {"remaining": 40}
        assert reader.get("/session/ended/?next=/gallery/").status_code == 200
    assert not is_signed_in(reader, at(LIMIT))


def test_staying_begins_the_time_anew(reader: Client) -> None:
    with clock.supposing(at(LIMIT - 40)):
        assert reader.post("/session/stay/").json() == {"remaining": LIMIT}
    assert is_signed_in(reader, at(LIMIT + 100))


def test_nobody_stays_who_is_signed_out(client: Client) -> None:
    assert client.get("/session/state/").json() == {"remaining": 0}
    assert client.post("/session/stay/").status_code == 302


def test_a_page_without_scripts_is_led_to_the_sign_in(reader: Client) -> None:
    with clock.supposing(at(10)):
        page = reader.get("/gallery/?q=a&b=c").content.decode()
    found = re.search(r'http-equiv="refresh" content="(\d+); url=([^"]+)"', page)
    assert found
    assert int(found[1]) == LIMIT - 10 + 5
    with clock.supposing(at(10 + int(found[1]))):
        assert reader.get(found[2])["Location"] == "/accounts/login/?next=/gallery/%3Fq%3Da%26b%3Dc"


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/", ""])
def test_the_way_back_leads_to_no_other_host(reader: Client, there: str) -> None:
    with clock.supposing(at(LIMIT)):
        assert reader.get("/session/ended/", {"next": there})["Location"] == "/accounts/login/?next=/"


def test_the_administrator_sets_the_time_and_it_holds_at_once(reader: Client) -> None:
    root = make_unit()
    administrator = Client()
    administrator.force_login(make_user(Role.ADMINISTRATOR, root))
    assert administrator.get("/access/").status_code == 200
    assert administrator.post("/access/", {"idle_minutes": "3"}).status_code == 422
    assert administrator.post("/access/", {"idle_minutes": "x"}).status_code == 422
    assert administrator.post("/access/", {"idle_minutes": "5"}).status_code == 303
    assert 'value="5"' in administrator.get("/access/").content.decode()
    assert is_signed_in(reader, at(359))
    assert not is_signed_in(reader, at(359 + 360))


def test_only_the_administrator_of_a_whole_tree_sets_the_rules() -> None:
    root = make_unit()
    below = make_unit(parent=root)
    for actor in (make_actor(Role.ADMINISTRATOR, below), make_actor(Role.SECRETARY, root)):
        with pytest.raises(NotPermitted):
            set_access_rules(actor=actor, idle_minutes=10)
    with pytest.raises(IdleMinutesOutOfRange):
        set_access_rules(actor=make_actor(Role.ADMINISTRATOR, root), idle_minutes=241)
    rules = set_access_rules(actor=make_actor(Role.ADMINISTRATOR, root), idle_minutes=10)
    assert AccessRules.objects.get() == rules
    assert str(rules) == "10 min"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver's loop lives in the thread of the tests
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


def test_the_dialog_counts_down_and_gives_way(
    browser: Browser, live_server: LiveServer, transactional_db: None, client: Client, user: User
) -> None:
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    rested = clock.now() - dt.timedelta(seconds=LIMIT - 50)
    with browser.new_context(base_url=live_server.url) as context:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.clock.install()
        page.goto("/gallery/")
        page.fill("#id_title", "Kế hoạch nháp")
        Session.objects.filter(pk=cookie).update(last_seen_at=rested)
        page.clock.fast_forward((LIMIT - 120) * 1000)
        assert not page.locator("#idle").is_visible()
        page.clock.fast_forward(70_000)
        page.wait_for_selector("#idle[open]")
        assert page.locator("[data-idle-unsent]").is_visible()
        assert page.evaluate("document.activeElement.hasAttribute('data-idle-stay')")
        page.click("[data-idle-stay]")
        page.wait_for_selector("#idle:not([open])", state="attached")
        Session.objects.filter(pk=cookie).update(last_seen_at=rested)
        page.clock.fast_forward((LIMIT - 50) * 1000)
        page.wait_for_selector("#idle[open]")
        Session.objects.filter(pk=cookie).update(last_seen_at=rested - dt.timedelta(seconds=60))
        page.clock.fast_forward(60_000)
        page.wait_for_url("**/accounts/login/?next=%2Fgallery%2F")
        assert page.get_by_text("lâu không thao tác").is_visible()
