"""The app's entry in Django's registry."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "lantoa.privacy"
    label = "privacy"

    def ready(self) -> None:
        from lantoa.privacy import fillings
        from lantoa.ui import slots

        slots.fill("ui.account_links", fillings.account_links, order=200)
        slots.fill("organizations.person_actions", fillings.hand_over)
        slots.fill("organizations.person_list_actions", fillings.former_members)
