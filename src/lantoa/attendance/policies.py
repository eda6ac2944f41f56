"""Who may do what with rolls (the table "Who may do what")."""

from collections.abc import Collection

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor, HasPath
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_export_names


def can_take_roll(*, actor: Actor, unit: HasPath) -> bool:
    """Take and close the roll of a site of one's own unit; it shows the names on that site's list."""
    return actor.holds(authority.TAKES_ROLL, unit)


def can_print_sheet(*, actor: Actor, unit: Unit) -> bool:
    """Print the sheet of a site of one's own unit, which takes its list out by name: whoever takes the roll there and
    may export names."""
    return can_take_roll(actor=actor, unit=unit) and can_export_names(actor=actor, unit=unit)


def can_review(*, actor: Actor, unit: HasPath, recorders: Collection[int | None]) -> bool:
    """Decide about marks made at a site of `unit` by `recorders` (user ids; None is somebody without an account).

    An officer decides for the own unit and below; a secretary for the own unit, but never about own marks.
    """
    if actor.holds_above(authority.SETTLES_BELOW, unit):
        return True
    return actor.holds(authority.SETTLES_OWN, unit) and actor.user_id not in recorders


def can_set_up_make_up(*, actor: Actor, host: HasPath) -> bool:
    """Set up a make-up session of one's own unit, which shows who missed the first one."""
    return actor.holds(authority.SUMMONS, host)


def can_see_counts_below(*, actor: Actor, unit: HasPath) -> bool:
    """See what a unit's counts are made of: those of the units below it, and of units of another day carried there."""
    return actor.holds_above(authority.SEES_COUNTS_BELOW, unit)


def can_see_reasons(*, actor: Actor, unit: HasPath) -> bool:
    """See why somebody was absent: at the cell itself and not above it."""
    return actor.holds(authority.SEES_NAMES_CELL_AND_CHILDREN | authority.SEES_NAMES_OWN, unit)


def can_keep_reflections(*, actor: Actor, unit: HasPath) -> bool:
    """Read and record the reflections of one's own cell: its secretary and its clerk, and nobody above."""
    return actor.holds(authority.KEEPS_REFLECTIONS, unit)


def can_assess_reflections(*, actor: Actor, unit: HasPath, person_id: int) -> bool:
    """Assess a reflection of one's own cell and say who owes none: its secretary, but never about their own."""
    return actor.holds(authority.ASSESSES_REFLECTIONS, unit) and actor.person_id != person_id
