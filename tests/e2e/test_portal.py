"""An article on its way: one writes it, another returns it, a third approves it, and everybody can read it."""

import datetime as dt
import re
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Locator, Page, Request, expect

from lantoa.kernel.vietnamese import fold
from tests.demonstration.database import environment
from tests.e2e import portal_readers
from tests.e2e.axe import Round, look_at
from tests.e2e.conftest import SignsIn
from tests.e2e.editing import english_on
from tests.e2e.installation import Installation
from tests.e2e.reader import PHONE, Reader, reading
from tests.e2e.story.setting import day
from tests.e2e.test_accessibility import AT_THE_PORTAL
from tests.e2e.words import vi
from tests.portal.factories import picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
TITLE = "Bản Sì Choang đã ra mắt tổ truyền thông"
PLACE = "/cong/tin-tuc/ban-si-choang-da-ra-mat-to-truyen-thong/"
LEAD = "Chiều nay, bản ra mắt tổ truyền thông bằng ba thứ tiếng."
MENDED = "Chiều nay, lúc 14 giờ, bản ra mắt tổ truyền thông bằng ba thứ tiếng."
CORRECTED = "Chiều nay, lúc 15 giờ, bản ra mắt tổ truyền thông bằng ba thứ tiếng."
NOTE = "Buổi ra mắt bắt đầu lúc 15 giờ, không phải 14 giờ."
TEXT = "Ba mươi người dân đã dự buổi ra mắt."
SIZE = "element => parseFloat(getComputedStyle(element).fontSize)"
COMING = "Bản Sì Choang sắp họp bàn mở đường"
ITS_PLACE = "/cong/tin-tuc/ban-si-choang-sap-hop-ban-mo-duong/"
PLACES = ("/cong/tin-tuc/", "/cong/tin-tuc/atom.xml", "/cong/sitemap.xml", "/cong/tim-kiem/?q=sap+hop+ban+mo+duong")
A_DAY_NEARER_TO_GO = """
UPDATE wagtailcore_page SET expire_at = expire_at - interval '1 day' WHERE live AND expire_at > now()
"""
A_DAY_NEARER_TO_APPEAR = """
UPDATE wagtailcore_revision SET
    approved_go_live_at = approved_go_live_at - interval '1 day',
    content = jsonb_set(content, '{go_live_at}', to_jsonb((content ->> 'go_live_at')::timestamptz - interval '1 day'))
WHERE approved_go_live_at > now()
"""
REMARK = "Ghi rõ giờ bắt đầu."
EVENT = "Huyện khánh thành nhà văn hóa bản"
SLOGAN = "Tháng cao điểm học nghị quyết"
ITS_HOST = "muongso.localhost"
COLOURS = {"highlights": "#a54a3a", "banners": "#205080"}


def test_an_article_goes_from_its_writer_to_everybody_in_vietnamese(
    sits_down: SignsIn, browser: Browser, installation: Installation
) -> None:
    writer, editor, approver, reader = (sits_down(name) for name in ("bientap", "phongvien", "thuongvu", ""))
    english: set[str] = set()
    reader.page.goto("/cong/tin-tuc/")
    expect(reader.page.locator("main")).not_to_contain_text(TITLE)

    _enter(writer, english)
    _write(writer.page, english)
    _put_in_a_table(writer.page, english)
    _send(writer.page, english)

    _enter(editor, english)
    _open_what_waits(editor.page)
    _look_beside(editor.page, english)
    _return_it(editor.page, english)

    _enter(writer, english)
    _open_what_waits(writer.page)
    expect(writer.page.locator("body")).to_contain_text(REMARK)
    writer.page.locator("#id_lead").fill(MENDED)
    _send(writer.page, english)

    for somebody in (editor, approver):
        reader.page.goto("/cong/tin-tuc/")
        expect(reader.page.locator("main")).not_to_contain_text(TITLE)
        _enter(somebody, english)
        _open_what_waits(somebody.page)
        _approve(somebody.page, english)

    _everybody_reads_it(reader)

    _enter(writer, english)
    _open_what_waits(writer.page)
    _correct(writer.page, english)
    for somebody in (editor, approver):
        _enter(somebody, english)
        _open_what_waits(somebody.page)
        _approve(somebody.page, english)
    found = Round()
    with reading(browser, installation.url, bypass_policy=True) as somebody_else:
        _everybody_sees_what_was_corrected(somebody_else, found)
    assert not found.problems, "\n".join(found.problems)

    _take_off(approver.page, english)
    answer = reader.page.goto(PLACE)
    assert answer is not None
    assert answer.status == 404
    assert english == set()


