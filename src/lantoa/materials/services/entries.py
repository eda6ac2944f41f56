"""Entering a material, correcting what is said of it, withdrawing it."""

import uuid

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.materials import errors, notices, policies
from lantoa.materials.enums import MaterialKind, VersionState
from lantoa.materials.facts import COLUMNS, Facts
from lantoa.materials.indexing import index_material
from lantoa.materials.models import Material
from lantoa.materials.services.locking import locked_material, locked_unit
from lantoa.materials.services.versions import Content, add_version
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Unit


@use_case
def register_material(
    *, actor: Actor, client_id: uuid.UUID, owner: Unit, kind: MaterialKind | str, facts: Facts, content: Content
) -> Material:
    """Enter a material with its first version, which waits for review.

    Returns it; the same `client_id` again returns what the first call entered. Raises NotPermitted, FormSentBefore,
    those of `Facts.check` and those of `write_version`; after any of them nothing is kept.
    """
    if not policies.can_write_material(actor=actor, unit=owner):
        raise NotPermitted
    unit = locked_unit(owner)
    if known := Material.objects.filter(client_id=client_id).first():
        if known.owner_id != owner.pk:
            raise errors.FormSentBefore
        return known
    facts.check(actor, unit)
    material = Material(client_id=client_id, owner=unit, kind=kind)
    facts.write_to(material)
    material.save(force_insert=True)
    material.directives.set(facts.directives)
    first = uuid.uuid5(client_id, "version")
    add_version(actor=actor, client_id=first, material=material, content=content, change="")
    audit.record(
        actor=actor, action="materials.register_material", about=material, unit=unit, facts={"kind": str(kind)}
    )
    return material


@use_case
def change_material(*, actor: Actor, material: Material, version: int, facts: Facts) -> Material:
    """Correct what the library says of a material.

    Returns it with its new version; a repeated submit that would change nothing returns it as it is. Raises
    NotPermitted, Withdrawn, Stale where `version` is not the stored one, and those of `Facts.check`.
    """
    if not policies.can_write_material(actor=actor, unit=material.owner):
        raise NotPermitted
    locked = locked_material(material)
    if locked.withdrawn_at is not None:
        raise errors.Withdrawn
    kept = frozenset(locked.directives.values_list("pk", flat=True))
    facts.check(actor, locked.owner, kept=kept)
    before = {name: getattr(locked, name) for name in COLUMNS}
    facts.write_to(locked)
    chosen = {directive.pk for directive in facts.directives}
    changed = [name for name in COLUMNS if before[name] != getattr(locked, name)]
    changed += ["directives"] if chosen != kept else []
    if not changed:
        return locked
    if version != locked.version:
        raise Stale
    locked.version += 1
    locked.save(update_fields=[*COLUMNS, "version"])
    locked.directives.set(facts.directives)
    index_material(locked)
    told = {"changed": sorted(changed)}
    audit.record(actor=actor, action="materials.change_material", about=locked, unit=locked.owner, facts=told)
    return locked


@use_case
def withdraw_material(*, actor: Actor, material: Material, reason: str) -> Material:
    """Let a material be used no more, with a reason; every unit that fetched it is told.

    A repeat with the same reason gives the material as it is. Raises NotPermitted, ReasonMissing, Withdrawn.
    """
    if not policies.can_withdraw_material(actor=actor, unit=material.owner):
        raise NotPermitted
    locked = locked_material(material)
    given = normalise(reason)
    if not given:
        raise errors.ReasonMissing(field="reason")
    if locked.withdrawn_at is not None:
        if locked.withdrawn_reason == given:
            return locked
        raise errors.Withdrawn
    locked.withdrawn_at, locked.withdrawn_reason = clock.now(), given
    locked.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    open_states = (VersionState.IN_USE, VersionState.WAITING)
    locked.versions.filter(state__in=open_states).update(state=VersionState.WITHDRAWN)
    notices.tell_fetchers(locked)
    audit.record(actor=actor, action="materials.withdraw_material", about=locked, unit=locked.owner)
    return locked
