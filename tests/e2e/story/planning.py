"""From the directive to the issued plan."""

import re

from playwright.sync_api import FilePayload, expect

from tests.e2e.reader import Reader
from tests.e2e.story.setting import APPROVER, CAMPAIGN, NO_TARGET, OFFICER, Story, day
from tests.e2e.words import capital, vi
from tests.files.factories import pdf

NUMBER = "42-CT/TW"
FILE = FilePayload(name="chi-thi-42.pdf", mimeType="application/pdf", buffer=pdf("Chỉ thị số 42-CT/TW"))
COMMENT = "Ghi rõ ai chịu trách nhiệm ở từng bản."


def register(officer: Reader) -> None:
    """The directive arrives and is entered with its file, which can be read again."""
    officer.go("Directives", "Register a directive")
    officer.box("Kind").select_option("instruction")
    officer.fill("Number and notation", NUMBER)
    officer.fill("Subject", "Về tăng cường sự lãnh đạo của Đảng đối với công tác phòng, chống thiên tai")
    officer.fill("Issuing body", "Ban Bí thư")
    officer.fill("Date of issue", day(-20))
    officer.choose(capital(vi("general: all members and cadres")))
    officer.choose(capital(vi("to be studied")))
    officer.page.locator("input[type=file]").set_input_files(FILE)
    officer.choose("I declare that none of these files bears a secrecy mark (confidential, secret or top secret).")
    officer.press("Enter into the register")
    expect(officer.page.locator("h1")).to_contain_text(NUMBER)
    with officer.page.expect_download() as download:
        officer.link("chi-thi-42.pdf").click()
    assert download.value.path().read_bytes() == FILE["buffer"]


def roll_out(officer: Reader) -> None:
    """A campaign of the commune, which owes a plan itself, is prepared and started."""
    officer.go("Prepare a campaign")
    officer.fill("Name of the campaign", CAMPAIGN)
    officer.choose(capital(vi("general: all members and cadres")))
    officer.fill("Begins on", day())
    officer.fill("Ends on", day(60))
    officer.box(vi("Rule %(n)d: units") % {"n": 1}).select_option("commune_committee")
    officer.box(vi("Rule %(n)d: what is owed") % {"n": 1}).select_option("plan")
    officer.fill(vi("Rule %(n)d: day or number of days") % {"n": 1}, "10")
    officer.box(vi("Rule %(n)d: how the deadline is counted") % {"n": 1}).select_option("start")
    officer.press("Say what the rules mean")
    officer.says(vi("by %(day)s") % {"day": day(10)})
    officer.press("Keep as a draft")
    officer.says("This campaign is being prepared.")
    officer.go("Start…")
    officer.press("Start the campaign")
    officer.says_nothing_of("This campaign is being prepared.")


def write(story: Story, officer: Reader) -> None:
    """The plan gets its aims; without a target it cannot be submitted, and the page says why."""
    story.opens_plan(officer)
    assert "steps/submit" not in _steps(officer)
    officer.go("Write the plan")
    officer.fill("Title of the plan", "Kế hoạch học tập Chỉ thị 42-CT/TW")
    officer.fill("Aims and requirements, fitted to the place", "Học tại từng bản, bằng tiếng Thái và tiếng Việt.")
    officer.fill("First day", day())
    officer.fill("Last day", day(40))
    officer.press("Save and go on to the targets")
    expect(officer.page.locator("main")).to_contain_text(vi("No target yet."))
    _add_target(officer)
    officer.go("Add a task")
    officer.fill("Task", "Mở hội nghị tại xã và từng bản")
    officer.fill("Responsible", "Bí thư chi bộ")
    officer.fill("By when", day(20))
    officer.press("Save")
    officer.says("Nothing stands in the way of the submission.")


def _add_target(officer: Reader) -> None:
    officer.go("Add a target")
    officer.fill("Indicator", "Đảng viên, cán bộ dự học")
    officer.fill("Figure", "95,5")
    officer.fill("Measure", "%")
    officer.fill("Responsible", "Ban Thường vụ")
    officer.fill("By when", day(30))
    officer.press("Save")
    officer.says("Đảng viên, cán bộ dự học")


