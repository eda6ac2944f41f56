"""Questions to the committee and polls, as everybody meets them."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.portal.models import Contribution, Poll
from lantoa.portal.readers import limits, marks
from lantoa.portal.readers.forms import QuestionForm, VoteForm
from lantoa.portal.readers.polls import choice_of, result_of
from lantoa.portal.readers.selectors import answered_on
from lantoa.portal.readers.services import polls
from lantoa.portal.readers.services.sending import send_question
from lantoa.portal.readers.views.shared import READER, busy, for_readers, shown, voter_of
from lantoa.portal.selectors import frame_of, page_of, portal_at
from lantoa.portal.serving.rules import PAGE, for_everybody
from lantoa.ui.responses import redirect_after_post

ASK, POLL, POLL_PART = (f"portal/readers/{name}.html" for name in ("question_ask", "poll", "_poll_form"))


@for_everybody(PAGE, "page")
@login_not_required
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """What was asked, and what does the committee answer?"""
    portal = portal_at(request)
    rows = page_of(answered_on(portal), request)
    return render(request, "portal/readers/question_list.html", {**frame_of(portal), "rows": rows})


@for_everybody(PAGE)
@login_not_required
@require_safe
def question_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A question and its answer."""
    portal = portal_at(request)
    question: Contribution = get_object_or_404(answered_on(portal), pk=pk)
    description = Truncator(question.text).words(30)
    context = {**frame_of(portal), "question": question, "description": description}
    return render(request, "portal/readers/question_detail.html", context)


@for_readers
@require_http_methods(["GET", "POST"])
def question_ask(request: HttpRequest) -> HttpResponse:
    """Ask the committee something."""
    if request.method != "POST":
        return shown(request, ASK, {"form": QuestionForm()})
    form = QuestionForm(request.POST)
    if form.is_from_a_program:
        return redirect_after_post(request, "portal:question_sent")
    if not form.is_valid():
        return shown(request, ASK, {"form": form}, status=422)
    portal = portal_at(request)
    if seconds := limits.wait_to_send(request, portal.pk):
        return busy(request, ASK, {"form": form}, seconds)
    send_question(actor=READER, portal=portal, **form.words())
    return redirect_after_post(request, "portal:question_sent")


@for_readers
@require_GET
def question_sent(request: HttpRequest) -> HttpResponse:
    """What happens now?"""
    return shown(request, "portal/readers/question_sent.html", {})


@for_readers
@require_GET
def poll_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Which choice is yours, and what did others choose? With `?part=1` the form alone."""
    return shown(request, POLL, _poll(request, pk), part=POLL_PART)


@for_readers
@require_POST
def poll_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the choice, and show the result."""
    context = _poll(request, pk)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return shown(request, POLL, {**context, "is_missing": True}, status=422)
    if seconds := limits.wait_to_vote(request):
        return busy(request, POLL, context, seconds)
    secret, mark = voter_of(request)
    try:
        polls.vote(actor=READER, poll=context["result"].poll, choice=form.cleaned_data["choice"], reader=mark)
    except Refusal as refusal:
        return shown(request, POLL, {**_poll(request, pk), "said": str(refusal)}, status=refusal.status)
    response = redirect_after_post(request, f"{reverse('portal:poll', args=[pk])}?sent=1")
    marks.remember(response, secret)
    return response


def _poll(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The poll with its result, and the choice of this reader. Raises Http404, also before its first day."""
    portal = portal_at(request)
    poll = get_object_or_404(Poll.objects.filter(portal=portal), pk=pk)
    if not poll.has_begun:
        raise Http404
    secret = marks.secret_of(request)
    chosen = choice_of(poll, marks.mark_of(secret)) if secret else None
    return {
        "result": result_of(poll),
        "chosen": chosen,
        "number": marks.secret_for_form(request),
        "is_sent": "sent" in request.GET and chosen is not None,
    }
