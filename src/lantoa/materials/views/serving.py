"""Handing out what a version holds."""

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.text import slugify

from lantoa.files.serving import as_download
from lantoa.kernel.vietnamese import fold
from lantoa.materials.models import MaterialVersion


def served(version: MaterialVersion, *, light: bool) -> HttpResponseBase | None:
    """The file, the text as a file, or the way to the video; of the light variant where `light`. None where there is
    nothing (any more)."""
    file, text = (version.light_file, version.light_text) if light else (version.file, version.text)
    if version.address and not light:
        return HttpResponseRedirect(version.address)
    if file is not None:
        return as_download(file)
    return _as_text_file(version, text) if text else None


def _as_text_file(version: MaterialVersion, text: str) -> HttpResponse:
    name = slugify(fold(version.material.title))[:80] or "van-ban"
    response = HttpResponse(f"{version.material.title}\n\n{text}\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
