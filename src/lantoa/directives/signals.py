"""What upper apps may want to know at once, told inside the transaction of the act."""

from django.dispatch import Signal

issue_moved = Signal()
"""The date of issue of a directive was corrected. Argument: directive (Directive), as it is stored now."""

entry_changed = Signal()
"""What the register says about a directive was corrected, or a file of it goes. Argument: directive (Directive), as
it is stored now."""
