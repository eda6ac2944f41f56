"""Typed refusals about events of units."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class PreviewStale(Refusal):
    """What the event moves is no longer what its preview showed."""

    code = "preview_stale"
    message: ClassVar[str | Promise] = _(
        "Something changed since you opened this preview, and nothing was applied. Read it once more, then confirm."
    )
    status = 409


class EventClosed(Refusal):
    """A step with a prepared event that was applied or given up."""

    code = "event_closed"
    message: ClassVar[str | Promise] = _("This event was applied or given up already. Prepare another one.")


class OfReform(Refusal):
    """A step with a list that a reform uses, which is no event of its own."""

    code = "of_reform"
    message: ClassVar[str | Promise] = _(
        "A reform ends this unit and uses what is placed here. It is applied with the reform, not by itself."
    )


class DraftChanged(Refusal):
    """A prepared event that somebody else changed since the form was opened."""

    code = "draft_changed"
    message: ClassVar[str | Promise] = _(
        "Somebody changed this event since you opened the form. Open it anew from its preview, then change it."
    )
    status = 409


class SeveralUnitsNeeded(Refusal):
    """A merger of one unit, or a split into one."""

    code = "several_units_needed"
    message: ClassVar[str | Promise] = _("Name at least two different units.")


class UnitsOfOneTree(Refusal):
    """Units of different trees in one event."""

    code = "units_of_one_tree"
    message: ClassVar[str | Promise] = _("All units of an event stand in one tree. “%(name)s” stands in another.")


class SuccessorNotInForce(Refusal):
    """The unit that takes over does not exist from that day on."""

    code = "successor_not_in_force"
    message: ClassVar[str | Promise] = _(
        "“%(name)s” does not exist the whole time from that day on. Choose a later day or another unit."
    )


class SuccessorEnds(Refusal):
    """The unit that takes over, or the superior of a new one, ends by the same event or stands below one that does."""

    code = "successor_ends"
    message: ClassVar[str | Promise] = _(
        "“%(name)s” ends by this event, or stands below a unit that ends. Choose a unit outside."
    )


class BelowItself(Refusal):
    """A unit under itself or under a unit below it."""

    code = "below_itself"
    message: ClassVar[str | Promise] = _("“%(name)s” stands below the unit itself. Choose a superior unit outside.")


class NothingTransferred(Refusal):
    """A transfer to the superior that the unit has already."""

    code = "nothing_transferred"
    message: ClassVar[str | Promise] = _("The unit belongs to “%(name)s” already. Choose another superior unit.")


class UnitNotEmpty(Refusal):
    """A dissolution that leaves units, people or appointments nowhere."""

    code = "unit_not_empty"
    message: ClassVar[str | Promise] = _(
        "On that day %(count)s units, members or appointments still stand at the unit. Name the unit that takes them."
    )


class NotAllPlaced(Refusal):
    """A split before everybody and everything has a place."""

    code = "not_all_placed"
    message: ClassVar[str | Promise] = _(
        "%(count)s units, members or appointments have no place yet. Place them, then confirm."
    )


class TreeWouldBreak(Refusal):
    """The database found that the units would no longer be a tree on some day."""

    code = "tree_would_break"
    message: ClassVar[str | Promise] = _(
        "With other changes that are recorded for later days the units would not fit together any more, and nothing "
        "was applied. Choose a later day, or other units."
    )


class UnitEnds(Refusal):
    """Something is entered at a unit for days on which it will not exist."""

    code = "unit_ends"
    message: ClassVar[str | Promise] = _(
        "“%(name)s” ends on %(day)s. Enter this at the unit that takes its place, or until that day."
    )


class NotInEvent(Refusal):
    """Somebody or something that this event does not place, or a unit that takes nothing over in it."""

    code = "not_in_event"
    message: ClassVar[str | Promise] = _(
        "The list has changed: not everything that you chose still stands there. Choose again."
    )


class NothingChosen(Refusal):
    """A placement of nobody."""

    code = "nothing_chosen"
    message: ClassVar[str | Promise] = _("Tick at least one row first.")
