"""From the summons to the closed rolls and the make-up session."""

import re
import unicodedata

from playwright.sync_api import Locator, expect

from tests.e2e.reader import PHONE, Reader
from tests.e2e.story.setting import CLERK, COMMUNE, Person, Story, day
from tests.e2e.words import vi

SESSION = "Hội nghị quán triệt Chỉ thị 42-CT/TW"
HALL, VILLAGES = "Hội trường xã", "Nhà văn hóa các bản"
FEW = 2


def plain(text: str) -> str:
    """As somebody types in a hurry: small letters without diacritics."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def summon(story: Story, officer: Reader) -> int:
    """The list is frozen; how many stand on it."""
    story.opens_campaign(officer, "Summons")
    officer.go("Summon")
    expected = int(officer.stat("Would be called").replace(".", ""))
    officer.fill("Number and notation", "31-CV/ĐU")
    officer.fill("Date of issue", day())
    officer.press("Freeze the list")
    assert int(officer.stat("On this list").replace(".", "")) == expected
    return expected


def set_up(story: Story, officer: Reader) -> None:
    """A session of today with two sites: the two smallest cells in the hall, all others in the villages."""
    story.opens_campaign(officer, "Sessions")
    officer.go("Set up a study session")
    officer.fill("Name of the session", SESSION)
    officer.fill("Begins on", day())
    officer.fill("Begins at", "00:00")
    officer.fill("Ends at", "23:59")
    officer.press("Set up the session")
    boxes = _add_site(officer, HALL)
    smallest = sorted(boxes, key=_people)[:FEW]
    story.cells = [_name(label) for label in smallest]
    for label in smallest:
        officer.box(label).check()
    officer.press("Add the site")
    for label in _add_site(officer, VILLAGES):
        if _name(label) not in story.cells:
            officer.box(label).check()
    officer.press("Add the site")
    officer.press("Put them on the lists")
    officer.says("Everybody summoned has a place, and every site has somebody to take its roll.")


def _add_site(officer: Reader, name: str) -> list[str]:
    officer.go("Add a site")
    officer.fill("Site", name)
    officer.box("Kept by").select_option(label=COMMUNE)
    group = officer.page.get_by_role("group", name=vi("Cells that go there"))
    return [label.inner_text().strip() for label in group.locator("label").all()]


def _name(label: str) -> str:
    return label.rpartition(" (")[0]


def _people(label: str) -> int:
    found = re.search(r"(\d+)[^()]*\)$", label)
    assert found, label
    return int(found[1])


def open_roll_at(clerk: Reader, session: str, site: str) -> None:
    clerk.go("Sessions", session)
    clerk.follow(clerk.page.get_by_role("link", name=re.compile(rf"{vi('Open the roll')}.*{site}")))


def lines_of(reader: Reader) -> list[Person]:
    """Everybody on the roll that is open, as the page shows them."""
    return [
        Person(
            entry=line.get_attribute("data-entry") or "",
            name=line.locator(".roll-name").inner_text(),
            excluded=line.get_attribute("data-excluded") is not None,
        )
        for line in reader.page.locator(".roll-line").all()
    ]


def line_of(reader: Reader, person: Person) -> Locator:
    return reader.page.locator(f".roll-line[data-entry='{person.entry}']")


def choose_mark(reader: Reader, person: Person, value: str) -> None:
    line = line_of(reader, person)
    line.locator(".roll-more").click()
    line.locator(".roll-choice").filter(has=reader.page.locator(f"input[value='{value}']")).click()
    person.status = value.split("-", maxsplit=1)[0]


def await_sent(reader: Reader) -> None:
    sent = vi("all sent: {sent}").split("{", maxsplit=1)[0]
    expect(reader.page.locator("[data-roll-sync]")).to_contain_text(sent)


def take_on_phone(story: Story) -> None:
    """The clerk takes half of the hall's roll on a phone: search, taps, undo, late, excused."""
    clerk = story.sits_down(CLERK, width=PHONE)
    open_roll_at(clerk, SESSION, HALL)
    people = [person for person in lines_of(clerk) if not person.excluded]
    story.taken = {person.entry: person for person in lines_of(clerk)}
    first, second, late, excused, undone = (story.taken[person.entry] for person in people[:5])
    search = clerk.page.locator("[data-roll-search] [name=q]")
    search.fill(plain(first.name))
    expect(line_of(clerk, first)).to_be_visible()
    shown = clerk.page.locator(".roll-line:visible .roll-name").all_inner_texts()
    assert all(plain(word) in plain(name) for word in first.name.split() for name in shown)
    line_of(clerk, first).locator(".roll-tap").click()
    first.status = "present"
    search.fill("khong co ai ten nay")
    expect(clerk.page.locator("[data-roll-nothing]")).to_be_visible()
    search.fill("")
    line_of(clerk, second).locator(".roll-tap").click()
    second.status = "present"
    line_of(clerk, undone).locator(".roll-tap").click()
    clerk.page.locator("[data-roll-undo]").click()
    expect(line_of(clerk, undone)).to_have_attribute("data-value", "")
    choose_mark(clerk, late, "late")
    choose_mark(clerk, excused, "excused-health")
    await_sent(clerk)
    clerk.page.reload()
    for person in story.taken.values():
        expect(line_of(clerk, person)).to_have_attribute("data-value", re.compile(f"^{person.status}"))
    clerk.leave()


