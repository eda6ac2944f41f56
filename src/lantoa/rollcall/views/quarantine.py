"""Deciding about what phones sent and what could not be recorded, one click each."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lantoa.attendance.review_tabs import tab_of
from lantoa.attendance.views.review import PAGE, page_context
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.rollcall.models import QuarantinedEvent
from lantoa.rollcall.phone_fillings import EVENTS
from lantoa.rollcall.selectors.places import reviewed_events
from lantoa.rollcall.services import quarantine
from lantoa.ui.responses import redirect_after_post, render_invalid


class RecordForm(forms.Form):
    """What becomes of those whom a closing leaves without a mark."""

    absent_rest = forms.BooleanField(required=False)


@require_POST
def event_record(request: ActorRequest, pk: int) -> HttpResponse:
    """Record an event, or close a roll as a phone asked for."""
    event = _reviewed(request, pk)
    form = RecordForm(request.POST)
    absent_rest = form.is_valid() and form.cleaned_data["absent_rest"]
    try:
        quarantine.record_event(actor=request.actor, event=event, absent_rest=absent_rest)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, PAGE, page_context(request, EVENTS), refusal=refusal)
    return redirect_after_post(request, tab_of(EVENTS).url, message=_("It was recorded and counts from now on."))


@require_POST
def event_set_aside(request: ActorRequest, pk: int) -> HttpResponse:
    """Let an event never count."""
    event = _reviewed(request, pk)
    try:
        quarantine.set_aside_event(actor=request.actor, event=event)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, PAGE, page_context(request, EVENTS), refusal=refusal)
    message = _("It was set aside. It stays with what the phone sent and does not count.")
    return redirect_after_post(request, tab_of(EVENTS).url, message=message)


def _reviewed(request: ActorRequest, pk: int) -> QuarantinedEvent:
    return get_object_or_404(reviewed_events(request.actor), pk=pk)
