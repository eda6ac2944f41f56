"""Vocabulary of personal data."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ErasureState(TextChoices):
    REQUESTED = "requested", pgettext_lazy("erasure", "to be decided")
    REFUSED = "refused", pgettext_lazy("erasure", "refused")
    DONE = "done", pgettext_lazy("erasure", "erased")


class RequestKind(TextChoices):
    CORRECTION = "correction", pgettext_lazy("request", "correction")
    RESTRICTION = "restriction", pgettext_lazy("request", "restriction of processing")


class RequestField(TextChoices):
    """What of a record can be asked to be corrected; the names are those of `correct_person`."""

    FULL_NAME = "full_name", pgettext_lazy("request", "Full name")
    BIRTH_YEAR = "birth_year", pgettext_lazy("request", "Year of birth")
    VILLAGE = "village", pgettext_lazy("request", "Village")
    CODE = "code", pgettext_lazy("request", "Member code")
    STANDING = "standing", pgettext_lazy("request", "Standing")


class RequestState(TextChoices):
    REQUESTED = "requested", pgettext_lazy("request", "to be decided")
    REFUSED = "refused", pgettext_lazy("request", "refused")
    DONE = "done", pgettext_lazy("request", "granted")
    LIFTED = "lifted", pgettext_lazy("request", "restriction lifted")
