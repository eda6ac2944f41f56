"""What stands on the first page of the demonstration's portal beside its articles, and who can be asked there."""

import datetime as dt

from lantoa.demonstration.portal.articles import Desk, Office, review
from lantoa.demonstration.portal.opening import opened_on
from lantoa.demonstration.portal.writing import Shelf
from lantoa.kernel import clock
from lantoa.portal.enums import BannerPlace
from lantoa.portal.models import ArticlePage, Banner, Highlight, HomePage, Officer, PortalSite

LEAD = "Tin của huyện, văn bản và chuyện của các bản. Đọc, nghe, hỏi đều không cần tài khoản."
MAIN_EVENT = "Hội nghị quán triệt Nghị quyết số 57-NQ/TW được nối đến các xã"
OFFICERS = (
    ("Trần Văn Quân", "Phó Trưởng ban Tuyên giáo", "học tập nghị quyết, tài liệu", "tuyengiao@example.org"),
    ("Bùi Xuân Hòa", "Văn thư Huyện ủy", "văn bản, giấy mời", "vanthu@example.org"),
    ("Đặng Ngọc Hòa", "Biên tập viên", "bài viết, bản ghi âm", "bientap@example.org"),
)
"""Users of the demonstration; the addresses lead nowhere."""


def fill_first_page(portal: PortalSite, shelf: Shelf, desk: Desk) -> None:
    """Two banners, a highlight and three officers, published with the first page by its review."""
    home = HomePage.objects.get(pk=portal.site.root_page_id)
    event = ArticlePage.objects.get(title=MAIN_EVENT)
    home.lead = LEAD
    home.highlights.add(
        Highlight(
            title="Cả huyện học Nghị quyết số 57-NQ/TW",
            lead="Hội nghị nối từ huyện đến các xã; ai vắng được học bù tại chi bộ.",
            picture=shelf.pictures["map"],
            held_on=clock.today() - dt.timedelta(days=8),
            target=event,
        )
    )
    home.banners.add(
        Banner(
            title="Hỏi trước, trả lời trong buổi học",
            picture=shelf.pictures["brocade"],
            place=BannerPlace.SIDE,
            address="/cong/giai-dap/",
            shown_from=opened_on(),
        ),
        Banner(
            title="Nghe bản tin bằng tiếng của bản mình",
            picture=shelf.pictures["loudspeaker"],
            place=BannerPlace.SIDE,
            address="/cong/tieng-cac-dan-toc/",
            shown_from=opened_on(),
        ),
    )
    home.officers.add(
        *(
            Officer(name=name, office=office, matters=matters, email=email, hours="Giờ hành chính")
            for name, office, matters, email in OFFICERS
        )
    )
    office = Office.of(desk)
    review(home, office.first, (office.second, office.approver))
