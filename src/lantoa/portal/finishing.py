"""How a review ends. Wagtail imports this module while its own models are being made, so it imports none itself."""

from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from lantoa.accounts.models import User


@transaction.atomic
def publish_approved(workflow_state: "WorkflowState", user: "User | None" = None) -> None:
    """Publish the version that was approved, at its time where it has one (setting WAGTAIL_FINISH_WORKFLOW_ACTION).

    That the user may was asked at the step itself: nobody may publish without one.
    """
    from lantoa.organizations.actors import SYSTEM, Actor
    from lantoa.portal.publishing import record

    page = workflow_state.content_object
    page.get_latest_revision().publish(user=user, skip_permission_checks=True)
    record(actor=Actor.of(user) if user else SYSTEM, action="portal.publish", page=page)
