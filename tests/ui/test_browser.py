"""What the components do in a real browser, with and without scripts."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.e2e.reader import ARGUMENTS, CHROMIUM

DELETE = "summary:has-text('Xóa dự thảo')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver's loop lives in the thread of the tests
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def session(transactional_db: None, signed_in: Client) -> str:
    """The cookie of a signed-in reader."""
    return signed_in.cookies[settings.SESSION_COOKIE_NAME].value


def context_of(browser: Browser, server: LiveServer, session: str, *, scripts: bool = True) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        java_script_enabled=scripts,
        base_url=server.url,
        bypass_csp=not scripts,
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
    return context


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, session: str) -> Iterator[Page]:
    """The gallery; a script's mistake, or one that the policy forbids, fails the test."""
    with context_of(browser, live_server, session) as context:
        opened = context.new_page()
        mistakes: list[str] = []
        opened.on("pageerror", lambda error: mistakes.append(str(error)))
        opened.on("console", lambda message: mistakes.append(message.text) if "Policy" in message.text else None)
        opened.goto("/gallery/")
        yield opened
        assert not mistakes


def test_a_confirmation_is_a_dialog_that_gives_the_focus_back(page: Page) -> None:
    page.click(DELETE)
    assert page.locator("dialog[open] .confirm-title").inner_text() == "Xóa dự thảo này?"
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.textContent.trim()") == "Xóa dự thảo"
    page.click(DELETE)
    page.click("dialog[open] [data-confirm-close]")
    assert page.locator("details[data-confirm] .confirm-panel").count() == 2


def test_a_confirmation_opens_in_place_without_scripts(browser: Browser, live_server: LiveServer, session: str) -> None:
    with context_of(browser, live_server, session, scripts=False) as context:
        opened = context.new_page()
        opened.goto("/gallery/")
        opened.click(DELETE)
        assert opened.locator("details[open] button:has-text('Xóa dự thảo')").is_visible()


def test_a_password_is_shown_on_demand_and_hidden_before_it_is_sent(browser: Browser, live_server: LiveServer) -> None:
    with browser.new_context(base_url=live_server.url) as context:
        opened = context.new_page()
        opened.goto("/accounts/login/")
        opened.fill("#id_password", "hoa ban nở")
        opened.click("button:has-text('Hiện mật khẩu')")
        assert opened.get_attribute("#id_password", "type") == "text"
        assert opened.get_attribute(".reveal-button", "aria-pressed") == "true"
        opened.evaluate("document.querySelector('#id_password').form.dispatchEvent(new Event('submit'))")
        assert opened.get_attribute("#id_password", "type") == "password"


def test_typed_text_is_kept_in_the_tab_and_offered_again(page: Page) -> None:
    page.fill("#id_title", "Kế hoạch nháp")
    page.check("#id_declared")
    page.select_option("#id_body", "btv")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/gallery/")
    assert page.input_value("#id_title") == ""
    page.click(".draft-notice button:has-text('Khôi phục')")
    assert page.input_value("#id_title") == "Kế hoạch nháp"
    assert page.input_value("#id_body") == "btv"
    assert page.is_checked("#id_declared")


def test_discarded_text_is_not_offered_again(page: Page) -> None:
    page.fill("#id_title", "Kế hoạch nháp")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/gallery/")
    page.click(".draft-notice button:has-text('Bỏ đi')")
    page.goto("/gallery/")
    assert page.locator(".draft-notice").count() == 0


def test_a_form_with_mistakes_comes_back_with_its_text_and_the_focus_on_the_summary(page: Page) -> None:
    page.fill("#id_title", "Kế hoạch nháp")
    page.click("#form form button[type=submit]")
    page.wait_for_url("**/gallery/form/")
    assert page.input_value("#id_title") == "Kế hoạch nháp"
    assert page.evaluate("document.activeElement.matches('[data-error-summary]')")
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.id") == "id_starts"


def test_a_second_submit_is_not_sent(page: Page) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    submit = "const form = document.querySelector('#form form'); form.requestSubmit(); form.requestSubmit();"
    page.evaluate(submit)
    page.wait_for_url("**/gallery/form/")
    assert len(sent) == 1


def test_a_page_brought_back_can_be_sent_again(page: Page) -> None:
    page.click("#form form button[type=submit]")
    page.wait_for_url("**/gallery/form/")
    page.go_back()
    assert page.locator("#form form [aria-disabled]").count() == 0


def test_a_menu_closes_on_escape_and_beside_it(page: Page) -> None:
    summary = ".page-actions summary"
    page.click(summary)
    page.keyboard.press("Escape")
    assert page.locator("details[data-menu][open]").count() == 0
    assert page.evaluate(f"document.activeElement === document.querySelector('{summary}')")
    page.click(summary)
    page.click("h1")
    assert page.locator("details[data-menu][open]").count() == 0


def test_a_list_is_filtered_without_diacritics(page: Page) -> None:
    count = page.evaluate(
        """async () => {
            const { foldVietnamese, filterByWords } = await import("/static/ui/js/fold.js");
            if (foldVietnamese("  ĐẢNG  bộ Mường\\tSo ") !== "dang bo muong so") return -1;
            const items = ["Lò Thị Mài", "Đỗ Văn Đức", "Giàng A Páo"].map((name) => {
                const item = document.createElement("li");
                item.textContent = name;
                return item;
            });
            const found = filterByWords(items, "duc do");
            return [found, filterByWords(items, ""), items.filter((item) => item.hidden).length];
        }"""
    )
    assert count == [1, 3, 0]


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
