"""Every form that a link leads to, sent empty and sent wrong: the page says what is wrong beside the field, in
Vietnamese, and keeps what was typed."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.bad_input.page_forms import forms_of
from tests.e2e.installation import Installation
from tests.e2e.links import walk
from tests.e2e.reader import PATIENCE, Reader, reading

READERS = ("muongso.duyet", "muongso.tuyengiao", "quantri")
"""The first goes from page to page in the browser; what the others see there is looked at elsewhere, so that theirs are
opened where they have a form."""
FORM = "main form[method=post]:visible"
NOT_TYPED = "".join(f":not([type={kind}])" for kind in ("hidden", "checkbox", "radio", "file", "color"))
TYPED = f"input[name]{NOT_TYPED}:visible, textarea:visible"
SAMPLES = "ui:gallery"
ALL_OPTIONAL = {"plans:plan_results", "attendance:roll_close", "plans:number_patterns", "organizations:unit_edit"}
"""Forms that may be sent with nothing in them."""
FREE_TEXT = {"organizations:person_export", "plans:summons_export", "rollcall:card_list", "privacy:own_data"}
"""Forms in which any text is right."""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]


@dataclass(frozen=True)
class Attempt:
    """One wrong way to fill a form."""

    title: str
    day: str
    figure: str
    text: str

    def value_for(self, box: Locator) -> str:
        """What is typed into that box."""
        if box.get_attribute("placeholder") == "dd/mm/yyyy":
            return self.day
        if box.get_attribute("inputmode") in {"decimal", "numeric"}:
            return self.figure
        return self.text


EMPTY = Attempt("empty", "", "", "")
WRONG = Attempt("wrong", "31/02/2026", "chín mươi lăm", "<b>Đ</b>" * 4000)


def _send(reader: Reader, form: Locator, attempt: Attempt) -> tuple[int, dict[str, str]]:
    """The status of the answer, and what was typed by the name of the box."""
    typed = {}
    for box in form.locator(TYPED).all():
        if box.get_attribute("type") == "number":
            box.fill("" if attempt is EMPTY else "-7")
        else:
            box.fill(attempt.value_for(box))
        typed[box.get_attribute("name") or ""] = box.input_value()
    reader.page.evaluate("document.documentElement.dataset.left = 'yes'")
    with reader.page.expect_response(lambda response: response.request.method == "POST") as answer:
        form.locator("button[type=submit]").first.click()
    if answer.value.headers.get("content-type", "").startswith("text/html"):  # a file leaves the page as it is
        expect(reader.page.locator("html[data-left]")).to_have_count(0, timeout=PATIENCE)
        reader.page.wait_for_load_state()
    return answer.value.status, typed


def _complaints(reader: Reader, name: str, attempt: Attempt) -> list[str]:
    """What is wrong with the answer to a wrong form."""
    form = reader.page.locator(FORM).filter(has=reader.page.locator(TYPED)).first
    if not form.count():
        return []
    status, typed = _send(reader, form, attempt)
    if status < 400:
        right = name in (ALL_OPTIONAL if attempt is EMPTY else FREE_TEXT)
        if right or not name.startswith("account_"):  # allauth answers 200 and says the rest like any other form
            return [] if right else [f"answers {status}"]
    page = reader.page
    said = [text.strip() for text in page.locator("main .field-errors p").all_inner_texts()]
    found = []
    if not said:
        found.append("says nothing beside a field")
    if page.locator("html").get_attribute("lang") != "vi" or any(text.isascii() for text in said):
        found.append(f"does not speak Vietnamese: {said}")
    for field, value in typed.items():
        box = page.locator(f"main form [name='{field}']").first
        if box.get_attribute("type") != "password" and box.input_value() != value:
            found.append(f"loses what was typed as {field}")
    return found


def _has_a_form(path: str, html: str) -> bool:
    """Whether there is a form to be filled in."""
    return any(form.method == "post" and form.typed for form in forms_of(path, html))


def test_a_wrong_form_comes_back_with_its_text_and_says_why(browser: Browser, installation: Installation) -> None:
    found: list[str] = []
    tried: set[str] = set()
    for username in READERS:
        with reading(browser, installation.url) as reader:
            reader.page.on("dialog", lambda dialog: dialog.accept())
            reader.sign_in(username)
            is_worth = None if username == READERS[0] else _has_a_form
            for name in walk(reader, ["/", "/accounts/password/change/"], is_worth=is_worth):
                address = reader.page.url
                if name in tried or name == SAMPLES or not reader.page.locator(FORM).locator(TYPED).count():
                    continue
                tried.add(name)
                for attempt in (EMPTY, WRONG):
                    found += [f"{name} {attempt.title}: {what}" for what in _complaints(reader, name, attempt)]
                    reader.page.goto(address)
    assert not found, "\n".join(found)
    assert len(tried) > 12, tried
