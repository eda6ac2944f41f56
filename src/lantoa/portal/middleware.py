"""What stands before the editing pages, which Wagtail brings."""

from collections.abc import Callable
from typing import cast

from csp.constants import HEADER, NONE, SELF, UNSAFE_INLINE
from csp.utils import build_policy
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.groups import follow_appointments
from lantoa.portal.policies import can_edit_anywhere

PREFIX = "/bien-tap/"
OPEN_NAMES = frozenset(
    {
        "portal_draft_file",
        "portal_draft_picture",
        "wagtailadmin_home",
        "wagtailadmin_explore_root",
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_tag_autocomplete",
        "wagtailadmin_tag_model_autocomplete",
        "wagtailadmin_dismissibles",
        "wagtailadmin_block_preview",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
    }
)
OPEN_SPACES = (
    "wagtailadmin_pages:",
    "wagtailadmin_editing_sessions:",
    "wagtailadmin_reports:",
    "wagtailimages:",
    "wagtailimages_chooser:",
    "wagtaildocs:",
    "wagtaildocs_chooser:",
)
CLOSED = frozenset(
    {
        "wagtailadmin_pages:set_privacy",
        "wagtailadmin_pages:convert_alias",
        "wagtailimages:url_generator",
        "wagtailimages:generate_url",
    }
)
"""Of Wagtail's pages those of the way from a draft to an article are open, and no others: users, groups, sites,
passwords and the steps themselves come from elsewhere."""

POLICY = build_policy(
    config={
        "default-src": [NONE],
        "script-src": [SELF, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "object-src": [NONE],
    }
)
"""Looser than ours: Wagtail writes styles and small scripts into its pages, and shows a draft in a frame."""


class EditingMiddleware:
    """Lets in whoever holds a role of the portal today, to the pages that belong to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the policy of these pages."""
        response = self.get_response(request)
        if request.path_info.startswith(PREFIX) and request.resolver_match is not None:
            # A draft that is looked at comes with the policy of its public page, which no frame may show.
            response.headers[HEADER] = POLICY
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, keywords: object
    ) -> HttpResponse | None:
        """The way to the sign-in for who has not done so; raises PermissionDenied, Http404 for what is not open.

        Groups that the day has overtaken are written anew before Wagtail asks for them: an appointment that ended at
        midnight opens nothing in the morning.
        """
        if not request.path_info.startswith(PREFIX):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not can_edit_anywhere(actor=cast(ActorRequest, request).actor):
            raise PermissionDenied
        if not is_open(request.resolver_match.view_name if request.resolver_match else ""):
            raise Http404
        follow_appointments([request.user.pk])
        return None


def is_open(name: str) -> bool:
    """Whether a page of Wagtail's is one of the portal's editing pages."""
    return name not in CLOSED and (name in OPEN_NAMES or name.startswith(OPEN_SPACES))
