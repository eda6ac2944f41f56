"""Materials of units that end: what is not withdrawn goes to the unit that takes over (ADR 19), which then answers for
it; who fetched it and where it was published stay with the units of their day."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from lantoa.materials.indexing import index_material
from lantoa.materials.models import Material
from lantoa.materials.querysets import MaterialQuerySet
from lantoa.organizations.succession import OpenWork, Succession, heirs_of


class MaterialSteward:
    """What becomes of materials."""

    def open_work(self, successions: Sequence[Succession]) -> list[OpenWork]:
        """The materials that the units keep (one query)."""
        heirs = heirs_of(successions)
        return [
            OpenWork(
                key=f"material {material.pk}",
                version=material.version,
                kind=_("material"),
                label=material.title,
                unit_id=material.owner_id,
                heir_id=heirs[material.owner_id],
            )
            for material in _kept_by(heirs)
        ]

    def hand_over(self, successions: Sequence[Succession]) -> int:
        """Let the materials go to the unit that takes over; how many went."""
        heirs = heirs_of(successions)
        kept = list(_kept_by(heirs).select_for_update(of=("self",), no_key=True))
        for material in kept:
            material.owner_id = heirs[material.owner_id]
            material.version += 1
            material.save(update_fields=["owner", "version"])
            index_material(material)
        return len(kept)


def _kept_by(heirs: dict[int, int]) -> MaterialQuerySet:
    return Material.objects.filter(owner__in=list(heirs), withdrawn_at__isnull=True).order_by("pk")
