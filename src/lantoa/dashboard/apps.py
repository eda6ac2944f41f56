"""The app's entry in Django's registry."""

from typing import cast

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "lantoa.dashboard"
    label = "dashboard"

    def ready(self) -> None:
        from lantoa.dashboard.audit_log.policies import can_read_log_of
        from lantoa.dashboard.course.fillings import way_to_course
        from lantoa.organizations.verbs import Verb
        from lantoa.organizations.verbs import register as register_verb
        from lantoa.ui import navigation, slots

        slots.fill("organizations.unit_page.aside", way_to_course, order=50)
        register_verb(Verb("read_audit", _("read its log"), can_read_log_of, 40))
        navigation.register(
            navigation.NavItem(
                key="home",
                label=_("Today"),
                icon="house",
                url_name="dashboard:home",
                order=10,
                match=("dashboard:home",),
            )
        )
        navigation.register(
            navigation.NavItem(
                key="audit",
                label=_("Log"),
                icon="clock-history",
                url_name="dashboard:audit_log",
                order=90,
                visible=_reads_log,
                match=("dashboard:audit_log",),
            )
        )


def _reads_log(request: HttpRequest) -> bool:
    from lantoa.dashboard.audit_log.policies import can_read_log
    from lantoa.organizations.middleware import ActorRequest

    return can_read_log(actor=cast(ActorRequest, request).actor)
