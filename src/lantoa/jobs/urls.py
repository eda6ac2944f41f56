"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.jobs import views

app_name = "jobs"
urlpatterns: list[URLPattern] = [
    path("jobs/<int:pk>/", views.job_detail, name="job_detail"),
    path("jobs/<int:pk>/cancel/", views.job_cancel, name="job_cancel"),
]
