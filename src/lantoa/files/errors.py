"""Typed refusals about uploads; each names the form field `uploads`."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class FileRefusal(Refusal):
    """The base of all refusals of a file."""

    def __init__(self, *, field: str | None = "uploads", **values: Any) -> None:
        super().__init__(field=field, **values)


class SecrecyNotDeclared(FileRefusal):
    """Whoever uploads must declare that the file bears no secrecy mark."""

    code = "secrecy_not_declared"
    message: ClassVar[str | Promise] = _("Declare that the file bears no secrecy mark before you upload it.")

    def __init__(self) -> None:
        super().__init__(field="no_secrecy_declared")


class UploaderUnknown(FileRefusal):
    """A file is kept in somebody's name; the system itself uploads nothing."""

    code = "uploader_unknown"
    message: ClassVar[str | Promise] = _("Sign in before you upload a file.")
    status = 403


class FileEmpty(FileRefusal):
    """Nothing arrived."""

    code = "file_empty"
    message: ClassVar[str | Promise] = _("The file “%(name)s” is empty. Choose it again.")


class FileTooLarge(FileRefusal):
    """More than the installation keeps."""

    code = "file_too_large"
    message: ClassVar[str | Promise] = _(
        "The file “%(name)s” is larger than %(limit)s MB. Reduce it, for instance by scanning at 150 dpi."
    )


class KindNotAllowed(FileRefusal):
    """The bytes are of no kind that is kept."""

    code = "file_kind_not_allowed"
    message: ClassVar[str | Promise] = _(
        "The content of “%(name)s” is of a kind that is not kept here. "
        "Allowed are PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), PNG, JPEG, WebP, MP3, M4A, Ogg and MP4."
    )


class EndingMisleads(FileRefusal):
    """The name promises another kind than the bytes hold."""

    code = "file_ending_misleads"
    message: ClassVar[str | Promise] = _(
        "The name “%(name)s” does not fit its content, which is %(kind)s. Save the file anew in the right format."
    )


class PictureTooLarge(FileRefusal):
    """More points than any screen or sheet needs: unpacked it would fill the memory of a phone."""

    code = "picture_too_large"
    message: ClassVar[str | Promise] = _(
        "The picture “%(name)s” has more than %(limit)s million points. Save it smaller and upload that."
    )


class FileDamaged(FileRefusal):
    """A file that its own format calls broken, or that unpacks to more than is sensible."""

    code = "file_damaged"
    message: ClassVar[str | Promise] = _(
        "The file “%(name)s” is damaged or protected and cannot be checked. Open it, save it anew and upload that."
    )


class SecrecyMarkFound(FileRefusal):
    """The text bears Mật, Tối mật or Tuyệt mật as a mark (law on the protection of state secrets)."""

    code = "secrecy_mark_found"
    message: ClassVar[str | Promise] = _(
        "“%(name)s” bears the secrecy mark “%(mark)s”. Classified documents must not be uploaded; "
        "they go by the way laid down for state secrets."
    )


class AnotherUpload(FileRefusal):
    """The id of this upload belongs to somebody else's."""

    code = "another_upload"
    message: ClassVar[str | Promise] = _("This form was used already. Open the page anew and upload the file again.")
