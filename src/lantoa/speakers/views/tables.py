"""The columns of the register of speakers."""

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.restricting import detail_of, name_of
from lantoa.speakers.models import Speaker
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Kind


def standing(speaker: Speaker) -> State:
    """Where a recognition stands in time."""
    today = clock.today()
    if speaker.holds_on(today):
        return State(_("in force"), Tone.SUCCESS, "check-circle")
    if today < speaker.period.lower:
        return State(_("to come"), Tone.INFO, "calendar-event")
    return State(_("over"), Tone.NEUTRAL, "dash-circle")


def _topics(speaker: Speaker) -> str:
    return ", ".join(topic.name for topic in speaker.topics.all()) or gettext("all topics")


SPEAKERS: tuple[Column[Speaker], ...] = (
    Column(
        key="name",
        label=_("Full name"),
        value=lambda row: name_of(row, row.person.full_name),
        order_by=("person__sort_key", "person__birth_year"),
        href=lambda row: reverse("speakers:speaker_detail", args=[row.pk]),
        primary=True,
    ),
    Column(
        key="birth_year",
        label=_("Year of birth"),
        value=lambda row: detail_of(row, str(row.person.birth_year or "")),
        order_by=("person__birth_year", "person__sort_key"),
        wide_only=True,
    ),
    Column(
        key="tier",
        label=_("Tier"),
        value=lambda row: capfirst(row.get_tier_display()),
        order_by=("tier", "person__sort_key"),
    ),
    Column(
        key="unit",
        label=_("Recognised by"),
        value=lambda row: row.unit.label,
        order_by=("unit__sort_key", "person__sort_key"),
    ),
    Column(key="topics", label=_("Topics"), value=_topics),
    Column(key="languages", label=_("Languages"), value=lambda row: row.spoken),
    Column(
        key="from",
        label=_("Recognised from"),
        value=lambda row: row.period.lower,
        kind=Kind.DATE,
        order_by=("period",),
        screen=False,
    ),
    Column(key="until", label=_("Recognised until"), value=lambda row: row.last_day, kind=Kind.DATE),
    Column(key="decision", label=_("Decision number"), value=lambda row: row.decision_number, screen=False),
    Column(
        key="decision_date",
        label=_("Decision date"),
        value=lambda row: row.decision_date,
        kind=Kind.DATE,
        screen=False,
    ),
    Column(key="state", label=_("State"), value=lambda row: standing(row).label, state=standing),
)
