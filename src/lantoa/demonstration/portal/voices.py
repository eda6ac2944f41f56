"""What readers of the demonstration's portal say, and what editors made of it: ratings, comments, questions, votes."""

import datetime as dt
from random import Random

from lantoa.demonstration.organisation import stable_id
from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.portal.enums import ContributionReason
from lantoa.portal.models import Answer, ArticlePage, Contribution, Poll, PortalSite
from lantoa.portal.readers.marks import mark_of
from lantoa.portal.readers.services.answering import approve_answer, write_answer
from lantoa.portal.readers.services.deciding import publish_comments, refuse_contributions
from lantoa.portal.readers.services.polls import PollWords, make_poll, vote
from lantoa.portal.readers.services.ratings import rate_article
from lantoa.portal.readers.services.sending import send_comment, send_question

ROAD = "Con đường bê tông ở bản Sin Páo do ai cũng góp công"
RATE = "Đọc tỷ lệ tham gia thế nào cho đúng"
RATINGS = {ROAD: 24, RATE: 11, "Giữ nghề dệt ở bản Vàng Phìn": 9, "Phiên chợ có góc hỏi đáp": 6}
"""How many readers rated which articles."""
PUBLISHED = (
    (ROAD, "Một người ở bản", "Bản tôi cũng đang bàn làm đường. Cho hỏi sổ góp công kẻ mấy cột?"),
    (ROAD, "Nậm Lùng", "Phần người già được miễn công rất hợp lý, bản tôi sẽ làm theo."),
    (RATE, "", "Ví dụ 11/13 dễ hiểu hơn đọc hướng dẫn."),
)
WAITING = (
    (ROAD, "Người đi đường", "Đoạn dốc cuối bản có làm rãnh thoát nước không ạ?"),
    ("Giữ nghề dệt ở bản Vàng Phìn", "", "Lớp có nhận người ở xã khác không?"),
)
ADVERTISING = (ROAD, "", "Nhận làm bê tông giá rẻ, ai cần thì nhắn.")
QUESTIONS = (
    (
        "Học bù",
        "Tôi ở bản xa, buổi học bù có thể mở vào tối thứ bảy không?",
        "Được. Chi bộ chọn buổi và báo đảng ủy xã trước ba ngày; buổi tối cũng được tính như buổi sáng.",
    ),
    (
        "Văn bản",
        "Bản tóm tắt có in được ra giấy để dán ở nhà văn hóa không?",
        "Có. Mỗi văn bản có một tệp PDF một trang, in trên giấy A4 thường.",
    ),
)
OPEN_QUESTION = ("Loa truyền thanh", "Bao giờ bản tôi có thêm loa ở đầu dốc?")
ASKED = "Bà con muốn nghe bản tin vào lúc nào?"
CHOICES = (("Sáng sớm", 19), ("Trưa", 6), ("Chiều tối", 31))


def let_readers_speak(portal: PortalSite, random: Random, *, editor: Actor, approver: Actor) -> None:
    """Ratings, comments that are published, refused and waiting, two answered questions and an open one, a poll."""
    articles = {article.title: article for article in ArticlePage.objects.live()}
    for title, number in RATINGS.items():
        for reader in range(number):
            points = random.choice((5, 5, 5, 4, 4, 3))
            rate_article(actor=SYSTEM, article=articles[title], reader=mark_of(f"{title} {reader}"), points=points)
    sent = [_comment(portal, articles, *comment) for comment in (*PUBLISHED, *WAITING, ADVERTISING)]
    publish_comments(actor=editor, contributions=[each.pk for each in sent[: len(PUBLISHED)]])
    refuse_contributions(actor=editor, contributions=[sent[-1].pk], reason=ContributionReason.ADVERTISING)
    for topic, text, answer in QUESTIONS:
        question = _question(portal, topic, text)
        write_answer(actor=editor, question=question, text=answer)
        written_at = Answer.objects.get(question=question).written_at
        approve_answer(actor=approver, question=question, written_at=written_at)
    _question(portal, *OPEN_QUESTION)
    _poll(portal, editor)


def _comment(portal: PortalSite, articles: dict[str, ArticlePage], title: str, name: str, text: str) -> Contribution:
    with clock.supposing(clock.now() - dt.timedelta(hours=len(text))):
        return send_comment(
            actor=SYSTEM,
            client_id=stable_id(f"comment {text}"),
            portal=portal,
            article=articles[title],
            name=name,
            text=text,
        )


def _question(portal: PortalSite, topic: str, text: str) -> Contribution:
    return send_question(
        actor=SYSTEM,
        client_id=stable_id(f"question {text}"),
        portal=portal,
        topic=topic,
        text=text,
        name="",
        reach="",
    )


def _poll(portal: PortalSite, editor: Actor) -> Poll:
    today = clock.today()
    words = PollWords(
        question=ASKED,
        choices=[choice for choice, _votes in CHOICES],
        begins_on=today - dt.timedelta(days=6),
        ends_on=today + dt.timedelta(days=24),
    )
    poll = make_poll(actor=editor, client_id=stable_id(f"poll {ASKED}"), portal=portal, words=words)
    numbers = list(poll.choices.order_by("place").values_list("pk", flat=True))
    for number, (_choice, votes) in zip(numbers, CHOICES, strict=True):
        for reader in range(votes):
            vote(actor=SYSTEM, poll=poll, choice=number, reader=mark_of(f"poll {number} {reader}"))
    return poll
