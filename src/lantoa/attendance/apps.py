"""The app's entry in Django's registry."""

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "lantoa.attendance"
    label = "attendance"
