"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.notifications import views

app_name = "notifications"
urlpatterns: list[URLPattern] = [
    path("notifications/", views.inbox, name="inbox"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/silences/<int:pk>/end/", views.silence_end, name="silence_end"),
    path("notifications/<int:pk>/open/", views.notification_open, name="notification_open"),
]
