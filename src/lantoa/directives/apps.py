"""The app's entry in Django's registry."""

from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    name = "lantoa.directives"
    label = "directives"
