"""What other apps hear from this one."""

from django.dispatch import Signal

standing_changed = Signal()
"""An exemption or a membership changed. Keyword: `person_ids`, a list. Sent inside the transaction of the change."""

units_placed = Signal()
"""Units stand elsewhere in their tree, begin or end. Keyword: `unit_ids`. Sent inside the transaction of the change."""
