"""Autumn and winter: campaigns for leaders and for one sector, and a village meeting that counts as reach."""

from playwright.sync_api import expect

from tests.e2e.reader import Reader
from tests.e2e.story.setting import OFFICER, Story, day
from tests.e2e.words import capital, vi
from tests.e2e.year.setting import Rule, Year, figure, prepare, rule, start

FOR_LEADERS = "Đợt mùa thu: quán triệt Nghị quyết số 28-NQ/TW đến lãnh đạo, quản lý"
FOR_TEACHERS = "Đợt mùa đông: quán triệt Nghị quyết số 29-NQ/TW trong ngành giáo dục"
SECTOR = "Giáo dục và Đào tạo"
SCHOOL = "Chi bộ Trường Trung học phổ thông Phong Thổ"
VILLAGERS = 46


def for_leaders(year: Year) -> int:
    """A strategic directive: leaders and managers alone are called, and all that is owed is the district's summons."""
    officer = year.district
    prepare(
        officer,
        name=FOR_LEADERS,
        audience=capital(vi("strategic: leaders and managers of all levels")),
        directive="28-NQ/TW",
        dates=(day(-5), day(30)),
    )
    rule(officer, Rule("district Party committee", "summons", "10", "start.working"))
    start(officer)
    assert _owing(officer) == 1
    called = _summon(year.story(FOR_LEADERS), officer, "211-CV/HU", "leader or manager")
    year.story(FOR_LEADERS).opens_campaign(officer)
    assert _owing(officer) == 0
    return called


def for_teachers(year: Year) -> int:
    """A sectoral directive: those who work in the sector are called, and the grassroots cells owe an action programme,
    whose day is open until each has its first session."""
    officer = year.district
    prepare(
        officer,
        name=FOR_TEACHERS,
        audience=capital(vi("sectoral: the cadres and members of one sector")),
        directive="29-NQ/TW",
        dates=(day(), day(90)),
        sector=SECTOR,
    )
    rule(officer, Rule("grassroots cell", "study", day(60)))
    rule(officer, Rule("grassroots cell", "programme", "15", "session"))
    start(officer)
    assert _owing(officer) > 1
    officer.says("no deadline yet")
    return _summon(year.story(FOR_TEACHERS), officer, "230-CV/HU", "works in the sector")


def meet_in_a_village(year: Year, story: Story) -> None:
    """The commune tells of a meeting: it is reach, and the rate stays what it was."""
    district = year.district
    story.opens_campaign(district, "Coverage")
    before = _rates(district)
    commune = year.sits_down(OFFICER)
    story.opens_campaign(commune)
    commune.go("Record an activity")
    commune.box("Kind").select_option(label=capital(vi("village meeting")))
    commune.fill("Where it was held", "Nhà văn hóa bản Vàng Pheo")
    commune.fill("Held on", day(-1))
    commune.fill("Began at", "19:30")
    commune.choose("Thái")
    commune.fill("Who came", "Nhân dân trong bản")
    commune.fill("Headcount", str(VILLAGERS))
    commune.choose(capital(vi("counted on the spot")))
    commune.press("Record the activity")
    story.opens_campaign(commune)
    expect(commune.page.locator("main")).to_contain_text(str(VILLAGERS))
    story.opens_campaign(district, "Coverage")
    assert _rates(district) == before


def _owing(officer: Reader) -> int:
    """How many units of the open campaign owe something."""
    officer.go("What the units owe")
    owing, _slash, _all = officer.stat("Still owing").partition("/")
    return figure(owing)


def _summon(story: Story, officer: Reader, number: str, reason: str) -> int:
    story.opens_campaign(officer, "Summons")
    officer.go("Summon")
    called = figure(officer.stat("Would be called"))
    officer.fill("Number and notation", number)
    officer.fill("Date of issue", day())
    officer.press("Freeze the list")
    assert figure(officer.stat("On this list")) == called
    story.opens_campaign(officer, "Summons")
    officer.go("Open the list", SCHOOL)
    officer.says(reason)
    return called


def _rates(reader: Reader) -> list[str]:
    return reader.page.locator("main .stat-value").all_inner_texts()


def tell(year: Year, story: Story, everybody: int) -> None:
    """The whole chapter."""
    meet_in_a_village(year, story)
    year.recount()
    leaders, teachers = for_leaders(year), for_teachers(year)
    assert 0 < leaders < everybody
    assert 0 < teachers < everybody
    year.recount()
