"""Comments on an article: sent without an account, kept as plain words, looked at before they are shown."""

import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantoa.kernel import clock
from lantoa.portal.enums import ContributionState
from lantoa.portal.models import ArticlePage, CommentClosing, Contribution
from lantoa.portal.readers.errors import CommentsClosed
from lantoa.portal.readers.words import one_line, plain
from tests.organizations.factories import make_user
from tests.portal.factories import make_article
from tests.portal.readers.factories import body_of, later, make_comment, make_place

pytestmark = pytest.mark.django_db


def send(client: Client, article_id: int, **typed: str) -> int:
    """Send the form; the status of the answer."""
    words = {"client_id": str(uuid.uuid4()), "text": "Bài viết bổ ích.", "name": "", "homepage": "", **typed}
    return client.post(f"/cong/gop-y/{article_id}/y-kien/", words).status_code


def publish_all() -> None:
    """Everything that waits is shown, as an editor would have it."""
    editor = make_user()
    Contribution.objects.update(state=ContributionState.PUBLISHED, decided_at=clock.now(), decided_by=editor)


def test_a_comment_waits_and_then_stands_on_the_page_as_plain_words() -> None:
    _portal, article = make_place()
    reader = Client()
    assert send(reader, article.pk, text="Hay <b>quá</b>\n\n\n\nCảm ơn", name=" Lò  Thị Mai ") == 303
    assert not set(reader.cookies) - {"csrftoken"}
    sent = Contribution.objects.get()
    assert (sent.name, sent.text, sent.state) == ("Lò Thị Mai", "Hay <b>quá</b>\n\nCảm ơn", "pending")
    assert "Lò Thị Mai" not in body_of(reader, article.get_url()).split("y-kien", 1)[1]
    assert "Đã nhận được ý kiến của bạn." in body_of(reader, f"/cong/gop-y/{article.pk}/da-gui/?of=comment")
    publish_all()
    page = later(reader, article.get_url())
    assert "Hay &lt;b&gt;quá&lt;/b&gt;" in page
    assert "1 ý kiến" in page


def test_who_gives_no_name_is_a_reader() -> None:
    portal, article = make_place()
    make_comment(portal, article, name="")
    publish_all()
    assert "<strong>Bạn đọc</strong>" in later(Client(), article.get_url())


def test_the_same_form_sent_twice_is_one_comment() -> None:
    _portal, article = make_place()
    form = str(uuid.uuid4())
    assert [send(Client(), article.pk, client_id=form) for _time in range(2)] == [303, 303]
    assert Contribution.objects.count() == 1


