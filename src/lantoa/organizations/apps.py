"""The app's entry in Django's registry."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "lantoa.organizations"
    label = "organizations"
