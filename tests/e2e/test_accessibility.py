"""Every page that a role of the demonstration can open: axe finds nothing, nothing runs off a phone's edge, and each
has one heading and one main part."""

import re
from itertools import product
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, FilePayload

from tests.e2e.axe import Round, look_at
from tests.e2e.installation import Installation
from tests.e2e.links import NO_PAGE, Links, name_of, walk
from tests.e2e.reader import Reader, reading
from tests.e2e.story.setting import COMMUNE, day
from tests.e2e.ways import open_running_campaign, set_up_session
from tests.e2e.words import vi
from tests.permissions.roles_table import read_rules

OFFICER = "muongso.tuyengiao"
READERS = ("", "quantri", OFFICER, "tuyengiao")
"""Who together can open every page. The administrator prepares the split whose people the officer places."""
AT_THE_PORTAL = {
    "portal:article_forms", "portal:article_sent", "portal:question_detail", "portal:poll", "portal:readers_desk",
    "portal:readers_articles", "portal:readers_question", "portal:poll_list", "portal:poll_new", "portal:poll_edit",
}  # fmt: skip
"""Looked at by the tests of the portal, once readers have sent something."""
PROGRAMS = "api:"
"""What phones ask shows nothing to anybody."""
LED_ELSEWHERE = {
    "account_email", "account_signup", "account_confirm_login_code", "account_email_verification_sent",
    "account_confirm_email", "account_set_password", "attendance:coverage_campaign", "openid_connect_callback",
    "rollcall:check_in_here", "rollcall:check_in_scan", "portal:article_versions", "portal:article_version",
}  # fmt: skip
"""What allauth brings and this installation closes, what only leads on, and versions of a corrected article, which
test_portal.py makes and looks at."""
DOORS = (
    "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/",
    "/accounts/password/reset/key/x-y/", "/accounts/password/reset/key/done/", "/accounts/signup/",
    "/invitation/", "/c/", "/rollcall/", "/cong/", "/cong/tim-kiem/?q=ban", "/cong/tim-kiem/?q=khongcogi",
    "/cong/van-ban/", "/cong/van-ban/?q=khongcogi", "/cong/hoi-dap/da-gui/",
    "/cong/lich/", "/cong/lien-he/", "/cong/so-do/",
)  # fmt: skip
INSIDE = (
    "/accounts/logout/", "/accounts/password/change/", "/accounts/reauthenticate/", "/session/ended/", "/gallery/",
    "/nothing/",
)  # fmt: skip
SECOND_FACTOR = "/second-factor/"
"""Looked at first: some minutes after the sign-in it asks for the password again."""
PREPARED = "Học tập, quán triệt Nghị quyết số 71-NQ/TW trong ngành giáo dục"
HEAD = "Họ và tên,Năm sinh,Tư cách"
MISTAKEN = f"{HEAD},Chi bộ\nLò Thị Mai,1990,chính thức,\nGiàng A Páo,xyz,dự bị,Chi bộ không có\n"
LONG = HEAD + "".join(f"\nLò {given.title()},1985,chính thức" for given in map("".join, product("aeiouy", repeat=4)))
"""More people, with names that a list takes, than are registered at once: a job takes them."""

CODE = re.compile(r"^0109\d{5}$")
"""A member code of the demonstration."""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]


def _addresses(reader: Reader) -> list[str]:
    """The page on which the reader stands, and every page that it links to."""
    here = urlsplit(reader.page.url).path
    return [here, *(href for href in Links.of(reader.page.content()) if href.startswith("/"))]


def _upload(reader: Reader, unit: str, rows: str) -> str:
    reader.page.goto(f"/units/{unit}/imports/new/")
    file = FilePayload(name="danh-sach.csv", mimeType="text/csv", buffer=rows.encode())
    reader.page.locator("input[type=file]").set_input_files(file)
    reader.press("Check the list")
    reader.says("Rows of the list")
    return urlsplit(reader.page.url).path


def _compared(reader: Reader) -> None:
    """A list that is compared with the records of a cell: somebody of another year of birth, and an unknown code."""
    reader.page.goto(f"{_commune(reader)}persons/")
    reader.follow(reader.page.locator("main tbody a[href^='/units/'][href$='/persons/']").last)
    cell = urlsplit(reader.page.url).path.split("/")[2]
    members = reader.page.locator("main tbody tr").filter(has_text=vi("full member"))
    reader.follow(members.locator("a[href^='/persons/']").first)
    code = reader.page.locator("main dl").get_by_text(CODE).first.inner_text()
    reader.page.goto(f"/units/{cell}/imports/new/")
    reader.page.locator("input[name=kind][value=compare]").check()
    rows = f"Mã đảng viên,{HEAD}\n{code},Lò Thị Mai,1931,dự bị\n000,Giàng A Páo,1940,\n"
    file = FilePayload(name="doi-chieu.csv", mimeType="text/csv", buffer=rows.encode())
    reader.page.locator("input[type=file]").set_input_files(file)
    reader.press("Check the list")
    reader.says("What is taken over?")


