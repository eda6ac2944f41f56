"""The district's portal: two sections, and articles that one wrote, another edited and a third approved."""

from django.utils.text import slugify
from wagtail.models import Page

from lantoa.accounts.models import User
from lantoa.demonstration.organisation import District
from lantoa.directives.models import Directive
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.portal.documents.services import publish_document
from lantoa.portal.models import ArticleAuthor, ArticlePage, PortalSite, SectionPage
from lantoa.portal.services import open_site

NAME = "Trang thông tin huyện Phong Thổ"
SECTIONS = {
    "Tin tức": "Tin về việc học tập, quán triệt nghị quyết ở các xã.",
    "Cách làm hay": "Những việc mà các chi bộ đã làm, kể lại ngắn gọn.",
}
ARTICLES = (
    (
        "Tin tức",
        "Các xã chuẩn bị cho buổi học nghị quyết đầu tháng",
        "Các điểm cầu được kiểm tra trước một ngày: điện, loa, đường truyền và chỗ ngồi.",
        "<h2>Việc cần làm</h2><ul><li>Thử loa và màn hình.</li><li>In danh sách.</li><li>Mở trang điểm danh.</li></ul>",
    ),
    (
        "Tin tức",
        "Đã có tài liệu hỏi đáp kèm bản ghi âm bằng tiếng Mông và tiếng Thái",
        "Tài liệu một trang được đọc thành tiếng để phát trên loa của bản.",
        "<p>Bản ghi âm do cán bộ văn hóa xã thực hiện, mỗi bản dài khoảng năm phút.</p>",
    ),
    (
        "Tin tức",
        "Học bù cho người vắng mặt: mỗi chi bộ một buổi",
        "Ai vắng buổi học đầu được mời học bù tại chi bộ của mình.",
        "<p>Chi bộ báo ngày học bù cho đảng ủy xã. Người đã học bù được tính vào độ bao phủ của cả đợt.</p>",
    ),
    (
        "Cách làm hay",
        "Một trang tóm tắt dán ở nhà văn hóa bản",
        "Bà con đọc được điều chính của nghị quyết trong hai phút.",
        "<p>Trang tóm tắt có chữ to, câu ngắn, và một số điện thoại để hỏi thêm.</p>",
    ),
    (
        "Cách làm hay",
        "Hỏi trước, trả lời trong buổi học",
        "Câu hỏi được gom trong tuần trước, nên buổi học trả lời đúng điều bà con muốn biết.",
        "<p>Người hỏi không phải ghi tên. Câu nào chưa trả lời được thì hẹn ngày.</p>",
    ),
)


def open_portal(district: District) -> PortalSite:
    """Open the site, publish the articles through its review, and show what the register has to everybody."""
    portal = open_site(actor=district.administrator, unit=district.committee, host="localhost", name=NAME)
    writer, editor, approver = (User.objects.get(username=name) for name in ("bientap", "phongvien", "thuongvu"))
    home = Page.objects.get(pk=portal.site.root_page_id)
    for title, lead in SECTIONS.items():
        section = home.add_child(instance=SectionPage(title=title, slug=slugify(fold(title)), lead=lead, live=False))
        _reviewed(section, writer, editor, approver)
    for number, (place, title, lead, text) in enumerate(ARTICLES):
        district.progress("Trang thông tin", number, len(ARTICLES))
        parent = SectionPage.objects.get(title=place)
        article = ArticlePage(
            title=title, slug=slugify(fold(title))[:80], lead=lead, body=[("paragraph", text)], live=False, owner=writer
        )
        article.authors.add(ArticleAuthor(name="Ban Biên tập"))
        _reviewed(parent.add_child(instance=article), writer, editor, approver)
    approving = Actor.of(approver)
    for directive in Directive.objects.visible_to(approving).order_by("pk"):
        publish_document(actor=approving, portal=portal, directive=directive)
    district.progress("Trang thông tin", len(ARTICLES), len(ARTICLES))
    return portal


def _reviewed(page: Page, writer: User, editor: User, approver: User) -> None:
    """Let the page take every step of the review."""
    page.save_revision(user=writer)
    page.get_workflow().start(page, writer)
    for user in (editor, approver):
        found = Page.objects.get(pk=page.pk).specific
        found.current_workflow_task.on_action(found.current_workflow_task_state, user, "approve")
