"""What every use case of a session begins with."""

from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.plans.enums import Anchor, CampaignState
from lantoa.plans.services.anchors import hold
from lantoa.study_sessions import rolls
from lantoa.study_sessions.errors import CampaignNotRunning, PlacesMarked, SessionIsCancelled
from lantoa.study_sessions.models import StudySession
from lantoa.study_sessions.policies import can_set_up_session


def permit_and_lock(*, actor: Actor, session: StudySession) -> StudySession:
    """The session, locked and fresh, if the actor may change it now; before it the campaign, where deadlines of it are
    counted from sessions.

    Its key stays free: marks under way refer to it while they hold the sites that a change waits for.
    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning.
    """
    if not can_set_up_session(actor=actor, host=session.host):
        raise NotPermitted
    hold(session.campaign_id, Anchor.SESSION)
    rows = StudySession.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("host", "campaign").get(pk=session.pk)
    if locked.cancelled_at is not None:
        raise SessionIsCancelled
    if locked.campaign.state != CampaignState.RUNNING:
        raise CampaignNotRunning
    return locked


def refuse_marked(session: StudySession, entry_ids: list[int] | None = None) -> None:
    """Raise PlacesMarked where somebody of the entries (all, for None) has a mark at the session."""
    if marked := rolls.marked_entries(session.pk, entry_ids):
        raise PlacesMarked(persons=len(marked))
