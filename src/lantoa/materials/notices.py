"""What the library tells users: the kinds of notification, their sentences, and who is told."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.kernel import clock
from lantoa.materials.models import Fetch, Material, MaterialVersion
from lantoa.notifications import kinds
from lantoa.notifications.telling import Message, tell
from lantoa.organizations import authority
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment

ABOUT = "materials.material"
WAITING, RETURNED, WITHDRAWN = "materials.waiting", "materials.returned", "materials.withdrawn"
_USERS_OF_A_UNIT = frozenset({Role.OFFICER, Role.SECRETARY, Role.CLERK})
"""Who hears of what concerns their unit as a whole."""


def register() -> None:
    """Make the kinds known; called in `AppConfig.ready`."""
    kinds.register_names(ABOUT, _names_of)
    for key, label, icon, sentence in (
        (WAITING, lazy("Materials that wait for review"), "hourglass-split", _waiting),
        (RETURNED, lazy("Returned materials"), "arrow-return-left", _returned),
        (WITHDRAWN, lazy("Withdrawn materials"), "slash-circle", _withdrawn),
    ):
        kinds.register(kinds.Kind(key=key, label=label, icon=icon, sentence=sentence))


def tell_reviewers(version: MaterialVersion) -> None:
    """Tell the approvers of the unit, but not whoever wrote the version, that it waits."""
    holders = _holders([version.material.owner_id], authority.REVIEWS_MATERIALS) - {version.written_by_id}
    _tell(version.material, WAITING, holders, f"{WAITING}.{version.pk}", version.number)


def tell_author(version: MaterialVersion) -> None:
    """Tell whoever wrote the version that it was returned."""
    _tell(version.material, RETURNED, {version.written_by_id}, f"{RETURNED}.{version.pk}", version.number)


def tell_fetchers(material: Material) -> None:
    """Tell the units that fetched any version of the material that it was withdrawn."""
    units = Fetch.objects.filter(version__material=material).order_by().values_list("unit_id", flat=True).distinct()
    _tell(material, WITHDRAWN, _holders(list(units), _USERS_OF_A_UNIT), f"{WITHDRAWN}.{material.pk}", 0)


def _tell(material: Material, kind: str, receivers: Collection[int], occasion: str, number: int) -> None:
    tell(
        [
            Message(
                receiver_id=receiver,
                kind=kind,
                occasion=occasion,
                parameters={"number": number},
                link=reverse("materials:material_detail", args=[material.pk]),
                about_type=ABOUT,
                about_id=material.pk,
            )
            for receiver in sorted(receivers)
        ]
    )


def _holders(unit_ids: Collection[int], roles: Collection[Role]) -> set[int]:
    rows = Appointment.objects.in_force_on(clock.today()).filter(
        unit__in=unit_ids, role__in=roles, person__user__is_active=True
    )
    return set(rows.order_by().values_list("person__user_id", flat=True))


def _waiting(values: Mapping[str, Any], title: str) -> str:
    return _("Version %(number)s of the material “%(title)s” waits for your review.") % {**values, "title": title}


def _returned(values: Mapping[str, Any], title: str) -> str:
    return _("Version %(number)s of the material “%(title)s” was returned to you.") % {**values, "title": title}


def _withdrawn(_values: Mapping[str, Any], title: str) -> str:
    return _("The material “%(title)s”, which your unit fetched, was withdrawn: do not use it any more.") % {
        "title": title
    }


def _names_of(numbers: Collection[int]) -> dict[int, str]:
    return dict(Material.objects.filter(pk__in=numbers).values_list("pk", "title"))
