"""The sheet of a site's roll on paper: to be signed by hand and typed in page by page."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import override

from lantoa.attendance.selectors.sheets import Sheet, SheetPage
from lantoa.organizations.restricting import left_out
from lantoa.plans.papers.heads import body_of
from lantoa.study_sessions.models import Placement
from lantoa.typesetting.engine import set_pdf
from lantoa.typesetting.papers import VERSION, plain
from lantoa.typesetting.wording import DEMONSTRATION
from lantoa.ui.numbers import moment
from lantoa.ui.qr import qr_of


@override("vi")
def sheet_pdf(sheet: Sheet, address_of: Callable[[SheetPage], str]) -> bytes:
    """The sheet as PDF, `ROWS` people a page in the order of the roll. `address_of` gives the address that a page's QR
    code holds: it opens the roll at that page and names nobody."""
    site, session = sheet.site, sheet.site.session
    place = f"{site.name} ({site.address})" if site.address else site.name
    return set_pdf(
        "sheet",
        {
            "version": VERSION,
            "name": plain(f"Danh sách điểm danh {session.title} {site.name}"),
            "issuer": plain(body_of(session.host.name)),
            "session": plain(session.title),
            "campaign": plain(session.campaign.name),
            "when": moment(session.starts_at),
            "site": plain(place),
            "notice": DEMONSTRATION if settings.LANTOA_DEMO else "",
            "absent": left_out(Placement.objects.filter(site=site), "entry__person_id"),
            "pages": [_page(page, address_of(page)) for page in sheet.pages],
        },
    )


def _page(page: SheetPage, address: str) -> dict[str, Any]:
    return {
        "number": page.number,
        "code": page.code,
        "qr": qr_of(address).svg,
        "rows": [[str(line.number), plain(line.name), str(line.born or ""), plain(line.cell)] for line in page.lines],
    }