def submit_without_target(story: Story, officer: Reader) -> None:
    """A step page that stood open in one tab while the target went in another: the server refuses the step."""
    officer.go("Submit for opinion")
    other = Reader(officer.context, officer.context.new_page())
    other.page.goto("/")
    story.opens_plan(other)
    other.go("Write the plan")
    other.follow(other.page.locator("main").get_by_role("link", name=vi("Targets and tasks")).first)
    other.follow(other.page.get_by_role("button", name=re.compile(rf"^{vi('Remove')}: Đảng viên")))
    other.says("No target yet.")
    officer.press("Submit the plan for opinion")
    expect(officer.page.locator("main .notice-danger")).to_contain_text(vi(NO_TARGET))
    other.press("Put back")
    other.says("Nothing stands in the way of the submission.")
    other.page.close()
    submit(story, officer)


def submit(story: Story, officer: Reader) -> None:
    """The plan goes to the approver; who submits finds no way to approve."""
    story.opens_plan(officer)
    submit_open_plan(officer)


def submit_open_plan(officer: Reader) -> None:
    """The plan whose page is open goes to the approver."""
    officer.go(capital(vi("submit for opinion", context="plan")))
    officer.press("Submit the plan for opinion")
    expect(officer.page.locator("main")).to_contain_text(vi("submitted for opinion", context="plan"))
    assert "steps/approve" not in _steps(officer)


def give_back(story: Story) -> None:
    """The approver returns it with a comment on the task."""
    approver = story.sits_down(APPROVER)
    story.opens_plan(approver)
    approver.go(capital(vi("return", context="plan")))
    approver.press("Return the plan")
    approver.says("Write at least one comment on a part of the plan, so that the unit knows what to change.")
    approver.page.locator("main textarea[name^=task_]").first.fill(COMMENT)
    approver.press("Return the plan")
    expect(approver.page.locator("main")).to_contain_text(COMMENT)


def answer(story: Story, officer: Reader) -> None:
    """The officer reads the comment beside the task, changes it and submits again."""
    story.opens_plan(officer)
    officer.says("This plan was returned")
    officer.go("Write the plan")
    officer.follow(officer.page.locator("main").get_by_role("link", name=vi("Targets and tasks")).first)
    task = officer.page.locator("#tasks .item").first
    expect(task).to_contain_text(COMMENT)
    officer.follow(task.get_by_role("link", name=vi("Change")))
    officer.fill("Responsible", "Bí thư từng chi bộ bản")
    officer.press("Save")
    submit(story, officer)


def approve_and_issue(story: Story, officer: Reader, number: str = "77-KH/ĐU") -> None:
    """The approver approves, the officer issues with number, day and signer."""
    approver = story.sits_down(APPROVER)
    story.opens_plan(approver)
    approve_open_plan(approver)
    story.opens_plan(officer)
    issue_open_plan(officer, number)


def approve_open_plan(approver: Reader) -> None:
    """The plan whose page is open is approved; who approves finds no way to issue."""
    approver.go(capital(vi("approve", context="plan")))
    approver.press("Approve the plan")
    expect(approver.page.locator("main")).to_contain_text(vi("approved", context="plan"))
    assert "steps/issue" not in _steps(approver)


def issue_open_plan(officer: Reader, number: str) -> None:
    """The plan whose page is open is issued."""
    officer.go(capital(vi("issue", context="plan")))
    officer.fill("Number and notation", number)
    officer.fill("Date of issue", day())
    officer.fill("Signed by", "Lò Văn Chương")
    officer.press("Issue the plan")
    officer.says(number)


def _steps(reader: Reader) -> str:
    links = reader.page.locator("#steps a")
    return " ".join(link.get_attribute("href") or "" for link in links.all())


def tell(story: Story) -> Reader:
    """The whole chapter; returns the officer."""
    officer = story.sits_down(OFFICER)
    register(officer)
    roll_out(officer)
    write(story, officer)
    submit_without_target(story, officer)
    give_back(story)
    answer(story, officer)
    approve_and_issue(story, officer)
    return officer
