"""The app's entry in Django's registry."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "lantoa.visits"
    label = "visits"