def test_an_article_appears_at_its_time_and_goes_at_its_time(sits_down: SignsIn, installation: Installation) -> None:
    writer, editor, approver, reader = (sits_down(name) for name in ("bientap", "phongvien", "thuongvu", ""))
    english: set[str] = set()
    _enter(writer, english)
    _write(writer.page, english, COMING)
    _set_times(writer.page, english)
    _send(writer.page, english, COMING)
    for somebody in (editor, approver):
        _enter(somebody, english)
        _open_what_waits(somebody.page, COMING)
        _approve(somebody.page, english, COMING)
    assert _where_it_stands(reader.page) == set()
    _let_a_day_pass(installation)
    assert _where_it_stands(reader.page) == set(PLACES)
    _let_a_day_pass(installation)
    assert _where_it_stands(reader.page) == set()
    assert english == set()


def test_a_commune_shows_what_the_district_offers_and_takes_it_off_again(
    browser: Browser, installation: Installation
) -> None:
    found = Round()
    of_commune = f"http://{ITS_HOST}:{urlsplit(installation.url).port}"
    with (
        reading(browser, installation.url, bypass_policy=True) as editor,
        reading(browser, of_commune, width=PHONE) as reader,
    ):
        editor.sign_in("muongso.bientap")
        editor.page.goto("/bien-tap/")
        editor.page.goto(str(editor.page.locator("a[href$='/shared/']").first.get_attribute("href")))
        look_at(editor, "portal:share_list", found)
        editor.page.reload()
        row = editor.page.locator("tr").filter(has=editor.page.locator("form[action*='/to/']")).first
        title = row.locator("a").first.inner_text()
        assert title not in _first_page(reader)
        editor.follow(row.locator("button"))
        assert title in _first_page(reader)
        reader.follow(reader.page.locator("main").get_by_role("link", name=title).first)
        expect(reader.page.locator("main")).to_contain_text("Trang thông tin huyện Phong Thổ")
        assert urlsplit(reader.page.url).hostname == ITS_HOST
        taken = editor.page.locator("tr").filter(has_text=title)
        editor.follow(taken.locator("form[action$='/return/'] button"))
        assert title not in _first_page(reader)
    assert not found.problems, "\n".join(found.problems)


def _first_page(reader: Reader) -> str:
    """What stands there now: a browser keeps a page for some seconds."""
    reader.page.goto("/cong/")
    reader.page.reload()
    return reader.page.locator("main").inner_text()


def test_a_highlight_and_a_banner_reach_the_first_page_and_lead_on(sits_down: SignsIn) -> None:
    writer, editor, approver, reader = (sits_down(name) for name in ("bientap", "phongvien", "thuongvu", ""))
    english: set[str] = set()
    _enter(writer, english)
    home = _write_on_first_page(writer.page)
    _send(writer.page, english, home)
    for somebody in (editor, approver):
        reader.page.goto("/cong/")
        expect(reader.page.locator("main")).not_to_contain_text(EVENT)
        _enter(somebody, english)
        _open_what_waits(somebody.page, home)
        _approve(somebody.page, english, home)
    page = sits_down("").page  # who has no copy of the page yet
    page.goto("/cong/")
    page.get_by_role("link", name=EVENT).click()
    expect(page.locator("h1")).to_have_text(vi("Sessions open to the public"))
    page.goto("/cong/")
    page.get_by_role("link", name=SLOGAN).click()
    expect(page.locator("h1")).to_have_text(vi("Contact"))
    assert urlsplit(page.url).path == "/cong/lien-he/"
    _enter(writer, english)
    writer.page.get_by_role("link", name=vi("Figures of the banners")).first.click()
    expect(writer.page.locator("main")).to_contain_text(SLOGAN)
    assert english == set()


def test_the_pages_for_everybody_are_accessible_and_light(browser: Browser, installation: Installation) -> None:
    found = Round()
    with reading(browser, installation.url, bypass_policy=True) as reader:
        sizes: dict[str, int] = {}
        reader.page.on("requestfinished", lambda request: sizes.update(_weighed(request)))
        reader.page.goto("/cong/")
        assert sum(sizes.values()) <= 60_000, sizes
        assert all(address.startswith(reader.page.url.split("/cong/")[0]) for address in sizes)
        for address in ("/cong/", "/cong/tin-tuc/", _first_article(reader.page), "/cong/tim-kiem/?q=hoc"):
            reader.page.goto(address)
            assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
            look_at(reader, address, found)
    assert not found.problems, "\n".join(found.problems)


