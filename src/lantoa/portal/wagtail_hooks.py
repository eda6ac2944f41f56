"""What Wagtail's editing pages show: what belongs to the portal, and nothing that is decided elsewhere."""

import uuid
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.urls import URLPattern, path, re_path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.home_panels import WorkPanel
from lantoa.portal.models import Attachment, Picture, PictureRendition, PortalSite
from lantoa.portal.pictures import STORED
from lantoa.portal.policies import can_write
from lantoa.portal.publishing import record_each
from lantoa.portal.selectors import below_sites_of
from lantoa.portal.serving.sending import sent_file, sent_picture

_MAY_USE = ("add", "change", "choose")
_MENU = {"explorer", "images", "documents", "reports", "readers", "counters"}
_OURS = (("share_list", "download", _("Shared from above")), ("banner_counts", "view", _("Figures of the banners")))
"""Pages of ours to which the menu leads: the name of the address, Wagtail's icon, the label."""
_READ_BEFORE = "_read_before"
"""Where the pages stay, on the request, that could be read before some of them went."""
_REPORTS = {"workflows", "workflow-tasks", "locked-pages"}


@hooks.register("register_admin_menu_item")
def lead_to_the_desk() -> MenuItem:
    """The way to what readers sent, which is decided outside of Wagtail's pages."""
    return MenuItem(_("Readers"), reverse("portal:readers_desk"), name="readers", icon_name="comment", order=500)


class CountersItem(MenuItem):
    """The counters of the first portal that somebody looks after; its page leads to the others."""

    def render_component(self, request: ActorRequest) -> Any:
        """The item of the menu (one query)."""
        first = PortalSite.objects.visible_to(request.actor).values_list("pk", flat=True)[0]
        drawn = super().render_component(request)
        drawn.url = reverse("portal:counters", args=[first])
        return drawn


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


@hooks.register("register_admin_menu_item")
def add_counters() -> MenuItem:
    """The way to the counters."""
    return CountersItem(_("Counters"), "", name="counters", icon_name="view", order=900)


@hooks.register("construct_settings_menu")
def keep_no_settings(request: HttpRequest, menu_items: list[Any]) -> None:
    """Users, groups, sites and steps come from appointments and from `open_site`."""
    menu_items.clear()


@hooks.register("construct_reports_menu")
def keep_our_reports(request: HttpRequest, menu_items: list[Any]) -> None:
    """What waits for whom."""
    menu_items[:] = [item for item in menu_items if item.name in _REPORTS]


@hooks.register("construct_page_chooser_queryset")
def offer_known_pages(pages: "PageQuerySet[Page]", request: ActorRequest) -> "PageQuerySet[Page]":
    """Whoever looks for a page to link to finds what everybody reads, and the drafts of their own sites alone."""
    return pages.filter(Q(live=True) | below_sites_of(request.actor))


@hooks.register("register_admin_urls")
def add_drafts() -> list[URLPattern]:
    """Where editors get the files and pictures that no page shows yet."""
    return [
        path("tep/<uuid:key>/", draft_file, name="portal_draft_file"),
        re_path(rf"^anh/(?P<name>{STORED})$", draft_picture, name="portal_draft_picture"),
    ]


@require_safe
def draft_file(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """A file of a draft, for who may use it in an article."""
    file = Attachment.objects.filter(key=key).first()
    return _for_editors(sent_file(file)) if file and _may_use(request, file) else HttpResponseNotFound()


@require_safe
def draft_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture of a draft in one size, for who may use it in an article."""
    rendition = PictureRendition.objects.select_related("image").filter(file=name).first()
    may = rendition is not None and _may_use(request, rendition.image)
    return _for_editors(sent_picture(name)) if may else HttpResponseNotFound()


def _may_use(request: HttpRequest, used: Attachment | Picture) -> bool:
    """Whether the user may use it in an article."""
    policy = policy_registry.get_by_type(type(used))
    return bool(policy.user_has_any_permission_for_instance(request.user, _MAY_USE, used))


def _for_editors(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@hooks.register("before_unpublish_page")
@hooks.register("before_delete_page")
def see_what_may_go(request: ActorRequest, page: Any) -> None:
    """Keep in mind what everybody can read of a page and of what stands under it (two queries)."""
    rows = Page.objects.live().descendant_of(page, inclusive=True)
    setattr(request, _READ_BEFORE, list(rows.specific(defer=True)))


@hooks.register("after_unpublish_page")
def record_withdrawal(request: ActorRequest, page: Any) -> None:
    """Write down who took which pages from the portal: some of those under the page may stay."""
    before = getattr(request, _READ_BEFORE)
    staying = set(Page.objects.live().descendant_of(page, inclusive=True).values_list("pk", flat=True))
    gone = [each for each in before if each.pk not in staying]
    record_each(gone, actor=request.actor, action="portal.withdraw", within=page)


@hooks.register("after_delete_page")
def record_deletion(request: ActorRequest, page: Any) -> None:
    """Write down who deleted which pages that everybody could read."""
    record_each(getattr(request, _READ_BEFORE), actor=request.actor, action="portal.delete_page", within=page)


@hooks.register("insert_global_admin_css")
def style_our_blocks() -> SafeString:
    """What Wagtail's pages show otherwise."""
    return format_html('<link rel="stylesheet" href="{}">', static("portal/editing.css"))


@hooks.register("construct_homepage_panels")
def show_what_waits(request: ActorRequest, panels: list[Any]) -> None:
    """Beside what waits for a review and what was written last."""
    panels.append(WorkPanel())
