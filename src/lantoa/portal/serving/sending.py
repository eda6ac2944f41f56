"""Files of articles and pictures as they are sent, with what tells one state of them from another."""

import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import Storage, storages
from django.http import FileResponse, Http404
from django.utils.http import http_date

from lantoa.portal.models import Attachment


def sent_picture(name: str) -> FileResponse:
    """A picture in one size. Raises Http404 where there is none."""
    kept = storages["portal_pictures"]
    try:
        content = kept.open(name)
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    response = FileResponse(content, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
    return _stamped(response, kept, name)


def sent_file(file: Attachment) -> FileResponse:
    """A file under its own name; recordings are played, anything else is saved. Raises Http404 where it is away."""
    try:
        content = file.file.open("rb")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=not file.is_sound, filename=file.filename, content_type=file.content_type
    )
    return _stamped(response, file.file.storage, file.file.name)


def _stamped(response: FileResponse, storage: Storage, name: str) -> FileResponse:
    changed = storage.get_modified_time(name)
    response["Last-Modified"] = http_date(changed.timestamp())
    response["ETag"] = f'"{changed.timestamp():.6f}-{storage.size(name)}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
