"""What other apps hear from this one."""

from django.dispatch import Signal

standing_changed = Signal()
"""An exemption or a membership changed. Keyword: `person_ids`, a list. Sent inside the transaction of the change."""

units_placed = Signal()
"""Units stand elsewhere in their tree, begin or end. Keyword: `unit_ids`. Sent inside the transaction of the change."""

appointments_changed = Signal()
"""Appointments were given, renewed or ended. Keyword: `person_ids`, a list. Sent inside the transaction of the change;
an appointment that begins or ends by its own day is no change."""
