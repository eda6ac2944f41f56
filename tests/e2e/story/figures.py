"""What the figures say, to whom, and where names stop."""

import io
import re
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
from playwright.sync_api import expect

from tests.e2e.reader import Reader
from tests.e2e.story.setting import CAMPAIGN, COMMUNE, DISTRICT, Person, Story
from tests.e2e.words import vi

WORKER_TURNS = 40


def percent(numerator: int, denominator: int) -> str:
    """As a Vietnamese reader expects it, by the rule of the rate: half up to one decimal."""
    exact = Decimal(100 * numerator) / denominator
    shown = format(exact.quantize(Decimal("0.1"), ROUND_HALF_UP), "f").replace(".", ",")
    return f"{shown.removesuffix(',0')}%"


def await_fold(reader: Reader, figure: str) -> None:
    """Look again until the worker has counted what was clicked."""
    for _ in range(WORKER_TURNS):
        if figure in reader.text:
            return
        reader.page.reload()
    raise AssertionError(f"{figure} never came: {reader.text}")


def read(story: Story, officer: Reader) -> None:
    """The commune's rates have the numerators and the denominator of what was clicked."""
    story.opens_campaign(officer, "Coverage")
    assert officer.heading == COMMUNE
    await_fold(officer, f"{story.reached}/{story.to_be_reached}")
    text = officer.text
    assert f"{story.attended}/{story.to_be_reached}" in text
    assert percent(story.reached, story.to_be_reached) in text
    assert percent(story.attended, story.to_be_reached) in text
    assert vi("at least") in text.lower()
    excluded = sum(person.excluded for person in story.everybody)
    assert officer.stat("Excluded") == str(excluded)


def download(officer: Reader, story: Story) -> None:
    """The workbook holds the figures of the page: summed over the cells, those of the commune."""
    with officer.page.expect_download() as started:
        officer.page.locator("#figures").get_by_role("link", name=vi("Download as Excel")).click()
    book = openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()), read_only=True)
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    head = next(row for row in rows if vi("To be reached") in row)
    columns = {name: head.index(vi(name)) for name in ("Unit", "To be reached", "In time", "Late", "Made up")}
    cells = [row for row in rows[rows.index(head) + 1 :] if row[columns["Unit"]]]
    assert sum(row[columns["To be reached"]] for row in cells) == story.to_be_reached
    there = sum(row[columns["In time"]] + row[columns["Late"]] for row in cells)
    assert there == story.attended
    assert there + sum(row[columns["Made up"]] for row in cells) == story.reached


def drill_down(story: Story, officer: Reader) -> Person:
    """From the commune to a cell, to a name, to its mark."""
    officer.follow(officer.page.locator("#figures").get_by_role("link", name=story.cells[0], exact=True))
    assert officer.heading == story.cells[0]
    present = next(
        person for person in story.taken.values() if person.status == "present" and person.name in officer.text
    )
    officer.follow(officer.page.locator("#persons").get_by_role("link", name=re.compile(f"^{present.name}")).first)
    assert officer.heading == present.name
    officer.says("this mark counts")
    return present


def look_from_above(story: Story, known: Person) -> None:
    """The district sees the same counts, and at the cell rows without names."""
    district = story.sits_down(DISTRICT)
    story.opens_campaign(district, "Coverage")
    if district.heading != COMMUNE:
        district.follow(district.page.locator("#figures").get_by_role("link", name=COMMUNE))
    assert f"{story.reached}/{story.to_be_reached}" in district.text
    district.follow(district.page.locator("#figures").get_by_role("link", name=story.cells[0], exact=True))
    expect(district.page.locator("#persons tbody tr")).not_to_have_count(0)
    assert not [person.name for person in story.taken.values() if person.name in district.text]
    assert known.name not in district.page.content()
    assert CAMPAIGN in district.text


def tell(story: Story, officer: Reader) -> None:
    """The whole chapter."""
    read(story, officer)
    download(officer, story)
    known = drill_down(story, officer)
    look_from_above(story, known)
