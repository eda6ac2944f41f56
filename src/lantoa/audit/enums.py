"""Vocabulary of the log."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Outcome(TextChoices):
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    READ = "read", _("read")
    EXPORTED = "exported", _("exported")
