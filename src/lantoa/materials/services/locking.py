"""Rows of the library in the order in which they are locked: the unit, then the material."""

from lantoa.materials.models import Material
from lantoa.organizations.models import Unit


def locked_unit(unit: Unit) -> Unit:
    """The unit, held first as for a reform that moves it: what is found of its materials goes by where it stands."""
    return Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def locked_material(material: Material) -> Material:
    """The material with its owner, both held."""
    locked_unit(material.owner)
    rows = Material.objects.select_for_update(of=("self",), no_key=True).select_related("owner")
    return rows.get(pk=material.pk)
