"""What editors are told when figures are given to their portal."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.notifications import kinds
from lantoa.portal.models import FigureSet

ABOUT = "portal.figures"
OFFERED = "portal.figures_offered"


def register() -> None:
    """Make the kind known; called in `AppConfig.ready`."""
    kinds.register_names(ABOUT, _names_of)
    label = lazy("Figures for an article")
    kinds.register(kinds.Kind(key=OFFERED, label=label, icon="journal-text", sentence=_offered))


def link_to(article_id: int) -> str:
    """Where the draft is edited."""
    return reverse("wagtailadmin_pages:edit", args=[article_id])


def _offered(values: Mapping[str, Any], source: str) -> str:
    return _("%(portal)s: a draft with figures of the work waits for you: “%(title)s”.") % {
        "portal": values["portal"],
        "title": values["title"],
    }


def _names_of(numbers: Collection[int]) -> dict[int, str]:
    return dict(FigureSet.objects.filter(pk__in=numbers).values_list("pk", "source"))
