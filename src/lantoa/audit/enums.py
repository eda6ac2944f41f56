"""Vocabulary of the log."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Outcome(TextChoices):
    DONE = "done", pgettext_lazy("outcome", "done")
    REFUSED = "refused", pgettext_lazy("outcome", "refused")
    READ = "read", pgettext_lazy("outcome", "read")
    EXPORTED = "exported", pgettext_lazy("outcome", "exported")
