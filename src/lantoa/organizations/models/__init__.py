"""Trees of units through time, the persons in them, and who may act where."""

from lantoa.organizations.models.appointments import Appointment
from lantoa.organizations.models.imports import ImportBatch, ImportRow
from lantoa.organizations.models.persons import ActivityExemption, Membership, Person, Sector
from lantoa.organizations.models.units import Unit, UnitEvent, UnitLink, UnitPeriod, UnitReform

__all__ = [
    "ActivityExemption",
    "Appointment",
    "ImportBatch",
    "ImportRow",
    "Membership",
    "Person",
    "Sector",
    "Unit",
    "UnitEvent",
    "UnitLink",
    "UnitPeriod",
    "UnitReform",
]
