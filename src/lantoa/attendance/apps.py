"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "lantoa.attendance"
    label = "attendance"

    def ready(self) -> None:
        """Tell lower apps what the roll-call knows, fill their slots, and stand in the navigation."""
        from lantoa.attendance import coverage_slots, fillings, notices, receivers, reflection_slots, review_fillings
        from lantoa.attendance.measuring import figures
        from lantoa.attendance.policies import can_take_roll
        from lantoa.attendance.selectors.rolls import marked_entries, roll_facts, roll_progress
        from lantoa.attendance.services.reflections import forget_reflections
        from lantoa.attendance.services.stewardship import SiteSteward
        from lantoa.files import access
        from lantoa.organizations import erasing, succession
        from lantoa.organizations.verbs import Verb
        from lantoa.organizations.verbs import register as register_verb
        from lantoa.plans import measuring
        from lantoa.plans.enums import Indicator
        from lantoa.plans.tabs import CampaignTab, register
        from lantoa.study_sessions import rolls
        from lantoa.ui import navigation, slots

        receivers.connect()
        review_fillings.connect()
        notices.register()
        register_verb(Verb("take_roll", _("take its roll"), can_take_roll, 30))
        succession.register(SiteSteward(), order=30)
        rolls.register(marked_entries=marked_entries, roll_facts=roll_facts, progress=roll_progress)
        slots.fill("study_sessions.session", fillings.session_figures, order=10)
        slots.fill("study_sessions.session_actions", fillings.session_actions, order=10)
        slots.fill("study_sessions.site_roll", fillings.site_roll, order=10)
        slots.fill("organizations.unit_page.owed", fillings.rolls_owed, order=20)
        slots.fill("plans.campaign_page", coverage_slots.campaign_coverage, order=10)
        slots.fill("plans.campaign_page", reflection_slots.campaign_reflections, order=40)
        measuring.register((Indicator.COVERAGE, Indicator.FIRST_SESSION), figures)
        access.register(reflection_slots.opens_reflection)
        erasing.register("reflections", forget_reflections)
        slots.fill("plans.plan_page", coverage_slots.plan_coverage, order=10)
        register(
            CampaignTab(
                key="coverage",
                label=_("Coverage"),
                url=lambda campaign: reverse("attendance:coverage_campaign", args=[campaign.pk]),
                order=50,
            )
        )
        navigation.register(
            navigation.NavItem(
                key="review",
                label=_("To settle"),
                icon="person-check",
                url_name="attendance:review_list",
                order=50,
                visible=fillings.may_review,
                match=("attendance:review_", "attendance:late_", "attendance:conflict_"),
            )
        )