def test_readers_rate_and_comment_with_and_without_scripts_and_an_editor_publishes(sits_down: SignsIn) -> None:
    for votes, scripts in enumerate((True, False), start=1):
        portal_readers.rate_and_comment(sits_down, scripts=scripts, votes=votes)


def test_a_question_is_answered_a_poll_is_held_and_their_pages_are_accessible(
    sits_down: SignsIn, browser: Browser, installation: Installation
) -> None:
    shown = [portal_readers.ask_and_answer(sits_down), portal_readers.poll(sits_down, day())]
    found = Round()
    with (
        reading(browser, installation.url, bypass_policy=True) as reader,
        reading(browser, installation.url, bypass_policy=True) as editor,
    ):
        editor.sign_in("bientap")
        portal_readers.look_at_all(reader, editor, shown, found)
    assert not found.problems, "\n".join(found.problems)
    assert found.looked_at >= AT_THE_PORTAL


def test_a_reader_has_larger_letters_prints_and_passes_on(browser: Browser, installation: Installation) -> None:
    with reading(browser, installation.url) as reader:
        page = reader.page
        page.add_init_script("navigator.share = async (said) => { document.title = said.url; };")
        page.goto("/cong/")
        page.locator("main h3 a").first.click()
        paragraph = page.locator(".article .lead")
        usual = paragraph.evaluate(SIZE)
        reader.button("largest").click()
        assert paragraph.evaluate(SIZE) > 1.4 * usual
        page.reload()
        assert paragraph.evaluate(SIZE) > 1.4 * usual
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        reader.button("Other ways").click()
        expect(page).to_have_title(page.locator("link[rel=canonical]").get_attribute("href") or "")

        expect(page.locator(".on-paper")).to_be_hidden()
        page.emulate_media(media="print")
        expect(page.locator(".on-paper")).to_contain_text("/cong/")
        for hidden in (".sections", ".share", ".reading-tools", ".foot"):
            expect(page.locator(hidden)).to_be_hidden()


def test_what_is_typed_is_continued_by_keys_and_by_touch(
    browser: Browser, installation: Installation, sits_down: SignsIn
) -> None:
    found = Round()
    with reading(browser, installation.url, bypass_policy=True) as reader:
        title, typed = _begin_to_search(reader)
        look_at(reader, "suggestions", found)
        box, options = _search_box(reader.page), reader.page.get_by_role("option")
        expect(box).to_have_attribute("aria-expanded", "true")
        box.press("Escape")
        expect(reader.page.get_by_role("listbox")).to_be_hidden()
        expect(box).to_have_value(typed)
        box.press("ArrowUp")
        expect(options.last).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", options.last.get_attribute("id") or "")
        while title not in reader.page.locator("[role=option][aria-selected=true]").inner_text():
            box.press("ArrowUp")
        box.press("Enter")
        expect(reader.page.locator("h1")).to_have_text(title)
    assert not found.problems, "\n".join(found.problems)

    on_phone = sits_down(width=PHONE)
    title, _typed = _begin_to_search(on_phone)
    on_phone.page.get_by_role("option", name=title).tap()
    expect(on_phone.page.locator("h1")).to_have_text(title)

    without = sits_down(scripts=False).page
    without.goto("/cong/")
    expect(without.get_by_role("combobox")).to_have_count(0)
    without.locator("#portal-search").fill(fold(title))
    without.locator("#portal-search").press("Enter")
    expect(without.locator("main")).to_contain_text(title)


def _begin_to_search(reader: Reader) -> tuple[str, str]:
    """Type the beginning of a title without diacritics, key by key, until it is suggested; the title, and what was
    typed."""
    reader.page.goto("/cong/")
    title = reader.page.locator("main h3 a").first.inner_text()
    typed = fold(" ".join(title.split()[:4]))[:-1]
    _search_box(reader.page).press_sequentially(typed)
    expect(reader.page.get_by_role("option", name=title)).to_be_visible()
    return title, typed


def _search_box(page: Page) -> Locator:
    return page.get_by_role("combobox", name=vi("Search this site"))


def _weighed(request: Request) -> dict[str, int]:
    """What came over the line; pictures come after what they belong to, in the size that fits."""
    return {request.url: 0 if request.resource_type == "image" else request.sizes()["responseBodySize"]}


def _enter(reader: Reader, english: set[str]) -> None:
    """Go to the first page of Wagtail; what is English on it joins `english`, as on every page of the way."""
    reader.page.goto("/")
    reader.go("Portal")
    english |= english_on(reader.page)


