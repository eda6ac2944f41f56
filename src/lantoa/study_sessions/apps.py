"""The app's entry in Django's registry."""

from django.apps import AppConfig


class StudySessionsConfig(AppConfig):
    name = "lantoa.study_sessions"
    label = "study_sessions"
