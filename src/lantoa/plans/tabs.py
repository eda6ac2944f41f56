"""The tabs of a campaign: each app puts its own page beside the campaign's."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.plans.models import Campaign
from lantoa.ui.states import Crumb, Tab


@dataclass(frozen=True, kw_only=True)
class CampaignTab:
    """One page about a campaign. `url` gives its address; smaller orders come first."""

    key: str
    label: str | Promise
    url: Callable[[Campaign], str]
    order: int


TABS: dict[str, CampaignTab] = {}


def register(tab: CampaignTab) -> None:
    """Put a page among the tabs of every campaign; call it in `AppConfig.ready`."""
    TABS[tab.key] = tab


def campaign_tabs(campaign: Campaign, current: str) -> list[Tab]:
    """The tabs of a campaign, the one of key `current` marked."""
    tabs = sorted(TABS.values(), key=lambda tab: (tab.order, tab.key))
    return [Tab(tab.label, tab.url(campaign), tab.key == current) for tab in tabs]


def campaign_crumbs(campaign: Campaign | None = None) -> list[Crumb]:
    """The way to a page below the list of campaigns, or below one campaign."""
    crumbs = [Crumb(_("Campaigns"), reverse("plans:campaign_list"))]
    if campaign is not None:
        crumbs.append(Crumb(campaign.name, reverse("plans:campaign_detail", args=[campaign.pk])))
    return crumbs
