"""Trees of units through time, the persons in them, and who may act where."""

from lantoa.organizations.models.appointments import Appointment
from lantoa.organizations.models.departures import Departure
from lantoa.organizations.models.imports import ImportBatch, ImportRow, RememberedLayout
from lantoa.organizations.models.merges import PersonMerge
from lantoa.organizations.models.persons import ActivityExemption, Membership, Person, Sector
from lantoa.organizations.models.transfers import TemporaryMembership, Transfer
from lantoa.organizations.models.unit_drafts import DraftPlacement, DraftSuccessor, UnitEventDraft, UnitHandover
from lantoa.organizations.models.units import Unit, UnitEvent, UnitLink, UnitPeriod, UnitReform

__all__ = [
    "ActivityExemption",
    "Appointment",
    "Departure",
    "DraftPlacement",
    "DraftSuccessor",
    "ImportBatch",
    "ImportRow",
    "Membership",
    "Person",
    "PersonMerge",
    "RememberedLayout",
    "Sector",
    "TemporaryMembership",
    "Transfer",
    "Unit",
    "UnitEvent",
    "UnitEventDraft",
    "UnitHandover",
    "UnitLink",
    "UnitPeriod",
    "UnitReform",
]
