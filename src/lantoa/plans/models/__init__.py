"""Campaigns, the plans that units owe in them, and the summons lists."""

from lantoa.plans.models.audiences import AudienceException
from lantoa.plans.models.campaigns import Campaign, CampaignUnit
from lantoa.plans.models.charges import Charge
from lantoa.plans.models.numbering import NumberPattern
from lantoa.plans.models.openings import Opening
from lantoa.plans.models.plans import Plan, PlanComment, Target, Task, Transition
from lantoa.plans.models.progress import TargetReading, TaskEvidence
from lantoa.plans.models.reminders import DeadlineMove, Reminder, ReminderRound
from lantoa.plans.models.rules import CampaignRule
from lantoa.plans.models.summons import Summons, SummonsEntry

__all__ = [
    "AudienceException",
    "Campaign",
    "CampaignRule",
    "CampaignUnit",
    "Charge",
    "DeadlineMove",
    "NumberPattern",
    "Opening",
    "Plan",
    "PlanComment",
    "Reminder",
    "ReminderRound",
    "Summons",
    "SummonsEntry",
    "Target",
    "TargetReading",
    "Task",
    "TaskEvidence",
    "Transition",
]
