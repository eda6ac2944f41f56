"""What a phone does in the long run: newer pages, other keys, what is over; on old browsers; by another's camera."""

import re
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.e2e.camera import Code, camera, film
from tests.e2e.phones import HOPE, Clerk, GivesPhone, Place, Server, switched_off
from tests.e2e.reader import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

TOKEN = "**/api/v1/rollcall/devices/self/token"
KEY = "SELECT token_sha256, previous_sha256, expires_at > now() + interval '170 days' FROM rollcall_phone"
WITHOUT_STREAMS = "delete globalThis.CompressionStream; delete globalThis.DecompressionStream;"
DRAWN = """
() => {
  const canvas = document.querySelector("#carrying canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const isDark = (x, y) => data[4 * (y * canvas.width + x)] < 128 && data[4 * (y * canvas.width + x) + 3] > 128;
  const numbers = length => [...Array(length).keys()];
  return numbers(canvas.height).map(y => numbers(canvas.width).map(x => isDark(x, y)));
}
"""
"""Where the canvas is dark, row by row."""
AGED = """
days => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lantoa-rollcall");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const writing = opening.result.transaction(["events"], "readwrite");
    const events = writing.objectStore("events");
    events.getAll().onsuccess = ({ target }) => {
      const items = target.result.sort((one, other) => one.order - other.order);
      items.forEach((item, at) => events.put({
        ...item,
        receipted_at: new Date(Date.now() - days[at] * 86_400_000).toISOString(),
        standing: at === 0 ? "waiting" : item.standing,
      }));
    };
    writing.oncomplete = () => { opening.result.close(); resolve(); };
  };
})
"""
"""Gives each event a receipt so many days old; the first one waits again, as after a restore."""
NEWER = """
() => navigator.serviceWorker.ready.then(async known => {
  await known.update();
  const worker = known.installing;
  if (worker) await new Promise(kept => { worker.onstatechange = kept; });
  if (!known.waiting) throw new Error("No newer version waits.");
})
"""
"""What the browser does once in a while: it asks for a newer version, which then waits."""


def series(clerk: Clerk) -> list[Code]:
    """The codes that the phone shows, in their order."""
    clerk.page.locator("[data-show]").click()
    shown = clerk.page.locator("#carrying [data-part]")
    expect(shown).not_to_be_empty()
    first, count = map(int, re.findall(r"\d+", shown.inner_text()))
    codes = {}
    for index in [*range(first, count + 1), *range(1, first)]:
        expect(shown).to_contain_text(f"Mã {index} trên {count}.", timeout=PATIENCE)
        codes[index] = cast("Code", clerk.page.evaluate(DRAWN))
    return [codes[index] for index in sorted(codes)]


def test_one_phone_reads_the_codes_of_another_also_where_the_browser_is_old(
    server: Server, driver: Playwright, spare: Place, tmp_path: Path
) -> None:
    with switched_off(Clerk(driver, server, tmp_path / "one", spare)) as clerk:
        clerk.set_up()
        clerk.carry(5)
        codes = series(clerk)
        assert len(codes) > 1
        arguments = camera(film(tmp_path / "codes.y4m", *codes))
        other = Clerk(driver, server, tmp_path / "other", spare, script=WITHOUT_STREAMS, arguments=arguments)
        with switched_off(other):
            other.set_up()
            other.open_carrying()
            other.page.locator("[data-read]").click()
            expect(other.page.locator("[data-parcels]")).to_contain_text("Đã gửi", timeout=PATIENCE)
            assert other.page.evaluate("typeof fflate") == "object"
        assert server.marks(clerk.device) == (5, 5)
        clerk.cut(off=False)
        clerk.awaits(waiting=0, sent=5)


def test_an_old_browser_packs_what_it_sends_by_a_library(phone: GivesPhone, server: Server, spare: Place) -> None:
    clerk = phone(WITHOUT_STREAMS, place=spare)
    clerk.open_roll()
    packed: list[str] = []
    clerk.page.on("request", lambda asked: packed.append(asked.headers.get("content-encoding", "")))
    clerk.tick(3)
    clerk.awaits(waiting=0, sent=3)
    assert "gzip" in packed
    assert clerk.page.evaluate("typeof fflate") == "object"
    assert server.marks(clerk.device) == (3, 3)


def test_a_token_is_renewed_in_its_last_days_though_the_answer_is_lost(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(place=spare)
    where = f"{KEY} WHERE device_id = %s"
    ((before, _none, _long),) = server.rows(where, clerk.device)
    server.database.execute(
        "UPDATE rollcall_phone SET expires_at = now() + interval '59 days' WHERE device_id = %s", (clerk.device,)
    )
    lost: list[int] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    clerk.page.route(TOKEN, lose, times=1)
    reload = clerk.page.locator("#home [data-reload]")
    reload.click()
    expect(reload).to_be_enabled()
    clerk.open_roll()
    clerk.tick(2)
    clerk.page.evaluate(HOPE)
    clerk.awaits(waiting=0, sent=2)
    assert lost == [200]
    ((after, previous, lasts),) = server.rows(where, clerk.device)
    assert (after != before, previous, lasts) == (True, before, True)
    assert server.marks(clerk.device) == (2, 2)


def test_what_the_server_confirmed_30_days_ago_leaves_the_phone_and_nothing_else(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(place=spare)
    clerk.open_roll()
    present = clerk.tick(4)
    clerk.awaits(waiting=0, sent=4)
    clerk.cut()
    clerk.page.reload()
    expect(clerk.page.locator("#roll .line.is-present")).to_have_count(present)
    clerk.page.evaluate(AGED, [31, 31, 31, 29])
    clerk.page.reload()
    expect(clerk.page.locator("#roll .line.is-present")).to_have_count(present)
    clerk.tick(1)
    assert clerk.kept("events") == 5
    clerk.cut(off=False)
    clerk.awaits(waiting=0, sent=3)
    assert clerk.kept("events") == 3
    assert server.marks(clerk.device) == (5, 5)


def test_a_newer_page_takes_over_between_two_rolls_and_never_during_one(
    phone: GivesPhone, server: Server, spare: Place
) -> None:
    clerk = phone(place=spare)
    app = clerk.page.locator("#app")
    version = app.get_attribute("data-version")
    clerk.open_roll()
    clerk.tick(2)
    clerk.awaits(waiting=0, sent=2)
    server.become_newer()
    clerk.page.evaluate(NEWER)
    clerk.tick(1)
    clerk.awaits(waiting=0, sent=3)
    assert app.get_attribute("data-version") == version
    clerk.page.locator("#back").click()
    expect(app).not_to_have_attribute("data-version", str(version))
    clerk.awaits(waiting=0, sent=3)
    clerk.cut()
    clerk.page.reload()
    clerk.awaits(waiting=0, sent=3)
    assert app.get_attribute("data-version") != version
    clerk.site.click()
    expect(clerk.page.locator(".line.is-present")).not_to_have_count(0)
    assert server.marks(clerk.device) == (3, 3)
