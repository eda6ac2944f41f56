"""Checking in by the wall code of a site, on one's own phone: no list, no search, no name but one's own."""

from typing import Any

from allauth.core.internal.ratelimit import get_ip
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lantoa.accounts.limits import Limit, count_try, take_back
from lantoa.attendance.services.marks import Outcomes
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Person
from lantoa.rollcall.forms.walls import CardForm, CodeForm
from lantoa.rollcall.models import Wall
from lantoa.rollcall.services.walls import CheckedIn, check_in_by_account, check_in_by_card, is_open
from lantoa.rollcall.wall_codes import is_code
from lantoa.rollcall.wall_errors import CodeOld, WallClosed
from lantoa.study_sessions.models import Site
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page

COOKIE, SALT = "check_in", "rollcall.check_in"
KEPT = 300
"""So many seconds after the code was seen there is time to type a card or to sign in, in the same browser alone."""
MYSELF = "account"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def check_in(request: ActorRequest) -> HttpResponse:
    """Asks for what stands on the wall."""
    form = CodeForm(request.POST or None)
    context = {"form": form}
    if request.method != "POST":
        return render_page(request, "rollcall/check_in.html", context)
    if not form.is_valid():
        return render_invalid(request, "rollcall/check_in.html", context, form=form)
    return _seen(request, form.cleaned_data["site"], form.cleaned_data["code"], None)


@login_not_required
@never_cache
@require_safe
def check_in_scan(request: ActorRequest, site: int, step: int, code: str) -> HttpResponse:
    """What the code on the wall opens."""
    return _seen(request, site, code, step)


# The reader of QR codes is WebAssembly.
@login_not_required
@never_cache
@csp_update({"script-src": ["'wasm-unsafe-eval'"]})  # type: ignore[arg-type]  # of a subclass of HttpRequest
@require_http_methods(["GET", "POST"])
def check_in_here(request: ActorRequest) -> HttpResponse:
    """Which session is this, and who are you? For whoever saw the code a moment ago."""
    site = _site_of(request)
    if site is None:
        return redirect("rollcall:check_in")
    by_account = request.POST.get("by") == MYSELF
    form = CardForm(None if by_account else request.POST or None)
    context = {"site": site, "session": site.session, "form": form, "me": _me(request), "myself": MYSELF}
    page = "rollcall/check_in_here.html"
    if request.method != "POST":
        return render_page(request, page, context)
    if not by_account and not form.is_valid():
        return render_invalid(request, page, context, form=form)
    limits = _limits(request, site.pk)
    if seconds := count_try(limits):
        return _busy(request, seconds)
    try:
        if by_account:
            done = check_in_by_account(actor=request.actor, site=site)
        else:
            done = check_in_by_card(actor=request.actor, site=site, card=form.cleaned_data["card"])
    except Refusal as refusal:
        return render_invalid(request, page, context, form=None if by_account else form, refusal=refusal)
    take_back(limits)
    return redirect_after_post(request, "rollcall:check_in_here", message=_words_of(done))


def _seen(request: ActorRequest, site: int, code: str, step: int | None) -> HttpResponse:
    """Leads on whoever brings a good code, and remembers in their browser that they saw it."""
    limits = _limits(request, site)
    if seconds := count_try(limits):
        return _busy(request, seconds)
    walls = Wall.objects.select_related("site__session", "site__unit", "opened_by")
    wall, now = walls.filter(site=site).first(), clock.now()
    if wall is None or not is_open(wall, now):
        return _refused(request, WallClosed())
    if not is_code(wall.key, code, now=now, step=step):
        return _refused(request, CodeOld())
    take_back(limits)
    response = redirect("rollcall:check_in_here")
    response.set_signed_cookie(
        COOKIE,
        str(site),
        salt=SALT,
        max_age=KEPT,
        path="/c/",
        secure=settings.CSRF_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _site_of(request: ActorRequest) -> Site | None:
    seen = request.get_signed_cookie(COOKIE, default=None, salt=SALT, max_age=KEPT)
    sites = Site.objects.select_related("session__campaign", "unit")
    return sites.filter(pk=int(seen)).first() if seen else None


def _limits(request: ActorRequest, site: int) -> list[Limit]:
    """Failures, by site and address: a village sits behind one address, and one address may try many sites."""
    address = get_ip(request)
    return [
        Limit.of("check-in", f"{site} {address}", borne=20, forgets=30),
        Limit.of("check-address", str(address), borne=60, forgets=10),
        Limit.of("check-site", str(site), borne=600, forgets=1),
    ]


def _me(request: HttpRequest) -> str:
    """The signed-in person's own name."""
    if not request.user.is_authenticated:
        return ""
    return Person.objects.filter(user=request.user).values_list("full_name", flat=True).first() or ""


def _refused(request: ActorRequest, refusal: Refusal) -> HttpResponse:
    context: dict[str, Any] = {"form": CodeForm()}
    return render_invalid(request, "rollcall/check_in.html", context, refusal=refusal)


def _busy(request: ActorRequest, seconds: int) -> HttpResponse:
    text = _("Too many codes that were not good. Try again in %(count)d seconds.") % {"count": seconds}
    context = {"form": CodeForm(), "refusal": text}
    response = render_page(request, "rollcall/check_in.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _words_of(done: CheckedIn) -> str:
    texts = {
        Outcomes.ACCEPTED: _("%(name)s, you are marked as present."),
        Outcomes.DUPLICATE: _("%(name)s, you are marked as present already."),
        Outcomes.LATE: _("%(name)s, the roll is closed already. That you are here waits for an approval."),
    }
    return texts[done.outcome] % {"name": done.given_name}
