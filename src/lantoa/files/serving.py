"""Sending a stored file to a browser."""

from django.http import FileResponse

from lantoa.files.models import StoredFile


def as_download(file: StoredFile) -> FileResponse:
    """The file under its own name, always to be saved and never to be interpreted by the browser.

    Whoever calls has decided that the reader may have it.
    """
    response = FileResponse(
        file.content.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
