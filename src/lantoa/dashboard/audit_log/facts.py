"""The facts of an act in the reader's words: what each is called, and the codes that they hold."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import MarkStatus
from lantoa.materials.enums import Channel, MaterialKind
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.plans.enums import Deadline, PlanState
from lantoa.privacy.enums import RequestField, RequestKind
from lantoa.study_sessions.enums import ActivityKind, HeadcountBasis, SessionKind, SiteReadiness
from lantoa.ui.numbers import day, grouped

LONGEST = 24
"""So many characters of a fact are shown."""
_NAMES: dict[str, Promise] = {
    "absent": _("absent without a reason"),
    "active": _("account open"),
    "added": _("added"),
    "basis": _("how it was counted"),
    "before": _("before"),
    "cells": _("cells"),
    "changed": _("fields changed"),
    "channel": _("channel"),
    "code": _("code of the sector"),
    "comments": _("comments"),
    "count": _("names taken out"),
    "created": _("units created"),
    "days": _("days"),
    "deadline": _("deadline"),
    "excluded": _("exempt persons"),
    "excused": _("absent, excused"),
    "files": _("files"),
    "from": _("from"),
    "guests": _("guests"),
    "headcount": _("headcount"),
    "kind": _("kind"),
    "late": _("came late"),
    "marks": _("marks"),
    "members": _("members counted"),
    "moved": _("time changed"),
    "others": _("others counted"),
    "persons": _("number of persons"),
    "placed": _("persons placed"),
    "plans": _("plans"),
    "present": _("came in time"),
    "pure_copy": _("a pure copy"),
    "purpose": _("purpose"),
    "request": _("request"),
    "field": _("field"),
    "rows": _("names shown"),
    "of": _("out of"),
    "page": _("page"),
    "searched": _("searched by words"),
    "role": _("role"),
    "sessions": _("sessions"),
    "sha256": _("checksum"),
    "sites": _("sites"),
    "size": _("size in bytes"),
    "source": _("source"),
    "state": _("state"),
    "status": _("mark"),
    "to": _("to"),
    "tree": _("tree"),
    "units": _("units"),
    "until": _("until"),
    "version": _("version"),
    "visitors": _("from other sites"),
}
_REFERENCES = frozenset({"about", "entry", "event", "person", "plan", "targets", "tasks", "unit"})
"""Facts that name rows by their numbers: for those who trace an act in the database, not for readers."""
_CODES: dict[str, tuple[type[TextChoices], ...]] = {
    "basis": (HeadcountBasis,),
    "deadline": (Deadline,),
    "from": (PlanState,),
    "to": (PlanState,),
    "channel": (Channel,),
    "kind": (SessionKind, ActivityKind, UnitKind, MaterialKind),
    "request": (RequestKind,),
    "field": (RequestField,),
    "role": (Role,),
    "state": (SiteReadiness,),
    "status": (MarkStatus,),
    "tree": (Tree,),
}


def in_words(facts: Mapping[str, Any]) -> list[str]:
    """Each fact as “name: value”, those that say nothing left out."""
    told = {name: value for name, value in facts.items() if name not in _REFERENCES and value is not None}
    return [f"{_NAMES.get(name, name)}: {_value(name, value)}" for name, value in told.items()]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int):
        return grouped(value)
    if isinstance(value, list):
        return grouped(len(value))
    text = str(value)
    for codes in _CODES.get(name, ()):
        if text in codes.values:
            return str(codes(text).label)
    found = parse_date(text) if len(text) == len("2026-01-31") else None
    return day(found) if found else Truncator(text).chars(LONGEST)
