"""Who may do what with materials, in the spirit of the table "Who may do what": what registers, approves."""

from lantoa.materials.models import Material, MaterialVersion
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit


def can_write_material(*, actor: Actor, unit: Unit) -> bool:
    """Enter a material of one's own unit, write its versions, share it: officer and secretary."""
    return actor.holds(authority.WRITES_MATERIALS, unit)


def can_review_material(*, actor: Actor, unit: Unit) -> bool:
    """Accept or return a version of one's own unit: its approver."""
    return actor.holds(authority.REVIEWS_MATERIALS, unit)


def can_review_version(*, actor: Actor, version: MaterialVersion) -> bool:
    """Accept or return this very version: never one's own."""
    return can_review_material(actor=actor, unit=version.material.owner) and version.written_by_id != actor.user_id


def can_withdraw_material(*, actor: Actor, unit: Unit) -> bool:
    """Withdraw a material of one's own unit: whoever may write it or has to answer for its review."""
    return actor.holds(authority.WRITES_MATERIALS | authority.REVIEWS_MATERIALS, unit)


def can_record_publication(*, actor: Actor, unit: Unit, material: Material) -> bool:
    """Write into the ledger where one's own unit published a material of its own or of a unit above it."""
    return actor.holds(authority.WRITES_MATERIALS, unit) and unit.path.startswith(material.owner.path)
