"""Uploads of pictures and files: known by their content, cleaned of what they tell on the side, no secrets."""

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from lantoa.files.content import KINDS, PICTURE_KINDS, FileKind
from lantoa.files.services import checked_upload
from lantoa.kernel.refusals import Refusal


class PictureForm(BaseImageForm):
    """A picture."""

    def clean_file(self) -> Any:
        """The picture as it is kept. Raises ValidationError."""
        return _checked(self.cleaned_data["file"], PICTURE_KINDS)


class AttachmentForm(BaseDocumentForm):
    """A file or a recording."""

    def clean_file(self) -> Any:
        """The file as it is kept. Raises ValidationError."""
        return _checked(self.cleaned_data["file"], KINDS)


def _checked(upload: Any, kinds: tuple[FileKind, ...]) -> Any:
    """The content that was checked under the name of the upload; a file that was kept earlier stays as it is."""
    if not isinstance(upload, UploadedFile):
        return upload
    try:
        content, _kind, name = checked_upload(upload, kinds)
    except Refusal as refusal:
        raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
    return ContentFile(content, name=name)
