"""What readers sent, for tests, through the services."""

import re
import uuid

from django.contrib.auth.models import Group
from django.core.cache import caches
from django.test import Client, RequestFactory
from wagtail.models import Collection, Locale, Page, Site

from lantoa.organizations.actors import Actor
from lantoa.portal.models import ArticlePage, Contribution, HomePage, PortalSite
from lantoa.portal.readers.limits import wait_to_vote
from lantoa.portal.readers.services.sending import send_comment, send_question
from tests.organizations.factories import make_unit
from tests.portal.factories import make_article, make_portal, make_section

READER = Actor(user_id=None, person_id=None)


def make_place() -> tuple[PortalSite, ArticlePage]:
    """A portal and its article."""
    portal = make_portal()
    return portal, make_article(make_section(portal))


def bare_portal() -> PortalSite:
    """A portal in tables that are quite empty, without what migrations write there, and without rights or review."""
    Locale.objects.get_or_create(language_code="vi")
    collection = Collection.objects.filter(depth=1).first() or Collection.add_root(name="Root")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    home = root.add_child(instance=HomePage(title="Trang", slug="trang"))
    return PortalSite.objects.create(
        unit=make_unit("Đảng bộ huyện"),
        site=Site.objects.create(hostname="trang.example.vn", root_page=home),
        name="Trang",
        writers=Group.objects.create(name="Writers"),
        approvers=Group.objects.create(name="Approvers"),
        collection=collection,
    )


def make_comment(
    portal: PortalSite, article: ArticlePage, text: str = "Bài viết bổ ích.", name: str = "Lò Văn Pâng"
) -> Contribution:
    """A comment that waits."""
    return send_comment(actor=READER, client_id=uuid.uuid4(), portal=portal, article=article, name=name, text=text)


def make_question(
    portal: PortalSite,
    topic: str = "Đường vào bản",
    text: str = "Khi nào sửa đường vào bản?",
    reach: str = "0912 345 678",
) -> Contribution:
    """A question that waits."""
    return send_question(
        actor=READER, client_id=uuid.uuid4(), portal=portal, topic=topic, text=text, name="", reach=reach
    )


def body_of(client: Client, address: str, status: int = 200) -> str:
    """What stands on a page."""
    response = client.get(address)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def number_in(page: str) -> str:
    """The number of a reader that a form bears; empty where it bears none."""
    found = re.search(r'name="reader" value="([^"]+)"', page)
    return found[1] if found else ""


def later(client: Client, address: str) -> str:
    """The same once copies of it are a minute old: then votes show too."""
    caches["pages"].clear()
    return body_of(client, address)


def use_up_votes() -> None:
    """As many votes from the line of the tests as are borne without a wait."""
    for _vote in range(60):
        assert not wait_to_vote(RequestFactory().get("/"))
