"""Vocabulary of invitations."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InvitationKind(TextChoices):
    """How an invitation reaches its reader."""

    MAIL = "mail", _("by e-mail")
    SLIP = "slip", _("printed slip")


class InvitationState(TextChoices):
    """How far an invitation has come."""

    SENT = "sent", _("sent")
    PRINTED = "printed", _("printed")
    DELIVERED = "delivered", _("with the mail server")
    FAILED = "failed", _("not delivered")
    USED = "used", _("used")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")


class MailFailure(TextChoices):
    """Why a mail server has not taken a mail. What the server said is not kept, since it names the address."""

    NO_SERVER = "no_server", _("No mail server is set up any more. Print a slip instead.")
    UNREACHABLE = "unreachable", _("The mail server does not answer. It is tried again by itself for some hours.")
    NOT_TAKEN = "not_taken", _("The mail server did not take the mail. It is tried again by itself for some hours.")
    NO_SUCH_ADDRESS = "no_such_address", _("The mail server refuses this address. Correct it and send again.")
