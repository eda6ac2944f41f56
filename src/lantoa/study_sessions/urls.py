"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.study_sessions.views import (
    activities,
    board,
    calendars,
    programme,
    series,
    sessions,
    site_page,
    site_table,
    sites,
)

app_name = "study_sessions"
urlpatterns: list[URLPattern] = [
    path("sessions/", sessions.session_mine, name="session_mine"),
    path("sessions/calendar.ics", calendars.calendar_mine, name="calendar_mine"),
    path("activities/", activities.activity_list, name="activity_list"),
    path("activities/new/", activities.activity_new, name="activity_new"),
    path("activities/<int:pk>/", activities.activity_detail, name="activity_detail"),
    path("activities/<int:pk>/correct/", activities.activity_correct, name="activity_correct"),
    path("activities/<int:pk>/take-back/", activities.activity_take_back, name="activity_take_back"),
    path("campaigns/<int:campaign_id>/sessions/", sessions.session_list, name="session_list"),
    path("campaigns/<int:campaign_id>/sessions/new/", sessions.session_new, name="session_new"),
    path("sessions/<int:pk>/", sessions.session_detail, name="session_detail"),
    path("sessions/<int:pk>/calendar.ics", calendars.session_calendar, name="session_calendar"),
    path("sessions/<int:pk>/repeat/", series.session_repeat, name="session_repeat"),
    path("sessions/<int:pk>/edit/", sessions.session_edit, name="session_edit"),
    path("sessions/<int:pk>/speakers/", programme.session_speakers, name="session_speakers"),
    path("sessions/<int:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("sessions/<int:pk>/place/", sessions.session_place, name="session_place"),
    path("sessions/<int:pk>/sites/new/", sites.site_new, name="site_new"),
    path("sessions/<int:pk>/sites/each/", sites.site_each, name="site_each"),
    path("sessions/<int:pk>/sites/", site_table.site_table, name="site_table"),
    path("sessions/<int:pk>/sites/kinds/", site_table.site_kinds, name="site_kinds"),
    path("sessions/<int:pk>/board/", board.session_board, name="session_board"),
    path("sites/<int:pk>/", site_page.site_detail, name="site_detail"),
    path("sites/<int:pk>/check/", site_page.site_check, name="site_check"),
    path("sites/<int:pk>/heads/", site_page.site_heads, name="site_heads"),
    path("sites/<int:pk>/edit/", sites.site_edit, name="site_edit"),
    path("sites/<int:pk>/remove/", sites.site_remove, name="site_remove"),
]
