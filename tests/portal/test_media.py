"""Pictures and files: what is kept of them, and who may fetch them."""

import struct
import uuid
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form

from lantoa.files.content import PICTURE_KINDS
from lantoa.files.errors import KindNotAllowed
from lantoa.files.services import checked_upload
from lantoa.organizations.enums import Role
from lantoa.portal.cleaning import cleaned
from lantoa.portal.groups import follow_appointments
from lantoa.portal.models import Attachment, Picture, PortalSite
from tests.organizations.factories import make_user
from tests.portal.factories import make_article, make_picture, make_portal, make_section, picture_bytes

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def picture_form(portal: PortalSite, name: str, content: bytes, description: str = "Một ngôi nhà"):  # type: ignore[no-untyped-def]  # noqa: ANN201
    user = make_user(Role.EDITOR, portal.unit)
    follow_appointments()
    data = {"title": "Nhà", "description": description, "collection": portal.collection.pk, "tags": ""}
    return get_image_form(Picture)(data, {"file": SimpleUploadedFile(name, content)}, user=user)


def fetched(address: str) -> StreamingHttpResponse:
    answer: HttpResponseBase = Client().get(address)
    assert isinstance(answer, StreamingHttpResponse)
    return answer


def test_a_picture_says_what_it_shows() -> None:
    form = picture_form(make_portal(), "nha.png", picture_bytes(), description="")
    assert list(form.errors) == ["description"]


def test_a_picture_is_known_by_its_content_and_not_by_its_name() -> None:
    portal = make_portal()
    assert "file" in picture_form(portal, "nha.png", PDF).errors
    assert "file" in picture_form(portal, "nha.jpg", picture_bytes()).errors
    form = picture_form(portal, "nha.png", picture_bytes())
    assert form.errors == {}
    assert form.save().width == 640


def test_a_picture_loses_what_it_tells_on_the_side() -> None:
    content = picture_bytes()
    at = content.index(b"IDAT") - 4
    said = b"tEXtComment\0ban Si Choang"
    chunk = struct.pack(">I", len(said) - 4) + said + struct.pack(">I", zlib.crc32(said))
    spoilt = content[:at] + chunk + content[at:]
    form = picture_form(make_portal(), "nha.png", spoilt)
    assert form.errors == {}
    kept = form.save()
    with kept.file.open("rb") as file:
        assert b"Si Choang" not in file.read()


def test_a_file_of_another_kind_is_refused() -> None:
    portal = make_portal()
    user = make_user(Role.EDITOR, portal.unit)
    follow_appointments()
    data = {"title": "Tệp", "collection": portal.collection.pk, "tags": ""}
    form = get_document_form(Attachment)(data, {"file": SimpleUploadedFile("tep.exe", b"MZ\x90\0")}, user=user)
    assert "file" in form.errors


def test_a_picture_is_a_picture_and_no_document() -> None:
    form = picture_form(make_portal(), "ke-hoach.pdf", PDF)
    assert list(form.errors) == ["file"]
    with pytest.raises(KindNotAllowed):
        checked_upload(SimpleUploadedFile("ke-hoach.pdf", PDF), PICTURE_KINDS)


def test_a_file_is_fetched_by_its_key_alone_and_saved() -> None:
    portal = make_portal()
    file = Attachment(title="Kế hoạch", collection=portal.collection)
    file.file.save("ke-hoach.pdf", SimpleUploadedFile("ke-hoach.pdf", PDF))
    article = make_article(make_section(portal), live=False)
    article.body = [("file", {"file": file, "title": ""})]
    article.save_revision().publish()
    answer = fetched(file.url)
    assert answer.getvalue() == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get(f"/cong/tep/{uuid.uuid4()}/").status_code == 404


def test_everybody_gets_a_picture_in_its_sizes_and_nobody_anything_else() -> None:
    portal = make_portal()
    portal.logo = make_picture(portal)
    portal.save()
    found = portal.logo.get_rendition("width-480|format-webp")
    answer = fetched(found.url)
    assert answer.getvalue()
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"].startswith("public, max-age=3600")
    for name in ("images/khong-co.webp", "../files/bi-mat.pdf", "%2e%2e/files/x", "images/"):
        assert Client().get(f"/cong/anh/{name}").status_code == 404, name


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p>Chào <b>bà con</b></p>", "<p>Chào <b>bà con</b></p>"),
        ("<p onclick='x()'>A<script>x()</script></p>", "<p>A</p>"),
        ("<a href='javascript:x()'>A</a>", '<a rel="noopener noreferrer">A</a>'),
        ("<img src=x onerror=x()><iframe src='//x'></iframe>B", "B"),
        ("<p style='color:red'>C</p>", "<p>C</p>"),
    ],
)
def test_nothing_but_plain_text_reaches_a_reader(written: str, shown: str) -> None:
    assert cleaned(written) == shown


def test_a_picture_that_is_deleted_takes_its_files_along(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    picture = make_picture(make_portal())
    shown = picture.get_rendition("width-320|format-webp")
    files = [(each.storage, each.name) for each in (picture.file, shown.file)]
    assert all(storage.exists(name) for storage, name in files)
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert not any(storage.exists(name) for storage, name in files)
