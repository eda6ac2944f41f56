"""Why no list of persons can be read from a file; each message stands beside the file field."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class Unreadable(Refusal):
    """A file from which no list of persons can be read; the message stands beside the file field."""

    code = "import_unreadable"
    message: ClassVar[str | Promise] = _("The file cannot be read. Open it, save it anew as .xlsx and upload that.")

    def __init__(self, *, field: str | None = "upload", **values: Any) -> None:
        super().__init__(field=field, **values)


class FileIsEmpty(Unreadable):
    """No bytes, or no row under the header."""

    code = "import_empty"
    message = _("The file holds no person. Fill in the template, one person in each row, and upload it.")


class FileIsTooLarge(Unreadable):
    """More bytes than a list of persons needs."""

    code = "import_too_large"
    message = _("The file is larger than %(limit)s MB. Split the list into several files.")


class TooManyRows(Unreadable):
    """More rows or columns than one import takes, or a file that unpacks to far more than it is."""

    code = "import_too_many_rows"
    message = _(
        "The sheet is larger than %(rows)s rows or %(columns)s columns. Delete what does not belong to the list."
    )


class NotAWorkbook(Unreadable):
    """Neither a workbook nor a text."""

    code = "import_not_a_workbook"
    message = _("This is no workbook (.xlsx, .xls, .ods) and no CSV file. Open it in Excel and save it as .xlsx.")


class Locked(Unreadable):
    """A workbook with a password."""

    code = "import_locked"
    message = _("This workbook has a password. Open it in Excel, remove the password, save it and upload that.")


class NotUtf8(Unreadable):
    """A CSV file in a code page in which Vietnamese letters are lost or ambiguous."""

    code = "import_not_utf8"
    message = _(
        "The Vietnamese letters of this CSV file cannot be read for certain. "
        "Save it as “CSV UTF-8”, or as .xlsx, and upload that."
    )


class HeaderMissing(Unreadable):
    """No row names a column that is known."""

    code = "import_header_missing"
    message = _(
        "No row with the titles of the columns was found (for instance “Họ và tên”, “Năm sinh”). "
        "Write such a row above the persons, or download the template and copy your list into it."
    )
