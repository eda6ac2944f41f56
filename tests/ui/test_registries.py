"""Upper apps put entries and parts onto pages of lower ones without being imported there."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils.safestring import SafeString

from lantoa.ui import navigation, slots
from lantoa.ui.navigation import NavItem, navigation_for

pytestmark = pytest.mark.usefixtures("empty_registries")


def anyone(_request: HttpRequest) -> bool:
    return True


def nobody(_request: HttpRequest) -> bool:
    return False


def entry(key: str, order: int = 10, url_name: str = "ui:gallery", **options: object) -> NavItem:
    return NavItem(
        key=key,
        label=key.title(),
        icon="house",
        url_name=url_name,
        order=order,
        visible=options.get("visible", anyone),  # type: ignore[arg-type]
        match=options.get("match", ()),  # type: ignore[arg-type]
        badge=options.get("badge"),  # type: ignore[arg-type]
    )


def request_for(rf: RequestFactory, path: str = "/gallery/") -> HttpRequest:
    request = rf.get(path)
    request.user = AnonymousUser()
    request.resolver_match = resolve(path)
    return request


def test_entries_stand_in_their_order(rf: RequestFactory) -> None:
    for key, order in (("b", 20), ("c", 30), ("a", 10)):
        navigation.register(entry(key, order))
    assert [link.key for link in navigation_for(request_for(rf)).links] == ["a", "b", "c"]


def test_an_entry_is_shown_only_to_whom_it_concerns(rf: RequestFactory) -> None:
    navigation.register(entry("a", visible=nobody))
    navigation.register(entry("b", visible=navigation.signed_in))
    assert navigation_for(request_for(rf)).links == ()


def test_an_entry_says_how_much_waits_there(rf: RequestFactory) -> None:
    navigation.register(entry("a", badge=lambda _request: 3))
    navigation.register(entry("b"))
    assert [link.count for link in navigation_for(request_for(rf)).links] == [3, 0]


def test_two_entries_of_one_key_are_a_mistake() -> None:
    navigation.register(entry("a"))
    with pytest.raises(ValueError, match="'a'"):
        navigation.register(entry("a"))


def test_the_entry_of_the_page_is_marked_and_the_closest_match_wins(rf: RequestFactory) -> None:
    navigation.register(entry("all"))
    navigation.register(entry("form", match=("ui:gallery_form",)))
    links = navigation_for(request_for(rf, "/gallery/form/")).links
    assert {link.key: link.current for link in links} == {"all": False, "form": True}
    links = navigation_for(request_for(rf)).links
    assert {link.key: link.current for link in links} == {"all": True, "form": False}


def test_an_entry_without_namespace_is_current_on_its_own_page() -> None:
    assert entry("login", url_name="account_login").is_current("account_login")


def test_a_phone_shows_four_entries_and_the_rest_under_more(rf: RequestFactory) -> None:
    for number in range(6):
        navigation.register(entry(f"n{number}", number, match=("ui:",) if number == 5 else ("none",)))
    shown = navigation_for(request_for(rf))
    assert [link.key for link in shown.bottom] == ["n0", "n1", "n2", "n3"]
    assert [link.key for link in shown.more] == ["n4", "n5"]
    assert shown.more_current


def test_a_page_without_a_route_has_no_current_entry(rf: RequestFactory) -> None:
    navigation.register(entry("a"))
    request = rf.get("/nowhere/")
    request.user = AnonymousUser()
    assert not navigation_for(request).links[0].current


def test_the_navigation_stands_on_the_page(signed_in: Client) -> None:
    navigation.register(entry("units"))
    page = signed_in.get("/gallery/").content.decode()
    assert 'href="/gallery/" aria-current="page"' in page
    assert "Units" in page


def test_a_slot_shows_everything_that_fills_it_in_order(rf: RequestFactory) -> None:
    slots.fill("plan.aside", lambda _request, plan: SafeString(f"<b>{plan}</b>"), order=20)
    slots.fill("plan.aside", lambda _request, _plan: "<first>", order=10)
    template = engines["django"].from_string('{% slot "plan.aside" plan %}')
    assert template.render({"plan": "P"}, request_for(rf)) == "&lt;first&gt;\n<b>P</b>"


def test_an_unfilled_slot_is_empty(rf: RequestFactory) -> None:
    template = engines["django"].from_string('{% slot "nothing" as found %}[{{ found }}]')
    assert template.render({}, request_for(rf)) == "[]"
