"""What Wagtail's editing pages show: what belongs to the portal, and nothing that is decided elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.models import PortalSite
from lantoa.portal.policies import can_write
from lantoa.portal.publishing import record

_MENU = {"explorer", "images", "documents", "reports", "readers"}
_OURS = (("share_list", "download", _("Shared from above")), ("banner_counts", "view", _("Figures of the banners")))
"""Pages of ours to which the menu leads: the name of the address, Wagtail's icon, the label."""
_REPORTS = {"workflows", "workflow-tasks", "locked-pages"}


@hooks.register("register_admin_menu_item")
def lead_to_the_desk() -> MenuItem:
    """The way to what readers sent, which is decided outside of Wagtail's pages."""
    return MenuItem(_("Readers"), reverse("portal:readers_desk"), name="readers", icon_name="comment", order=500)


@hooks.register("construct_main_menu")
def keep_our_menu(request: HttpRequest, menu_items: list[Any]) -> None:
    """Pages, pictures, files, what waits for a review and what readers sent."""
    menu_items[:] = [item for item in menu_items if item.name in _MENU]


@hooks.register("construct_main_menu", order=200)
def lead_to_our_pages(request: ActorRequest, menu_items: list[Any]) -> None:
    """What sites above offer, and the figures of the banners, for each site that the reader writes for."""
    found = PortalSite.objects.visible_to(request.actor).select_related("unit")
    portals = [portal for portal in found if can_write(actor=request.actor, unit=portal.unit)]
    for order, (name, icon, label) in enumerate(_OURS, 400):
        for portal in portals:
            shown = f"{label}: {portal.name}" if len(portals) > 1 else str(label)
            address = reverse(f"portal:{name}", args=[portal.pk])
            menu_items.append(MenuItem(shown, address, name=f"{name}-{portal.pk}", icon_name=icon, order=order))


@hooks.register("construct_settings_menu")
def keep_no_settings(request: HttpRequest, menu_items: list[Any]) -> None:
    """Users, groups, sites and steps come from appointments and from `open_site`."""
    menu_items.clear()


@hooks.register("construct_reports_menu")
def keep_our_reports(request: HttpRequest, menu_items: list[Any]) -> None:
    """What waits for whom."""
    menu_items[:] = [item for item in menu_items if item.name in _REPORTS]


@hooks.register("after_unpublish_page")
def record_withdrawal(request: ActorRequest, page: Any) -> HttpResponse | None:
    """Write down who took an article from the portal."""
    record(actor=request.actor, action="portal.withdraw", page=page)
    return None
