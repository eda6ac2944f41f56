"""Spring: a general campaign. A commune is late with its plan, is reminded, writes it, gets it back, and revises it."""

from playwright.sync_api import Locator, expect

from tests.e2e.reader import Reader
from tests.e2e.story import planning
from tests.e2e.story.setting import APPROVER, COMMUNE, OFFICER, Story, day
from tests.e2e.words import capital, vi
from tests.e2e.year.setting import Rule, Year, prepare, rule, start, told

CAMPAIGN = "Đợt mùa xuân: quán triệt Kết luận số 01-KL/TW đến toàn thể đảng viên"
LATE = -3
REASON = "Bổ sung chỉ tiêu theo ý kiến của Huyện ủy."


def roll_out(year: Year) -> None:
    """The district begins it: the communes owe a plan, which is late by now, and every cell the study."""
    officer = year.district
    prepare(
        officer,
        name=CAMPAIGN,
        audience=capital(vi("general: all members and cadres")),
        directive="01-KL/TW",
        dates=(day(-40), day(60)),
    )
    rule(officer, Rule("commune Party committee", "plan", day(LATE)))
    rule(officer, Rule("cell under a grassroots committee", "study", day(30)))
    rule(officer, Rule("grassroots cell", "study", "70", "start"))
    start(officer)


def remind(year: Year) -> None:
    """The district finds who is late and reminds the commune, whose officer reads it and comes to the plan by it."""
    district = year.district
    _cascade(district, "overdue")
    row = _row(district)
    row.get_by_role("checkbox").check()
    district.confirm("Remind the ticked units…", "Remind")
    district.says("Last reminder")
    expect(_row(district)).to_contain_text(day())
    commune = year.sits_down(OFFICER)
    called = told(commune, CAMPAIGN)
    expect(called).to_have_count(1)
    commune.follow(called.get_by_role("button").first)
    commune.says("Write the plan")


def escalate(year: Year) -> None:
    """The clock tells the district, once, however often it strikes."""
    assert year.strike() > 0
    assert year.strike() == 0
    district = year.district
    late = told(district, CAMPAIGN)
    expect(late).to_have_count(1)
    district.follow(late.get_by_role("button").first)
    expect(_row(district)).to_be_visible()


def issue_late(year: Year) -> Story:
    """The commune writes its plan, gets it back with a comment, mends it and issues it; it is late no longer."""
    story = year.story(CAMPAIGN)
    officer = year.sits_down(OFFICER)
    planning.write(story, officer)
    planning.submit(story, officer)
    planning.give_back(story)
    planning.answer(story, officer)
    planning.approve_and_issue(story, officer, "81-KH/ĐU")
    district = year.district
    _cascade(district, "overdue")
    expect(_row(district)).to_have_count(0)
    return story


def revise(year: Year, story: Story) -> None:
    """A second edition goes the same way; until it is issued the first one holds, and a page compares them."""
    officer = year.sits_down(OFFICER)
    story.opens_plan(officer)
    officer.go(capital(vi("revise", context="plan")))
    officer.fill("Reason", REASON)
    officer.press("Begin a new edition")
    officer.press("Save and go on to the targets")
    officer.follow(officer.page.locator("#targets .item").first.get_by_role("link", name=vi("Change")))
    officer.fill("Figure", "97")
    officer.press("Save")
    _open_new_edition(story, officer)
    planning.submit_open_plan(officer)
    approver = year.sits_down(APPROVER)
    _open_new_edition(story, approver)
    approver.go("What has changed")
    sides = approver.page.locator("main .conflict")
    expect(sides).to_contain_text("95,5")
    expect(sides).to_contain_text("97")
    approver.says(REASON)
    _open_new_edition(story, approver)
    planning.approve_open_plan(approver)
    _open_new_edition(story, officer)
    planning.issue_open_plan(officer, "96-KH/ĐU")
    story.opens_plan(officer)
    officer.says("96-KH/ĐU")


def _open_new_edition(story: Story, reader: Reader) -> None:
    """By way of the edition that holds meanwhile."""
    story.opens_plan(reader)
    reader.says("81-KH/ĐU")
    reader.go("Open the new edition")


def _cascade(reader: Reader, state: str) -> None:
    reader.go("Roll-outs", CAMPAIGN, "What the units owe")
    reader.page.locator("main select[name=state]").select_option(state)
    reader.press("Filter")


def _row(reader: Reader) -> Locator:
    return reader.page.locator("main tbody tr").filter(has_text=COMMUNE)


def tell(year: Year) -> Story:
    """The whole chapter."""
    roll_out(year)
    remind(year)
    escalate(year)
    story = issue_late(year)
    revise(year, story)
    year.recount()
    return story
