"""Vocabulary of directives."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DirectiveKind(TextChoices):
    RESOLUTION = "resolution", _("resolution")
    INSTRUCTION = "instruction", _("instruction")
    CONCLUSION = "conclusion", _("conclusion")
    DECISION = "decision", _("decision")


class DirectiveClass(TextChoices):
    """Who a directive is for (strategic, sectoral or general, as the district classifies resolutions)."""

    STRATEGIC = "strategic", _("strategic: leaders and managers of all levels")
    SECTORAL = "sectoral", _("sectoral: the cadres and members of one sector")
    GENERAL = "general", _("general: all members and cadres")


class StudyMode(TextChoices):
    STUDY = "study", _("to be studied")
    BRIEF = "brief", _("to be briefed")
