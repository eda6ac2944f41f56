"""What readers do on a portal and what becomes of it, as scenes for the tests of the portal."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.e2e.axe import Round, look_at
from tests.e2e.conftest import SignsIn
from tests.e2e.links import name_of
from tests.e2e.reader import PHONE, Reader

TOPIC = "Đường vào bản Sì Choang"


def rate_and_comment(sits_down: SignsIn, *, scripts: bool, votes: int) -> None:
    """A reader rates an article, thinks better of it and comments; an editor publishes the comment, and it stands
    under the article. They are the reader of that number who votes."""
    reader, editor = sits_down("", width=PHONE, scripts=scripts), sits_down("bientap")
    said = f"Bài viết rất hay, người đọc thứ {votes}."
    reader.page.goto("/cong/")
    reader.follow(reader.page.locator("main h3 a").first)
    article = urlsplit(reader.page.url).path
    _open_forms(reader, scripts=scripts)
    _give(reader, 5)
    reader.go("Change your vote")
    _give(reader, 4)
    said_of_all = f"Tổng số điểm của bài viết là: {4 * votes} trong {votes} đánh giá"
    expect(reader.page.locator(".rating")).to_have_text(said_of_all)
    reader.page.goto(article)
    _open_forms(reader, scripts=scripts)
    assert (urlsplit(reader.page.url).path == article) == scripts
    reader.fill("Your comment", said)
    reader.fill("Name to be shown", "Lò Văn Pâng")
    reader.press("Send the comment")
    expect(reader.page.locator("main")).to_contain_text("Đã nhận được ý kiến của bạn.")
    reader.page.goto(article)
    expect(reader.page.locator("main")).not_to_contain_text(said)

    editor.page.goto("/")
    editor.go("Readers")
    row = editor.page.locator("main tbody tr").filter(has_text=said)
    editor.follow(row.get_by_role("button", name="Đăng", exact=True))
    expect(editor.page.locator("main")).to_contain_text("Đã đăng 1 ý kiến.")
    reader.page.goto(article)
    reader.page.reload()  # the browser itself keeps a page for ten seconds
    expect(reader.page.locator(".comments")).to_contain_text(said)
    expect(reader.page.locator(".rating")).to_have_text(said_of_all)


def ask_and_answer(sits_down: SignsIn) -> str:
    """A reader asks the committee, an editor answers, the approver publishes both; the address of the question."""
    reader, editor, approver = (sits_down(name) for name in ("", "bientap", "thuongvu"))
    reader.page.goto("/cong/")
    reader.go("Questions and answers", "Ask a question")
    reader.fill("What it is about", TOPIC)
    reader.fill("Your question", "Khi nào đường vào bản được sửa?")
    reader.press("Send the question")
    for somebody in (editor, approver):
        somebody.page.goto("/")
        somebody.go("Readers")
    editor.follow(editor.page.locator("main tbody").get_by_role("link", name=TOPIC))
    editor.fill("Answer", "Việc sửa đường bắt đầu sau mùa mưa.")
    editor.press("Send for approval")
    approver.follow(approver.page.get_by_role("link", name=re.compile("^Câu trả lời chờ duyệt")))
    approver.follow(approver.page.locator("main tbody").get_by_role("link", name=TOPIC))
    approver.press("Approve and publish")
    reader.go("Questions and answers")
    reader.page.reload()
    reader.go(TOPIC)
    expect(reader.page.locator("main")).to_contain_text("sau mùa mưa")
    return urlsplit(reader.page.url).path


def poll(sits_down: SignsIn, day: str) -> str:
    """An editor makes a poll, a reader votes on the first page; the address of the poll."""
    editor, reader = sits_down("bientap"), sits_down("", width=PHONE)
    editor.page.goto("/portal/readers/polls/new/")
    editor.fill("Question", "Việc nào nên làm trước?")
    editor.fill("Choices", "Sửa đường\nLàm nhà văn hóa\nLắp loa")
    for label in ("From the day", "Until the day"):
        editor.fill(label, day)
    editor.press("Save")
    reader.page.goto("/cong/")
    reader.page.locator("[data-form-link]").click()
    expect(reader.page.locator("form.sending")).to_be_visible()
    reader.page.get_by_label("Làm nhà văn hóa").check()
    reader.press("Vote")
    expect(reader.page.locator("main")).to_contain_text("100% · 1 lượt")
    return urlsplit(reader.page.url).path


def look_at_all(reader: Reader, editor: Reader, addresses: list[str], found: Round) -> None:
    """Let axe read the pages of readers at these addresses and behind an article, and those of the desk."""
    reader.page.goto("/cong/")
    reader.follow(reader.page.locator("main h3 a").first)
    forms = str(reader.page.locator("[data-form-link]").get_attribute("href"))
    for address in (forms, f"{forms}da-gui/?of=comment", *addresses):
        reader.page.goto(address)
        found.looked_at.add(name_of(reader.page.url))
        look_at(reader, address, found)
    editor.page.goto("/portal/readers/polls/")
    places = [str(editor.page.locator("main tbody a").first.get_attribute("href"))]
    editor.page.goto("/portal/readers/?show=published&kind=question")
    places.append(str(editor.page.locator("main tbody a").first.get_attribute("href")))
    desk = ("", "articles/", "polls/", "polls/new/")
    for address in (*places, *(f"/portal/readers/{name}" for name in desk)):
        editor.page.goto(address)
        found.looked_at.add(name_of(editor.page.url))
        look_at(editor, address, found)


def _open_forms(reader: Reader, *, scripts: bool) -> None:
    link = reader.page.locator("[data-form-link]")
    if scripts:
        link.click()
        expect(reader.page.locator("form.sending")).to_have_count(2)
    else:
        reader.follow(link)


def _give(reader: Reader, points: int) -> None:
    reader.follow(reader.page.get_by_role("button", name=f"{points} điểm", exact=True))
    expect(reader.page.locator("main")).to_contain_text(f"Bạn đã chấm bài viết {points} điểm.")