def _choose(page: Page) -> None:
    """Open the list of the section “Tin tức”."""
    page.goto("/bien-tap/pages/")
    page.get_by_role("link", name=re.compile("Tin tức")).locator("visible=true").first.click()


def _look_beside(page: Page, english: set[str]) -> None:
    """What stands beside the article: how it is, how it looks, what was said about it."""
    for part in ("status", "preview", "comments"):
        page.locator(f"[data-side-panel-toggle={part}]").first.click()
        english |= english_on(page)
    expect(page.frame_locator("#w-preview-iframe").locator("h1").first).to_have_text(TITLE)


def _take_off(page: Page, english: set[str]) -> None:
    """Withdraw the article from the list of its section, which asks once more."""
    _choose(page)
    row = page.locator("main tr").filter(has_text=TITLE)
    row.locator("button[aria-label]").first.click()
    english |= english_on(page)
    page.locator("a[href*='/unpublish/']").locator("visible=true").first.click()
    page.locator("main form [type=submit]").locator("visible=true").first.click()
    expect(page.locator(".messages")).to_contain_text(TITLE)


def _set_times(page: Page, english: set[str]) -> None:
    """Let it appear in twelve hours and go in twenty."""
    page.locator("[data-side-panel-toggle=status]").first.click()
    page.get_by_role("button", name=vi("Set schedule")).click()
    now = timezone.localtime()
    for name, hours in (("go_live_at", 12), ("expire_at", 20)):
        page.locator(f"#id_{name}").fill(f"{now + dt.timedelta(hours=hours):%d/%m/%Y %H:%M}")
        shown = page.locator(".xdsoft_datetimepicker").locator("visible=true")
        expect(shown).to_have_count(1)
        page.get_by_role("heading", name=vi("Set publishing schedule")).click()
        expect(shown).to_have_count(0)
    english |= english_on(page)
    page.get_by_role("button", name=vi("Save schedule")).click()
    expect(page.locator(".messages")).to_contain_text(COMING)


def _let_a_day_pass(installation: Installation) -> None:
    """Move what is set for a time a day nearer, and let the clock strike as it does every minute."""
    with psycopg.connect(installation.database) as database:
        database.execute(A_DAY_NEARER_TO_APPEAR)
        database.execute(A_DAY_NEARER_TO_GO)
    variables = environment(installation.database, installation.data)
    struck = "from lantoa.portal.tasks import keep_time; keep_time(0)"
    command = [sys.executable, "-m", "lantoa", "manage", "shell", "-v", "0", "-c", struck]
    subprocess.run(command, env=variables, check=True)


def _where_it_stands(page: Page) -> set[str]:
    """The pages and files for everybody that name what was written for later."""
    return {place for place in PLACES if ITS_PLACE in page.request.get(place).text()}


def _write(page: Page, english: set[str], title: str = TITLE) -> None:
    """Fill in a new article of the section “Tin tức”. The address is made of the title while it is typed."""
    page.goto("/bien-tap/pages/")
    page.get_by_role("link", name=re.compile("Tin tức")).locator("visible=true").first.click()
    expect(page.locator("#id_title")).to_have_value("Tin tức")
    section = re.search(r"/pages/(\d+)/", page.url)
    assert section is not None
    page.goto(f"/bien-tap/pages/{section[1]}/add_subpage/")
    page.locator("main").get_by_role("link", name=re.compile(f"^{vi('article')}$", re.IGNORECASE)).first.click()
    page.locator("#id_title").press_sequentially(title)
    page.locator("#id_lead").fill(LEAD)
    body = page.locator("[data-contentpath=body]")
    body.locator(".c-sf-add-button").first.click()
    english |= english_on(page)
    page.get_by_role("option", name=vi("Text"), exact=True).first.click()
    body.locator(".public-DraftEditor-content").first.click()
    page.keyboard.type(TEXT)
    expect(page.locator("[name^=body-][name$=-value]").first).to_have_value(re.compile(TEXT))


def _put_in_a_table(page: Page, english: set[str]) -> None:
    """A table with a head; its menu says in Vietnamese what it does."""
    body = page.locator("[data-contentpath=body]")
    body.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name=vi("Table"), exact=True).first.click()
    body.locator("select[name$=table-header-choice]").select_option("row")
    cells = body.locator(".handsontable td")
    for place, words in enumerate(("Giờ", "Việc", "Nơi")):
        cells.nth(place).dblclick()
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    cells.nth(0).click(button="right")
    english |= english_on(page)
    page.locator(".htContextMenu").get_by_text(vi("Insert a row below")).click()


