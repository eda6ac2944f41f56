"""The app's entry in Django's registry."""

from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lantoa.organizations.middleware import ActorRequest

_KNOWN = "_edits_a_portal"
"""Where the answer stays, on the request: two entries of the navigation ask."""


class PortalConfig(AppConfig):
    name = "lantoa.portal"
    label = "portal"

    def ready(self) -> None:
        """Hear of appointments, feed the index, say what stands around a page, and stand in the navigation."""
        from lantoa.accounts.middleware import run_in_background
        from lantoa.organizations import verbs
        from lantoa.organizations.signals import appointments_changed
        from lantoa.portal import counted, groups, indexing, pictures, policies, selectors
        from lantoa.portal.documents import indexing as document_indexing
        from lantoa.portal.documents import slots as document_slots
        from lantoa.portal.front import selectors as front_selectors
        from lantoa.portal.models import pages
        from lantoa.portal.offering import notices as offering_notices
        from lantoa.portal.offering import slots as offering_slots
        from lantoa.portal.readers import selectors as readers
        from lantoa.portal.reading import selectors as reading
        from lantoa.portal.reading import versions
        from lantoa.portal.serving import editions
        from lantoa.portal.sharing import following as sharing_following
        from lantoa.portal.sharing import selectors as sharing_selectors
        from lantoa.portal.sites import slots as site_slots
        from lantoa.ui import navigation, slots
        from lantoa.visits import subjects

        appointments_changed.connect(groups.hear_of_appointments, dispatch_uid="portal.appointments")
        editions.connect()
        indexing.connect()
        document_indexing.connect()
        sharing_following.connect()
        pictures.connect()
        slots.fill("directives.directive_page", document_slots.portals_of_directive, order=60)
        slots.fill("organizations.unit_page.aside", site_slots.portal_of_unit, order=60)
        slots.fill("plans.campaign_aside", offering_slots.figures_of_campaign, order=60)
        slots.fill("attendance.coverage_actions", offering_slots.figures_of_coverage, order=60)
        slots.fill("study_sessions.session_actions", offering_slots.figures_of_session, order=60)
        offering_notices.register()
        for kind, existing in counted.KINDS.items():
            subjects.register(kind, existing)
        versions.connect()
        pages.surround(
            selectors.surroundings,
            front_selectors.surroundings,
            sharing_selectors.surroundings,
            reading.surroundings,
            readers.around,
        )
        run_in_background("wagtailadmin_editing_sessions:ping")
        verbs.register(verbs.Verb("write_portal", _("write for the portal"), policies.can_write, 60))
        verbs.register(verbs.Verb("approve_portal", _("approve for the portal"), policies.can_approve, 61))
        navigation.register(
            navigation.NavItem(
                key="portal",
                label=_("Portal"),
                icon="journal-text",
                url_name="wagtailadmin_home",
                order=50,
                visible=_edits,
            )
        )
        navigation.register(
            navigation.NavItem(
                key="readers",
                label=_("Readers"),
                icon="chat-left-text",
                url_name="portal:readers_desk",
                order=51,
                visible=_edits,
                match=("portal:readers_", "portal:comments_of_", "portal:poll_"),
            )
        )


def _edits(request: HttpRequest) -> bool:
    """Whether the reader writes or approves for a portal."""
    from lantoa.portal.policies import can_edit_anywhere

    if not request.user.is_authenticated:
        return False
    asked = cast("ActorRequest", request)
    known: bool | None = getattr(asked, _KNOWN, None)
    if known is None:
        known = can_edit_anywhere(actor=asked.actor)
        setattr(asked, _KNOWN, known)
    return known
