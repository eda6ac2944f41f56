"""The addresses beside the bare page, which Wagtail finds by itself."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from wagtail.views import serve

from lantoa.config.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("", include("lantoa.portal.urls")),
    re_path(r"^((?:[\w\-]+/)*)$", login_not_required(serve)),
]