def _write_on_first_page(page: Page) -> str:
    """Add an event with a picture and a banner to the first page; its title."""
    page.goto("/bien-tap/pages/")
    form = f"{page.url}edit/"
    page.goto(form)
    for rows, title, address in (("highlights", EVENT, "/cong/lich/"), ("banners", SLOGAN, "/cong/lien-he/")):
        page.locator(f"#id_{rows}-ADD").click()
        number = int(page.locator(f"#id_{rows}-TOTAL_FORMS").input_value()) - 1
        row = f"#id_{rows}-{number}"
        page.locator(f"{row}-title").fill(title)
        page.locator(f"{row}-address").fill(address)
        page.locator(f"{row}-picture-chooser [data-chooser-action-choose]").locator("visible=true").first.click()
        page.locator("#tab-label-upload").click()
        page.locator("#id_image-chooser-upload-title").fill(title)
        page.locator("#id_image-chooser-upload-description").fill(title)
        page.locator("#id_image-chooser-upload-file").set_input_files(
            FilePayload(name=f"{rows}.png", mimeType="image/png", buffer=picture_bytes(colour=COLOURS[rows]))
        )
        page.locator("#tab-upload [type=submit]").click()
        expect(page.locator(f"{row}-picture-title")).not_to_be_empty()
    home = page.locator("#id_title").input_value()
    page.get_by_role("button", name=vi("Save draft")).locator("visible=true").first.click()
    expect(page.locator(".messages")).to_contain_text(home)
    page.goto(form)
    return home


def _send(page: Page, english: set[str], title: str = TITLE) -> None:
    """Send what stands there in for review, once it was saved by itself."""
    _unfold(page, english)
    page.locator("button[name=action-submit]").first.click()
    expect(page.locator(".messages")).to_contain_text(title)


def _open_what_waits(page: Page, title: str = TITLE) -> None:
    page.locator("main a[href*='/edit/']").filter(has_text=title).first.click()
    expect(page.locator("#id_title")).to_have_value(title)


def _return_it(page: Page, english: set[str]) -> None:
    _unfold(page, english)
    page.locator("button").filter(has_text=vi("Return with a comment")).locator("visible=true").first.click()
    asked = page.locator(".modal-dialog")
    expect(asked.locator("textarea")).to_be_visible()
    english |= english_on(page)
    asked.locator("textarea").fill(REMARK)
    asked.locator("[type=submit]").first.click()
    expect(page.locator(".messages")).to_contain_text(TITLE)


def _approve(page: Page, english: set[str], title: str = TITLE) -> None:
    _unfold(page, english)
    page.get_by_role("button", name=vi("Approve"), exact=True).locator("visible=true").first.click()
    expect(page.locator(".messages")).to_contain_text(title)


def _correct(page: Page, english: set[str]) -> None:
    """Write another lead and say what it corrects; what is written is kept meanwhile, so the mark comes last."""
    page.locator("#id_lead").fill(CORRECTED)
    page.locator("#id_correction").fill(NOTE)
    page.locator("#id_is_correction").check()
    _send(page, english)


def _everybody_sees_what_was_corrected(reader: Reader, found: Round) -> None:
    page = reader.page
    page.goto("/cong/tin-tuc/")
    page.locator("main").get_by_role("link", name=TITLE).first.click()
    expect(page.locator(".corrected")).to_contain_text(NOTE)
    look_at(reader, "an article that was corrected", found)
    page.reload()
    reader.go("Earlier versions")
    look_at(reader, "its versions", found)
    page.reload()
    page.locator(".versions a").last.click()
    expect(page.locator("del").last).to_have_text("14")
    expect(page.locator("ins").last).to_have_text("15")
    look_at(reader, "its first version", found)


def _unfold(page: Page, english: set[str]) -> None:
    """Show the further actions at the foot."""
    page.locator("footer .w-dropdown button").first.click()
    english |= english_on(page)


def _everybody_reads_it(reader: Reader) -> None:
    page = reader.page
    page.goto("/cong/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator("main")).to_contain_text(MENDED)
    place = urlsplit(page.url).path
    assert place == PLACE
    page.locator("#portal-search").fill("si choang")
    page.locator("#portal-search").press("Enter")
    expect(page.locator("main")).to_contain_text(TITLE)
    for address in ("/cong/tin-tuc/atom.xml", "/cong/sitemap.xml"):
        answer = page.request.get(address)
        assert answer.ok
        assert f"{place}<" in answer.text() or f'{place}"' in answer.text()


def _first_article(page: Page) -> str:
    return page.locator("main h3 a").first.get_attribute("href") or ""
