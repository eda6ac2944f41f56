"""Uploads of pictures and files: known by their content, cleaned of what they tell on the side, no secrets."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from lantoa.files.content import KINDS, PICTURE_KINDS, Damaged, FileKind
from lantoa.files.errors import FileDamaged
from lantoa.files.reducing import reduced
from lantoa.files.services import checked_upload
from lantoa.kernel.refusals import Refusal


class PictureForm(BaseImageForm):
    """A picture."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].to_python = _readable(self.fields["file"].to_python)

    def clean_file(self) -> Any:
        """The picture as it is kept, no larger than pages need it. Raises ValidationError."""
        return _checked(self.cleaned_data["file"], PICTURE_KINDS, reduced)


class AttachmentForm(BaseDocumentForm):
    """A file or a recording."""

    def clean_file(self) -> Any:
        """The file as it is kept. Raises ValidationError."""
        return _checked(self.cleaned_data["file"], KINDS)


def _readable(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Wagtail opens a picture before anybody has checked it: one that breaks off in the middle is refused too."""

    def to_python(upload: Any) -> Any:
        try:
            return read(upload)
        except OSError as error:
            raise forms.ValidationError(str(FileDamaged(name=upload.name)), code=FileDamaged.code) from error

    return to_python


def _as_it_is(content: bytes, _kind: FileKind) -> bytes:
    return content


def _checked(upload: Any, kinds: tuple[FileKind, ...], reduce: Callable[[bytes, FileKind], bytes] = _as_it_is) -> Any:
    """The content that was checked under the name of the upload; a file that was kept earlier stays as it is."""
    if not isinstance(upload, UploadedFile):
        return upload
    try:
        content, kind, name = checked_upload(upload, kinds)
        return ContentFile(reduce(content, kind), name=name)
    except Damaged as error:
        refusal: Refusal = FileDamaged(name=upload.name)
        raise forms.ValidationError(str(refusal), code=refusal.code) from error
    except Refusal as refusal:
        raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
