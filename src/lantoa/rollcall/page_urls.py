"""The page that works without a network, under a prefix of its own: the scope of its service worker."""

from django.urls import path

from lantoa.rollcall.views import page

app_name = "rollcall_page"

urlpatterns = [
    path("rollcall/", page.page, name="page"),
    path("rollcall/sw.js", page.worker, name="worker"),
    path("rollcall/manifest.webmanifest", page.manifest, name="manifest"),
    path("rollcall/set-up/", page.set_up, name="set_up"),
]
