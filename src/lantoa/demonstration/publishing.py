"""The portals: what they show, what the district's shows of the register, and what readers did."""

import datetime as dt

from wagtail.models import Site

from lantoa.accounts.models import User
from lantoa.demonstration.organisation import District
from lantoa.demonstration.portal.articles import Desk, publish_articles
from lantoa.demonstration.portal.counting import count_readers
from lantoa.demonstration.portal.documents import publish_documents
from lantoa.demonstration.portal.drawings import DRAWINGS
from lantoa.demonstration.portal.first_page import fill_first_page
from lantoa.demonstration.portal.opening import opened_on
from lantoa.demonstration.portal.voices import let_readers_speak
from lantoa.organizations.actors import Actor
from lantoa.portal.counters.services import enter_opening_balance
from lantoa.portal.models import PortalSite
from lantoa.portal.pictures import make_missing_sizes
from lantoa.portal.selectors import sections_of
from lantoa.portal.services import open_site
from lantoa.portal.sharing.selectors import offered_to
from lantoa.portal.sharing.services import take_article

HOST, NAME = "localhost", "Trang thông tin huyện Phong Thổ"
OFFICER = "tuyengiao"
DESK = Desk(
    "articles",
    "bientap",
    "phongvien",
    "thuongvu",
    drawings=[drawing.name for drawing in DRAWINGS],
    files=("danh-sach", "tom-tat", "khen"),
)
COMMUNE, ITS_HOST, ITS_NAME = "Đảng bộ xã Mường So", "muongso.localhost", "Trang thông tin xã Mường So"
ITS_DESK = Desk(
    "articles_of_commune", "muongso.bientap", "muongso.phongvien", "muongso.duyet", drawings=("hall", "house", "road")
)
ITS_COLOUR = "#1f5f46"
TAKEN = 2
"""So many of the offered articles the commune's editor has taken; the others wait to be."""
FORMER_VIEWS = 28_386_823
"""What the district's former counter had on the day of its review of 2023."""
FORMER_COUNTER = "Số đếm của trang cũ"


def open_portal(district: District) -> PortalSite:
    """Open the district's site, publish its articles through the review, and show everybody what the register has."""
    portal = open_site(actor=district.administrator, unit=district.committee, host=HOST, name=NAME)
    officer, approver = (User.objects.get(username=name) for name in (OFFICER, DESK.approver))
    publish_documents(district, portal, officer=Actor.of(officer), approver=Actor.of(approver))
    fill_first_page(portal, publish_articles(district, portal, DESK), DESK)
    make_missing_sizes()
    enter_opening_balance(
        actor=Actor.of(approver),
        portal=portal,
        views=FORMER_VIEWS,
        until=opened_on() - dt.timedelta(days=1),
        note=FORMER_COUNTER,
    )
    count_readers(portal, district.random)
    editor = User.objects.get(username=DESK.first)
    let_readers_speak(portal, district.random, editor=Actor.of(editor), approver=Actor.of(approver))
    return portal


def open_portal_of_commune(district: District) -> PortalSite:
    """Open the site of a commune, which has articles of its own and shows some that the district offers."""
    unit = next(unit for unit in district.grassroots if unit.name == COMMUNE)
    portal = open_site(actor=district.administrator, unit=unit, host=ITS_HOST, name=ITS_NAME, colour=ITS_COLOUR)
    publish_articles(district, portal, ITS_DESK)
    editor = Actor.of(User.objects.get(username=ITS_DESK.first))
    section = sections_of(portal)[0]
    for article in offered_to(portal)[:TAKEN]:
        take_article(actor=editor, portal=portal, article=article, section=section)
    make_missing_sizes()
    count_readers(portal, district.random)
    return portal


def answer_at(port: int) -> None:
    """Let what leads from one portal of the demonstration to another lead to the port at which it runs today."""
    for site in Site.objects.filter(hostname__in=(HOST, ITS_HOST)).exclude(port=port):
        site.port = port
        site.save()
