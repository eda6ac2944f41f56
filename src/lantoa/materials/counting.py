"""Counts of fetches: one row for each day, raised by one statement, with nobody's name."""

from django.db import connection

from lantoa.kernel import clock
from lantoa.materials.models import Material, MaterialVersion, ShareLink
from lantoa.organizations.actors import Actor

_FETCH = """INSERT INTO materials_fetch AS known (version_id, unit_id, day, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (version_id, unit_id, day) DO UPDATE SET count = known.count + 1
"""
_USE = """INSERT INTO materials_linkuse AS known (link_id, day, opened, fetched) VALUES (%s, %s, %s, %s)
    ON CONFLICT (link_id, day) DO UPDATE SET opened = known.opened + excluded.opened,
        fetched = known.fetched + excluded.fetched
"""


def unit_of_reader(actor: Actor, material: Material) -> int:
    """The unit for which the actor reads a material: of their units one under its owner where there is one."""
    inside = [grant.unit_id for grant in actor.grants if grant.path.startswith(material.owner.path)]
    return (inside or [grant.unit_id for grant in actor.grants])[0]


def count_fetch(version: MaterialVersion, unit_id: int) -> None:
    """Count that somebody of the unit fetched the version today."""
    with connection.cursor() as cursor:
        cursor.execute(_FETCH, [version.pk, unit_id, clock.today()])


def count_use(link: ShareLink, *, fetched: bool) -> None:
    """Count that somebody opened the link today, or fetched what it leads to."""
    with connection.cursor() as cursor:
        cursor.execute(_USE, [link.pk, clock.today(), int(not fetched), int(fetched)])
