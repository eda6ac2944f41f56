"""What an article said before it was corrected."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Revision
from wagtail.rich_text import RichText

from lantoa.kernel import clock
from lantoa.portal.models import ArticlePage, Attachment, Picture, PortalSite, PublishedVersion
from lantoa.portal.reading.differences import MOST_WORDS, Fate, changed_lines
from tests.portal.factories import make_article, make_picture, make_portal, make_section
from tests.portal.proxy.test_pictures import fetch
from tests.portal.reading.factories import make_recording, publish

pytestmark = pytest.mark.django_db
NOTE = "Ngày học là mùng 5, không phải mùng 4."


@pytest.fixture
def article() -> ArticlePage:
    return make_article(make_section(make_portal()), text="Buổi học mở ngày mùng 4 <b>tại bản</b>.")


def corrected(article: ArticlePage, day: int = 5, note: str = NOTE) -> ArticlePage:
    """With another day, and what was corrected."""
    body = [("paragraph", f"<p>Buổi học mở ngày mùng {day} <b>tại bản</b>.</p>")]
    return publish(article, body=body, is_correction=bool(note), correction=note)


def shown(address: str, status: int = 200) -> str:
    answer = Client().get(address)
    assert answer.status_code == status
    assert status == 404 or not answer.cookies
    return answer.content.decode()


def versions(article: ArticlePage) -> str:
    return f"/cong/bai/{article.pk}/cac-ban/"


def test_a_corrected_article_says_so_when_and_of_what(article: ArticlePage) -> None:
    assert "Đã sửa lúc" not in shown(article.get_url())
    page = shown(corrected(article).get_url())
    assert "Đã sửa lúc" in page
    assert NOTE in page
    assert f'href="{versions(article)}"' in page


def test_what_was_published_before_can_still_be_read_and_is_marked_as_that(article: ArticlePage) -> None:
    corrected(article)
    assert NOTE in shown(versions(article))
    page = shown(f"{versions(article)}1/")
    assert "không phải bản đang đăng" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "Buổi học mở ngày mùng <del>4</del><ins>5</ins> tại bản." in page
    assert "Buổi học mở ngày mùng 4 <b>tại bản</b>." in page


def test_the_text_that_stands_is_no_earlier_version_and_neither_is_one_that_never_was(article: ArticlePage) -> None:
    corrected(article)
    for number in (0, 2, 3):
        assert shown(f"{versions(article)}{number}/", 404)


def test_nothing_of_an_article_that_was_withdrawn_is_shown(article: ArticlePage) -> None:
    corrected(article)
    ArticlePage.objects.get(pk=article.pk).unpublish()
    for address in (versions(article), f"{versions(article)}1/"):
        assert shown(address, 404)


def test_what_was_withdrawn_is_not_read_again_when_the_article_comes_back(article: ArticlePage) -> None:
    corrected(article, day=6, note="Sửa lần một.")
    ArticlePage.objects.get(pk=article.pk).unpublish()
    corrected(article)
    corrected(article, day=7, note="Sửa lần nữa.")
    listed = shown(versions(article))
    assert listed.count("Đã gỡ lúc") == 2
    assert "Sửa lần một." not in listed
    for number in (1, 2):
        assert f"{versions(article)}{number}/" not in listed
        page = shown(f"{versions(article)}{number}/", 410)
        assert "Bản này đã được gỡ" in page
        assert "mùng 4" not in page
        assert "mùng 6" not in page
    assert "mùng <del>5</del><ins>7</ins>" in shown(f"{versions(article)}3/")


def test_what_went_by_its_own_day_stays_and_was_shown_until_then(article: ArticlePage) -> None:
    end = (clock.now() + dt.timedelta(seconds=1)).replace(microsecond=0)
    publish(article, expire_at=end)
    ArticlePage.objects.filter(pk=article.pk).update(expire_at=clock.now())
    call_command("publish_scheduled")
    assert shown(f"{versions(article)}1/", 404)
    publish(article, expire_at=None)
    version = PublishedVersion.objects.get(article=article, number=2)
    PublishedVersion.objects.filter(article=article, number=3).update(published_at=end + dt.timedelta(days=1))
    assert (version.withdrawn_at, version.expires_at) == (None, end)
    times = re.findall(r'datetime="([^"]+)"', shown(f"{versions(article)}2/").split("không phải bản đang đăng")[1])
    assert times[1] == timezone.localtime(end).isoformat(timespec="minutes")


def test_a_draft_is_no_version(article: ArticlePage) -> None:
    article.title = "Bản nháp bí mật"
    article.save_revision()
    corrected(article)
    assert PublishedVersion.objects.filter(article=article).count() == 2
    assert "Bản nháp bí mật" not in shown(f"{versions(article)}1/").split("không phải bản đang đăng")[0]


def test_published_again_with_the_same_words_it_was_not_corrected(article: ArticlePage) -> None:
    again = publish(article, search_description="Tin huyện")
    assert again.corrected_at is None
    assert "Đã sửa lúc" not in shown(again.get_url())
    assert "Đăng lại, chữ không đổi." in shown(versions(article))
    assert "Chữ của hai bản như nhau." in shown(f"{versions(article)}1/")


def test_a_change_without_a_mark_is_told_without_a_note(article: ArticlePage) -> None:
    page = shown(corrected(article, note="").get_url())
    assert "Đã sửa lúc" in page
    assert "Nội dung đã được sửa." in shown(versions(article))


def test_what_stands_around_the_text_is_compared_and_shown_as_it_was(article: ArticlePage) -> None:
    publish(article, caption="Ảnh cũ", source="Báo Lai Châu", transcript="Lời cũ.\nHết.")
    again = publish(article, caption="Ảnh mới", source="Báo Nhân Dân", transcript="Lời mới.\nHết.")
    assert again.corrected_at is not None
    page = shown(f"{versions(article)}2/")
    for change in ("Ảnh <del>cũ</del>", "<ins>Nhân</ins>", "Lời <del>cũ.</del><ins>mới.</ins>"):
        assert change in page
    assert "Nguồn: Báo Lai Châu" in page
    assert "Hết.</li>" not in page


@pytest.fixture
def rich(article: ArticlePage) -> ArticlePage:
    """With pictures, files and recordings, of which one picture and one recording stay in the next version."""
    portal = PortalSite.objects.get()
    pictures = [make_picture(portal, f"Ảnh {number}") for number in range(3)]
    recordings = [make_recording(portal) for _ in range(3)]
    body = [
        *(("picture", {"picture": picture, "caption": f"Chú thích {at}"}) for at, picture in enumerate(pictures[1:])),
        ("file", {"file": make_recording(portal), "title": "Tệp cũ"}),
        *(
            ("audio", {"recording": each, "title": f"Ghi âm {at}", "transcript": RichText(f"<p>Lời {at}.</p>")})
            for at, each in enumerate(recordings[1:])
        ),
    ]
    first = {"picture": pictures[0], "caption": "Ảnh đầu", "recording": recordings[0], "transcript": "Lời đọc."}
    publish(article, body=body, **first)
    return publish(article, body=[body[0], body[-1]], picture=None, recording=None, caption="", transcript="")


def test_what_is_no_longer_shown_leaves_a_place_that_says_so(
    rich: ArticlePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(15):
        page = shown(f"{versions(rich)}2/").split('class="as-it-was"')[1]
    assert page.count("Ảnh này không còn được đăng.") == 2
    assert page.count("Tệp này không còn được đăng.") == 1
    assert page.count("Bản ghi âm này không còn được đăng.") == 2
    for words in ("Ảnh đầu", "Chú thích 1", "Tệp cũ", "Ghi âm 0", "Lời 0.", "Lời đọc."):
        assert words in page
    handed_out = re.findall(r'(?:src|href)="(/cong/(?:anh|tep)/[^"]+)"', page)
    assert len(handed_out) == 2
    assert [fetch(place).status_code for place in handed_out] == [200, 200]
    Picture.objects.all().delete()
    Attachment.objects.all().delete()
    assert shown(f"{versions(rich)}2/").count("không còn được đăng") == 7


def test_what_is_still_shown_stands_where_it_stood(rich: ArticlePage) -> None:
    then = PublishedVersion.objects.get(article=rich, number=2)
    publish(rich, **{name: getattr(then.as_article, name) for name in ("body", "picture", "recording", "transcript")})
    page = shown(f"{versions(rich)}2/")
    assert "không còn được đăng" not in page
    assert "Nghe bài" in page
    assert 'alt="Ảnh 0"' in page


def test_the_mark_is_used_up_and_what_it_said_stays(article: ArticlePage) -> None:
    corrected(article)
    draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision().as_object()
    assert (draft.is_correction, draft.correction) == (False, "")
    again = publish(article, search_description="Tin huyện")
    assert again.corrected == NOTE
    assert PublishedVersion.objects.filter(article=article, correction=NOTE).count() == 1


def test_what_a_correction_corrects_must_be_said(article: ArticlePage) -> None:
    article.is_correction, article.correction = True, "  "
    with pytest.raises(ValidationError) as refused:
        article.full_clean()
    assert list(refused.value.message_dict) == ["correction"]


def test_a_first_publication_corrects_nothing() -> None:
    draft = make_article(make_section(make_portal()), live=False)
    first = publish(draft, is_correction=True, correction=NOTE)
    assert first.corrected_at is None


def test_what_waits_for_its_time_is_kept_when_it_appears(article: ArticlePage) -> None:
    publish(article, go_live_at=clock.now() + dt.timedelta(hours=1), title="Tên mới")
    assert PublishedVersion.objects.filter(article=article).count() == 1


def test_versions_outlive_the_drafts_and_go_with_the_article(article: ArticlePage) -> None:
    corrected(article)
    Revision.objects.filter(object_id=str(article.pk)).exclude(pk=article.get_latest_revision().pk).delete()
    assert "mùng 4" in shown(f"{versions(article)}1/")
    ArticlePage.objects.get(pk=article.pk).delete()
    assert not PublishedVersion.objects.exists()


def test_a_version_cannot_break_the_page_that_shows_it(article: ArticlePage) -> None:
    publish(article, title="<script>alert(1)</script>", lead="</del><img src=x>")
    publish(article, title="Yên ổn", lead="Yên ổn.")
    page = shown(f"{versions(article)}2/")
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["a b"], ["a b"], []),
        (["a", "x"], ["a"], [[("x", Fate.REMOVED)]]),
        (["a"], ["a", "x"], [[("x", Fate.ADDED)]]),
        (["a b c"], ["a d c"], [[("a ", Fate.KEPT), ("b", Fate.REMOVED), ("d", Fate.ADDED), (" c", Fate.KEPT)]]),
        (["a b"], ["a"], [[("a", Fate.KEPT), (" b", Fate.REMOVED)]]),
    ],
)
def test_changes_are_told_line_by_line(old: list[str], new: list[str], expected: list[object]) -> None:
    assert [[(run.text, run.fate) for run in line] for line in changed_lines(old, new)] == expected


def test_a_very_long_paragraph_is_not_compared_word_by_word() -> None:
    old, new = "từ " * MOST_WORDS + "a b", "từ " * MOST_WORDS + "a c"
    assert [run.fate for run in changed_lines([old], [new])[0]] == [Fate.REMOVED, Fate.ADDED]
