"""Keeping uploads: declared, measured, known by their content, free of secrecy marks, hashed."""

import hashlib
import unicodedata
import uuid
from collections.abc import Sequence
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import ContentFile, File

from lantoa.audit import services as audit
from lantoa.audit.usecases import SupportsUser, use_case
from lantoa.files import secrecy
from lantoa.files.cleaning import MILLIONS_OF_POINTS, TooManyPoints, cleaned
from lantoa.files.content import KINDS, Damaged, FileKind, kind_of
from lantoa.files.errors import (
    AnotherUpload,
    EndingMisleads,
    FileDamaged,
    FileEmpty,
    FileTooLarge,
    KindNotAllowed,
    PictureTooLarge,
    SecrecyMarkFound,
    SecrecyNotDeclared,
    UploaderUnknown,
)
from lantoa.files.models import StoredFile
from lantoa.files.text import lines_of

MEGABYTE = 1_000_000
NAME_LENGTH = 200


def size_limit() -> int:
    """The largest upload that is kept, in bytes (setting `LANTOA_UPLOAD_LIMIT_MB`, else 20 MB)."""
    return int(getattr(settings, "LANTOA_UPLOAD_LIMIT_MB", 20)) * MEGABYTE


@use_case
def store_file(
    *, actor: SupportsUser, client_id: uuid.UUID, upload: "File[bytes]", no_secrecy_declared: bool
) -> StoredFile:
    """Check an upload and keep it. The same `client_id` again gives the file that was kept then.

    What a picture or a recording tells beside what is seen and heard (`cleaning`) is not kept.
    Raises one of the refusals of `errors`, and then nothing is kept.
    """
    if actor.user_id is None:
        raise UploaderUnknown
    earlier = StoredFile.objects.filter(client_id=client_id).first()
    if earlier is not None:
        if earlier.uploaded_by_id != actor.user_id:
            raise AnotherUpload
        return earlier
    if not no_secrecy_declared:
        raise SecrecyNotDeclared
    content, kind, name = checked_upload(upload)
    file = StoredFile(
        client_id=client_id,
        name=name,
        content_type=kind.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        no_secrecy_declared=True,
        uploaded_by_id=actor.user_id,
    )
    file.content.save(f"{uuid.uuid4().hex}{kind.endings[0]}", ContentFile(content), save=False)
    file.save(force_insert=True)
    audit.record(
        actor=actor,
        action="files.store_file",
        about=file,
        unit=None,
        facts={"kind": kind.media_type, "size": file.size, "sha256": file.sha256},
    )
    return file


@use_case
def store_files(
    *, actor: SupportsUser, client_id: uuid.UUID, uploads: "Sequence[File[bytes]]", no_secrecy_declared: bool
) -> list[StoredFile]:
    """Keep all uploads of one form or none of them; `client_id` is the form's. Raises as `store_file` does."""
    return [
        store_file(
            actor=actor,
            client_id=uuid.uuid5(client_id, f"{position}:{upload.name}"),
            upload=upload,
            no_secrecy_declared=no_secrecy_declared,
        )
        for position, upload in enumerate(uploads)
    ]


def checked_upload(upload: "File[bytes]", kinds: Sequence[FileKind] = KINDS) -> tuple[bytes, FileKind, str]:
    """The content of an upload as it may be kept, what it is, and its name.

    Raises FileTooLarge, FileEmpty, FileDamaged, KindNotAllowed (none of `kinds`), EndingMisleads, PictureTooLarge,
    SecrecyMarkFound.
    """
    name = clean_name(upload.name or "")
    content = _read(upload, name)
    kind = _checked_kind(content, name)
    if kind not in kinds:
        raise KindNotAllowed(name=name)
    content = _cleaned(content, kind, name)
    _refuse_secrecy(content, kind, name)
    return content, kind, name


def clean_name(name: str) -> str:
    """The name as it is shown and downloaded: no folder, no control characters, composed, at most 200 characters."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    printable = "".join(one for one in base if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip()
    ending = PurePath(printable).suffix[:10]
    return printable.removesuffix(ending)[: NAME_LENGTH - len(ending)] + ending


def _read(upload: "File[bytes]", name: str) -> bytes:
    limit = size_limit()
    if upload.size > limit:
        raise FileTooLarge(name=name, limit=limit // MEGABYTE)
    upload.seek(0)
    content: bytes = upload.read(limit + 1)
    if not content:
        raise FileEmpty(name=name)
    return content


def _checked_kind(content: bytes, name: str) -> FileKind:
    try:
        kind = kind_of(content)
    except Damaged as error:
        raise FileDamaged(name=name) from error
    if kind is None:
        raise KindNotAllowed(name=name)
    if not name.lower().endswith(kind.endings):
        raise EndingMisleads(name=name, kind=kind.label)
    if len(content) > kind.most_megabytes * MEGABYTE:
        raise FileTooLarge(name=name, limit=kind.most_megabytes)
    return kind


def _cleaned(content: bytes, kind: FileKind, name: str) -> bytes:
    try:
        return cleaned(content, kind)
    except TooManyPoints as error:
        raise PictureTooLarge(name=name, limit=MILLIONS_OF_POINTS) from error
    except Damaged as error:
        raise FileDamaged(name=name) from error


def _refuse_secrecy(content: bytes, kind: FileKind, name: str) -> None:
    try:
        mark = secrecy.mark_in(lines_of(content, kind))
    except Damaged as error:
        raise FileDamaged(name=name) from error
    if mark is not None:
        raise SecrecyMarkFound(name=name, mark=mark)
