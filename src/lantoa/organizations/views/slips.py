"""What the pages about accounts show of invitations: how far one has come, and the slips, once."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from lantoa.accounts.enums import InvitationKind, InvitationState
from lantoa.accounts.models import Invitation
from lantoa.accounts.services_invitations import link_of
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.services.invitations import Slip
from lantoa.ui.qr import Qr, qr_of
from lantoa.ui.responses import render_page
from lantoa.ui.states import State, Tone

ON_A_SHEET = 6
_LOOKS = {
    InvitationState.SENT: (Tone.INFO, "send"),
    InvitationState.PRINTED: (Tone.INFO, "printer"),
    InvitationState.DELIVERED: (Tone.INFO, "inbox"),
    InvitationState.FAILED: (Tone.DANGER, ""),
    InvitationState.USED: (Tone.SUCCESS, ""),
    InvitationState.EXPIRED: (Tone.WARNING, "clock-history"),
    InvitationState.WITHDRAWN: (Tone.NEUTRAL, "slash-circle"),
}
_KINDS = {InvitationKind.MAIL: _("Invitation by e-mail"), InvitationKind.SLIP: _("Printed slip")}


@dataclass(frozen=True, slots=True)
class Card:
    """A slip as it is printed."""

    slip: Slip
    qr: Qr


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as a page shows it."""

    row: Invitation
    kind: str
    state: State


def shown(invitation: Invitation) -> Invited:
    """What a page says of it."""
    state = invitation.state
    tone, icon = _LOOKS[state]
    return Invited(invitation, str(_KINDS[InvitationKind(invitation.kind)]), State(state.label, tone, icon))


def site_of(request: ActorRequest) -> str:
    """The address of the installation, as this reader reached it."""
    return request.build_absolute_uri("/")


def show_slips(request: ActorRequest, slips: list[Slip], back: str) -> HttpResponse:
    """The sheets to be printed, the only time that anybody sees the codes; `back` leads on."""
    site = site_of(request)
    cards = [Card(slip, qr_of(link_of(slip.invitation, site))) for slip in slips]
    sheets = [cards[start : start + ON_A_SHEET] for start in range(0, len(cards), ON_A_SHEET)]
    return render_page(request, "organizations/slips.html", {"sheets": sheets, "site": site, "back": back})
