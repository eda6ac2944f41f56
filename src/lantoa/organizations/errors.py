"""Typed refusals about units, persons and appointments."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.accounts.errors import PasswordWeak as PasswordWeak
from lantoa.accounts.errors import UsernameInvalid as UsernameInvalid
from lantoa.accounts.errors import UsernameTaken as UsernameTaken
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


class PurposeNamesSomebody(Refusal):
    """A purpose that names one of those whose names it is to take out: the log must hold no name."""

    code = "purpose_names_somebody"
    message: ClassVar[str | Promise] = _(
        "State the purpose without anybody's name: it stays in the log, which can never be changed."
    )


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


class RecordsNotKept(Refusal):
    """Records of persons into which the actor's list may not write."""

    code = "import_records_not_kept"
    message: ClassVar[str | Promise] = _(
        "%(count)s persons are not counted today where you keep the records, or the processing of their data is "
        "restricted: no list changes their records or takes such a change back. Leave their rows out, or have the "
        "records put right one by one."
    )


class ColumnsMissing(Refusal):
    """Columns that every list needs are not chosen yet."""

    code = "import_columns_missing"
    message: ClassVar[str | Promise] = _(
        "It is not clear which column says: %(missing)s. Choose the columns first, then register the persons."
    )


class ColumnTwice(Refusal):
    """Two columns of one meaning."""

    code = "import_column_twice"
    message: ClassVar[str | Promise] = _("“%(title)s” is chosen for two columns. Keep one of them.")


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


class UnitNameMissing(Refusal):
    """A unit without a name."""

    code = "unit_name_missing"
    message: ClassVar[str | Promise] = _("Give the unit a name.")


class NamesakeUnit(Refusal):
    """The same parent has a unit of that name already."""

    code = "unit_namesake"
    message: ClassVar[str | Promise] = _(
        "A unit called “%(name)s” stands under the same parent already. Choose a name that tells the two apart."
    )


class KindOfAnotherTree(Refusal):
    """The tree does not know that kind of unit."""

    code = "kind_of_another_tree"
    message: ClassVar[str | Promise] = _("The tree “%(tree)s” has no unit of the kind “%(kind)s”. Choose another kind.")


class ParentOfAnotherTree(Refusal):
    """Parent and child would stand in different trees."""

    code = "parent_of_another_tree"
    message: ClassVar[str | Promise] = _("A unit belongs to a unit of its own tree. Choose another superior unit.")


class ParentNotInForce(Refusal):
    """The parent does not exist for as long as the child would."""

    code = "parent_not_in_force"
    message: ClassVar[str | Promise] = _(
        "“%(parent)s” does not exist the whole time from that day on. Choose a later day or another superior unit."
    )


class UnfitServes(Refusal):
    """Only a unit of another tree serves an administrative one."""

    code = "unfit_serves"
    message: ClassVar[str | Promise] = _(
        "Only a unit of the Party or of a mass organisation serves another, and that must be an administrative unit."
    )


class UnitNotInForce(Refusal):
    """The unit does not exist for as long as an appointment there would last."""

    code = "unit_not_in_force"
    message: ClassVar[str | Promise] = _("“%(unit)s” does not exist yet on that day. Choose a later day.")


class PeriodEmpty(Refusal):
    """A period that would end before it lasts a day."""

    code = "period_empty"
    message: ClassVar[str | Promise] = _("The last day lies before the first. Choose a day from %(first)s on.")


class AppointmentOverlap(Refusal):
    """The person holds that role at that unit during that time already."""

    code = "appointment_overlap"
    message: ClassVar[str | Promise] = _(
        "%(person)s holds this role at this unit during that time already. End that appointment first."
    )


class TermTurned(Refusal):
    """A term that would end before it begins."""

    code = "term_turned"
    message: ClassVar[str | Promise] = _("The term cannot end before %(first)s, its first day. Correct the date.")


class PersonOutOfReach(Refusal):
    """The person has never been counted or appointed under the administrator."""

    code = "person_out_of_reach"
    message: ClassVar[str | Promise] = _(
        "There is no such person in the units that you look after. Check the member code, or register the person first."
    )


