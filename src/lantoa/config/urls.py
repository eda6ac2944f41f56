"""The URL map: every app's pages under their own prefix."""

from django.urls import URLPattern, URLResolver, include, path

from lantoa.config.api import addresses
from lantoa.config.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", addresses),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/", include("lantoa.accounts.provider_urls")),
    path("accounts/", include("lantoa.accounts.second_factor.sign_in_urls")),
    path("", include("lantoa.accounts.urls")),
    path("", include("lantoa.ui.urls")),
    path("", include("lantoa.dashboard.urls")),
    path("", include("lantoa.jobs.urls")),
    path("", include("lantoa.files.urls")),
    path("", include("lantoa.notifications.urls")),
    path("", include("lantoa.visits.urls")),
    path("", include("lantoa.organizations.urls")),
    path("", include("lantoa.directives.urls")),
    path("", include("lantoa.materials.urls")),
    path("", include("lantoa.plans.urls")),
    path("", include("lantoa.speakers.urls")),
    path("", include("lantoa.study_sessions.urls")),
    path("", include("lantoa.attendance.urls")),
    path("", include("lantoa.rollcall.urls")),
    path("", include("lantoa.rollcall.page_urls")),
    path("", include("lantoa.privacy.urls")),
    path("", include("lantoa.portal.urls")),
]

handler400 = "lantoa.ui.errors.bad_request"
handler403 = "lantoa.ui.errors.forbidden"
handler404 = "lantoa.portal.missing.not_found"
handler500 = "lantoa.ui.errors.server_error"
