"""Writing versions, and reviewing them before they are used."""

import uuid
from dataclasses import dataclass
from typing import cast

from django.core.files.base import File

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.files.content import FileKind
from lantoa.files.errors import FileRefusal
from lantoa.files.models import StoredFile
from lantoa.files.secrecy import mark_in
from lantoa.files.services import store_file
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.materials import errors, notices, policies
from lantoa.materials.enums import MaterialKind, VersionState
from lantoa.materials.fitting import FITTING, LIGHT, labels
from lantoa.materials.indexing import index_material
from lantoa.materials.models import Material, MaterialVersion
from lantoa.materials.services.locking import locked_material
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a version holds, as it was typed and uploaded."""

    upload: "File[bytes] | None" = None
    text: str = ""
    address: str = ""
    light_upload: "File[bytes] | None" = None
    light_text: str = ""
    no_secrecy_declared: bool = False

    def check(self, kind: MaterialKind) -> None:
        """Refuse what no material of the kind comes in.

        Raises LinkMissing, LinkUnfit, ContentMissing, LightWithoutFull, and TextMarkedSecret for what was typed; files
        are read when they are stored.
        """
        for field, text in (("text", self.text), ("light_text", self.light_text)):
            if mark := mark_in(text.splitlines()):
                raise errors.TextMarkedSecret(field=field, mark=mark)
        if kind == MaterialKind.VIDEO:
            if not self.address:
                raise errors.LinkMissing(field="address")
            return
        if self.address:
            raise errors.LinkUnfit(field="address")
        if self.upload is None and not self.text.strip():
            raise errors.ContentMissing(field="uploads")
        if self.upload is None and (self.light_upload is not None or self.light_text.strip()):
            raise errors.LightWithoutFull(field="uploads")


@use_case
def write_version(
    *, actor: Actor, client_id: uuid.UUID, material: Material, content: Content, change: str
) -> MaterialVersion:
    """Write a further version, which waits for review in place of another that may still wait.

    Returns it; the same `client_id` again returns what the first call wrote. Raises NotPermitted, Withdrawn,
    ChangeUnexplained, FormSentBefore, those of `Content.check`, FileUnfit, LightNotLighter and those of
    `files.services.store_file`; after any of them nothing is kept.
    """
    if not policies.can_write_material(actor=actor, unit=material.owner):
        raise NotPermitted
    locked = locked_material(material)
    if known := MaterialVersion.objects.filter(client_id=client_id).first():
        if known.material_id != locked.pk:
            raise errors.FormSentBefore
        return known
    if locked.withdrawn_at is not None:
        raise errors.Withdrawn
    if not normalise(change):
        raise errors.ChangeUnexplained(field="change")
    version = add_version(actor=actor, client_id=client_id, material=locked, content=content, change=change)
    facts = {"version": version.number}
    audit.record(actor=actor, action="materials.write_version", about=version, unit=locked.owner, facts=facts)
    return version


@use_case
def accept_version(*, actor: Actor, version: MaterialVersion) -> MaterialVersion:
    """Let a version be used, in place of the one that was in use; from the first one on, units below see the material.

    Repeated by whoever accepted it, it gives the version as it is. Raises NotPermitted, OwnVersion, NotWaiting.
    """
    locked, again = _to_review(actor, version, VersionState.IN_USE)
    if again:
        return locked
    material = locked.material
    material.versions.filter(state=VersionState.IN_USE).update(state=VersionState.SUPERSEDED)
    _reviewed(locked, actor, VersionState.IN_USE)
    if material.used_since is None:
        material.used_since = clock.today()
        material.save(update_fields=["used_since"])
    index_material(material)
    facts = {"version": locked.number}
    audit.record(actor=actor, action="materials.accept_version", about=locked, unit=material.owner, facts=facts)
    return locked


@use_case
def return_version(*, actor: Actor, version: MaterialVersion, comment: str) -> MaterialVersion:
    """Give a version back with what is to be mended; its author is told.

    Repeated by whoever returned it, it gives the version as it is. Raises NotPermitted, OwnVersion, NotWaiting,
    CommentMissing.
    """
    locked, again = _to_review(actor, version, VersionState.RETURNED)
    if again:
        return locked
    locked.comment = normalise(comment)
    if not locked.comment:
        raise errors.CommentMissing(field="comment")
    _reviewed(locked, actor, VersionState.RETURNED)
    notices.tell_author(locked)
    facts = {"version": locked.number}
    audit.record(actor=actor, action="materials.return_version", about=locked, unit=locked.material.owner, facts=facts)
    return locked


def add_version(
    *, actor: Actor, client_id: uuid.UUID, material: Material, content: Content, change: str
) -> MaterialVersion:
    """The next version of a material that the caller holds, inside its use case; the approvers are told."""
    content.check(MaterialKind(material.kind))
    last = material.versions.order_by("-number").values_list("number", flat=True).first()
    material.versions.filter(state=VersionState.WAITING).update(state=VersionState.SUPERSEDED)
    version = MaterialVersion(
        client_id=client_id,
        material=material,
        number=(last or 0) + 1,
        text=content.text.strip(),
        address=content.address,
        light_text=content.light_text.strip(),
        change=normalise(change),
        written_by_id=cast("int", actor.user_id),
    )
    _store(actor, version, content)
    _check_lightness(version)
    version.save(force_insert=True)
    index_material(material)
    notices.tell_reviewers(version)
    return version


def _store(actor: Actor, version: MaterialVersion, content: Content) -> None:
    kind = MaterialKind(version.material.kind)
    wanted = (("file", content.upload, FITTING[kind]), ("light_file", content.light_upload, LIGHT[kind]))
    for name, upload, fitting in wanted:
        if upload is None:
            continue
        field = "uploads" if name == "file" else "light_upload"
        try:
            stored = store_file(
                actor=actor,
                client_id=uuid.uuid5(version.client_id, name),
                upload=upload,
                no_secrecy_declared=content.no_secrecy_declared,
            )
        except FileRefusal as refusal:
            if refusal.field == "uploads":
                refusal.field = field
            raise
        _check_fits(stored, fitting, field)
        setattr(version, name, stored)


def _check_fits(file: StoredFile, fitting: tuple[FileKind, ...], field: str) -> None:
    if file.content_type not in {kind.media_type for kind in fitting}:
        raise errors.FileUnfit(field=field, name=file.name, kinds=labels(fitting) or "–")


def _check_lightness(version: MaterialVersion) -> None:
    full, light = version.file, version.light_file
    if full is not None and light is not None and light.size >= full.size:
        raise errors.LightNotLighter(field="light_upload")


def _to_review(actor: Actor, version: MaterialVersion, outcome: VersionState) -> tuple[MaterialVersion, bool]:
    """The version, held with its material, and whether this very actor has decided so before."""
    if not policies.can_review_material(actor=actor, unit=version.material.owner):
        raise NotPermitted
    material = locked_material(version.material)
    locked = MaterialVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    locked.material = material
    if locked.state == outcome and locked.reviewed_by_id == actor.user_id:
        return locked, True
    if locked.state != VersionState.WAITING:
        raise errors.NotWaiting
    if not policies.can_review_version(actor=actor, version=locked):
        raise errors.OwnVersion
    return locked, False


def _reviewed(version: MaterialVersion, actor: Actor, state: VersionState) -> None:
    version.state = state
    version.reviewed_by_id = actor.user_id
    version.reviewed_at = clock.now()
    version.save(update_fields=["state", "reviewed_by", "reviewed_at", "comment"])
