"""The opening of a campaign to all units after its pilots, and who may read what is attached to it."""

from lantoa.files.models import StoredFile
from lantoa.organizations.actors import Actor
from lantoa.plans.models import Campaign, Opening


def opening_of(campaign: Campaign) -> Opening | None:
    """The opening that was decided; None for a campaign that began with all units (no query then, nor where the
    campaign was read with its opening)."""
    return getattr(campaign, "opening", None) if campaign.pilots_first else None


def opens_experience(actor: Actor, file: StoredFile) -> bool:
    """Whether the file is attached to the opening of a campaign that the actor may see."""
    return Opening.objects.filter(files=file, campaign__in=Campaign.objects.visible_to(actor).order_by()).exists()
