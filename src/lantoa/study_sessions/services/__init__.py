"""Use cases of study sessions."""

from lantoa.study_sessions.services.placements import place_entries, place_summoned
from lantoa.study_sessions.services.sessions import cancel_session, change_session, set_up_session
from lantoa.study_sessions.services.sites import add_site, add_sites_for_children, change_site, remove_site

__all__ = [
    "add_site",
    "add_sites_for_children",
    "cancel_session",
    "change_session",
    "change_site",
    "place_entries",
    "place_summoned",
    "remove_site",
    "set_up_session",
]
