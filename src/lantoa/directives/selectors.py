"""What the pages of the register read."""

from lantoa.directives.models import Directive
from lantoa.files.models import StoredFile
from lantoa.organizations.actors import Actor


def years_of(actor: Actor) -> list[int]:
    """The years in which the visible directives were issued, the latest first (one query)."""
    rows = Directive.objects.visible_to(actor).order_by()
    return sorted(rows.values_list("issued_on__year", flat=True).distinct(), reverse=True)


def opens_file(actor: Actor, file: StoredFile) -> bool:
    """Whether the file belongs to a directive that the actor may see."""
    return Directive.objects.visible_to(actor).filter(files=file).exists()