def _exempt(reader: Reader) -> None:
    """The first person of the list that is open gets an exemption, which can be ended."""
    reader.follow(reader.page.locator("main a[href^='/persons/']").first)
    reader.follow(reader.page.locator("main a[href$='/exemptions/new/']").first)
    form = reader.page.locator("main form[method=post]")
    form.locator("input[type=radio]").first.check()
    for box in form.locator("input[type=text]:visible").all():
        is_day = box.get_attribute("placeholder") == "dd/mm/yyyy"
        box.fill(day() if is_day else "12-QĐ/ĐU")
    reader.follow(form.locator("button[type=submit]").first)


def _let_leave(reader: Reader) -> None:
    """Whose record is open leaves today."""
    reader.page.locator("#departure summary").click()
    asked = reader.page.locator("dialog[open], details[open]")
    asked.locator("input[name=reason][value=moved_away]").check()
    asked.locator("input[name=effective_on]").fill(day())
    reader.follow(asked.locator("button[type=submit]").first)
    reader.says("Left in the past year")


def _somebody_leaves(reader: Reader) -> str:
    """The first two of a cell's people who can leave do, and the erasure of the data of one is asked for; the cell's
    former members."""
    reader.page.goto(f"{_commune(reader)}persons/")
    cell = str(reader.page.locator("main tbody a[href^='/units/'][href$='/persons/']").last.get_attribute("href"))
    reader.page.goto(cell)
    people = reader.page.locator("main tbody a[href^='/persons/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    left = 0
    for person in people:
        reader.page.goto(person)
        if not reader.page.locator("main").get_by_text(vi("An appointment ends first")).count():
            _let_leave(reader)
            left += 1
        if left == 2:
            break
    former = f"{cell.removesuffix('persons/')}former/"
    reader.page.goto(former)
    reader.follow(reader.page.locator("main tbody a").first)
    reader.page.locator("main form[method=post] textarea, main form[method=post] input[type=text]").first.fill(
        "Theo đơn"
    )
    reader.follow(reader.page.locator("main form[method=post] button[type=submit]").first)
    return former


def _two_records(reader: Reader) -> list[str]:
    """Two people of the list that is open beside each other, and the second a guest in another cell for a time."""
    links = reader.page.locator("main tbody a[href^='/persons/']")
    first, second = (str(links.nth(number).get_attribute("href")) for number in (1, 2))
    reader.page.goto(f"{_commune(reader)}persons/")
    cells = reader.page.locator("main tbody a[href^='/units/'][href$='/persons/']")
    away = cells.last.inner_text().strip()
    reader.page.goto(f"{second}transfer/")
    reader.page.locator("main input[name=kind][value=stay]").check()
    reader.fill("Receiving unit", f"{away}, {COMMUNE}")
    reader.fill("Number of the letter of introduction", "01-GGT")
    for label in ("Date of the letter", "From the day", "Last day"):
        reader.fill(label, day())
    reader.press("Send the letter")
    reader.page.goto(second)
    return [f"{first}merge/{second.strip('/').rpartition('/')[2]}/", *_addresses(reader)]


def _commune(reader: Reader) -> str:
    """The address of the commune's committee."""
    reader.page.goto(f"/units/?view=list&q={COMMUNE}")
    link = reader.page.locator("main tbody").get_by_role("link", name=COMMUNE, exact=True).first
    return str(link.get_attribute("href"))


def _trails_of_the_administrator(reader: Reader) -> list[str]:
    """A split that is being prepared."""
    reader.page.goto(f"{_commune(reader)}split/")
    reader.fill("New units", "Đảng bộ xã tách ra")
    for label in ("Takes effect on", "Decision date"):
        reader.fill(label, day())
    for label in ("Decision number", "Deciding body"):
        reader.fill(label, "12-QĐ/HU")
    reader.press("Prepare the split")
    return [SECOND_FACTOR, *_addresses(reader)]


def _trails_of_the_officer(reader: Reader) -> list[str]:
    """Pages that stand behind a deed: a session, a cell's people, a stay, an exemption, an import."""
    found: list[str] = []
    set_up_session(reader, "Buổi học để xem")
    found += _addresses(reader)
    reader.follow(reader.page.locator("main a[href*='/roll/']").first)
    found += _addresses(reader)
    open_running_campaign(reader, "Plans")
    reader.follow(reader.page.locator("main table").get_by_role("link", name=COMMUNE).first)
    found += [f"{urlsplit(reader.page.url).path}difference/", *_addresses(reader)]
    open_running_campaign(reader, "Coverage")
    reader.follow(reader.page.locator("#figures tbody a").first)
    found += _addresses(reader)
    cell = urlsplit(reader.page.url).path.rstrip("/").rpartition("/")[2]
    reader.page.goto(f"/units/{cell}/persons/")
    found += _addresses(reader)
    found += _two_records(reader)
    reader.page.goto(f"/units/{cell}/persons/")
    _exempt(reader)
    found += _addresses(reader)
    reader.page.goto(f"{_commune(reader)}persons/")
    found += _addresses(reader)
    found.append(_upload(reader, cell, MISTAKEN))
    _upload(reader, cell, LONG)
    reader.follow(reader.page.locator("main form[action$='/apply/'] button[type=submit]"))
    reader.page.wait_for_url("**/jobs/**")
    found.append(urlsplit(reader.page.url).path)
    return found


def _trails_of_the_district(reader: Reader) -> list[str]:
    """Pages of what is prepared and of what runs: a draft that can be started, a plan with results, a make-up."""
    reader.go("Roll-outs", PREPARED)
    found = _addresses(reader)
    open_running_campaign(reader)
    found += _addresses(reader)
    open_running_campaign(reader, "Sessions")
    reader.follow(reader.page.locator("main tbody tr").filter(has_text=vi("first session")).locator("th a").first)
    reader.go("Who missed it")
    found += _addresses(reader)
    open_running_campaign(reader, "Plans")
    reader.follow(reader.page.locator("main table").get_by_role("link", name="Đảng bộ huyện Phong Thổ").first)
    return [*found, *_addresses(reader)]


ASKED = """
UPDATE privacy_erasure SET asked_by_id = accounts_user.id FROM accounts_user WHERE username = 'muongso.vanthu'
"""
"""The clerk has asked for the erasures: whoever asked does not decide."""
ASK = """
INSERT INTO privacy_datarequest
    (client_id, person_id, unit_id, kind, field, value, reason, state, asked_by_id, asked_at, due_on, decision_reason,
     lift_reason)
SELECT gen_random_uuid(), m.person_id, m.unit_id, 'correction', 'village', 'Huổi Luông', 'Theo giấy khai sinh',
    'requested', accounts_user.id, now(), current_date + 10, '', ''
FROM organizations_membership m
JOIN organizations_unit cell ON cell.id = m.unit_id JOIN organizations_unit commune ON commune.id = cell.parent_id,
    accounts_user
WHERE commune.name = %s AND m.period @> current_date AND accounts_user.username = 'muongso.vanthu'
LIMIT 1
"""
"""Somebody of the commune asks for a correction."""
APPOINT = """
INSERT INTO organizations_appointment (person_id, role, unit_id, title, decision_number, decision_body, period)
SELECT person.id, 'officer', cell.id, '', '', '', daterange(current_date - 9, NULL)
FROM organizations_person person JOIN accounts_user ON accounts_user.id = person.user_id,
    organizations_unit cell JOIN organizations_unit commune ON commune.id = cell.parent_id
WHERE accounts_user.username = 'muongso.tuyengiao' AND commune.name = %s
"""
"""The officer answers for the cells of the commune too: who hands a person's data over holds an office at the cell."""

KEEP = APPOINT.replace("'officer'", "'secretary'")
"""And is the secretary there, who reads what the people of the cell wrote."""
OWE = "UPDATE attendance_reflectioncall SET owed_by = 'listed'"
"""Where no roll has been taken nobody owes a reflection for having attended."""

SET_UP = """
INSERT INTO mfa_authenticator (user_id, type, data, created_at)
SELECT id, 'totp', '{}', now() FROM accounts_user WHERE username = %s
"""
"""A second factor for one account, which is then asked for at its sign-in."""


def _change(installation: Installation, statement: str, *values: str) -> None:
    with psycopg.connect(installation.database) as connection:
        assert connection.execute(statement, values).rowcount > 0


def _somebodys_data(reader: Reader) -> None:
    """The page on which the data of the first person of a cell are handed over."""
    reader.page.goto(f"{_commune(reader)}persons/")
    reader.follow(reader.page.locator("main tbody a[href^='/units/'][href$='/persons/']").first)
    reader.follow(reader.page.locator("main tbody a[href^='/persons/']").first)
    reader.follow(reader.page.locator("main a[href$='/data/']").first)


def _somebodys_reflection(reader: Reader) -> None:
    """The page of a reflection that somebody of a cell owes, in the campaign that runs."""
    open_running_campaign(reader)
    reader.follow(reader.page.locator("main a[href$='/reflections/']").first)
    reader.follow(reader.page.locator("main tbody a[href*='unit=']").first)
    reader.follow(reader.page.locator("main tbody a[href^='/reflections/']").first)


def _pages_of_the_editor(reader: Reader) -> list[str]:
    """Pages of ours to which the menu of the editing pages leads."""
    reader.page.goto("/bien-tap/")
    led = reader.page.locator("a[href^='/portal/']")
    led.first.wait_for()
    return [str(link.get_attribute("href")) for link in led.all()]


def _figures_for_the_portal(reader: Reader) -> None:
    """Give the figures of a campaign that has begun to the editors."""
    reader.page.goto("/campaigns/")
    reader.follow(reader.page.locator("main tbody a").filter(has_not_text=PREPARED).first)
    reader.go("Figures for the portal…")
    reader.follow(reader.button("Give to the editors"))


TRAILS = {
    "quantri": _trails_of_the_administrator,
    OFFICER: _trails_of_the_officer,
    "tuyengiao": _trails_of_the_district,
}


def _look_behind_the_portal(browser: Browser, installation: Installation, found: Round) -> None:
    """The pages of the editors and the approver, and figures that an officer gives to them."""
    with reading(browser, installation.url, bypass_policy=True) as reader:
        reader.sign_in("bientap")
        for address in _pages_of_the_editor(reader):
            reader.page.goto(address)
            found.looked_at.add(name_of(reader.page.url))
            look_at(reader, name_of(reader.page.url), found)
    with reading(browser, installation.url, bypass_policy=True) as reader:
        reader.sign_in("tuyengiao")
        _figures_for_the_portal(reader)
        found.looked_at.add(name_of(reader.page.url))
        look_at(reader, "portal:figures_detail", found)
    with reading(browser, installation.url, bypass_policy=True) as reader:
        reader.sign_in("thuongvu")
        reader.page.goto(next(address for address in _pages_of_the_editor(reader) if "counters" in address))
        reader.go("Former counter")
        found.looked_at.add(name_of(reader.page.url))
        look_at(reader, "portal:opening_balance", found)


def test_axe_finds_nothing_on_any_page(browser: Browser, installation: Installation) -> None:
    with reading(browser, installation.url, bypass_policy=True) as reader:
        reader.sign_in(OFFICER)
        former = _somebody_leaves(reader)
    _change(installation, ASKED)
    _change(installation, ASK, COMMUNE)
    found = Round()
    rules = {name: rule for name, rule in read_rules().items() if not name.startswith(PROGRAMS)}
    wanted = (
        {name for name, rule in rules.items() if rule.get("method") != "POST"} - NO_PAGE - LED_ELSEWHERE - AT_THE_PORTAL
    )
    for username in READERS:
        with reading(browser, installation.url, bypass_policy=True) as reader:
            starts = list(DOORS)
            if username:
                reader.sign_in(username)
                trails = TRAILS.get(username)
                starts = [*(trails(reader) if trails else ()), "/", *INSIDE]
            if username == OFFICER:
                starts = [former, *starts]  # before the former members of a cell that nobody has left
            for name in walk(reader, starts, known=found.looked_at):
                if name not in found.looked_at:
                    found.looked_at.add(name)
                    look_at(reader, name or "404", found)
    _change(installation, APPOINT, COMMUNE)
    with reading(browser, installation.url, bypass_policy=True) as reader:
        reader.sign_in(OFFICER)
        _somebodys_data(reader)
        found.looked_at.add(name_of(reader.page.url))
        look_at(reader, "privacy:hand_over", found)
        _compared(reader)
        look_at(reader, "a compared list", found)
    _change(installation, KEEP, COMMUNE)
    _change(installation, OWE)
    with reading(browser, installation.url, bypass_policy=True) as reader:
        reader.sign_in(OFFICER)
        _somebodys_reflection(reader)
        found.looked_at.add(name_of(reader.page.url))
        look_at(reader, "attendance:reflection_detail", found)
    _look_behind_the_portal(browser, installation, found)
    _change(installation, SET_UP, "muongso.vanthu")
    with reading(browser, installation.url, bypass_policy=True) as reader:
        reader.sign_in("muongso.vanthu")
        found.looked_at.add(name_of(reader.page.url))
        look_at(reader, "mfa_authenticate", found)
    unseen = sorted(wanted - found.looked_at)
    assert not found.problems + unseen, "\n".join([*found.problems, *(f"nobody looked at {name}" for name in unseen)])


def test_a_page_of_an_error_says_what_to_do(browser: Browser, installation: Installation) -> None:
    found = Round()
    with reading(browser, installation.url, bypass_policy=True) as reader:
        reader.sign_in(OFFICER)
        for address in ("/nothing/", "/units/999999/"):
            reader.page.goto(address)
            expect_way_out = reader.page.get_by_role("link", name=vi("To the first page"))
            assert expect_way_out.count() == 1
            look_at(reader, address, found)
    assert not found.problems, "\n".join(found.problems)
