"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.dashboard.audit_log.views import audit_log
from lantoa.dashboard.course.views import unit_course
from lantoa.dashboard.views import home

app_name = "dashboard"
urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("units/<int:unit_id>/campaigns/", unit_course, name="unit_course"),
    path("audit/", audit_log, name="audit_log"),
]
