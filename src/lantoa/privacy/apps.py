"""The app's entry in Django's registry."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "lantoa.privacy"
    label = "privacy"

    def ready(self) -> None:
        from lantoa.organizations import erasing, identity, restricting
        from lantoa.privacy import fillings, selectors
        from lantoa.privacy.periods import periods
        from lantoa.privacy.services.requests import forget_requests
        from lantoa.ui import slots

        periods()  # a mistake in the file stops the start
        erasing.register("requests", forget_requests)
        identity.register("privacy.DataRequest", selectors.same_open)
        restricting.register(selectors.restricted_persons)

        slots.fill("ui.account_links", fillings.account_links, order=200)
        slots.fill("organizations.person_actions", fillings.hand_over)
        slots.fill("organizations.person_actions", fillings.ask_request)
        slots.fill("organizations.person_list_actions", fillings.former_members)
