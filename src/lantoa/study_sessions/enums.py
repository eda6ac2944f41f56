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


class HeadcountBasis(TextChoices):
    """How somebody knows how many came, to a site or to an activity. Each form offers those that fit."""

    COUNTED = "counted", _("counted on the spot")
    SIGNED = "signed", _("from the sign-in sheet")
    BOOK = "book", _("from the attendance book")
    REGISTERED = "registered", _("from the list of those who registered")
    TOLD = "told", _("told by telephone or message")
    ESTIMATED = "estimated", _("estimated")


class RollProgress(TextChoices):
    """How far the roll of a site is."""

    CLOSED = "closed", _("closed")
    OPEN = "open", _("being taken")
    MISSING = "missing", _("not begun")


class ActivityKind(TextChoices):
    """The ways besides conferences of which Phong Thổ's review tells."""

    VILLAGE_MEETING = "village_meeting", _("village meeting")
    CLUB = "club", _("club meeting")
    ASSOCIATION = "association", _("meeting of an association")
    CONTEST = "contest", _("contest")
    PERFORMANCE = "performance", _("art performance")
    MOBILE_TEAM = "mobile_team", _("round of a mobile team")
    OTHER = "other", _("other activity")
