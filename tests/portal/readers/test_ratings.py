"""Points for an article: one vote a reader, changeable, counted exactly, and nothing kept of whoever gives them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from lantoa.kernel import clock
from lantoa.portal.models import ArticlePage, Rating
from lantoa.portal.readers.marks import COOKIE, mark_of
from lantoa.portal.readers.selectors import voices_of
from lantoa.portal.readers.services.ratings import rate_article
from tests.organizations.factories import make_user
from tests.portal.factories import make_article, make_portal, make_section
from tests.portal.readers.factories import READER, bare_portal, body_of, later, make_place, number_in, use_up_votes

pytestmark = pytest.mark.django_db


def rate(client: Client, article_id: int, points: object, **borne: str) -> int:
    """Press one of the five buttons; the status of the answer."""
    answer = client.post(f"/cong/gop-y/{article_id}/cham-diem/", {"points": points, **borne})
    assert answer.status_code == 404 or answer["Cache-Control"] == "no-store"
    return answer.status_code


def test_readers_see_sum_and_votes_on_the_article_and_may_change_theirs() -> None:
    _portal, article = make_place()
    page = article.get_url()
    assert "Tổng số điểm của bài viết là: 0 trong 0 đánh giá" in later(Client(), page)
    first, second = Client(), Client()
    assert [rate(first, article.pk, 5), rate(second, article.pk, 4)] == [303, 303]
    assert "Tổng số điểm của bài viết là: 9 trong 2 đánh giá" in later(Client(), page)
    rate(first, article.pk, 1)
    assert "Tổng số điểm của bài viết là: 5 trong 2 đánh giá" in later(Client(), page)
    assert "Bạn đã chấm bài viết 1 điểm." in body_of(first, f"/cong/gop-y/{article.pk}/da-gui/?of=rating")
    assert "Bạn đã chấm 1 điểm. Bấm lại để thay đổi." in body_of(first, f"/cong/gop-y/{article.pk}/")


def test_the_cookie_comes_with_the_vote_alone_and_only_its_hash_is_kept(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    _portal, article = make_place()
    reader = Client()
    for address in (article.get_url(), f"/cong/gop-y/{article.pk}/da-gui/", "/cong/"):
        reader.get(address)
    assert not reader.cookies
    reader.get(f"/cong/gop-y/{article.pk}/")
    assert set(reader.cookies) == {"csrftoken"}
    rate(reader, article.pk, 3)
    cookie = reader.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", "/cong/")
    kept = Rating.objects.get()
    assert kept.reader == mark_of(cookie.value)
    assert cookie.value not in kept.reader


def test_the_form_of_a_first_vote_pressed_twice_is_one_vote() -> None:
    _portal, article = make_place()
    forms, reader = f"/cong/gop-y/{article.pk}/", Client()
    number = number_in(body_of(reader, forms))
    assert number != number_in(body_of(reader, f"{forms}?part=1"))
    again = Client().post(f"{forms}cham-diem/", {"points": 6, "reader": number})
    assert number_in(again.content.decode()) == number
    assert COOKIE not in again.cookies
    assert [rate(client, article.pk, 5, reader=number) for client in (Client(), reader)] == [303, 303]
    assert reader.cookies[COOKIE].value == number
    assert not number_in(body_of(reader, forms))
    other = number_in(body_of(Client(), forms))
    assert rate(reader, article.pk, 4, reader=other) == 303
    assert Rating.objects.get().points == 4


def test_who_is_signed_in_votes_as_any_other_reader() -> None:
    _portal, article = make_place()
    editor = Client()
    editor.force_login(make_user())
    rate(editor, article.pk, 3)
    assert Rating.objects.get().reader == mark_of(editor.cookies[COOKIE].value)


@pytest.mark.parametrize("cookie", ["", "x", "a" * 33, "; " * 16])
def test_a_number_that_we_never_gave_is_replaced(cookie: str) -> None:
    _portal, article = make_place()
    reader = Client()
    reader.cookies[COOKIE] = cookie
    assert rate(reader, article.pk, 3, reader=cookie) == 303
    assert reader.cookies[COOKIE].value != cookie


@pytest.mark.parametrize("points", ["", "0", "6", "x", "-1"])
def test_other_points_are_not_taken(points: str) -> None:
    _portal, article = make_place()
    assert rate(Client(), article.pk, points) == 422
    assert not Rating.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(article=article, reader="x", points=6)


def test_what_is_not_published_here_is_not_rated(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    portal, article = make_place()
    draft = make_article(make_section(portal), "Chưa duyệt", live=False)
    elsewhere = make_article(make_section(make_portal()))
    assert [rate(Client(), pk, 3) for pk in (draft.pk, elsewhere.pk, 0)] == [404] * 3
    assert rate(Client(HTTP_HOST=elsewhere.get_site().hostname), elsewhere.pk, 3) == 303
    assert article.ratings.count() == 0


def test_a_vote_needs_the_token_of_its_form() -> None:
    _portal, article = make_place()
    assert (
        Client(enforce_csrf_checks=True).post(f"/cong/gop-y/{article.pk}/cham-diem/", {"points": 5}).status_code == 403
    )


def test_too_many_votes_from_one_line_wait() -> None:
    _portal, article = make_place()
    with clock.supposing(clock.now()):
        use_up_votes()
        waiting = Client().post(f"/cong/gop-y/{article.pk}/cham-diem/", {"points": 5})
    assert waiting.status_code == 429
    assert int(waiting["Retry-After"]) > 0
    assert "Đường truyền này gửi quá nhiều cùng lúc." in waiting.content.decode()


@pytest.mark.django_db(transaction=True)
def test_votes_at_the_same_moment_are_all_counted_and_each_reader_once() -> None:
    home = bare_portal().site.root_page
    article = home.add_child(instance=ArticlePage(title="Bài", slug="bai", lead="Lời dẫn"))

    def give(number: int) -> None:
        try:
            rate_article(actor=READER, article=article, reader=f"reader{number % 20}", points=1 + number % 5)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as readers:
        list(readers.map(give, range(80)))
    given = dict(Rating.objects.values_list("reader", "points"))
    assert given == {f"reader{number}": 1 + number % 5 for number in range(20)}
    voices = voices_of(None, article)
    assert (voices.points, voices.votes) == (60, 20)
