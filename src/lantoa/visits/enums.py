"""Vocabulary of visits."""

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Agent(IntegerChoices):
    """Who asked for a page: a person, a program that walks through the net, or one that draws a preview of a link."""

    READER = 1, _("readers")
    ROBOT = 2, _("robots")
    PREVIEW = 3, _("previews")
