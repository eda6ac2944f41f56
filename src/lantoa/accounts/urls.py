"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.accounts.views import sessions

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("session/state/", sessions.session_state, name="session_state"),
    path("session/stay/", sessions.session_stay, name="session_stay"),
    path("session/ended/", sessions.session_ended, name="session_ended"),
]
