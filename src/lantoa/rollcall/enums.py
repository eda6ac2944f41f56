"""Vocabulary of phones and of what they send."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuarantineCode(TextChoices):
    """Why an event could not be recorded."""

    UNKNOWN_MEMBER = "unknown_member", _("on no list of this session")
    ON_ANOTHER_LIST = "on_another_list", _("absence of somebody on another site's list")
    WRONG_REASON = "wrong_reason", _("a reason that does not go with the mark")
    HASH_MISMATCH = "hash_mismatch", _("received before with another content")
    SEQ_REUSED = "seq_reused", _("number in the queue used before")
    CARD_WRONG = "card_wrong", _("card that is not one of ours")
    CARD_REPLACED = "card_replaced", _("card that was replaced")
    SESSION_CANCELLED = "session_cancelled", _("session cancelled")
    CAMPAIGN_FINISHED = "campaign_finished", _("campaign finished")
    SITE_REMOVED = "site_removed", _("site removed from the session")
    SESSION_NOT_BEGUN = "session_not_begun", _("closed before the session began")
    PEOPLE_UNMARKED = "people_unmarked", _("closed with people unmarked")
    ROLL_CLOSED = "roll_closed", _("roll closed by somebody else before")
    DEVICE_REVOKED = "device_revoked", _("made on a phone that was revoked")


class QuarantineDecision(TextChoices):
    PENDING = "pending", _("to be looked at")
    RECORDED = "recorded", _("recorded")
    DISMISSED = "dismissed", _("set aside")
