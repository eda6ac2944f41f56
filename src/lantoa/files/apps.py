"""The app's entry in Django's registry."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "lantoa.files"
    label = "files"
