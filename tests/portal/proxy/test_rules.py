"""What browsers and proxies may keep of the portal's answers."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lantoa.organizations.enums import Role
from lantoa.portal.documents.services import publish_document
from lantoa.portal.serving.rules import is_said
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_user
from tests.portal.factories import make_article, make_picture, make_portal, make_section

pytestmark = pytest.mark.django_db


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        place = before + str(each.pattern).removeprefix("^")
        if isinstance(each, URLResolver):
            yield from patterns(each, place)
        else:
            yield place, each


PUBLIC = [(place, each) for place, each in patterns(get_resolver()) if place.startswith(("cong/", "robots.txt"))]


def test_every_public_address_says_what_may_be_kept_of_its_answers() -> None:
    assert len(PUBLIC) > 10
    unsaid = [place for place, each in PUBLIC if not is_said(each.callback)]
    assert not unsaid, f"Put @for_everybody(…) or @for_one_reader on the views of {unsaid}."


@pytest.fixture
def addresses() -> list[str]:
    portal = make_portal()
    article = make_article(make_section(portal), picture=make_picture(portal))
    publish_document(actor=make_actor(Role.APPROVER, portal.unit), portal=portal, directive=make_directive(portal.unit))
    places = [place for place in (article.get_url(), article.get_parent().get_url()) if place]
    return ["/cong/", *places, "/cong/tim-kiem/?q=ban", "/cong/atom.xml", "/cong/sitemap.xml", "/cong/mau.css",
            "/cong/van-ban/", "/cong/van-ban/atom.xml", "/cong/hoi-dap/", "/robots.txt"]  # fmt: skip


def test_everybody_gets_the_same_page_whatever_their_browser_sends(addresses: list[str]) -> None:
    signed_in = Client()
    signed_in.force_login(make_user(Role.EDITOR))
    signed_in.cookies.load({"django_language": "en", "csrftoken": "x" * 32, "messages": "y"})
    for address in addresses:
        theirs, anybodys = signed_in.get(address), Client().get(address)
        assert theirs.content == anybodys.content, address
        for answer in (theirs, anybodys):
            assert answer.status_code == 200, address
            assert not answer.cookies, address
            assert "Vary" not in answer, address
            assert b"csrfmiddlewaretoken" not in answer.content, address
            assert answer["Content-Language"] == "vi", address
            assert answer["Cache-Control"].startswith("public, max-age="), address
            assert "stale-while-revalidate=" in answer["Cache-Control"], address
            assert "stale-if-error=" in answer["Cache-Control"], address
            assert answer["Content-Security-Policy"], address


def test_who_holds_the_newest_copy_gets_none(addresses: list[str]) -> None:
    for address in addresses:
        whole = Client().get(address)
        again = Client().get(address, headers={"If-None-Match": whole["ETag"]})
        assert again.status_code == 304, address
        assert again["ETag"] == whole["ETag"]
        assert again["Cache-Control"] == whole["Cache-Control"]
        assert not again.content
        assert Client().head(address)["ETag"] == whole["ETag"]


def test_an_unknown_parameter_makes_no_other_page(addresses: list[str]) -> None:
    for address in addresses:
        mark = "&" if "?" in address else "?"
        assert Client().get(f"{address}{mark}fbclid=xyz").content == Client().get(address).content
    assert Client().get("/cong/tim-kiem/?q=ban").content != Client().get("/cong/tim-kiem/?q=xa").content


def test_what_is_not_there_is_not_kept_but_takes_the_place_of_a_copy() -> None:
    portal = make_portal()
    article = make_article(make_section(portal))
    address = article.get_url() or ""
    tag = Client().get(address)["ETag"]
    article.unpublish()
    gone = Client().get(address)
    assert gone.status_code == 404
    assert gone["Cache-Control"] == "no-store"
    to_who_has_it = Client().get(address, headers={"If-None-Match": tag})
    assert to_who_has_it.status_code == 404
    assert to_who_has_it["Cache-Control"].startswith("public, max-age=")
    assert "Vary" not in to_who_has_it
    assert not to_who_has_it.cookies
    assert portal.name in to_who_has_it.content.decode()
    assert b"data-visit" not in to_who_has_it.content


def test_what_the_portal_knows_nothing_of_is_not_kept() -> None:
    portal = make_portal()
    forms = "/cong/gop-y/999999/", "/cong/binh-chon/999999/", "/cong/gop-y/999999/da-gui/"
    for address in ("/cong/khong-co/", "/cong/khong-co.txt", "/cong//x/", "/cong/van-ban/999999/", *forms):
        answer = Client().get(address)
        assert answer.status_code == 404
        assert answer["Cache-Control"] == "no-store"
        assert portal.name in answer.content.decode(), address
    sent = Client().post("/cong/gop-y/999999/cham-diem/", {"points": 5})
    assert (sent.status_code, portal.name in sent.content.decode()) == (404, True)
    assert Client().post("/cong/").status_code in (403, 405)
    assert portal.name not in Client().get("/khong-co/").content.decode()


def test_where_no_portal_is_the_staff_page_says_that_nothing_is_there() -> None:
    answer = Client().get("/cong/khong-co/")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.content.decode()
