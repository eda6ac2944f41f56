"""The app's entry in Django's registry."""

from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lantoa.ui import navigation, slots

if TYPE_CHECKING:
    from lantoa.organizations.middleware import ActorRequest


class OrganizationsConfig(AppConfig):
    name = "lantoa.organizations"
    label = "organizations"

    def ready(self) -> None:
        from lantoa.accounts import guests
        from lantoa.accounts.second_factor import requirement
        from lantoa.accounts.validators import register_words
        from lantoa.organizations import erasing, fillings, policies, succession, verbs
        from lantoa.organizations.selectors.invitations import guest_of
        from lantoa.organizations.services.erasing import forget_account, forget_notifications, forget_person
        from lantoa.organizations.services.letters import LetterSteward

        erasing.register("account", forget_account)
        erasing.register("person", forget_person)
        erasing.register("notifications", forget_notifications)
        succession.register(LetterSteward(), order=5)

        for order, (key, label, policy) in enumerate(
            (
                ("see_counts", _("see counts"), policies.can_see_counts),
                ("see_names", _("see names"), policies.can_see_names),
                ("see_reasons", _("see reasons of exemptions"), policies.can_see_reasons),
                ("edit_persons", _("edit persons"), policies.can_edit_persons),
                ("export_names", _("export names"), policies.can_export_names),
                ("administer", _("administer"), policies.can_administer),
            )
        ):
            verbs.register(verbs.Verb(key, label, policy, order))
        register_words(fillings.known_words)
        guests.register(guest_of)
        requirement.register(policies.must_have_second_factor)
        slots.fill("ui.account", fillings.offices)
        navigation.register(
            navigation.NavItem(
                key="units",
                label=_("Units"),
                icon="diagram-3",
                url_name="organizations:unit_list",
                order=60,
                visible=_looks_after_units,
                match=(
                    "organizations:unit",
                    "organizations:appointment",
                    "organizations:account",
                    "organizations:event",
                ),
            )
        )
        navigation.register(
            navigation.NavItem(
                key="access",
                label=_("Sign-in rules"),
                icon="key",
                url_name="organizations:access_rules",
                order=80,
                visible=_sets_access_rules,
                match=("organizations:access",),
            )
        )


def _sets_access_rules(request: HttpRequest) -> bool:
    from lantoa.organizations.policies import can_set_access_rules

    return request.user.is_authenticated and can_set_access_rules(actor=cast("ActorRequest", request).actor)


def _looks_after_units(request: HttpRequest) -> bool:
    """Whether any appointment of the reader shows units."""
    from lantoa.organizations import authority

    if not request.user.is_authenticated:
        return False
    actor = cast("ActorRequest", request).actor
    shown = authority.SEES_COUNTS_BELOW | authority.SEES_COUNTS_OWN | authority.ADMINISTERS
    return bool(actor.unit_ids(shown))
