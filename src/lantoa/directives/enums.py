"""Vocabulary of directives."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DirectiveKind(TextChoices):
    RESOLUTION = "resolution", _("resolution")
    INSTRUCTION = "instruction", _("instruction")
    CONCLUSION = "conclusion", _("conclusion")
    DECISION = "decision", _("decision")
    REGULATION = "regulation", _("regulation")
    GUIDELINE = "guideline", _("guideline")
    PROGRAMME = "programme", _("programme")
    PLAN = "plan", _("plan")
    NOTICE = "notice", _("notice")
    LETTER = "letter", _("official letter")
    REPORT = "report", _("report")
    LAW = "law", _("law")
    ORDINANCE = "ordinance", _("ordinance")
    DECREE = "decree", _("decree")
    CIRCULAR = "circular", _("circular")


class DirectiveClass(TextChoices):
    """Who a directive is for (strategic, sectoral or general, as the district classifies resolutions)."""

    STRATEGIC = "strategic", _("strategic: leaders and managers of all levels")
    SECTORAL = "sectoral", _("sectoral: the cadres and members of one sector")
    GENERAL = "general", _("general: all members and cadres")


class StudyMode(TextChoices):
    STUDY = "study", _("to be studied")
    BRIEF = "brief", _("to be briefed")


class RelationKind(TextChoices):
    """What one directive does to another."""

    REPLACES = "replaces", _("replaces")
    AMENDS = "amends", _("amends")
    GUIDES = "guides", _("guides the carrying out of")


PASSIVE = {
    RelationKind.REPLACES: _("is replaced by"),
    RelationKind.AMENDS: _("is amended by"),
    RelationKind.GUIDES: _("is guided by"),
}
"""The relations as the other side says them."""
