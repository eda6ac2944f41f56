"""The roll-call: events, their fold, closed rolls, and the coverage kept from them; and the reflections after it."""

from lantoa.attendance.models.coverage import Coverage, DirtyMark
from lantoa.attendance.models.events import Attendance, AttendanceEvent, Device, LateChange
from lantoa.attendance.models.reflections import Reflection, ReflectionCall
from lantoa.attendance.models.rolls import RollClosing

__all__ = [
    "Attendance",
    "AttendanceEvent",
    "Coverage",
    "Device",
    "DirtyMark",
    "LateChange",
    "Reflection",
    "ReflectionCall",
    "RollClosing",
]
