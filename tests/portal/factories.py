"""Portals and articles for tests, through the services where there is one."""

import datetime as dt
import io
import itertools

from django.core.files.images import ImageFile
from PIL import Image

from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.portal.models import ArticleAuthor, ArticlePage, Picture, PortalSite, SectionPage
from lantoa.portal.services import open_site
from tests.organizations.factories import make_actor, make_unit

_numbers = itertools.count(1)


def make_portal(unit: Unit | None = None, *, host: str = "", name: str = "Trang thông tin huyện") -> PortalSite:
    """The portal of a unit, which its administrator opened."""
    unit = unit or make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
    administrator = make_actor(Role.ADMINISTRATOR, unit)
    return open_site(actor=administrator, unit=unit, host=host or f"huyen{next(_numbers)}.example.vn", name=name)


def make_section(portal: PortalSite, title: str = "Tin tức", *, slug: str = "") -> SectionPage:
    """A published section right under the first page."""
    home = type(portal.site.root_page).objects.get(pk=portal.site.root_page_id)
    section: SectionPage = home.add_child(
        instance=SectionPage(title=title, slug=slug or f"muc-{next(_numbers)}", lead="Tin của huyện.")
    )
    section.save_revision().publish()
    section.refresh_from_db()
    return section


def make_article(
    section: SectionPage,
    title: str = "Chi bộ bản học nghị quyết",
    *,
    lead: str = "Sáng nay, hai mươi đảng viên đã dự.",
    text: str = "Hội nghị diễn ra tại nhà văn hóa.",
    author: str = "Lò Thị Mai",
    live: bool = True,
    picture: Picture | None = None,
    published_at: dt.datetime | None = None,
) -> ArticlePage:
    """An article, published unless told otherwise."""
    parent = SectionPage.objects.get(pk=section.pk)
    article: ArticlePage = parent.add_child(
        instance=ArticlePage(
            title=title,
            slug=f"bai-{next(_numbers)}",
            lead=lead,
            body=[("paragraph", f"<p>{text}</p>")],
            picture=picture,
            live=False,
        )
    )
    article.authors.add(ArticleAuthor(name=author))
    article.tags.add("học tập")
    article.first_published_at = published_at
    revision = article.save_revision()
    if live:
        revision.publish()
        article.refresh_from_db()
        ArticlePage.objects.filter(pk=article.pk).update(first_published_at=published_at or clock.now())
    article.refresh_from_db()
    return article


def picture_bytes(width: int = 640, height: int = 400, colour: str = "#205080") -> bytes:
    """A picture of one colour."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "PNG")
    return written.getvalue()


def make_picture(portal: PortalSite, description: str = "Đảng viên trong nhà văn hóa bản") -> Picture:
    """A picture of the portal's own collection."""
    file = ImageFile(io.BytesIO(picture_bytes()), name=f"hoi-nghi-{next(_numbers)}.png")
    picture = Picture(title="Hội nghị", description=description, collection=portal.collection, file=file)
    picture.save()
    return picture
