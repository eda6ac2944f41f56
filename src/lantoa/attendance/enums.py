"""Vocabulary of the roll-call."""

from enum import IntFlag

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class MarkStatus(TextChoices):
    PRESENT = "present", _("present")
    LATE = "late", _("present, late")
    EXCUSED = "excused", _("absent with a reason")
    ABSENT = "absent", _("absent without a reason")
    RETRACTED = "retracted", _("taken back")


ATTENDED = (MarkStatus.PRESENT, MarkStatus.LATE)
MISSED = (MarkStatus.EXCUSED, MarkStatus.ABSENT)


class MarkMethod(TextChoices):
    TICK = "tick", _("ticked on the list")
    SCAN = "scan", _("card scanned")
    SELF = "self", _("checked in by oneself")
    SHEET = "sheet", _("typed from the signed sheet")
    WORKBOOK = "workbook", _("workbook")
    SETTLED = "settled", _("conflict settled")


class Rank(IntegerChoices):
    """Which mark counts when two disagree: the higher; the order of arrival decides between equals."""

    SELF = 1, _("checked in by oneself")
    WORKBOOK = 2, _("workbook")
    CLERK = 3, _("the clerk's tick or scan")
    SHEET = 4, _("typed from the signed sheet")
    SETTLED = 5, _("conflict settled")


RANK_OF = {
    MarkMethod.SELF: Rank.SELF,
    MarkMethod.WORKBOOK: Rank.WORKBOOK,
    MarkMethod.TICK: Rank.CLERK,
    MarkMethod.SCAN: Rank.CLERK,
    MarkMethod.SHEET: Rank.SHEET,
    MarkMethod.SETTLED: Rank.SETTLED,
}


class DeviceKind(TextChoices):
    WEB = "web", _("connected page")
    PHONE = "phone", _("phone")
    SHEET = "sheet", _("signed sheet")
    WORKBOOK = "workbook", _("workbook")
    SELF = "self", _("wall code")


class Flag(IntFlag):
    """What is odd about a mark from a phone; it counts all the same."""

    CLOCK = 1  # the phone's clock was off by more than five minutes
    WINDOW = 2  # made outside the hours of the session
    ROSTER = 4  # made after the end of the phone's list


FLAG_WORDS = {
    Flag.CLOCK: _("the phone's clock was wrong"),
    Flag.WINDOW: _("outside the hours of the session"),
    Flag.ROSTER: _("after the end of the phone's list"),
}


class LateDecision(TextChoices):
    PENDING = "pending", _("to be decided")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class OwedBy(TextChoices):
    """Who owes a reflection in a campaign."""

    PRESENT = "present", _("those who attended a session")
    LISTED = "listed", _("everybody on the lists")


class ReflectionState(TextChoices):
    """How a reflection stands. Missing is one of which there is no row."""

    MISSING = "missing", _("not handed in")
    HANDED_IN = "handed_in", _("handed in, to be assessed")
    PASSED = "passed", _("passed")
    AGAIN = "again", _("to be done again")
    EXEMPT = "exempt", _("exempt")


class ReflectionExemption(TextChoices):
    """Why somebody owes no reflection: a class, never a diagnosis."""

    AGE = "age", _("age")
    HEALTH = "health", _("health")
    WORK = "work", _("work")
    AWAY = "away", _("away")
    OTHER = "other", _("other")


class Group(TextChoices):
    """Members and cadres who are not members are shown apart and together."""

    ALL = "all", _("members and cadres")
    MEMBER = "member", _("members")
    CADRE = "cadre", _("cadres, not members")
