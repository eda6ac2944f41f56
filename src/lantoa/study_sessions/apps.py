"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class StudySessionsConfig(AppConfig):
    name = "lantoa.study_sessions"
    label = "study_sessions"

    def ready(self) -> None:
        """Put the sessions into the navigation and among the tabs of a campaign, the activities on its page, tell
        letters of the sessions, and look after those of units that end."""
        from lantoa.organizations import succession
        from lantoa.plans import convening, measuring, studies
        from lantoa.plans.enums import Indicator
        from lantoa.plans.models import SummonsEntry
        from lantoa.plans.signals import entries_changed
        from lantoa.plans.tabs import CampaignTab, register
        from lantoa.study_sessions import held
        from lantoa.study_sessions.convening import sittings_of
        from lantoa.study_sessions.fillings import campaign_activities
        from lantoa.study_sessions.measuring import figures
        from lantoa.study_sessions.services.placements import place_added
        from lantoa.study_sessions.services.stewardship import SessionSteward
        from lantoa.ui import navigation, slots

        convening.register(sittings_of)
        measuring.register((Indicator.SESSIONS, Indicator.SITES, Indicator.REACH), figures)
        slots.fill("plans.campaign_page", campaign_activities, order=30)
        entries_changed.connect(place_added, sender=SummonsEntry, dispatch_uid="study_sessions.added")
        succession.register(SessionSteward(), order=20)
        for condition in (held.hosted, held.kept_site, held.went_to_site):
            studies.register(condition)
        studies.register_days(held.first_days)
        navigation.register(
            navigation.NavItem(
                key="sessions",
                label=_("Sessions"),
                icon="calendar-event",
                url_name="study_sessions:session_mine",
                order=40,
                match=("study_sessions:", "attendance:roll_", "attendance:missed_", "attendance:make_up_"),
            )
        )
        register(
            CampaignTab(
                key="sessions",
                label=_("Sessions"),
                url=lambda campaign: reverse("study_sessions:session_list", args=[campaign.pk]),
                order=40,
            )
        )
