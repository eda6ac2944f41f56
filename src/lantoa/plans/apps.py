"""The app's entry in Django's registry."""

from functools import partial
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantoa.ui import navigation, slots

if TYPE_CHECKING:
    from lantoa.plans.models import Campaign


def _address(url_name: str, campaign: "Campaign") -> str:
    return reverse(url_name, args=[campaign.pk])


class PlansConfig(AppConfig):
    name = "lantoa.plans"
    label = "plans"

    def ready(self) -> None:
        from lantoa.directives.models import Directive
        from lantoa.directives.signals import issue_moved
        from lantoa.files import access
        from lantoa.organizations import identity, succession
        from lantoa.organizations.verbs import Verb
        from lantoa.organizations.verbs import register as register_verb
        from lantoa.plans import notices, policies, tabs
        from lantoa.plans.panels import (
            campaigns_of_directive,
            lists_of_who_leaves,
            materials_of_campaign,
            plans_owed,
            unit_numbers,
        )
        from lantoa.plans.selectors.openings import opens_experience
        from lantoa.plans.selectors.progress import opens_plan_file
        from lantoa.plans.services.anchors import follow_directive
        from lantoa.plans.services.identity import entries_that_stay
        from lantoa.plans.services.stewardship import PlanSteward

        navigation.register(
            navigation.NavItem(
                key="plans", label=_("Roll-outs"), icon="megaphone", url_name="plans:campaign_list", order=30
            )
        )
        notices.register()
        issue_moved.connect(follow_directive, sender=Directive, dispatch_uid="plans.deadlines")
        access.register(opens_experience)
        access.register(opens_plan_file)
        identity.register("plans.SummonsEntry", entries_that_stay)
        register_verb(Verb("draft_plan", _("write its plan"), policies.can_draft_plan, 20))
        register_verb(Verb("summon", _("summon its people"), policies.can_summon, 21))
        slots.fill("directives.directive_page", campaigns_of_directive)
        slots.fill("plans.campaign_page", materials_of_campaign, order=50)
        slots.fill("organizations.unit_page.owed", plans_owed, order=10)
        slots.fill("organizations.unit_page", unit_numbers, order=60)
        slots.fill("organizations.departure", lists_of_who_leaves)
        succession.register(PlanSteward(), order=10)
        pages = (
            ("campaign", _("Overview"), "plans:campaign_detail", 10),
            ("units", _("Who owes what"), "plans:cascade", 15),
            ("plans", _("Plans"), "plans:plan_list", 20),
            ("summons", _("Summons"), "plans:summons_list", 30),
        )
        for key, label, url_name, order in pages:
            tabs.register(
                tabs.CampaignTab(
                    key=key,
                    label=label,
                    url=partial(_address, url_name),
                    order=order,
                )
            )
