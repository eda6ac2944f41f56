"""The pages of this app."""

from django.urls import URLPattern

app_name = "study_sessions"
urlpatterns: list[URLPattern] = []
