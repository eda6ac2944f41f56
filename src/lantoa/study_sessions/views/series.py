"""Repeating a session."""

from django.http import HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.study_sessions import services
from lantoa.study_sessions.forms import RepeatForm, SessionEditForm
from lantoa.study_sessions.policies import can_set_up_session
from lantoa.study_sessions.views.sessions import EDIT, edit_context, visible_session
from lantoa.ui.responses import redirect_after_post, render_invalid


@require_POST
def session_repeat(request: ActorRequest, pk: int) -> HttpResponse:
    """Set the same session up on other days."""
    session = visible_session(request, pk)
    if not can_set_up_session(actor=request.actor, host=session.host):
        raise NotPermitted
    form = RepeatForm(request.POST, auto_id="repeat_%s")
    changing = SessionEditForm(initial=SessionEditForm.values_of(session))
    context = {**edit_context(session), "form": changing, "repeat_form": form}
    if not form.is_valid():
        return render_invalid(request, EDIT, context)
    try:
        made = services.repeat_session(
            actor=request.actor,
            session=session,
            client_id=form.cleaned_data["client_id"],
            days=form.days_after(session.starts_at),
        )
    except Refusal as refusal:
        return render_invalid(request, EDIT, context, refusal=refusal)
    message = ngettext(
        "%(sessions)s session was set up with the same sites. Put the people on its lists.",
        "%(sessions)s sessions were set up with the same sites. Put the people on their lists.",
        len(made),
    ) % {"sessions": len(made)}
    return redirect_after_post(request, "study_sessions:session_detail", session.pk, message=message)
