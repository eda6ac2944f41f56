"""Materials for tests, written straight into the tables."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.core.files.base import ContentFile

from lantoa.accounts.models import User
from lantoa.directives.models import Directive
from lantoa.files.models import StoredFile
from lantoa.materials.enums import MaterialKind, VersionState
from lantoa.materials.indexing import index_material
from lantoa.materials.models import Material, MaterialVersion, Publication
from lantoa.organizations.models import Unit
from tests.directives.factories import make_directive
from tests.organizations.factories import make_user

SINCE = dt.date(2026, 1, 5)


def make_file(
    content: bytes = b"%PDF-1.4 x", *, name: str = "de-cuong.pdf", kind: str = "application/pdf"
) -> StoredFile:
    """A stored file of these bytes."""
    file = StoredFile(
        client_id=uuid.uuid4(),
        name=name,
        content_type=kind,
        size=len(content),
        sha256="0" * 64,
        no_secrecy_declared=True,
        uploaded_by=make_user(),
    )
    file.content.save(f"{uuid.uuid4().hex}.pdf", ContentFile(content))
    return file


def make_material(
    owner: Unit,
    *,
    title: str = "Đề cương tuyên truyền",
    kind: MaterialKind = MaterialKind.OUTLINE,
    state: VersionState = VersionState.IN_USE,
    text: str = "Nội dung chính",
    light_text: str = "",
    address: str = "",
    file: StoredFile | None = None,
    light_file: StoredFile | None = None,
    author: User | None = None,
    directives: Iterable[Directive] = (),
    language: str = "vi",
) -> Material:
    """A material of `owner` with one version in that state."""
    material = Material.objects.create(
        client_id=uuid.uuid4(),
        owner=owner,
        kind=kind,
        title=title,
        audience="members",
        language=language,
        used_since=SINCE if state == VersionState.IN_USE else None,
    )
    material.directives.set(directives or [make_directive(owner)])
    MaterialVersion.objects.create(
        client_id=uuid.uuid4(),
        material=material,
        number=1,
        state=state,
        text=text,
        light_text=light_text,
        address=address,
        file=file,
        light_file=light_file,
        written_by=author or make_user(),
    )
    index_material(material)
    return material


def make_line(
    material: Material, unit: Unit, *, channel: str = "zalo", reach: int | None = 40, address: str = "Nhóm Zalo bản"
) -> Publication:
    """A line of the ledger."""
    return Publication.objects.create(
        client_id=uuid.uuid4(),
        material=material,
        unit=unit,
        channel=channel,
        published_on=SINCE,
        address=address,
        reach=reach,
        reach_source="Trưởng bản đếm" if reach is not None else "",
        recorded_by=make_user(),
    )
