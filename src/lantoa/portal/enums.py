"""Vocabulary of the portal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.enums import SpokenLanguage

CODES = {
    SpokenLanguage.VIETNAMESE: "vi",
    SpokenLanguage.HMONG: "hmn",
    SpokenLanguage.DAO: "ium",
    SpokenLanguage.THAI: "blt",
    SpokenLanguage.HA_NHI: "hni",
    SpokenLanguage.GIAY: "pcc",
    SpokenLanguage.KHO_MU: "kjg",
    SpokenLanguage.LU: "khb",
    SpokenLanguage.OTHER: "und",
}
"""How browsers and screen readers are told a language (BCP 47, by ISO 639; `und` is one that is not named)."""


class ContributionKind(models.TextChoices):
    """What a reader sends in words."""

    COMMENT = "comment", _("Comment")
    QUESTION = "question", _("Question to the committee")


class ContributionState(models.TextChoices):
    """How far it has come. A question waits for its answer, and the answer for its approval."""

    PENDING = "pending", _("waiting")
    ANSWERED = "answered", _("answer waits for approval")
    PUBLISHED = "published", _("published")
    REFUSED = "refused", _("refused")


class ContributionReason(models.TextChoices):
    """Why something that a reader sent is not published."""

    OFF_TOPIC = "off_topic", _("It is about something else")
    ABUSE = "abuse", _("It offends somebody")
    PERSONAL_DATA = "personal_data", _("It holds personal data of somebody")
    ADVERTISING = "advertising", _("It is an advertisement")
    REPEATED = "repeated", _("It was sent before")
    OTHER = "other", _("Another reason")


class BannerPlace(models.TextChoices):
    """Where on the first page a banner stands."""

    TOP = "top", _("at the top")
    SIDE = "side", _("at the side")
