"""Use cases of study sessions."""

from lantoa.study_sessions.services.activities import (
    ActivityFacts,
    correct_activity,
    record_activity,
    take_back_activity,
)
from lantoa.study_sessions.services.many_sites import (
    SiteChange,
    add_sites_for_children,
    add_sites_for_kinds,
    change_sites,
)
from lantoa.study_sessions.services.placements import place_entries, place_summoned
from lantoa.study_sessions.services.programme import choose_speakers
from lantoa.study_sessions.services.reports import check_site, count_heads
from lantoa.study_sessions.services.series import repeat_session
from lantoa.study_sessions.services.sessions import cancel_session, change_session, set_up_session
from lantoa.study_sessions.services.sites import add_site, change_site, remove_site

__all__ = [
    "ActivityFacts",
    "SiteChange",
    "add_site",
    "add_sites_for_children",
    "add_sites_for_kinds",
    "cancel_session",
    "change_session",
    "change_site",
    "change_sites",
    "check_site",
    "choose_speakers",
    "correct_activity",
    "count_heads",
    "place_entries",
    "place_summoned",
    "record_activity",
    "remove_site",
    "repeat_session",
    "set_up_session",
    "take_back_activity",
]
