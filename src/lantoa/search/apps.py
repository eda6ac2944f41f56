"""The app's entry in Django's registry."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "lantoa.search"
    label = "search"
