"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RollcallConfig(AppConfig):
    name = "lantoa.rollcall"
    label = "rollcall"

    def ready(self) -> None:
        """Tell lower apps what becomes of cards, fill their slots, and stand in the navigation and among what waits to
        be settled."""
        from lantoa.organizations import erasing, identity
        from lantoa.rollcall import card_slots, fillings, phone_fillings
        from lantoa.rollcall.services.cards import cards_that_stay, forget_cards
        from lantoa.ui import navigation, slots

        erasing.register("cards", forget_cards)
        identity.register("rollcall.Card", cards_that_stay)
        slots.fill("organizations.person_list_actions", card_slots.unit_cards, order=20)
        slots.fill("attendance.roll_actions", card_slots.site_wall, order=20)
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
        slots.fill("attendance.roll_actions", fillings.offline_roll, order=10)
        slots.fill("study_sessions.session_actions", fillings.offline_page, order=30)
