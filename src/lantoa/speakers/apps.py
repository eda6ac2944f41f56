"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpeakersConfig(AppConfig):
    name = "lantoa.speakers"
    label = "speakers"

    def ready(self) -> None:
        """Stand in the navigation and on a person's record, and take part when records are erased or merged."""
        from lantoa.organizations import erasing, identity
        from lantoa.speakers import fillings
        from lantoa.speakers.selectors import recognitions_that_stay
        from lantoa.speakers.services import forget_speakers
        from lantoa.ui import navigation, slots

        erasing.register("speakers", forget_speakers)
        identity.register("speakers.Speaker", recognitions_that_stay)
        slots.fill("organizations.person_actions", fillings.recognise_person)
        navigation.register(
            navigation.NavItem(
                key="speakers",
                label=_("Speakers"),
                icon="person-badge",
                url_name="speakers:speaker_list",
                order=45,
                visible=fillings.sees_register,
                match=("speakers:",),
            )
        )
