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
