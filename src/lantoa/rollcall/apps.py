"""The app's entry in Django's registry."""

from django.apps import AppConfig


class RollcallConfig(AppConfig):
    name = "lantoa.rollcall"
    label = "rollcall"
