"""How the state of a campaign looks on a page."""

from django.utils.translation import gettext_lazy as _

from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign
from lantoa.ui.states import State, Tone

_STATES = {
    CampaignState.DRAFT: State(_("Being prepared"), Tone.NEUTRAL, "pencil"),
    CampaignState.RUNNING: State(_("Running"), Tone.INFO, "play-circle"),
    CampaignState.FINISHED: State(_("Finished"), Tone.SUCCESS, "check-circle"),
}


def state_of(campaign: Campaign) -> State:
    """The badge of a campaign."""
    return _STATES[CampaignState(campaign.state)]
