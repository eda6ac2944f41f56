"""What the pages of every import share: the batch that the reader may see, its state, the way to it."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.organizations.enums import ImportKind, ImportState
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import ImportBatch
from lantoa.organizations.reading import FIELDS, Layout
from lantoa.organizations.views.persons import persons_crumbs
from lantoa.ui.states import Crumb, State, Tone

STATES = {
    ImportState.PREVIEWED: State(ImportState.PREVIEWED.label, Tone.WARNING, "eye"),
    ImportState.APPLIED: State(ImportState.APPLIED.label, Tone.SUCCESS),
    ImportState.UNDONE: State(ImportState.UNDONE.label, Tone.NEUTRAL, "arrow-counterclockwise"),
    ImportState.CANCELLED: State(ImportState.CANCELLED.label, Tone.NEUTRAL, "slash-circle"),
}


def import_batch(request: ActorRequest, pk: int) -> ImportBatch:
    """The import, where the reader may see it."""
    return get_object_or_404(ImportBatch.objects.visible_to(request.actor).select_related("unit", "job"), pk=pk)


def import_crumbs(request: ActorRequest, batch: ImportBatch) -> list[Crumb]:
    """The way to an import's page, itself included."""
    return [
        *persons_crumbs(request.actor, batch.unit),
        Crumb(_("Import"), reverse("organizations:import_create", args=[batch.unit_id])),
        Crumb(batch.file_name, reverse("organizations:import_detail", args=[batch.pk])),
    ]


def missing_columns(batch: ImportBatch) -> list[str]:
    """The titles of columns without which the list is of no use; one that is compared needs the codes alone."""
    layout = Layout.of_json(batch.layout)
    if batch.kind == ImportKind.REGISTER:
        return layout.missing
    return [] if "code" in layout.columns else [FIELDS["code"].title]
