"""What people do that a program does not expect: wrong passwords, two clicks, the back button, two at one plan."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignsIn
from tests.e2e.reader import Reader
from tests.e2e.story.setting import COMMUNE, day
from tests.e2e.ways import open_roll, open_running_campaign, set_up_session
from tests.e2e.words import capital, vi

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]


def test_a_wrong_password_is_refused_and_the_name_is_kept(sits_down: SignsIn) -> None:
    reader = sits_down()
    reader.sign_in("tuyengiao", "khong-phai-mat-khau")
    expect(reader.page.locator(".error-summary, .notice-danger, .field-invalid").first).to_be_visible()
    assert reader.box("Name or e-mail address").input_value() == "tuyengiao"
    assert reader.box("Password").input_value() == ""
    reader.page.goto("/campaigns/")
    assert "/accounts/login/" in reader.page.url


def test_the_interface_speaks_english_when_asked(sits_down: SignsIn) -> None:
    reader = sits_down("tuyengiao")
    reader.follow(reader.page.get_by_role("button", name=re.compile("^EN")).locator("visible=true"))
    expect(reader.page.get_by_role("link", name="Directives", exact=True).first).to_be_visible()
    assert reader.page.locator("html").get_attribute("lang") == "en"
    reader.follow(reader.page.get_by_role("link", name="Directives", exact=True).first)
    assert reader.heading == "Register of directives"
    reader.follow(reader.page.get_by_role("button", name=re.compile("^VI")).locator("visible=true"))
    assert reader.heading == vi("Register of directives")


def test_the_theme_stays_chosen(sits_down: SignsIn) -> None:
    reader = sits_down("tuyengiao")
    reader.press("Dark")
    reader.go("Directives")
    assert reader.page.locator("html").get_attribute("data-bs-theme") == "dark"


def _fill_directive(reader: Reader, number: str) -> None:
    reader.go("Directives", "Register a directive")
    reader.box("Kind").select_option("conclusion")
    reader.fill("Number and notation", number)
    reader.fill("Subject", "Về một việc được ghi một lần")
    reader.fill("Issuing body", "Ban Bí thư")
    reader.fill("Date of issue", day(-3))
    reader.choose(capital(vi("general: all members and cadres")))
    reader.choose(capital(vi("to be studied")))


def _times_listed(reader: Reader, number: str) -> int:
    reader.go("Directives")
    reader.page.locator("main input[type=search]").fill(number)
    reader.page.keyboard.press("Enter")
    expect(reader.page).to_have_url(re.compile("q="))
    return reader.page.locator("main tbody tr").filter(has_text=number).count()


def test_two_clicks_enter_a_directive_once(sits_down: SignsIn) -> None:
    reader = sits_down("tuyengiao")
    _fill_directive(reader, "901-KL/TW")
    reader.button("Enter into the register").dblclick()
    expect(reader.page.locator("h1")).to_contain_text("901-KL/TW")
    assert _times_listed(reader, "901-KL/TW") == 1


def test_the_back_button_and_a_second_submit_enter_a_directive_once(sits_down: SignsIn) -> None:
    reader = sits_down("tuyengiao")
    _fill_directive(reader, "902-KL/TW")
    reader.press("Enter into the register")
    expect(reader.page.locator("h1")).to_contain_text("902-KL/TW")
    reader.page.go_back()
    if not reader.box("Number and notation").input_value():
        _fill_directive(reader, "902-KL/TW")
    reader.press("Enter into the register")
    assert _times_listed(reader, "902-KL/TW") == 1


def _editable(reader: Reader) -> None:
    """The plan of the unit open for writing: a new edition where the present one is in force."""
    open_running_campaign(reader, "Plans")
    reader.follow(reader.page.locator("main table").get_by_role("link", name=COMMUNE).first)
    if reader.link("Write the plan").count():
        return
    reader.go(capital(vi("revise", context="plan")))
    reader.fill("Reason of the revision", "Bổ sung việc học ở bản")
    reader.press("Begin a new edition")
    reader.link("Write the plan").wait_for()


def test_the_second_of_two_editors_is_told_and_loses_nothing(sits_down: SignsIn) -> None:
    officer = sits_down("muongso.tuyengiao")
    _editable(officer)
    address = officer.page.url
    secretary = sits_down("muongso.bithu")
    secretary.page.goto(address)
    aims = "Aims and requirements, fitted to the place"
    for reader, text in ((officer, "Học ở từng bản."), (secretary, "Học vào phiên chợ.")):
        reader.go("Write the plan")
        reader.fill(aims, text)
    officer.press("Save and go on to the targets")
    secretary.press("Save and go on to the targets")
    conflict = secretary.page.locator(".conflict")
    expect(conflict).to_contain_text("Học ở từng bản.")
    expect(conflict).to_contain_text("Học vào phiên chợ.")
    assert secretary.box(aims).input_value() == "Học vào phiên chợ."
    secretary.fill(aims, "Học ở từng bản, vào phiên chợ.")
    secretary.press("Save and go on to the targets")
    secretary.go("View the plan")
    secretary.says("Học ở từng bản, vào phiên chợ.")


def _mark_plainly(page: Page, entry: str, value: str) -> None:
    page.locator(f".roll-line[data-entry='{entry}'] input[value='{value}']").check()


def test_a_roll_is_taken_and_closed_without_scripts(sits_down: SignsIn) -> None:
    officer = sits_down("muongso.tuyengiao", scripts=False)
    set_up_session(officer, "Buổi học không kịch bản")
    clerk = sits_down("muongso.vanthu", scripts=False)
    open_roll(clerk, "Buổi học không kịch bản")
    entries = [line.get_attribute("data-entry") or "" for line in clerk.page.locator(".roll-line").all()]
    _mark_plainly(clerk.page, entries[0], "present")
    _mark_plainly(clerk.page, entries[1], "excused-work")
    clerk.press("Save all marks")
    expect(clerk.page.locator(".roll-state-present")).to_have_count(1)
    clerk.go("Close the roll")
    clerk.page.locator("main [name=absent_rest]").check()
    clerk.press("Close the roll")
    clerk.says("This roll is closed.")
    expect(clerk.page.locator(".roll-state-present")).to_have_count(1)


def test_ending_an_appointment_in_one_browser_ends_access_in_another_at_the_next_click(sits_down: SignsIn) -> None:
    district = "Đảng bộ huyện Phong Thổ"
    clerk = sits_down("vanthu.huyen")
    clerk.go("Units", district)
    unit = clerk.page.url
    clerk.go("Members and cadres")
    writing = Reader(clerk.context, clerk.context.new_page())
    writing.page.goto(clerk.page.url)
    writing.go("Register a person")
    writing.fill("Full name", "Lò Văn Muộn")
    administrator = sits_down("quantri")
    administrator.page.goto(unit)
    administrator.go("Appointments")
    row = administrator.page.locator("main tbody tr").filter(has_text="Văn thư Huyện ủy")
    administrator.follow(row.get_by_role("link", name=vi("End"), exact=True))
    administrator.press("End the appointment")
    clerk.go(district)
    assert clerk.page.locator("h1").inner_text().strip() == vi("There is no such page for you")
    writing.press("Register")
    writing.says_nothing_of("Lò Văn Muộn")
    assert writing.page.locator("h1").inner_text().strip() == vi("There is no such page for you")
    clerk.page.goto("/")
    assert not clerk.link("Units").count()
