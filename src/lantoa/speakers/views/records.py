"""One recognition: its page, its correction and its end."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.services.persons import is_restricted, require_open
from lantoa.speakers import services
from lantoa.speakers.forms import CorrectionForm, EndForm
from lantoa.speakers.models import Speaker
from lantoa.speakers.policies import can_keep_speakers
from lantoa.speakers.selectors import history_of
from lantoa.speakers.views.register import crumbs
from lantoa.speakers.views.tables import standing
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale

DETAIL = "speakers/speaker_detail.html"


@require_safe
def speaker_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """On what, in which language and until when may this person speak?"""
    speaker = services.open_speaker(actor=request.actor, speaker=_visible(request, pk))
    return render_page(request, DETAIL, _page_of(request, speaker))


@require_POST
def speaker_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct what was recorded."""
    speaker = _kept(request, pk)
    form = CorrectionForm(request.POST)
    context = _page_of(request, speaker) | {"form": form}
    if not form.is_valid():
        return render_invalid(request, DETAIL, context, form=form)
    try:
        services.correct_recognition(
            actor=request.actor, speaker=speaker, version=form.cleaned_data["version"], facts=form.facts()
        )
    except Stale:
        speaker = _visible(request, pk)
        stored = {name: value for name, value in CorrectionForm.values_of(speaker).items() if name != "version"}
        differences = form.differences(stored)
        form.take_version(speaker.version)
        return render_stale(request, DETAIL, {**context, "speaker": speaker, "differences": differences})
    except Refusal as refusal:
        return render_invalid(request, DETAIL, context, form=form, refusal=refusal)
    message = gettext_lazy("The recognition was corrected.")
    return redirect_after_post(request, "speakers:speaker_detail", speaker.pk, message=message)


@require_POST
def speaker_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a recognition end by a decision."""
    speaker = _kept(request, pk)
    ending = EndForm(request.POST, auto_id="ending_%s")
    context = _page_of(request, speaker) | {"ending": ending}
    if not ending.is_valid():
        return render_invalid(request, DETAIL, context)
    told = ending.cleaned_data
    try:
        services.end_recognition(
            actor=request.actor,
            speaker=speaker,
            last_day=told["last_day"],
            number=told["decision_number"],
            decided_on=told["decision_date"],
        )
    except Refusal as refusal:
        return render_invalid(request, DETAIL, context, form=ending, refusal=refusal)
    message = gettext_lazy("The recognition ends with that day. It stays in the register as history.")
    return redirect_after_post(request, "speakers:speaker_detail", speaker.pk, message=message)


def _visible(request: ActorRequest, pk: int) -> Speaker:
    rows = Speaker.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("person", "unit").prefetch_related("topics"), pk=pk)


def _kept(request: ActorRequest, pk: int) -> Speaker:
    speaker = _visible(request, pk)
    if not can_keep_speakers(actor=request.actor, unit=speaker.unit):
        raise NotPermitted
    require_open(actor=request.actor, unit=speaker.unit, restricted=is_restricted(speaker.person_id))
    return speaker


def _page_of(request: ActorRequest, speaker: Speaker) -> dict[str, Any]:
    keeps = can_keep_speakers(actor=request.actor, unit=speaker.unit)
    return {
        "speaker": speaker,
        "state": standing(speaker),
        "history": [(row, standing(row)) for row in history_of(speaker, request.actor)],
        "form": CorrectionForm(initial=CorrectionForm.values_of(speaker)) if keeps else None,
        "ending": EndForm(auto_id="ending_%s") if keeps and not speaker.ended_by_number else None,
        "breadcrumbs": crumbs(),
    }
