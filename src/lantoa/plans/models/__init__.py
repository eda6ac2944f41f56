"""Campaigns, the plans that units owe in them, and the summons lists."""

from lantoa.plans.models.campaigns import Campaign, CampaignUnit
from lantoa.plans.models.plans import Plan, PlanComment, Target, Task, Transition
from lantoa.plans.models.reminders import DeadlineMove, Reminder, ReminderRound
from lantoa.plans.models.rules import CampaignRule
from lantoa.plans.models.summons import Summons, SummonsEntry

__all__ = [
    "Campaign",
    "CampaignRule",
    "CampaignUnit",
    "DeadlineMove",
    "Plan",
    "PlanComment",
    "Reminder",
    "ReminderRound",
    "Summons",
    "SummonsEntry",
    "Target",
    "Task",
    "Transition",
]
