"""What the pages around a first page ask of the database."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantoa.organizations.enums import Role
from lantoa.portal.documents.services import publish_document
from lantoa.portal.models import ChosenArticle
from lantoa.study_sessions.models import Site, StudySession
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_user
from tests.plans.factories import make_campaign
from tests.portal.factories import make_article, make_picture, make_portal, make_section
from tests.portal.front.factories import make_banner, make_highlight, make_officer
from tests.portal.front.test_around import make_english, make_special
from tests.study_sessions.factories import make_session
from tests.visits.test_agents import PHONE

pytestmark = pytest.mark.django_db
MOST = 12


def test_no_page_asks_more_of_the_database_than_it_may() -> None:
    portal = make_portal()
    section = make_section(portal)
    articles = [make_article(section, f"Bài {number}", picture=make_picture(portal)) for number in range(3)]
    directive = make_directive(portal.unit)
    publish_document(actor=make_actor(Role.APPROVER, portal.unit), portal=portal, directive=directive)
    campaign = make_campaign(portal.unit)
    campaign.directives.set([directive])
    special = make_special(portal, campaign=campaign, picture=make_picture(portal))
    for order, article in enumerate(articles):
        ChosenArticle.objects.create(page=special, article=article, sort_order=order)
        make_highlight(portal, target=article, address="")
        make_banner(portal, place=("top", "side", "side")[order])
    make_officer(portal)
    make_english(portal)
    session = make_session(campaign)
    StudySession.objects.filter(pk=session.pk).update(is_public=True, ends_at="2099-01-01T00:00:00+07:00")
    Site.objects.create(session=session, unit=portal.unit, name="Hội trường")
    addresses = ("/cong/", special.get_url(), "/cong/en/", "/cong/lien-he/", "/cong/so-do/", "/cong/lich/")
    for address in addresses:
        Client().get(address, headers={"user-agent": PHONE})  # makes the sizes of the pictures
    for address in (*addresses, f"/cong/lich/{session.pk}.ics"):
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(address, headers={"user-agent": PHONE}).status_code == 200
        assert len(asked) <= MOST, f"{address}\n" + "\n".join(query["sql"][:200] for query in asked.captured_queries)


def test_the_pages_of_the_editors_cost_the_same_whatever_stands_there() -> None:
    portal = make_portal()
    client = Client()
    client.force_login(make_user(Role.EDITOR, portal.unit))
    counts = []
    for _ in range(2):
        for _ in range(2):
            make_banner(portal)
        client.get(f"/portal/{portal.pk}/banners/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/portal/{portal.pk}/banners/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15
