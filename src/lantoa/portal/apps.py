"""The app's entry in Django's registry."""

from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lantoa.organizations.middleware import ActorRequest


class PortalConfig(AppConfig):
    name = "lantoa.portal"
    label = "portal"

    def ready(self) -> None:
        """Hear of appointments, feed the index, say what stands around a page, and stand in the navigation."""
        from lantoa.accounts.middleware import run_in_background
        from lantoa.organizations import verbs
        from lantoa.organizations.signals import appointments_changed
        from lantoa.portal import counted, groups, indexing, policies, selectors
        from lantoa.portal.documents import indexing as document_indexing
        from lantoa.portal.documents import slots as document_slots
        from lantoa.portal.models import pages
        from lantoa.portal.serving import editions
        from lantoa.portal.sites import slots as site_slots
        from lantoa.ui import navigation, slots
        from lantoa.visits import subjects

        appointments_changed.connect(groups.hear_of_appointments, dispatch_uid="portal.appointments")
        indexing.connect()
        document_indexing.connect()
        editions.connect()
        slots.fill("directives.directive_page", document_slots.portals_of_directive, order=60)
        slots.fill("organizations.unit_page.aside", site_slots.portal_of_unit, order=60)
        for kind, existing in counted.KINDS.items():
            subjects.register(kind, existing)
        pages.surround(selectors.surroundings)
        run_in_background("wagtailadmin_editing_sessions:ping")
        verbs.register(verbs.Verb("write_portal", _("write for the portal"), policies.can_write, 60))
        verbs.register(verbs.Verb("approve_portal", _("approve for the portal"), policies.can_approve, 61))
        navigation.register(
            navigation.NavItem(
                key="portal",
                label=_("Portal"),
                icon="newspaper",
                url_name="wagtailadmin_home",
                order=50,
                visible=_edits,
            )
        )


def _edits(request: HttpRequest) -> bool:
    """Whether the reader writes or approves for a portal."""
    from lantoa.portal.policies import can_edit_anywhere

    return request.user.is_authenticated and can_edit_anywhere(actor=cast("ActorRequest", request).actor)
