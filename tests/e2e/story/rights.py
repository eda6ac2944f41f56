"""What each of the other roles sees, by the table of who may do what."""

import re

from playwright.sync_api import expect

from lantoa.demonstration.staff import SIGN_INS
from tests.e2e.reader import Reader
from tests.e2e.story.setting import CAMPAIGN, CLERK, COMMUNE, NO_TARGET, OFFICER, Story, day
from tests.e2e.ways import RUNNING, open_running_campaign
from tests.e2e.words import vi

LUONG = "Đảng bộ xã Huổi Luông"


def _navigation(reader: Reader) -> list[str]:
    menu = reader.page.get_by_role("navigation", name=vi("Main"), exact=True)
    return [text.strip() for text in menu.get_by_role("link").all_inner_texts()]


def everybody_signs_in(story: Story) -> None:
    """Every printed sign-in opens the first screen, with a way to what the role does and to nothing else."""
    settles = {"officer", "secretary"}
    reads_log = {"administrator", "officer", "inspector"}
    for account in SIGN_INS:
        reader = story.sits_down(account.username)
        expect(reader.page.get_by_role("link", name=vi("Today"), exact=True).first).to_be_visible()
        entries = _navigation(reader)
        assert (vi("To settle") in entries) == (account.role in settles), account.username
        assert (vi("Log") in entries) == (account.role in reads_log), account.username


def only_counts(story: Story, username: str, unit: str) -> None:
    """A reader of counts finds the unit's figures down to the cell, and no name."""
    reader = story.sits_down(username)
    open_running_campaign(reader, "Coverage")
    if reader.heading != unit:
        reader.follow(reader.page.locator("#figures").get_by_role("link", name=unit))
    reader.follow(reader.page.locator("#figures tbody a").first)
    reader.says("Names stop at the cell and its direct superior; here each row is one person.")
    assert not reader.page.locator("#persons tbody a").count()


def no_campaign(story: Story, username: str) -> None:
    """Whoever sees no counts finds no campaign."""
    reader = story.sits_down(username)
    reader.go("Roll-outs")
    reader.says_nothing_of(RUNNING)
    reader.says_nothing_of(CAMPAIGN)


def an_appointment_ends(story: Story) -> None:
    """The administrator ends the clerk's appointment: at the next click the clerk is out."""
    clerk = story.sits_down(CLERK)
    story.opens_campaign(clerk, "Sessions")
    administrator = story.sits_down("quantri")
    administrator.go("Units")
    administrator.page.get_by_role("searchbox").first.fill("muong so")
    with administrator.page.expect_navigation():
        administrator.page.keyboard.press("Enter")
    administrator.follow(administrator.page.locator("main").get_by_role("link", name=COMMUNE).first)
    administrator.follow(
        administrator.page.locator("main").get_by_role("link", name=re.compile(vi("Appointments"))).first
    )
    title = next(account.title for account in SIGN_INS if account.username == CLERK)
    row = administrator.page.locator("main tbody tr").filter(has_text=title)
    administrator.follow(row.get_by_role("link", name=vi("End"), exact=True))
    administrator.fill("Gives it up from", day())
    administrator.press("End the appointment")
    clerk.follow(clerk.page.locator("main table a").first)
    clerk.says("There is no such page for you")
    clerk.page.goto("/")
    clerk.go("Roll-outs")
    clerk.says_nothing_of(CAMPAIGN)


def the_log_shows_the_refusal(story: Story) -> None:
    """The inspector reads of the step that was refused."""
    inspector = story.sits_down("kiemtra")
    inspector.go("Log")
    inspector.page.locator("main select[name=outcome]").select_option("refused")
    inspector.press("Filter")
    refused = inspector.page.locator("main tbody tr").filter(has_text=COMMUNE).filter(has_text=OFFICER)
    expect(refused.filter(has_text=vi(NO_TARGET))).not_to_have_count(0)


def tell(story: Story) -> None:
    """The whole chapter."""
    everybody_signs_in(story)
    only_counts(story, "theodoi", LUONG)
    only_counts(story, "kiemtra", LUONG)
    only_counts(story, "lanhdao", LUONG)
    no_campaign(story, "baocaovien")
    no_campaign(story, "bientap")
    the_log_shows_the_refusal(story)
    an_appointment_ends(story)
