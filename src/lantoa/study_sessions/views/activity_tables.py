"""The columns of the lists of activities."""

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.study_sessions.models import Activity
from lantoa.study_sessions.reach import KindLine, UnitLine
from lantoa.ui.tables import Column, Kind

ACTIVITIES: tuple[Column[Activity], ...] = (
    Column(
        key="kind",
        label=_("Activity"),
        value=lambda activity: capfirst(activity.get_kind_display()),
        order_by=("kind",),
        template="study_sessions/_activity_cell.html",
        primary=True,
    ),
    Column(
        key="held",
        label=_("Held"),
        value=lambda activity: activity.held_at,
        kind=Kind.DATETIME,
        order_by=("held_at",),
    ),
    Column(key="unit", label=_("Unit"), value=lambda activity: activity.unit.label, order_by=("unit__sort_key",)),
    Column(key="audience", label=_("Who came"), value=lambda activity: activity.audience),
    Column(
        key="headcount",
        label=_("Headcount"),
        value=lambda activity: activity.headcount,
        kind=Kind.NUMBER,
        order_by=("headcount",),
    ),
    Column(key="basis", label=_("Known"), value=lambda activity: activity.get_basis_display(), order_by=("basis",)),
    Column(key="place", label=_("Where it was held"), value=lambda activity: activity.place, screen=False),
    Column(key="languages", label=_("Languages"), value=lambda activity: activity.spoken, screen=False),
    Column(
        key="campaign",
        label=_("Roll-out"),
        value=lambda activity: activity.campaign.name if activity.campaign else "",
        screen=False,
    ),
    Column(key="note", label=_("Note"), value=lambda activity: activity.note, screen=False),
    Column(
        key="standing",
        label=_("State"),
        value=lambda activity: _("taken back") if activity.taken_back_at else _("is counted"),
        screen=False,
    ),
)

UNITS: tuple[Column[UnitLine], ...] = (
    Column(
        key="unit",
        label=_("Unit"),
        value=lambda line: _("%(unit)s itself") % {"unit": line.unit.label} if line.is_own else line.unit.label,
        template="study_sessions/_reach_unit_cell.html",
        primary=True,
    ),
    Column(
        key="activities",
        label=_("Activities"),
        value=lambda line: line.sums.activities,
        kind=Kind.NUMBER,
        sort_key=lambda line: line.sums.activities,
    ),
    Column(
        key="people",
        label=_("Headcount"),
        value=lambda line: line.sums.people,
        kind=Kind.NUMBER,
        sort_key=lambda line: line.sums.people,
    ),
)

KINDS: tuple[Column[KindLine], ...] = (
    Column(key="kind", label=_("Kind"), value=lambda line: capfirst(line.kind.label), primary=True),
    Column(
        key="activities",
        label=_("Activities"),
        value=lambda line: line.sums.activities,
        kind=Kind.NUMBER,
        sort_key=lambda line: line.sums.activities,
    ),
    Column(
        key="people",
        label=_("Headcount"),
        value=lambda line: line.sums.people,
        kind=Kind.NUMBER,
        sort_key=lambda line: line.sums.people,
    ),
)
