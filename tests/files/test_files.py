"""Uploads are kept when they are what they say, and opened to whom their owner names."""

import io
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.files import access, content, errors, services
from lantoa.files.content import Damaged, kind_of
from lantoa.files.forms import SeveralFilesField, UploadsMixin
from lantoa.files.models import StoredFile
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.ui.forms import OnceForm
from tests.files.factories import (
    JPEG,
    M4A,
    MP3,
    MP4,
    OFFICE,
    OGG,
    PHONE,
    PNG,
    WEBP,
    docx,
    package,
    pdf,
    png,
    upload,
    xlsx,
)
from tests.organizations.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def actor() -> Actor:
    return Actor.of(make_user())


def store(actor: Actor, file: SimpleUploadedFile, **values: Any) -> StoredFile:
    given: dict[str, Any] = {"client_id": uuid.uuid4(), "no_secrecy_declared": True, **values}
    return services.store_file(actor=actor, upload=file, **given)


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("Kế hoạch.pdf", pdf("Kế hoạch"), "application/pdf"),
        ("Kế hoạch.DOCX", docx("Kế hoạch"), f"{OFFICE}wordprocessingml.document"),
        ("ds.xlsx", xlsx("Họ tên"), f"{OFFICE}spreadsheetml.sheet"),
        ("anh.png", PNG, "image/png"),
        ("anh.jpeg", JPEG, "image/jpeg"),
        ("anh.webp", WEBP, "image/webp"),
        ("ghi am.opus", OGG, "audio/ogg"),
        ("ban tin.mp3", MP3, "audio/mpeg"),
        ("ban tin 2.mp3", b"\xff\xfb\x90\x00" + b"\0" * 9, "audio/mpeg"),
        ("ban tin.m4a", M4A, "audio/mp4"),
        ("dien thoai.m4a", PHONE, "audio/mp4"),
        ("dien thoai.mp4", PHONE, "audio/mp4"),
        ("dien thoai 2.m4a", PHONE.replace(b"isom", b"3gp4"), "audio/mp4"),
        ("phim.mp4", PHONE.replace(b"soun", b"vide"), "video/mp4"),
        ("hoi nghi.mp4", MP4, "video/mp4"),
    ],
)
def test_a_file_is_known_by_its_bytes(name: str, data: bytes, media_type: str, actor: Actor) -> None:
    file = store(actor, upload(name, data))
    assert (file.name, file.content_type, file.size, len(file.sha256)) == (name, media_type, len(data), 64)
    with file.content.open("rb") as stored:
        assert stored.read() == data
    assert Entry.objects.about(file).get().facts["kind"] == media_type


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("rong.pdf", b"", errors.FileEmpty),
        ("la.exe", b"MZ\x90\x00", errors.KindNotAllowed),
        ("trang.html", b"<html><script>", errors.KindNotAllowed),
        ("anh.svg", b"<svg onload='x'/>", errors.KindNotAllowed),
        ("nen.zip", package({}, "x"), errors.KindNotAllowed),
        ("macro.docx", package({}, "application/vnd.ms-word.document.macroEnabled.main+xml"), errors.KindNotAllowed),
        ("nham.docx", pdf("Kế hoạch"), errors.EndingMisleads),
        ("nham", PNG, errors.EndingMisleads),
        ("hong.docx", b"PK\x03\x04hong", errors.FileDamaged),
        ("khoa.pdf", pdf("x") + b"/Encrypt 9 0 R", errors.FileDamaged),
        ("vo.docx", docx("</w:t>"), errors.FileDamaged),
        ("to.png", png(width=30_000, height=2_000), errors.PictureTooLarge),
        ("hong.png", PNG[:40], errors.FileDamaged),
        ("hinh.ogg", b"OggS\0\x02" + b"\0" * 22 + b"\x80theora", errors.KindNotAllowed),
        ("mat.docx", docx("TỐI MẬT", "Kế hoạch"), errors.SecrecyMarkFound),
        ("mat.pdf", pdf("MẬT", "Kế hoạch"), errors.SecrecyMarkFound),
    ],
)
def test_what_may_not_be_kept_is_refused_with_a_message(
    name: str, data: bytes, refusal: type[errors.FileRefusal], actor: Actor
) -> None:
    with pytest.raises(refusal) as refused:
        store(actor, upload(name, data))
    assert refused.value.field == "uploads"
    assert "%(" not in str(refused.value)
    assert not StoredFile.objects.exists()
    assert Entry.objects.get().outcome == Outcome.REFUSED


def test_a_large_file_is_refused_before_it_is_read(actor: Actor, settings: Any) -> None:
    settings.LANTOA_UPLOAD_LIMIT_MB = 1
    with pytest.raises(errors.FileTooLarge):
        store(actor, upload("to.pdf", b"%PDF-" + b"x" * 1_000_000))


def test_each_kind_has_a_limit_of_its_own(actor: Actor, settings: Any) -> None:
    settings.LANTOA_UPLOAD_LIMIT_MB = 100
    with pytest.raises(errors.FileTooLarge) as refused:
        store(actor, upload("to.png", PNG + b"x" * 10_000_000))
    assert "10 MB" in str(refused.value)


