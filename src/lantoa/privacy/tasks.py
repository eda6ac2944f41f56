"""What the privacy of people asks for in the background."""

from django.core.files.storage import default_storage

from lantoa.jobs.queue import app


@app.task(name="privacy.discard_content")
def discard_content(path: str) -> None:
    """Delete the bytes of a stored file whose row is gone; again after a crash, it finds nothing left to do."""
    default_storage.delete(path)
