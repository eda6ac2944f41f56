"""Marks folded into states, and states into coverage."""

from lantoa.attendance.folding.campaigns import fold_campaign, fold_waiting, waiting_campaigns
from lantoa.attendance.folding.dirty import mark_dirty, mark_persons_dirty

__all__ = ["fold_campaign", "fold_waiting", "mark_dirty", "mark_persons_dirty", "waiting_campaigns"]