class AppointmentEnded(Refusal):
    """The appointment has ended by then anyway."""

    code = "appointment_ended"
    message: ClassVar[str | Promise] = _("This appointment ended on %(ended)s already. Nothing is left to be done.")


class AccountExists(Refusal):
    """The person can sign in already."""

    code = "account_exists"
    message: ClassVar[str | Promise] = _(
        "This person has the sign-in name “%(username)s” already. Issue a new one-time password if it was lost."
    )


class AccountMissing(Refusal):
    """The person has no sign-in yet."""

    code = "account_missing"
    message: ClassVar[str | Promise] = _("This person has no account yet. Open one first.")


class EmailTaken(Refusal):
    """Somebody else signs in with that address."""

    code = "email_taken"
    message: ClassVar[str | Promise] = _("Another account has the address %(email)s. Give another one, or none.")


class IdleMinutesOutOfRange(Refusal):
    """An idle time that would vex everybody or protect nobody."""

    code = "idle_minutes_out_of_range"
    message: ClassVar[str | Promise] = _("Choose between %(least)s and %(most)s minutes.")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one line of a table (the header is line 1): a stable code and a sentence for the reader."""

    line: int
    code: str
    message: str


class UnitFileRefused(Refusal):
    """A table of units with bad rows; `problems` names every one, in the order of the lines."""

    code = "unit_file_refused"
    message: ClassVar[str | Promise] = _(
        "The table has bad lines (%(count)s problems) and nothing was written. Correct them and import it again."
    )

    def __init__(self, problems: Iterable[RowProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__(count=len(self.problems))


class DecisionMissing(Refusal):
    """A change of units that cites no decision."""

    code = "decision_missing"
    message: ClassVar[str | Promise] = _("Name the decision that orders the change: its number and who decided.")


class UnitEnded(Refusal):
    """A change of a unit that does not exist any more."""

    code = "unit_ended"
    message: ClassVar[str | Promise] = _("%(name)s ended on %(day)s. Only a unit that exists can be changed.")


class ChangedSince(Refusal):
    """A change before another one that is recorded already."""

    code = "changed_since"
    message: ClassVar[str | Promise] = _(
        "What %(name)s is since %(day)s is recorded already. Choose a later day; a wrong change is put right by "
        "another."
    )


class NothingRenamed(Refusal):
    """A renaming to what the unit is called already."""

    code = "nothing_renamed"
    message: ClassVar[str | Promise] = _("The unit is called so already. Type the new name, short name or code.")


class NothingToReform(Refusal):
    """A reform of a tree that has no unit of that level on the eve."""

    code = "nothing_to_reform"
    message: ClassVar[str | Promise] = _(
        "On the day before %(day)s the tree has no unit of the level “%(level)s”. Import the old units first."
    )


class UnitsChangeLater(Refusal):
    """A reform of units whose change on that day or later is recorded already."""

    code = "units_change_later"
    message: ClassVar[str | Promise] = _(
        "A change of %(name)s from %(day)s on is recorded already, and nothing was written. Apply reforms in the order "
        "of their days."
    )


class UnitsStillHeld(Refusal):
    """Units that would end while units, people or appointments stand at them that go nowhere by themselves."""

    code = "units_still_held"
    message: ClassVar[str | Promise] = _(
        "%(count)s units, members or appointments stand at units that end without one successor (%(names)s), and "
        "nothing was written. Move them first."
    )


class ImportRunning(Refusal):
    """A worker is writing this import."""

    code = "import_running"
    message: ClassVar[str | Promise] = _(
        "The import is being written at this moment. Wait for its end, or stop the work."
    )


class NothingToDecide(Refusal):
    """A row that is clear, or wrong in a way that no decision mends."""

    code = "import_nothing_to_decide"
    message: ClassVar[str | Promise] = _(
        "This row cannot be settled in this way. Correct it in the file, or leave the row out."
    )
