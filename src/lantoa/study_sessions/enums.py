"""Vocabulary of study sessions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SessionKind(TextChoices):
    FIRST = "first", _("first session")
    MAKE_UP = "make_up", _("make-up session")


class SessionMode(TextChoices):
    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online, at connected sites")
    HYBRID = "hybrid", _("in person and online")


class SiteReadiness(TextChoices):
    UNCHECKED = "unchecked", _("not checked")
    READY = "ready", _("ready")
    PROBLEM = "problem", _("problem")


class CountBasis(TextChoices):
    """How a headcount came about."""

    COUNTED = "counted", _("counted in the room")
    SIGNED = "signed", _("from the sign-in sheet")
    TOLD = "told", _("told by telephone or message")
    ESTIMATED = "estimated", _("estimated")


class RollProgress(TextChoices):
    """How far the roll of a site is."""

    CLOSED = "closed", _("closed")
    OPEN = "open", _("being taken")
    MISSING = "missing", _("not begun")
