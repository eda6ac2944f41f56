"""A portal with a little of everything, written into an empty installation: `python -m tests.portal.proxy.content`.

Prints the addresses. With an address behind it, renames the article there and withdraws the one beside it.
"""

import json
import os
import re
import sys

import django

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def write() -> dict[str, str]:
    """Each kind of answer that a reader gets, and where."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from lantoa.files.services import store_file
    from lantoa.organizations.enums import Role
    from lantoa.portal.documents.services import publish_document
    from tests.directives.factories import make_directive
    from tests.organizations.factories import make_actor
    from tests.portal.factories import make_article, make_picture, make_portal, make_section

    portal = make_portal(host="lantoa.example.vn")
    section = make_section(portal, slug="tin-tuc")
    article, beside, unread = (
        make_article(section, title, picture=make_picture(portal))
        for title in ("Ra quân làm đường", "Sẽ được gỡ xuống", "Chưa ai đọc")
    )
    directive = make_directive(portal.unit, number="12-NQ/HU")
    officer = make_actor(Role.OFFICER, portal.unit)
    file = store_file(
        actor=officer,
        client_id=directive.client_id,
        upload=SimpleUploadedFile(
            "nghi-quyet.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>"
        ),
        no_secrecy_declared=True,
    )
    directive.files.add(file)
    document = publish_document(actor=make_actor(Role.APPROVER, portal.unit), portal=portal, directive=directive)
    page = Client(headers={"host": "lantoa.example.vn"}).get("/cong/", secure=True).content.decode()
    places = {each.slug: each.get_url().removeprefix("https://lantoa.example.vn") for each in (article, beside, unread)}
    return {
        "first page": "/cong/",
        "article": places[article.slug],
        "beside": places[beside.slug],
        "unread": places[unread.slug],
        "section": "/cong/tin-tuc/",
        "documents": "/cong/van-ban/?kind=resolution",
        "document": f"/cong/van-ban/{document.pk}/",
        "download": f"/cong/van-ban/{document.pk}/tep/{file.pk}/",
        "feed": "/cong/atom.xml",
        "map": "/cong/sitemap.xml",
        "robots": "/robots.txt",
        "picture": _first(r'/cong/anh/[^" ]+', page),
        "sheet": _first(r'/static/portal/portal[^"]*\.css', page),
        "colours": "/cong/mau.css",
        "script": _first(r'/static/visits/beacon[^"]*\.js', page),
        "beacon": f"/dem/{portal.pk}.gif",
    }


def change(address: str) -> None:
    """Rename the article there, and withdraw the one beside it."""
    from lantoa.portal.models import ArticlePage

    article = ArticlePage.objects.get(slug=address.rstrip("/").rpartition("/")[2])
    article.title = "Ra quân làm cầu"
    article.save_revision().publish()
    ArticlePage.objects.get(title="Sẽ được gỡ xuống").unpublish()


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found[0]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    django.setup()
    if len(sys.argv) > 1:
        change(sys.argv[1])
    else:
        print(json.dumps(write()))  # noqa: T201 what the test reads