def test_a_file_needs_the_declaration_and_an_uploader(actor: Actor) -> None:
    with pytest.raises(errors.SecrecyNotDeclared) as refused:
        store(actor, upload(), no_secrecy_declared=False)
    assert refused.value.field == "no_secrecy_declared"
    with pytest.raises(errors.UploaderUnknown):
        store(SYSTEM, upload())


def test_the_same_upload_twice_is_one_file_and_its_id_is_its_uploaders(actor: Actor) -> None:
    once = uuid.uuid4()
    assert store(actor, upload(), client_id=once) == store(actor, upload(), client_id=once)
    with pytest.raises(errors.AnotherUpload):
        store(Actor.of(make_user()), upload(), client_id=once)


def test_several_files_are_kept_together_or_not_at_all(actor: Actor) -> None:
    once = uuid.uuid4()
    with pytest.raises(errors.KindNotAllowed):
        services.store_files(
            actor=actor, client_id=once, uploads=[upload(), upload("a.exe", b"MZ")], no_secrecy_declared=True
        )
    assert not StoredFile.objects.exists()
    for _attempt in range(2):
        services.store_files(actor=actor, client_id=once, uploads=[upload(), upload("2.pdf")], no_secrecy_declared=True)
    assert StoredFile.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\Mai\\Kế hoạch.pdf", "Kế hoạch.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202e\u0000\nb.pdf", "ab.pdf"),
        ("Ke\u0302\u0301 hoa\u0323ch.pdf", "Kế hoạch.pdf"),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
    ],
)
def test_a_name_is_kept_clean(given: str, kept: str) -> None:
    assert services.clean_name(given) == kept


def test_a_package_that_swells_or_teems_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "UNPACKED_LIMIT", 1_000)
    with pytest.raises(Damaged):
        kind_of(docx("x" * 2_000))
    monkeypatch.setattr(content, "ENTRIES_LIMIT", 1)
    with pytest.raises(Damaged):
        kind_of(docx("x"))
    doctype = io.BytesIO()
    with zipfile.ZipFile(doctype, "w") as written:
        written.writestr("[Content_Types].xml", '<!DOCTYPE x [<!ENTITY a "b">]><Types/>')
    monkeypatch.undo()
    with pytest.raises(Damaged):
        kind_of(doctype.getvalue())
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as written:
        written.writestr("note.txt", "x")
    assert kind_of(empty.getvalue()) is None


def test_what_is_parsed_may_swell_less_than_the_pictures_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "XML_LIMIT", 1_000)
    with pytest.raises(Damaged):
        kind_of(docx("x" * 2_000))
    stream = io.BytesIO(docx("x"))
    with zipfile.ZipFile(stream, "a") as written:
        written.writestr("word/media/image1.png", b"x" * 2_000)
    assert kind_of(stream.getvalue()) == content.DOCX


@pytest.fixture
def resolvers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "RESOLVERS", [])


@pytest.mark.usefixtures("resolvers")
def test_a_file_is_opened_by_the_app_that_owns_it_and_by_nothing_else(actor: Actor) -> None:
    file = store(actor, upload("Kế hoạch số 50.pdf"))
    user = make_user()
    client = Client()
    client.force_login(user)
    url = reverse("files:file_download", args=[file.pk])
    assert client.get(url).status_code == 404

    def opens(reader: Any, stored: StoredFile) -> bool:
        return bool(reader.user_id == user.pk and stored == file)

    access.register(opens)
    access.register(opens)
    assert len(access.RESOLVERS) == 1
    response: Any = client.get(url)
    assert b"".join(response.streaming_content) == pdf("Kế hoạch số 50-KH/HU")
    assert (
        response["Content-Disposition"]
        == "attachment; filename*=utf-8''K%E1%BA%BF%20ho%E1%BA%A1ch%20s%E1%BB%91%2050.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.post(url).status_code == 405
    other = Client()
    other.force_login(make_user())
    assert other.get(url).status_code == 404
    assert Client().get(url).status_code == 302


class PaperForm(UploadsMixin, OnceForm):
    """A form with files."""


def form_of(*files: SimpleUploadedFile, declared: bool) -> PaperForm:
    data = {"client_id": str(uuid.uuid4())} | ({"no_secrecy_declared": "on"} if declared else {})
    return PaperForm(data, MultiValueDict({"uploads": list(files)}))


def test_a_form_takes_several_files_and_asks_for_the_declaration(actor: Actor) -> None:
    assert form_of(declared=False).is_valid()
    undeclared = form_of(upload(), declared=False)
    assert not undeclared.is_valid()
    assert list(undeclared.errors) == ["no_secrecy_declared"]
    form = form_of(upload(), upload("2.pdf"), declared=True)
    assert form.is_valid()
    assert [file.name for file in form.store_files(actor=actor)] == ["50-KH-HU.pdf", "2.pdf"]


def test_a_required_field_of_files_wants_one() -> None:
    class RequiredForm(forms.Form):
        uploads = SeveralFilesField()

    assert not RequiredForm({}, MultiValueDict()).is_valid()
    assert RequiredForm({}, MultiValueDict({"uploads": [upload()]})).is_valid()
