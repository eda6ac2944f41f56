"""The desk of those who decide what of readers' words is published: what waits, one click each, several at once."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.enums import ContributionState
from lantoa.portal.models import ArticlePage, Contribution, PortalSite
from lantoa.portal.policies import can_edit_anywhere
from lantoa.portal.readers import desk
from lantoa.portal.readers.desk_forms import DecisionForm, KindFilter, ReasonForm
from lantoa.portal.readers.services import deciding
from lantoa.ui.responses import redirect_after_post, render_page
from lantoa.ui.states import Tab
from lantoa.ui.tables import Column, Kind, Table

STATES = {
    "waiting": (ContributionState.PENDING, lazy("Waiting")),
    "answered": (ContributionState.ANSWERED, lazy("Answers to approve")),
    "published": (ContributionState.PUBLISHED, lazy("Published")),
    "refused": (ContributionState.REFUSED, lazy("Not published")),
}
UNDONE = {"publish": ContributionState.PUBLISHED, "refuse": ContributionState.REFUSED}
"""The steps that one click undoes, and what was decided by each."""
PER_PAGE = 25
COLUMNS: tuple[Column[Contribution], ...] = (
    Column(
        key="text",
        label=lazy("What came"),
        value=lambda row: row.text,
        template="portal/readers/desk_text_cell.html",
        primary=True,
    ),
    Column(key="sent", label=lazy("Sent at"), value=lambda row: row.sent_at, kind=Kind.DATETIME),
    Column(key="steps", label=lazy("Decision"), value=lambda row: "", template="portal/readers/desk_steps_cell.html"),
)
ARTICLES: tuple[Column[ArticlePage], ...] = (
    Column(key="title", label=lazy("Article"), value=lambda row: row.title, primary=True, href=lambda row: row.url),
    Column(
        key="day",
        label=lazy("Published at"),
        value=lambda row: row.first_published_at,
        kind=Kind.DATETIME,
        order_by=("first_published_at",),
    ),
    Column(
        key="many",
        label=lazy("Comments"),
        value=lambda row: getattr(row, "many", 0),
        kind=Kind.NUMBER,
        order_by=("many",),
    ),
    Column(
        key="switch",
        label=lazy("Takes comments"),
        value=lambda row: "",
        template="portal/readers/desk_switch_cell.html",
    ),
)


@require_safe
def readers_desk(request: ActorRequest) -> HttpResponse:
    """What did readers send, and what is to be decided?"""
    _admit(request)
    show = request.GET.get("show", "")
    show = show if show in STATES else "waiting"
    kinds = KindFilter(request.GET)
    rows = desk.in_state(desk.sent_to(request.actor), STATES[show][0])
    if kind := kinds.chosen():
        rows = rows.filter(kind=kind)
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=rows,
        caption=STATES[show][1],
        search=desk.found_in,
        page_size=PER_PAGE,
        empty_title=_("Nothing stands here."),
        form_names=("kind",),
        extra={"show": show},
    )
    context = {
        "table": table,
        "show": show,
        "kinds": kinds,
        "reasons": ReasonForm(),
        "tabs": tabs(request, show),
        "switches": desk.switches_of(request.actor),
        "done": _done(request),
        "decision": request.GET.get("decision", ""),
    }
    return render_page(request, "portal/readers/desk.html", context)


@require_POST
def readers_decide(request: ActorRequest) -> HttpResponse:
    """Publish, refuse or take back one or several; comes back to the list, which offers to undo it."""
    _admit(request)
    form = DecisionForm(request.POST)
    if not form.is_valid() or not form.numbers:
        message = _("Nothing was ticked. Tick what is meant, then press the button again.")
        return _back(request, message=message, level=messages.WARNING)
    seen = _seen(request, form.numbers)
    done, message = _decide(request.actor, form, seen)
    _tell_what_stays(request, form.step, [number for number in seen if number not in done])
    decision = UNDONE.get(form.step)
    undo = f"&decision={decision}&done={','.join(map(str, done))}" if decision and done else ""
    return _back(request, undo, message=message % {"count": len(done)})


def _decide(actor: Actor, form: DecisionForm, numbers: list[int]) -> tuple[list[int], str]:
    """Take the step that was asked for; the numbers of those that it changed, and what is said about them."""
    if form.step == "publish":
        done = deciding.publish_comments(actor=actor, contributions=numbers)
        return done, ngettext("%(count)d comment is published.", "%(count)d comments are published.", len(done))
    if form.step == "refuse":
        done = deciding.refuse_contributions(actor=actor, contributions=numbers, reason=form.why)
        return done, ngettext("%(count)d is not published.", "%(count)d are not published.", len(done))
    if form.step == "undo":
        decision = form.cleaned_data["decision"]
        done = deciding.undo_decisions(actor=actor, contributions=numbers, decision=decision)
        return done, ngettext("%(count)d stands as before.", "%(count)d stand as before.", len(done))
    done = deciding.reopen_contributions(actor=actor, contributions=numbers)
    return done, ngettext("%(count)d waits again.", "%(count)d wait again.", len(done))


def _tell_what_stays(request: ActorRequest, step: str, left: list[int]) -> None:
    """Say why something was not changed: a question waits for its answer, or somebody was quicker."""
    questions = desk.open_questions(request.actor, left) if left and step == "publish" else 0
    if questions:
        said = _("%(count)d stay as they are: a question is published with its answer.") % {"count": questions}
        messages.info(request, said)
    if others := len(left) - questions:
        said = _("%(count)d stay as they are: somebody has decided about them meanwhile.") % {"count": others}
        messages.info(request, said)


@require_safe
def readers_articles(request: ActorRequest) -> HttpResponse:
    """Which articles take comments?"""
    _admit(request)
    table = Table(
        request=request,
        columns=ARTICLES,
        rows=desk.articles_of(request.actor),
        caption=_("Articles"),
        search=lambda rows, text: rows.filter(title__icontains=text),
        page_size=PER_PAGE,
        empty_title=_("Nothing has been published here yet."),
    )
    context = {"table": table, "tabs": tabs(request, "articles"), "switches": desk.switches_of(request.actor)}
    return render_page(request, "portal/readers/desk_articles.html", context)


@require_POST
def comments_of_site(request: ActorRequest, portal_id: int) -> HttpResponse:
    """Close the comments of a site, or open them again (`open` in the form)."""
    portal = get_object_or_404(PortalSite.objects.visible_to(request.actor).select_related("unit"), pk=portal_id)
    return _switch(request, portal, None)


@require_POST
def comments_of_article(request: ActorRequest, article_id: int) -> HttpResponse:
    """The same of one article."""
    article = desk.article_of(request.actor, article_id)
    portal = PortalSite.objects.of_page(article) if article else None
    if portal is None:
        raise Http404
    return _switch(request, portal, article)


def tabs(request: ActorRequest, current: str) -> list[Tab]:
    """The pages of the desk (one query)."""
    counts, here = desk.counts_of(request.actor), reverse("portal:readers_desk")
    shown = [
        Tab(label, f"{here}?show={key}", key == current, counts.get(state, 0) if state in desk.WAITING else None)
        for key, (state, label) in STATES.items()
    ]
    articles = Tab(_("Articles"), reverse("portal:readers_articles"), current == "articles")
    return [*shown, articles, Tab(_("Polls"), reverse("portal:poll_list"), current == "polls")]


def _switch(request: ActorRequest, portal: PortalSite, article: ArticlePage | None) -> HttpResponse:
    if "open" in request.POST:
        deciding.open_comments(actor=request.actor, portal=portal, article=article)
        message = _("Comments are taken again.")
    else:
        deciding.close_comments(actor=request.actor, portal=portal, article=article)
        message = _("Comments are closed. What was published before stays.")
    return redirect_after_post(request, "portal:readers_articles", message=message)


def _admit(request: ActorRequest) -> None:
    if not can_edit_anywhere(actor=request.actor):
        raise NotPermitted


def _seen(request: ActorRequest, numbers: list[int]) -> list[int]:
    rows = Contribution.objects.visible_to(request.actor).filter(pk__in=numbers)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _done(request: ActorRequest) -> list[int]:
    """What the decision before concerned, as the address says, to be undone by one click."""
    numbers = request.GET.get("done", "").split(",")
    return [int(number) for number in numbers[:100] if number.isascii() and number.isdigit() and len(number) < 19]


def _back(request: ActorRequest, undo: str = "", *, message: str, level: int = messages.SUCCESS) -> HttpResponse:
    """The list from which the decision came."""
    show = request.POST.get("show", "")
    query = f"?show={show if show in STATES else 'waiting'}{undo}"
    return redirect_after_post(request, f"{reverse('portal:readers_desk')}{query}", message=message, level=level)
