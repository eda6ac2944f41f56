"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.accounts.views import invitations, session_list, sessions

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("invitation/", invitations.invitation, name="invitation"),
    path("session/", session_list.session_list, name="session_list"),
    path("session/end/", session_list.session_end, name="session_end"),
    path("session/end-others/", session_list.session_end_others, name="session_end_others"),
    path("session/state/", sessions.session_state, name="session_state"),
    path("session/stay/", sessions.session_stay, name="session_stay"),
    path("session/ended/", sessions.session_ended, name="session_ended"),
]
