"""What a page's form takes for a change: whoever passes a page on unchanged does not become its writer."""

from typing import Any

import pytest

from lantoa.accounts.models import User
from lantoa.organizations.enums import Role
from lantoa.portal.models import Highlight, HomePage
from tests.organizations.factories import make_user
from tests.portal.factories import make_picture, make_portal
from tests.portal.front.factories import home_of, make_highlight

pytestmark = pytest.mark.django_db
NEW = {
    "highlights-TOTAL_FORMS": "4",
    "highlights-3-title": "Thêm",
    "highlights-3-address": "/cong/lich/",
    "highlights-3-ORDER": "4",
    "highlights-3-id": "",
}


def opened(home: HomePage, user: User, data: dict[str, Any] | None = None) -> Any:
    """The form of the page's draft as somebody else opens it, or sends it."""
    draft = HomePage.objects.get(pk=home.pk).get_latest_revision_as_object()
    return HomePage.get_edit_handler().get_form_class()(data, instance=draft, for_user=user)


def sent(form: Any) -> dict[str, Any]:
    """What a browser sends of a form in which nothing was touched."""
    rows = [part for formset in form.formsets.values() for part in (formset.management_form, *formset.forms)]
    fields = {field.html_name: field.value() for part in (form, *rows) for field in part}
    return {name: "" if value is None else str(value) for name, value in fields.items()}


@pytest.fixture
def home() -> HomePage:
    """A first page with a row that is published and two that only its draft has."""
    portal = make_portal()
    make_highlight(portal, "Đã có")
    page = home_of(portal)
    for number, title in enumerate(("Sự kiện mới", "Sự kiện nữa"), 1):
        picture = make_picture(portal)
        page.highlights.add(Highlight(title=title, picture=picture, address="/cong/lich/", sort_order=number))
    page.save_revision()
    return page


@pytest.fixture
def editor(home: HomePage) -> User:
    return make_user(Role.EDITOR)


def test_rows_that_only_the_draft_has_are_no_change(home: HomePage, editor: User) -> None:
    untouched = sent(opened(home, editor))
    assert untouched["highlights-INITIAL_FORMS"] == "3"
    assert [untouched[f"highlights-{number}-id"] != "" for number in range(3)] == [True, False, False]
    assert not opened(home, editor, untouched).has_changed()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Tên khác"},
        {"highlights-0-title": "Tên khác"},
        {"highlights-1-title": "Tên khác"},
        {"highlights-2-address": "/cong/lien-he/"},
        {"highlights-1-ORDER": "3", "highlights-2-ORDER": "2"},
        {"highlights-2-DELETE": "on"},
        {"highlights-0-DELETE": "on"},
        NEW,
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_differs_is_a_change(home: HomePage, editor: User, change: dict[str, str]) -> None:
    assert opened(home, editor, {**sent(opened(home, editor)), **change}).has_changed()
