"""The wall in a real browser: it goes on without a network, and the server takes what it draws."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from lantoa.accounts.models import User
from lantoa.attendance.models import AttendanceEvent
from lantoa.kernel import clock
from lantoa.rollcall.card_codes import card_text
from lantoa.rollcall.models import Card, Wall
from lantoa.rollcall.services.walls import open_wall
from lantoa.rollcall.wall_codes import code_of, step_of
from tests.attendance.factories import Scene
from tests.e2e.axe import AXE
from tests.e2e.camera import camera, film
from tests.e2e.camera import code_of as qr_code
from tests.e2e.reader import ARGUMENTS, CHROMIUM, PATIENCE
from tests.ui.qr_reading import read_path

READ = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]});
    return found.violations.map(rule => rule.id + " " + rule.nodes.map(node => node.target).join(" "));
}"""
"""What axe finds on the page."""


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver's loop lives in the thread of the tests
        yield started


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    launched = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield launched
    launched.close()


@pytest.fixture
def scene(transactional_db: None, scene: Scene) -> Scene:
    open_wall(actor=scene.clerk, site=scene.site)
    return scene


@pytest.fixture
def wall(browser: Browser, live_server: LiveServer, scene: Scene) -> Iterator[Page]:
    clerk = Client()
    clerk.force_login(User.objects.get(pk=scene.clerk.user_id or 0))
    session = clerk.cookies[settings.SESSION_COOKIE_NAME].value
    with browser.new_context(viewport={"width": 1280, "height": 800}, base_url=live_server.url) as context:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        mistakes: list[str] = []
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.clock.install()
        page.goto(reverse("rollcall:wall_detail", args=[scene.site.pk]))
        page.wait_for_function("document.querySelector('[data-wall-qr] path').getAttribute('d')")
        yield page
        assert not mistakes


def drawn(page: Page) -> tuple[str, str]:
    """The address that the QR code holds, and the code beside it."""
    svg = page.locator("[data-wall-qr]")
    side = int((svg.get_attribute("viewBox") or "").split()[-1])
    said = read_path(svg.locator("path").get_attribute("d") or "", side)
    return said, page.locator("[data-wall-code]").inner_text().replace(" ", "")


def test_the_wall_goes_on_without_a_network_and_the_server_takes_its_codes(
    wall: Page, scene: Scene, live_server: LiveServer
) -> None:
    first, code = drawn(wall)
    assert first.startswith(f"{live_server.url}/c/{scene.site.pk}/")
    assert first.endswith(f"/{code}")
    wall.context.set_offline(True)
    wall.clock.fast_forward(30_000)
    wall.wait_for_function("said => document.querySelector('[data-wall-code]').textContent !== said", arg=shown(code))
    second, later = drawn(wall)
    assert int(second.split("/")[-2]) == int(first.split("/")[-2]) + 1
    for address in (first, second):
        assert Client().get(urlsplit(address).path)["Location"] == reverse("rollcall:check_in_here")
    typed = Client().post(reverse("rollcall:check_in"), {"site": str(scene.site.pk), "code": later})
    assert typed["Location"] == reverse("rollcall:check_in_here")


def test_axe_finds_nothing_on_the_wall_nor_on_the_page_behind_it(wall: Page) -> None:
    address, _code = drawn(wall)
    for page in ("the wall", "the check-in"):
        wall.evaluate(AXE)
        for width in (1280, 360):
            wall.set_viewport_size({"width": width, "height": 740})
            assert not wall.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"), page
            assert wall.evaluate(READ) == [], page
        wall.goto(address)


def test_a_card_before_the_camera_checks_its_holder_in(
    driver: Playwright, live_server: LiveServer, scene: Scene, tmp_path: Path
) -> None:
    user = User.objects.get(pk=scene.clerk.user_id or 0)
    card = Card.objects.create(number="A" * 16, person=scene.first.person, unit=scene.cell, issued_by=user)
    arguments = camera(film(tmp_path / "card.y4m", qr_code(card_text(card.number))))
    step = step_of(clock.now())
    code = code_of(Wall.objects.get().key, step)
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *arguments])
    with contextlib.closing(browser):
        page = browser.new_page(viewport={"width": 360, "height": 740}, base_url=live_server.url)
        mistakes: list[str] = []
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.on("console", lambda message: mistakes.append(message.text) if message.type == "error" else None)
        page.goto(reverse("rollcall:check_in_scan", args=[scene.site.pk, step, code]))
        page.get_by_role("button", name="Quét thẻ").click()
        expect(page.get_by_text("Đã ghi nhận đồng chí An có mặt.")).to_be_visible(timeout=PATIENCE)
    assert not mistakes
    assert list(AttendanceEvent.objects.values_list("entry_id", "method")) == [(scene.first.pk, "self")]


def shown(code: str) -> str:
    return f"{code[:3]} {code[3:]}"