def finish_by_keyboard(story: Story) -> None:
    """The same clerk goes on at a desk by the keyboard alone, leaves one without a mark, and closes."""
    clerk = story.sits_down(CLERK)
    open_roll_at(clerk, SESSION, HALL)
    left = [person for person in story.taken.values() if not person.excluded and not person.status]
    keys = {"p": "present", "m": "late", "v": "absent", " ": "present"}
    for person, key in zip(left[1:], "v" + "pm " * len(left), strict=False):
        line_of(clerk, person).locator(".roll-tap").focus()
        clerk.page.keyboard.press("Space" if key == " " else key)
        person.status = keys[key]
        expect(line_of(clerk, person)).to_have_attribute("data-value", person.status)
    await_sent(clerk)
    left[0].status = "absent"
    clerk.go("Close the roll")
    assert clerk.stat("Without a mark") == "1"
    clerk.press("Close the roll")
    assert clerk.page.locator("main .field-invalid, main .notice-danger").count()
    clerk.fill("Others present, on no list", "2")
    clerk.page.locator("main [name=absent_rest]").check()
    clerk.press("Close the roll")
    clerk.says("This roll is closed.")
    clerk.leave()


def look_at_the_villages(story: Story) -> None:
    """Nobody takes the roll of the second site: its people stay without a mark."""
    clerk = story.sits_down(CLERK)
    open_roll_at(clerk, SESSION, VILLAGES)
    story.untaken = lines_of(clerk)
    clerk.leave()


def change_late(story: Story, officer: Reader) -> None:
    """A mark that comes after the closing waits until the officer accepts it."""
    clerk = story.sits_down(CLERK)
    open_roll_at(clerk, SESSION, HALL)
    forgotten = next(person for person in story.taken.values() if person.status == "absent")
    clerk.go("Ask for a late change")
    line = line_of(clerk, forgotten)
    line.locator("summary").click()
    line.locator(".roll-choice-present").click()
    clerk.press("Ask for these changes")
    clerk.says("waiting for an approval:")
    clerk.leave()
    officer.go("To settle")
    officer.page.locator("main .panel").filter(has_text=forgotten.name).first.wait_for()
    officer.confirm("Accept")
    officer.says_nothing_of(forgotten.name)
    forgotten.status = "present"


def make_up(story: Story, officer: Reader) -> None:
    """Those who missed it get a make-up session; the clerk marks one of them there."""
    officer.go("Sessions", SESSION, "Who missed it")
    missing = next(person for person in story.taken.values() if person.status in {"absent", "excused"})
    while missing.name not in officer.text:
        officer.follow(officer.page.locator("main a[rel=next][href*='?page=']"))
    officer.go("Set up a make-up session")
    title = officer.box("Name of the session").input_value()
    officer.fill("Begins on", day())
    officer.fill("Begins at", "00:01")
    officer.fill("Ends at", "23:59")
    officer.press("Set up the make-up session")
    clerk = story.sits_down(CLERK, width=PHONE)
    open_roll_at(clerk, title, COMMUNE)
    listed = {person.entry for person in lines_of(clerk)}
    assert missing.entry in listed
    assert not any(person.attended for person in story.taken.values() if person.entry in listed)
    line_of(clerk, missing).locator(".roll-tap").click()
    await_sent(clerk)
    clerk.leave()
    missing.made_up = True


def tell(story: Story, officer: Reader) -> None:
    """The whole chapter."""
    summoned = summon(story, officer)
    set_up(story, officer)
    take_on_phone(story)
    finish_by_keyboard(story)
    look_at_the_villages(story)
    assert len(story.everybody) == summoned
    change_late(story, officer)
    make_up(story, officer)
