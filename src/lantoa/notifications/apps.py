"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lantoa.ui import navigation, slots


class NotificationsConfig(AppConfig):
    name = "lantoa.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Stand in the navigation, with how much is unread."""
        from lantoa.notifications import fillings

        navigation.register(
            navigation.NavItem(
                key="inbox",
                label=_("Inbox"),
                icon="bell",
                url_name="notifications:inbox",
                order=70,
                badge=fillings.unread_of,
            )
        )
        slots.fill("ui.topbar", fillings.bell)
