"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.accounts.second_factor import views as second_factor
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
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("second-factor/app/", second_factor.app_add, name="app_add"),
    path("second-factor/key/", second_factor.key_add, name="key_add"),
    path("second-factor/remove/", second_factor.factor_remove, name="factor_remove"),
    path("second-factor/codes/", second_factor.codes_renew, name="codes_renew"),
]
