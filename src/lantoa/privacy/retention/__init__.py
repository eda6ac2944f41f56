"""Letting go what has been kept long enough: how long each kind of record is kept, what is due, and how it goes.

The audit log has no period: nothing in it can be deleted, and it holds numbers in place of names (ADR 23).
"""

from lantoa.privacy.periods import periods
from lantoa.privacy.retention.due import Due
from lantoa.privacy.retention.steps import STEPS, Step, describe

__all__ = ["STEPS", "Due", "Step", "describe", "periods"]
