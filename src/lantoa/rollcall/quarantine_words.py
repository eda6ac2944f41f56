"""Why an event waits, and what it means to record it, in sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.rollcall.enums import QuarantineCode as Code

WHY: dict[str, str | Promise] = {
    Code.UNKNOWN_MEMBER: _("The person was on no list of this session when the phone sent this."),
    Code.ON_ANOTHER_LIST: _("The person is on the list of another site, which says whether they were absent."),
    Code.WRONG_REASON: _("It gives a reason that does not go with the mark."),
    Code.HASH_MISMATCH: _("The same event came before with another content. The first one stands."),
    Code.SEQ_REUSED: _("The phone used the number of this event in its queue for another one before."),
    Code.CARD_WRONG: _("The card that was scanned is not one of ours."),
    Code.CARD_REPLACED: _("The card that was scanned had been replaced by a new one."),
    Code.SESSION_CANCELLED: _("The session was cancelled before this arrived."),
    Code.CAMPAIGN_FINISHED: _("The campaign was finished before this arrived."),
    Code.SITE_REMOVED: _("The site was removed from the session before this arrived."),
    Code.SESSION_NOT_BEGUN: _("The phone closed the roll before the session began. Its clock may be wrong."),
    Code.PEOPLE_UNMARKED: _("The phone closed the roll while people had no mark."),
    Code.ROLL_CLOSED: _("Somebody else had closed the roll before this arrived."),
    Code.DEVICE_REVOKED: _("The phone had been revoked before this arrived. Make sure that its user made this mark."),
}
MEANS: dict[str, str | Promise] = {
    Code.ON_ANOTHER_LIST: _("You accept that this site says of the person that they were absent."),
    Code.WRONG_REASON: _("It is recorded without its reason."),
    Code.HASH_MISMATCH: _("It is recorded as a further mark; the first one stays in the log."),
    Code.CARD_WRONG: _("You accept the mark although the card is not one of ours."),
    Code.CARD_REPLACED: _("You accept the mark although the card had been replaced."),
    Code.DEVICE_REVOKED: _("You accept the mark although the phone had been revoked."),
}
"""What is accepted beside the mark itself."""
