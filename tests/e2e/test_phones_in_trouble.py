"""What a phone says and does when something is wrong: with its set-up, with the server, with what it keeps."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.e2e.phones import Clerk, Place, Server, switched_off

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

READY = "sẵn sàng khi mất mạng"


def test_a_phone_is_ready_once_the_page_itself_is_kept(
    server: Server, driver: Playwright, spare: Place, tmp_path: Path
) -> None:
    with switched_off(Clerk(driver, server, tmp_path, spare)) as clerk:
        lost: list[str] = []

        def lose(route: Route) -> None:
            lost.append(route.request.url)
            route.abort()

        clerk.context.route(lambda url: "lean-qr" in url, lambda route: _of_worker(route, lose))
        clerk.page.goto(f"/rollcall/#code={server.code(spare)}")
        expect(clerk.site).to_contain_text("máy chưa lưu xong trang này")
        expect(clerk.page.locator("#home [data-reload]")).to_be_enabled()
        expect(clerk.site).not_to_contain_text(READY)
        assert lost
        clerk.context.unroute_all()
        clerk.page.locator("#home [data-reload]").click()
        expect(clerk.site).to_contain_text(READY)
        clerk.cut()
        clerk.page.reload()
        expect(clerk.site).to_contain_text(READY)


def _of_worker(route: Route, lose: Callable[[Route], None]) -> None:
    if route.request.service_worker:
        lose(route)
    else:
        route.fallback()
