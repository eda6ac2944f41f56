"""Downloads."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from lantoa.audit.usecases import SupportsUser
from lantoa.files import access
from lantoa.files.models import StoredFile
from lantoa.files.serving import as_download


class ReaderRequest(HttpRequest):
    """A request with the actor that the organisation's middleware attaches."""

    actor: SupportsUser


@require_GET
def file_download(request: ReaderRequest, pk: int) -> FileResponse:
    """The file under its own name, always to be saved and never to be interpreted by the browser."""
    file = get_object_or_404(StoredFile, pk=pk)
    if not access.can_read(actor=request.actor, file=file):
        raise Http404
    return as_download(file)
