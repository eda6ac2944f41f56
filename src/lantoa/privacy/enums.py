"""Vocabulary of personal data."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ErasureState(TextChoices):
    REQUESTED = "requested", pgettext_lazy("erasure", "to be decided")
    REFUSED = "refused", pgettext_lazy("erasure", "refused")
    DONE = "done", pgettext_lazy("erasure", "erased")
