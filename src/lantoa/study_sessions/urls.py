"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.study_sessions.views import sessions, sites

app_name = "study_sessions"
urlpatterns: list[URLPattern] = [
    path("sessions/", sessions.session_mine, name="session_mine"),
    path("campaigns/<int:campaign_id>/sessions/", sessions.session_list, name="session_list"),
    path("campaigns/<int:campaign_id>/sessions/new/", sessions.session_new, name="session_new"),
    path("sessions/<int:pk>/", sessions.session_detail, name="session_detail"),
    path("sessions/<int:pk>/edit/", sessions.session_edit, name="session_edit"),
    path("sessions/<int:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("sessions/<int:pk>/place/", sessions.session_place, name="session_place"),
    path("sessions/<int:pk>/sites/new/", sites.site_new, name="site_new"),
    path("sessions/<int:pk>/sites/each/", sites.site_each, name="site_each"),
    path("sites/<int:pk>/edit/", sites.site_edit, name="site_edit"),
    path("sites/<int:pk>/remove/", sites.site_remove, name="site_remove"),
]
