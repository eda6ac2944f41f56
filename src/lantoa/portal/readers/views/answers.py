"""A question on the desk: its answer is written here, and approved by somebody else."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.models import Answer, Contribution
from lantoa.portal.policies import can_approve, can_write
from lantoa.portal.readers.desk_forms import AnswerForm, ReasonForm
from lantoa.portal.readers.services import answering
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page

PAGE = "portal/readers/desk_question.html"


@require_http_methods(["GET", "HEAD", "POST"])
def readers_question(request: ActorRequest, pk: int) -> HttpResponse:
    """What is asked, and what do we answer? A POST keeps the answer, which waits for its approval."""
    question = _question(request, pk)
    if request.method != "POST":
        return render_page(request, PAGE, _context(request, question))
    form = AnswerForm(request.POST)
    if not can_write(actor=request.actor, unit=question.portal.unit):
        raise NotPermitted
    if not form.is_valid():
        return render_invalid(request, PAGE, _context(request, question, form), form=form)
    try:
        answering.write_answer(actor=request.actor, question=question, text=form.cleaned_data["text"])
    except Refusal as refusal:
        return render_invalid(request, PAGE, _context(request, _question(request, pk), form), refusal=refusal)
    message = _("The answer waits for its approval.")
    return redirect_after_post(request, "portal:readers_question", pk, message=message)


@require_POST
def readers_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """Publish the question with the answer that was read."""
    question = _question(request, pk)
    try:
        moment = parse_datetime(request.POST.get("written_at", ""))
    except ValueError:
        moment = None
    try:
        answering.approve_answer(actor=request.actor, question=question, written_at=moment)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, PAGE, _context(request, question), refusal=refusal)
    message = _("The question and its answer are published. How to reach whoever asked is deleted.")
    return redirect_after_post(request, "portal:readers_question", pk, message=message)


def _question(request: ActorRequest, pk: int) -> Contribution:
    rows = Contribution.objects.visible_to(request.actor).questions()
    return get_object_or_404(rows.select_related("portal__unit", "portal__site", "decided_by"), pk=pk)


def _context(request: ActorRequest, question: Contribution, form: AnswerForm | None = None) -> dict[str, Any]:
    answer = Answer.objects.select_related("written_by").filter(question=question).first()
    unit, is_open = question.portal.unit, question.decided_at is None
    return {
        "question": question,
        "answer": answer,
        "answer_form": form or AnswerForm(initial={"text": answer.text if answer else ""}),
        "reasons": ReasonForm(),
        "may_write": is_open and can_write(actor=request.actor, unit=unit),
        "may_approve": is_open and answer is not None and can_approve(actor=request.actor, unit=unit),
        "is_own": answer is not None and answer.written_by_id == request.actor.user_id,
    }
