"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RollcallConfig(AppConfig):
    name = "lantoa.rollcall"
    label = "rollcall"

    def ready(self) -> None:
        """Stand in the navigation, and among what waits to be settled."""
        from lantoa.rollcall import phone_fillings
        from lantoa.ui import navigation

        phone_fillings.connect()
        navigation.register(
            navigation.NavItem(
                key="phones",
                label=_("Phones"),
                icon="card-checklist",
                url_name="rollcall:device_list",
                order=55,
                visible=phone_fillings.sees_phones,
                match=("rollcall:device_",),
            )
        )
