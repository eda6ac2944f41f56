"""The interface app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Layouts, components and helpers; it keeps no data."""

    name = "lantoa.ui"
    label = "ui"
