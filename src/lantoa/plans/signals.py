"""What upper apps may want to know at once, told inside the transaction of the act."""

from django.dispatch import Signal

entries_changed = Signal()
"""Persons were put on a summons list or removed from one. Arguments: campaign_id (int), entry_ids (list of int)."""
