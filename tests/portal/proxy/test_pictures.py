"""Pictures and files: made at publication, fetched only while a page shows them."""

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.documents.forms import get_document_form

from lantoa.files.content import JPEG, PNG, Damaged
from lantoa.files.reducing import LONGEST, reduced
from lantoa.organizations.enums import Role
from lantoa.portal.groups import follow_appointments
from lantoa.portal.models import ArticlePage, Attachment, Picture, PictureRendition, PortalSite
from lantoa.portal.pictures import EVERY, SIZES
from lantoa.portal.tasks import make_sizes
from tests.organizations.factories import make_user
from tests.portal.factories import make_article, make_picture, make_portal, make_section, picture_bytes
from tests.portal.test_media import PDF, picture_form

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def kept_files() -> set[Path]:
    return set((settings.ENVIRONMENT.data_dir / "pictures").rglob("*"))


def fetch(address: str, client: Client | None = None, **options: Any) -> HttpResponseBase:
    """The answer, read to its end."""
    answer: HttpResponseBase = (client or Client()).get(address, **options)
    if isinstance(answer, StreamingHttpResponse):
        answer.getvalue()
    return answer


def make_attachment(portal: PortalSite) -> Attachment:
    file = Attachment(title="Kế hoạch", collection=portal.collection)
    file.file.save("ke-hoach.pdf", SimpleUploadedFile("ke-hoach.pdf", PDF))
    return file


def with_block(article: ArticlePage, kind: str, value: object) -> ArticlePage:
    article.body = [(kind, value)]
    article.save_revision()
    return article


def publish(article: ArticlePage) -> None:
    article.get_latest_revision().publish()
    article.refresh_from_db()


class TestSizes:
    def test_they_are_made_when_an_article_is_published_those_of_its_body_too(self) -> None:
        portal = make_portal()
        first, second = make_picture(portal), make_picture(portal)
        article = make_article(make_section(portal), picture=first, live=False)
        with_block(article, "picture", {"picture": second, "caption": ""})
        assert PictureRendition.objects.count() == 0
        publish(article)
        for picture in (first, second):
            assert set(picture.renditions.values_list("filter_spec", flat=True)) == set(EVERY)

    def test_no_reader_makes_any(self) -> None:
        portal = make_portal()
        portal.logo = make_picture(portal)
        portal.save()
        section = make_section(portal)
        article = make_article(section, picture=make_picture(portal))
        PictureRendition.objects.all().delete()
        files = kept_files()
        for address in ("/cong/", section.get_url(), article.get_url(), "/cong/tim-kiem/?q=ban", "/cong/atom.xml"):
            with CaptureQueriesContext(connection) as captured:
                assert Client().get(address or "").status_code == 200
            asked = [query["sql"].lstrip("( \n").partition(" ")[0] for query in captured]
            assert {"INSERT", "UPDATE", "DELETE"}.isdisjoint(asked)
        assert PictureRendition.objects.count() == 0
        assert kept_files() == files
        assert "<picture" not in Client().get(article.get_url() or "").content.decode()

    def test_the_clock_makes_what_is_missing_and_pages_show_it(self) -> None:
        portal = make_portal()
        portal.logo = make_picture(portal)
        portal.save()
        article = make_article(make_section(portal), picture=make_picture(portal))
        unused = make_picture(portal)
        PictureRendition.objects.all().delete()
        assert make_sizes(0) == 2
        assert make_sizes(0) == 0
        assert not unused.renditions.exists()
        page = Client().get(article.get_url() or "").content.decode()
        for kind in ('type="image/avif"', 'type="image/webp"', ".jpg"):
            assert kind in page
        assert 'width="480"' in page
        assert 'height="300"' in page
        assert 'loading="eager"' in page

    def test_a_picture_whose_file_is_away_stops_nothing(self) -> None:
        portal = make_portal()
        picture = make_picture(portal)
        Path(picture.file.path).unlink()
        article = make_article(make_section(portal), picture=picture)
        assert article.live
        assert Client().get(article.get_url() or "").status_code == 200

    def test_those_that_cannot_be_made_keep_no_other_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("lantoa.portal.pictures.AT_ONCE", 1)
        portal = make_portal()
        section = make_section(portal)
        whole, *lost = (make_picture(portal) for _ in range(3))
        for picture in (whole, *lost):
            make_article(section, picture=picture)
        PictureRendition.objects.all().delete()
        for picture in lost:
            Path(picture.file.path).unlink()
        minutes = range(0, 180, 60)
        assert [make_sizes(minute) for minute in minutes] == [1, 1, 1]
        assert whole.renditions.count() == len(EVERY)

    def test_the_formats_are_smaller_from_one_to_the_next(self) -> None:
        portal = make_portal()
        picture = Picture(title="Nhiễu", description="Nhiễu", collection=portal.collection)
        written = io.BytesIO()
        sky, grain = Image.radial_gradient("L").resize((1200, 700)), Image.effect_noise((1200, 700), 30)
        Image.blend(sky, grain, 0.2).convert("RGB").save(written, "JPEG", quality=95)
        picture.file.save("nhieu.jpg", SimpleUploadedFile("nhieu.jpg", written.getvalue()))
        make_article(make_section(portal), picture=picture)
        sizes = {each.filter_spec: each.file.size for each in picture.renditions.all()}
        avif, webp, jpeg = (sizes[spec] for spec in SIZES if "960" in spec)
        assert avif < webp < jpeg


