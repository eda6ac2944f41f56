"""The district's portal: what it shows, what it shows of the register, and what its readers did."""

import datetime as dt

from lantoa.accounts.models import User
from lantoa.demonstration.organisation import District
from lantoa.demonstration.portal.articles import APPROVER, publish_articles
from lantoa.demonstration.portal.counting import count_readers
from lantoa.demonstration.portal.documents import publish_documents
from lantoa.demonstration.portal.first_page import fill_first_page
from lantoa.demonstration.portal.opening import opened_on
from lantoa.demonstration.portal.voices import let_readers_speak
from lantoa.organizations.actors import Actor
from lantoa.portal.counters.services import enter_opening_balance
from lantoa.portal.models import PortalSite
from lantoa.portal.pictures import make_missing_sizes
from lantoa.portal.services import open_site

NAME = "Trang thông tin huyện Phong Thổ"
OFFICER, EDITOR = "tuyengiao", "bientap"
FORMER_VIEWS = 28_386_823
"""What the district's former counter had on the day of its review of 2023."""
FORMER_COUNTER = "Số đếm của trang cũ"


def open_portal(district: District) -> PortalSite:
    """Open the site, publish the articles through its review, and show what the register has to everybody."""
    portal = open_site(actor=district.administrator, unit=district.committee, host="localhost", name=NAME)
    officer, approver = (User.objects.get(username=name) for name in (OFFICER, APPROVER))
    publish_documents(district, portal, officer=Actor.of(officer), approver=Actor.of(approver))
    fill_first_page(portal, publish_articles(district, portal))
    make_missing_sizes()
    enter_opening_balance(
        actor=Actor.of(approver),
        portal=portal,
        views=FORMER_VIEWS,
        until=opened_on() - dt.timedelta(days=1),
        note=FORMER_COUNTER,
    )
    count_readers(portal, district.random)
    editor = User.objects.get(username=EDITOR)
    let_readers_speak(portal, district.random, editor=Actor.of(editor), approver=Actor.of(approver))
    return portal
