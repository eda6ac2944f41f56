"""What stands on a first page, published as its review would publish it."""

from typing import Any

from lantoa.portal.models import Banner, Highlight, HomePage, Officer, PortalSite
from tests.portal.factories import make_picture


def home_of(portal: PortalSite) -> HomePage:
    """The first page as it is published."""
    found: HomePage = HomePage.objects.get(pk=portal.site.root_page_id)
    return found


def make_highlight(portal: PortalSite, title: str = "Khánh thành nhà văn hóa bản", **facts: Any) -> Highlight:
    """A highlight that leads to the calendar, unless told otherwise."""
    facts = {"address": "/cong/lich/", "sort_order": Highlight.objects.count(), **facts}
    row: Highlight = Highlight.objects.create(
        home=home_of(portal), title=title, picture=facts.pop("picture", None) or make_picture(portal), **facts
    )
    return row


def make_banner(portal: PortalSite, title: str = "Tháng cao điểm học nghị quyết", **facts: Any) -> Banner:
    """A banner that leads to the documents, unless told otherwise."""
    facts = {"address": "/cong/van-ban/", "sort_order": Banner.objects.count(), **facts}
    picture = facts.pop("picture", None) or make_picture(portal, title)
    row: Banner = Banner.objects.create(home=home_of(portal), title=title, picture=picture, **facts)
    return row


def make_officer(portal: PortalSite, name: str = "Lò Văn Thân", **facts: Any) -> Officer:
    """Whom people can ask, by telephone."""
    facts = {"office": "Phó Trưởng ban Tuyên giáo", "phone": "0213 3896 123", **facts}
    row: Officer = Officer.objects.create(home=home_of(portal), name=name, **facts)
    return row