class TestWhoFetches:
    def test_a_file_is_fetched_while_a_published_page_shows_it(self) -> None:
        portal = make_portal()
        file = make_attachment(portal)
        article = make_article(make_section(portal), live=False)
        with_block(article, "file", {"file": file, "title": ""})
        assert fetch(file.url).status_code == 404
        publish(article)
        assert fetch(file.url).status_code == 200
        tag = fetch(file.url)["ETag"]
        assert fetch(file.url, headers={"If-None-Match": tag}).status_code == 304
        with_block(article, "quote", {"text": "Không còn tệp.", "by": ""})
        assert fetch(file.url).status_code == 200  # the draft is not published
        publish(article)
        assert fetch(file.url).status_code == 404

    def test_a_file_of_an_article_that_was_withdrawn_is_gone(self) -> None:
        portal = make_portal()
        file = make_attachment(portal)
        article = make_article(make_section(portal), live=False)
        publish(with_block(article, "file", {"file": file, "title": ""}))
        article.unpublish()
        assert fetch(file.url).status_code == 404
        assert fetch(f"/cong/tep/{uuid.uuid4()}/").status_code == 404

    def test_a_picture_is_fetched_while_a_page_shows_it(self) -> None:
        portal = make_portal()
        picture = make_picture(portal)
        article = make_article(make_section(portal), picture=picture, live=False)
        address = picture.get_rendition(SIZES[0]).url
        assert fetch(address).status_code == 404
        publish(article)
        assert fetch(address).status_code == 200
        article.unpublish()
        assert fetch(address).status_code == 404
        portal.logo = picture
        portal.save()
        assert fetch(address).status_code == 200

    def test_its_editors_fetch_what_no_page_shows_yet_and_nobody_else_does(self) -> None:
        portal, other = make_portal(), make_portal()
        file = make_attachment(portal)
        picture = make_picture(portal).get_rendition(SIZES[0])
        users = [make_user(Role.EDITOR, portal.unit), make_user(Role.APPROVER, portal.unit)]
        strangers = [make_user(Role.EDITOR, other.unit), make_user(Role.OFFICER, portal.unit)]
        follow_appointments()
        for user in users:
            client = Client()
            client.force_login(user)
            for address in (file.url, picture.url):
                answer = fetch(address, client, follow=True)
                assert answer.status_code == 200
                assert answer["Cache-Control"].startswith("private, no-store")
                assert fetch(address, client)["Cache-Control"] == "no-store"
        for user in strangers:
            client = Client()
            client.force_login(user)
            for address in (file.url, picture.url):
                assert fetch(address, client, follow=True).status_code in (403, 404)
        gone = Client()
        gone.cookies["sessionid"] = "x"
        assert gone.get(gone.get(file.url)["Location"])["Location"].startswith("/accounts/login/")


class TestUploads:
    def test_a_drawing_that_may_hold_a_script_is_refused_under_any_name(self) -> None:
        portal = make_portal()
        for name in ("ve.svg", "ve.png", "ve.jpg"):
            assert list(picture_form(portal, name, SVG).errors) == ["file"]
        user = make_user(Role.EDITOR, portal.unit)
        follow_appointments()
        for name, content in (("ve.svg", SVG), ("trang.html", b"<!doctype html><script>1</script>"), ("a.pdf", SVG)):
            data = {"title": "Tệp", "collection": portal.collection.pk, "tags": ""}
            form = get_document_form(Attachment)(data, {"file": SimpleUploadedFile(name, content)}, user=user)
            assert list(form.errors) == ["file"], name

    def test_a_picture_is_kept_no_larger_than_pages_need_it(self) -> None:
        form = picture_form(make_portal(), "nha.png", picture_bytes(LONGEST + 440, 600))
        assert form.errors == {}
        kept = form.save()
        assert (kept.width, kept.height) == (LONGEST, 512)
        small = picture_bytes(800, 600)
        assert reduced(small, PNG) == small

    def test_a_picture_that_lies_on_its_side_is_set_upright(self) -> None:
        written = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.new("RGB", (LONGEST * 2, 100), "#205080").save(written, "JPEG", exif=exif)
        with Image.open(io.BytesIO(reduced(written.getvalue(), JPEG))) as picture:
            assert picture.size == (50, LONGEST)

    def test_a_picture_that_breaks_off_is_refused(self) -> None:
        whole = picture_bytes(LONGEST + 100, 2000)
        with pytest.raises(Damaged):
            reduced(whole[: len(whole) // 2], PNG)
        middle = len(whole) // 2
        broken = whole[:middle] + bytes(255 - each for each in whole[middle : middle + 20]) + whole[middle + 20 :]
        assert list(picture_form(make_portal(), "nha.png", broken).errors) == ["file"]
