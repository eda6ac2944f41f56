"""What plans tell users: the kinds of notification, and their sentences."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from lantoa.notifications import kinds
from lantoa.plans.enums import Deadline
from lantoa.plans.models import Campaign
from lantoa.ui.numbers import day as written

ABOUT = "plans.campaign"
REMINDER, LATE, CALL, MOVED = "plans.reminder", "plans.late", "plans.call", "plans.deadline_moved"


def register() -> None:
    """Make the kinds known; called in `AppConfig.ready`."""
    kinds.register_names(ABOUT, _names_of)
    for key, label, icon, sentence in (
        (REMINDER, lazy("Reminders of deadlines"), "clock", _reminder),
        (LATE, lazy("Overdue units"), "exclamation-triangle", _late),
        (CALL, lazy("Reminders from above"), "megaphone", _call),
        (MOVED, lazy("Moved deadlines"), "calendar-event", _moved),
    ):
        kinds.register(kinds.Kind(key=key, label=label, icon=icon, sentence=sentence))


def _reminder(values: Mapping[str, Any], campaign: str) -> str:
    return f"{_what(values, campaign)} {_when(values)}"


def _late(values: Mapping[str, Any], campaign: str) -> str:
    return _("%(campaign)s: on %(day)s units that you look after were overdue.") % {
        "campaign": campaign,
        "day": _day(values["day"]),
    }


def _call(values: Mapping[str, Any], campaign: str) -> str:
    return _("You are reminded from above. %(what)s") % {"what": _reminder(values, campaign)}


def _moved(values: Mapping[str, Any], campaign: str) -> str:
    texts = {
        Deadline.PLAN: _("%(campaign)s: the plan of %(unit)s is due on %(new)s now, no longer on %(old)s."),
        Deadline.SUMMONS: _("%(campaign)s: the summons of %(unit)s is due on %(new)s now, no longer on %(old)s."),
        Deadline.STUDY: _("%(campaign)s: the study of %(unit)s is due on %(new)s now, no longer on %(old)s."),
        Deadline.PROGRAMME: _("%(campaign)s: the action programme of %(unit)s is due on %(new)s now, not %(old)s."),
        Deadline.IMPLEMENTATION: _(
            "%(campaign)s: the implementation plan of %(unit)s is due on %(new)s now, not %(old)s."
        ),
    }
    first = {
        Deadline.PLAN: _("%(campaign)s: the plan of %(unit)s has a deadline now: %(new)s."),
        Deadline.SUMMONS: _("%(campaign)s: the summons of %(unit)s has a deadline now: %(new)s."),
        Deadline.STUDY: _("%(campaign)s: the study of %(unit)s has a deadline now: %(new)s."),
        Deadline.PROGRAMME: _("%(campaign)s: the action programme of %(unit)s has a deadline now: %(new)s."),
        Deadline.IMPLEMENTATION: _("%(campaign)s: the implementation plan of %(unit)s has a deadline now: %(new)s."),
    }
    chosen = texts if values["old"] else first
    return chosen[Deadline(values["deadline"])] % {
        "campaign": campaign,
        "unit": values["unit"],
        "new": _day(values["new"]),
        "old": _day(values["old"]) if values["old"] else "",
    }


def _what(values: Mapping[str, Any], campaign: str) -> str:
    texts = {
        Deadline.PLAN: _("%(campaign)s: %(unit)s is to issue its plan by %(due)s."),
        Deadline.SUMMONS: _("%(campaign)s: %(unit)s is to issue its summons by %(due)s."),
        Deadline.STUDY: _("%(campaign)s: %(unit)s is to hold its study by %(due)s."),
        Deadline.PROGRAMME: _("%(campaign)s: %(unit)s is to issue its action programme by %(due)s."),
        Deadline.IMPLEMENTATION: _("%(campaign)s: %(unit)s is to issue its implementation plan by %(due)s."),
    }
    return texts[Deadline(values["deadline"])] % {
        "campaign": campaign,
        "unit": values["unit"],
        "due": _day(values["due"]),
    }


def _when(values: Mapping[str, Any]) -> str:
    days = int(values["days"])
    if days == 0:
        return _("That was the day of the reminder.")
    if days > 0:
        return ngettext("%(days)d day was left.", "%(days)d days were left.", days) % {"days": days}
    return ngettext("It was %(days)d day overdue.", "It was %(days)d days overdue.", -days) % {"days": -days}


def _day(text: str) -> str:
    return written(dt.date.fromisoformat(text))


def _names_of(numbers: Collection[int]) -> dict[int, str]:
    return dict(Campaign.objects.filter(pk__in=numbers).values_list("pk", "name"))
