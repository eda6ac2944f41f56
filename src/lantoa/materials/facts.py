"""What the library says about a material, as one value."""

from dataclasses import dataclass

from lantoa.directives.models import Directive
from lantoa.kernel.vietnamese import normalise
from lantoa.materials import errors
from lantoa.materials.enums import MaterialAudience
from lantoa.materials.models import Material
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import SpokenLanguage
from lantoa.organizations.models import Unit

COLUMNS = ("title", "audience", "language", "place")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a writer says of a material; its kind is said once, when it is entered."""

    title: str
    directives: tuple[Directive, ...]
    audience: MaterialAudience | str
    language: SpokenLanguage | str
    place: Unit | None = None

    def check(self, actor: Actor, owner: Unit, *, kept: frozenset[int] = frozenset()) -> None:
        """Refuse what cannot be true; the directives `kept` are those that the material has.

        Raises TitleMissing, DirectivesMissing, DirectivesOutOfReach, PlaceOutside.
        """
        if not normalise(self.title):
            raise errors.TitleMissing(field="title")
        chosen = {directive.pk for directive in self.directives}
        if not chosen:
            raise errors.DirectivesMissing(field="directives")
        added = chosen - kept
        if Directive.objects.visible_to(actor).filter(pk__in=added).count() != len(added):
            raise errors.DirectivesOutOfReach(field="directives")
        if self.place is not None and not self.place.path.startswith(owner.path):
            raise errors.PlaceOutside(field="place")

    def write_to(self, material: Material) -> None:
        """Put the columns onto the row."""
        for name in COLUMNS:
            setattr(material, name, getattr(self, name))
        material.title = normalise(self.title)
