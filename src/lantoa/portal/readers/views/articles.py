"""Rating an article and commenting on it, without an account."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lantoa.portal.models import ArticlePage
from lantoa.portal.models.readers import LEAST, MOST
from lantoa.portal.readers import errors, limits, marks
from lantoa.portal.readers.forms import CommentForm, RatingForm
from lantoa.portal.readers.selectors import article_on, points_of, voices_of
from lantoa.portal.readers.services.ratings import rate_article
from lantoa.portal.readers.services.sending import send_comment
from lantoa.portal.readers.views.shared import READER, busy, for_readers, shown, voter_of
from lantoa.portal.selectors import portal_at
from lantoa.ui.responses import add_refusal, redirect_after_post

PAGE, PART = "portal/readers/article_forms.html", "portal/readers/_article_forms.html"


@for_readers
@require_GET
def article_forms(request: HttpRequest, article_id: int) -> HttpResponse:
    """How many points do you give, and what do you say? With `?part=1` the forms alone."""
    return shown(request, PAGE, _context(request, article_id), part=PART)


@for_readers
@require_POST
def article_rate(request: HttpRequest, article_id: int) -> HttpResponse:
    """Keep the points; the reader gets a cookie with them, and a page that says what they are."""
    context = _context(request, article_id)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return shown(request, PAGE, context, status=422)
    if seconds := limits.wait_to_vote(request):
        return busy(request, PAGE, context, seconds)
    secret, mark = voter_of(request)
    rate_article(actor=READER, article=context["article"], reader=mark, points=form.cleaned_data["points"])
    response = _sent(request, article_id, "rating")
    marks.remember(response, secret)
    return response


@for_readers
@require_POST
def article_comment(request: HttpRequest, article_id: int) -> HttpResponse:
    """Keep the comment until somebody has looked at it; what was typed about an article that is gone is given back."""
    form = CommentForm(request.POST)
    try:
        context = _context(request, article_id, form)
    except Http404:
        if not (typed := request.POST.get("text", "").strip()):
            raise
        return shown(request, "portal/readers/article_gone.html", {"typed": typed}, status=404)
    if form.is_from_a_program:
        return _sent(request, article_id, "comment")
    if not form.is_valid():
        return shown(request, PAGE, context, status=422)
    if seconds := limits.wait_to_send(request, context["portal"].pk):
        return busy(request, PAGE, context, seconds)
    try:
        send_comment(actor=READER, portal=context["portal"], article=context["article"], **form.words())
    except errors.CommentsClosed as refusal:
        add_refusal(form, refusal)
        return shown(request, PAGE, _context(request, article_id, form), status=refusal.status)
    return _sent(request, article_id, "comment")


@for_readers
@require_GET
def article_sent(request: HttpRequest, article_id: int) -> HttpResponse:
    """What happens now?"""
    context = _context(request, article_id) | {"is_comment": request.GET.get("of") == "comment"}
    return shown(request, "portal/readers/article_sent.html", context)


def _context(request: HttpRequest, article_id: int, form: CommentForm | None = None) -> dict[str, Any]:
    """The article, what readers gave it, what this one gave, and the form. Raises Http404."""
    portal = portal_at(request)
    article: ArticlePage | None = article_on(portal, article_id)
    if article is None:
        raise Http404
    secret = marks.secret_of(request)
    return {
        "portal": portal,
        "article": article,
        "voices": voices_of(portal, article),
        "given": points_of(article, marks.mark_of(secret)) if secret else None,
        "scale": range(LEAST, MOST + 1),
        "number": marks.secret_for_form(request),
        "form": form or CommentForm(),
    }


def _sent(request: HttpRequest, article_id: int, what: str) -> HttpResponse:
    return redirect_after_post(request, f"{reverse('portal:article_sent', args=[article_id])}?of={what}")
