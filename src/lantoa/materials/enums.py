"""Vocabulary of materials."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MaterialKind(TextChoices):
    """What a material is; `fitting` says what its versions hold."""

    OUTLINE = "outline", _("outline")
    SLIDES = "slides", _("slides")
    AUDIO = "audio", _("audio")
    PICTURE = "picture", _("picture")
    INFOGRAPHIC = "infographic", _("infographic")
    VIDEO = "video", _("video by link")
    DIGEST = "digest", _("digest of one page")


class MaterialAudience(TextChoices):
    """Whom a material speaks to."""

    LEADERS = "leaders", _("leaders and managers")
    MEMBERS = "members", _("Party members and cadres")
    PEOPLE = "people", _("the people")


class MaterialState(TextChoices):
    """Where a material stands, told from its columns."""

    DRAFT = "draft", _("not in use yet")
    IN_USE = "in_use", _("in use")
    WITHDRAWN = "withdrawn", _("withdrawn")


class VersionState(TextChoices):
    WAITING = "waiting", _("waits for review")
    RETURNED = "returned", _("returned")
    IN_USE = "in_use", _("in use")
    SUPERSEDED = "superseded", _("superseded")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Channel(TextChoices):
    """By which way an item was published."""

    ZALO = "zalo", _("Zalo group")
    FACEBOOK = "facebook", _("Facebook page")
    YOUTUBE = "youtube", _("YouTube channel")
    WEBSITE = "website", _("website")
    LOUDSPEAKER = "loudspeaker", _("loudspeakers")
    NOTICE_BOARD = "notice_board", _("notice board")
    MEETING = "meeting", _("meeting")
    PRINT = "print", _("printed copies")
    OTHER = "other", _("another way")
