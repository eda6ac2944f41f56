"""The matters of this app on the page "To settle"."""

from django.utils.translation import gettext_lazy as _

from lantoa.attendance.review_tabs import ReviewTab, register
from lantoa.attendance.selectors.review import conflict_matters, late_matters, open_conflicts, pending_late


def connect() -> None:
    """Register late changes and conflicts."""
    register(
        ReviewTab(
            key="late",
            label=_("Late changes"),
            order=10,
            waiting=pending_late,
            matters=late_matters,
            unit_of=lambda matter: matter.site.unit,
            template="attendance/review_late.html",
            empty="attendance/review_no_late.html",
        )
    )
    register(
        ReviewTab(
            key="conflicts",
            label=_("Conflicts"),
            order=20,
            waiting=open_conflicts,
            matters=conflict_matters,
            unit_of=lambda matter: matter.site.unit,
            template="attendance/review_conflict.html",
            empty="attendance/review_no_conflict.html",
        )
    )