def test_other_words_in_a_form_that_the_browser_brought_back_are_another_comment() -> None:
    portal, article = make_place()
    other = make_article(article.get_parent().specific, "Bài khác")
    form = str(uuid.uuid4())
    for _time in range(2):
        assert send(Client(), article.pk, client_id=form, text="Một") == 303
        assert send(Client(), article.pk, client_id=form, text="Hai") == 303
        assert send(Client(), article.pk, client_id=form, text="Hai", name="Mai") == 303
        assert send(Client(), other.pk, client_id=form, text="Một") == 303
    kept = Contribution.objects.filter(portal=portal).order_by("pk")
    assert [(sent.article_id, sent.text, sent.name) for sent in kept] == [
        (article.pk, "Một", ""),
        (article.pk, "Hai", ""),
        (article.pk, "Hai", "Mai"),
        (other.pk, "Một", ""),
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "Hãy viết ý kiến của bạn vào đây."),
        ({"text": "\u200b \u202e\n "}, "Hãy viết ý kiến của bạn vào đây."),
        ({"text": "a" * 1501}, "Dài quá 1500 ký tự (đang có 1501)."),
        ({"name": "a" * 61}, "Dài quá 60 ký tự"),
        ({"client_id": "x"}, "Biểu mẫu"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(typed: dict[str, str], said: str) -> None:
    _portal, article = make_place()
    words = {"client_id": str(uuid.uuid4()), "text": "Chào", "name": "Mai", **typed}
    answer = Client().post(f"/cong/gop-y/{article.pk}/y-kien/", words)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert words["name"] in answer.content.decode()
    assert not Contribution.objects.exists()


def test_a_program_that_fills_in_what_nobody_sees_is_thanked_and_not_heard() -> None:
    _portal, article = make_place()
    assert send(Client(), article.pk, homepage="http://example.vn") == 303
    assert not Contribution.objects.exists()


def test_too_many_from_one_line_wait_and_keep_their_words() -> None:
    _portal, article = make_place()
    words = {"client_id": str(uuid.uuid4()), "text": "Ý kiến sau cùng", "name": ""}
    with clock.supposing(clock.now()):
        answers = [send(Client(), article.pk, text=f"Ý kiến {number}") for number in range(10)]
        late = Client().post(f"/cong/gop-y/{article.pk}/y-kien/", words)
    assert answers == [303] * 10
    assert late.status_code == 429
    assert "Ý kiến sau cùng" in late.content.decode()
    assert Contribution.objects.count() == 10


def test_who_writes_about_an_article_that_is_withdrawn_meanwhile_gets_the_words_back() -> None:
    portal, article = make_place()
    words = {"client_id": str(uuid.uuid4()), "text": "Một ý kiến <dài>", "name": "Mai"}
    article.unpublish()
    address = f"/cong/gop-y/{article.pk}/y-kien/"
    answer = Client().post(address, words)
    page = answer.content.decode()
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"
    assert "Bài viết này không còn được đăng" in page
    assert "Một ý kiến &lt;dài&gt;</textarea>" in page
    empty = Client().post(address, {**words, "text": " "})
    assert empty.status_code == 404
    assert "<textarea" not in empty.content.decode()
    assert all(portal.name in each.content.decode() for each in (answer, empty))
    assert not Contribution.objects.exists()


@pytest.mark.parametrize("whole_site", [True, False])
def test_closed_comments_take_no_more_and_keep_what_stands(whole_site: bool) -> None:
    portal, article = make_place()
    make_comment(portal, article, text="Nói trước khi đóng")
    publish_all()
    CommentClosing.objects.create(portal=portal, article=None if whole_site else article)
    page = body_of(Client(), article.get_url())
    assert "Nói trước khi đóng" in page
    assert "Bài viết này đã đóng mục ý kiến." in page
    form = body_of(Client(), f"/cong/gop-y/{article.pk}/")
    assert "<textarea" not in form
    assert 'name="points"' in form
    assert send(Client(), article.pk) == 409
    with pytest.raises(CommentsClosed):
        make_comment(portal, article)


def test_comments_are_read_page_by_page_the_oldest_first() -> None:
    portal, article = make_place()
    for number in range(21):
        make_comment(portal, article, text=f"Ý kiến thứ {number:02}")
    publish_all()
    first, second = (body_of(Client(), f"{article.get_url()}?page={number}") for number in (1, 2))
    assert ["Ý kiến thứ 00" in page for page in (first, second)] == [True, False]
    assert ["Ý kiến thứ 20" in page for page in (first, second)] == [False, True]
    assert "Trang 2/2" in second


def test_they_cost_the_article_two_queries_and_the_page_holds_no_token() -> None:
    portal, article = make_place()
    make_comment(portal, article)
    publish_all()

    def asked() -> list[str]:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            page = later(Client(), article.get_url())
        assert "csrfmiddlewaretoken" not in page
        return [query["sql"] for query in captured.captured_queries]

    asked()
    about_readers = [sql for sql in asked() if "portal_rating" in sql or "portal_contribution" in sql]
    assert len(about_readers) == 2


def test_the_forms_alone_are_a_part_of_the_article() -> None:
    _portal, article = make_place()
    answer = Client().get(f"/cong/gop-y/{article.pk}/?part=1")
    part = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "csrfmiddlewaretoken" in part
    assert "<html" not in part
    assert ArticlePage.objects.filter(pk=article.pk).exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u0000b\u202ec\u200bd", "abcd"),
        ("  một \t hai  \r\n\r\n\r\n ba ", "một hai\n\nba"),
        ("\n\n", ""),
        ("ti\u0065\u0302\u0301ng", "tiếng"),
    ],
)
def test_words_are_kept_without_what_steers_a_screen(typed: str, kept: str) -> None:
    assert plain(typed) == kept
    assert one_line(typed) == " ".join(kept.split())
