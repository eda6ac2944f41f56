"""The steps that an article takes before it is published."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import TaskState
from wagtail.models.workflows import AbstractGroupApprovalTask


class ReturnForm(TaskStateCommentForm):
    """Who returns an article says what is to be changed."""

    comment = forms.CharField(label=_("What is to be changed"), widget=forms.Textarea({"rows": 3}), max_length=2000)


class ReviewTask(AbstractGroupApprovalTask):
    """A step at which somebody of a group passes an article on or returns it: never their own one, and nobody two
    steps of one article."""

    class Meta:
        verbose_name = _("review of an article")
        verbose_name_plural = _("reviews of articles")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """What the user may do at this step; nothing with what they sent in, wrote, or passed on at another step."""
        if not self._user_in_groups(user) or is_own(obj, user) or self._was_passed_by(obj, user):
            return []
        return [("reject", _("Return with a comment"), True), ("approve", _("Approve"), False)]

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Do it. Raises PermissionDenied for who may not: every way to this step ends here."""
        obj = task_state.workflow_state.content_object
        if action_name not in {name for name, _label, _modal in self.get_actions(obj, user)}:
            raise PermissionDenied
        comment = str(kwargs.get("comment", "")).strip()
        if action_name == "reject" and not comment:
            raise PermissionDenied
        return super().on_action(task_state, user, action_name, comment=comment)

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        """The form that goes with an action."""
        form: type[forms.Form] = ReturnForm if action == "reject" else super().get_form_for_action(action)
        return form

    def _was_passed_by(self, obj: Any, user: Any) -> bool:
        state = obj.current_workflow_state
        others = state.task_states.exclude(task=self) if state is not None else TaskState.objects.none()
        return bool(others.filter(status=TaskState.STATUS_APPROVED, finished_by=user).exists())

    @classmethod
    def get_description(cls) -> Any:
        """What the step is for."""
        return _("Somebody of the chosen groups reviews what somebody else wrote")


def is_own(obj: Any, user: Any) -> bool:
    """Whether the user sent the article in, or wrote the version that is looked at."""
    state, revision = obj.current_workflow_state, obj.get_latest_revision()
    asked = state is not None and state.requested_by_id == user.pk
    return asked or (revision is not None and revision.user_id == user.pk)
