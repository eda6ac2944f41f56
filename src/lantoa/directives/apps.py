"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lantoa.ui import navigation


class DirectivesConfig(AppConfig):
    name = "lantoa.directives"
    label = "directives"

    def ready(self) -> None:
        from lantoa.directives import indexing
        from lantoa.directives.selectors import opens_file
        from lantoa.files import access

        navigation.register(
            navigation.NavItem(
                key="directives",
                label=_("Directives"),
                icon="journal-text",
                url_name="directives:directive_list",
                order=20,
            )
        )
        access.register(opens_file)
        indexing.connect()
