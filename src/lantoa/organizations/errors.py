"""Typed refusals about units, persons and appointments."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NotPermitted(Refusal):
    """The actor's appointments do not give this right."""

    code = "not_permitted"
    message: ClassVar[str | Promise] = _(
        "Your appointments do not allow this. Ask the officer or the secretary of the unit to do it."
    )
    status = 403


class Stale(Refusal):
    """Somebody else saved the same object in the meantime."""

    code = "stale"
    message: ClassVar[str | Promise] = _(
        "Somebody else changed this while you were editing. Compare both versions below, then save again."
    )
    status = 409


class NameMissing(Refusal):
    """A person without a usable name."""

    code = "name_missing"
    message: ClassVar[str | Promise] = _("Give the full name, in letters, of at most 120 characters.")


class YearImplausible(Refusal):
    """A year of birth outside the range that a person of an organisation can have."""

    code = "birth_year_implausible"
    message: ClassVar[str | Promise] = _("Give a year of birth of four digits between 1900 and %(latest)s.")


class CodeTaken(Refusal):
    """Two persons with one number of the national register."""

    code = "code_taken"
    message: ClassVar[str | Promise] = _("Another person has the member code %(member_code)s. Check the number.")


class NotCounted(Refusal):
    """Nobody counts this person today, so nobody may write in the record."""

    code = "not_counted"
    message: ClassVar[str | Promise] = _("No unit counts this person today. Record a membership first.")


class PeriodTurned(Refusal):
    """The last day lies before the first."""

    code = "period_turned"
    message: ClassVar[str | Promise] = _("The last day cannot lie before %(first)s, the first one. Correct the date.")


class ExemptionOverlaps(Refusal):
    """Two exemptions of one person on one day."""

    code = "exemption_overlaps"
    message: ClassVar[str | Promise] = _(
        "This person has an exemption on these days already. End that one first, or choose other days."
    )


class PurposeMissing(Refusal):
    """Names leave the system only for a stated purpose."""

    code = "purpose_missing"
    message: ClassVar[str | Promise] = _("Say in a few words what the names are needed for.")


class UnitNotNamed(Refusal):
    """A text that names no unit, or more than one."""

    code = "unit_not_named"
    message: ClassVar[str | Promise] = _(
        "“%(text)s” does not name one unit. Give its number, its code or its full name."
    )


class ImportClosed(Refusal):
    """A step that the import's state no longer allows."""

    code = "import_closed"
    message: ClassVar[str | Promise] = _(
        "This import is “%(state)s” and cannot be changed any more. Upload the file again to begin anew."
    )


class ProblemsRemain(Refusal):
    """Rows are wrong or undecided, and nobody said that they are to be left out."""

    code = "import_problems_remain"
    message: ClassVar[str | Promise] = _(
        "%(count)s rows have problems. Correct the file and upload it again, decide on each row, "
        "or choose to leave these rows out."
    )


class NothingToImport(Refusal):
    """No row is left to be written."""

    code = "import_nothing_left"
    message: ClassVar[str | Promise] = _("No row is left to import. Correct the file and upload it again.")


class PersonsInUse(Refusal):
    """An import that cannot be undone, because its persons are already part of other records."""

    code = "import_persons_in_use"
    message: ClassVar[str | Promise] = _(
        "The import cannot be undone: %(count)s of its persons are part of other records (%(examples)s). "
        "Remove those records first, or correct these persons one by one."
    )
