"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lantoa.ui import navigation, slots


class MaterialsConfig(AppConfig):
    name = "lantoa.materials"
    label = "materials"

    def ready(self) -> None:
        from lantoa.materials import indexing, notices
        from lantoa.materials.fillings import materials_of_directive

        navigation.register(
            navigation.NavItem(
                key="materials",
                label=_("Library"),
                icon="archive",
                url_name="materials:material_list",
                order=55,
                match=("materials:",),
            )
        )
        slots.fill("directives.directive_page", materials_of_directive, order=50)
        notices.register()
        indexing.connect()
