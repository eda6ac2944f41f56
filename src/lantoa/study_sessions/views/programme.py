"""Who of the register speaks at a session."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.study_sessions import services
from lantoa.study_sessions.forms import SessionEditForm
from lantoa.study_sessions.policies import can_set_up_session
from lantoa.study_sessions.views.sessions import EDIT, edit_context, speakers_form, visible_session
from lantoa.ui.responses import redirect_after_post, render_invalid, render_stale


@require_POST
def session_speakers(request: ActorRequest, pk: int) -> HttpResponse:
    """Choose who speaks at each item of the programme."""
    session = visible_session(request, pk)
    if not can_set_up_session(actor=request.actor, host=session.host):
        raise NotPermitted
    form = speakers_form(session, request.POST)
    changing = SessionEditForm(initial=SessionEditForm.values_of(session))
    context = {**edit_context(session), "form": changing, "speakers_form": form}
    if not form.is_valid():
        return render_invalid(request, EDIT, context)
    try:
        services.choose_speakers(
            actor=request.actor, session=session, version=form.cleaned_data["version"], chosen=form.chosen
        )
    except Stale:
        session.refresh_from_db()
        return render_stale(request, EDIT, {**context, **edit_context(session), "overtaken": True})
    except Refusal as refusal:
        return render_invalid(request, EDIT, context, refusal=refusal)
    message = gettext_lazy("The speakers stand in the programme.")
    return redirect_after_post(request, "study_sessions:session_detail", session.pk, message=message)
