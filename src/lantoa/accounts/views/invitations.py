"""Where somebody without an account comes in: with a code from a slip or a link from a mail."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core.internal.ratelimit import get_ip
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lantoa.accounts import codes, limits
from lantoa.accounts.devices import device_of
from lantoa.accounts.errors import InvitationEnded
from lantoa.accounts.forms import CodeForm, OwnPasswordForm
from lantoa.accounts.guests import guest_of
from lantoa.accounts.models import Invitation
from lantoa.accounts.owners import Owner
from lantoa.accounts.services_invitations import accept_invitation, find_invitation
from lantoa.kernel.refusals import Refusal
from lantoa.ui.responses import render_invalid, render_page

CODE, PASSWORD = "accounts/invitation.html", "accounts/invitation_accept.html"


@login_not_required
@never_cache
@sensitive_post_parameters("code", "password", "repeated")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Enter the code, then choose a password; both answers stand at one address.

    A GET looks nothing up: programs that follow the links of a mail use nothing up and learn nothing.
    """
    response = _code_asked(request) if request.method != "POST" else _code_given(request)
    response["Referrer-Policy"] = "strict-origin"  # the address may hold the code
    return response


def _code_asked(request: HttpRequest) -> HttpResponse:
    given = codes.plain(request.GET.get("code", "")[:80])
    return render_page(request, CODE, {"form": CodeForm(initial={"code": given}), "given": given})


def _code_given(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, CODE, {"given": ""}, form=form)
    found, problem = _looked_up(request, form.cleaned_data["code"])
    if found is None:
        return _refused(request, problem)
    return _password_chosen(request, found) if "password" in request.POST else _password_asked(request, found)


def _looked_up(request: HttpRequest, code: str) -> tuple[Invitation | None, str]:
    """The invitation, or what is said instead; each wrong code is counted."""
    device = device_of(request)
    counted = codes.limits_of(code=code, device=device.number if device else "", address=get_ip(request))
    if seconds := limits.count_try(counted):
        return None, codes.sentence(seconds)
    found = find_invitation(code)
    if found is None:
        return None, str(InvitationEnded())
    limits.take_back(counted)
    return found, ""


def _password_asked(request: HttpRequest, found: Invitation) -> HttpResponse:
    initial = {"code": request.POST["code"], "username": found.user.username}
    form = OwnPasswordForm(initial=initial, keeps_name=found.user.last_login is not None)
    return render_page(request, PASSWORD, {"form": form, **_shown(found)})


def _password_chosen(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = OwnPasswordForm(request.POST, keeps_name=found.user.last_login is not None)
    if not form.is_valid():
        return render_invalid(request, PASSWORD, _shown(found), form=form)
    chosen = form.cleaned_data
    try:
        user = accept_invitation(
            actor=Owner(found.user_id),
            invitation=found,
            username=chosen.get("username", ""),
            password=chosen["password"],
        )
    except InvitationEnded as refusal:
        return _refused(request, str(refusal))
    except Refusal as refusal:
        return render_invalid(request, PASSWORD, _shown(found), form=form, refusal=refusal)
    logout(request)
    response: HttpResponse = perform_password_login(request, {}, Login(user=user))
    return response


def _refused(request: HttpRequest, problem: str) -> HttpResponse:
    form = CodeForm(request.POST)
    form.add_error("code", problem)
    return render_invalid(request, CODE, {"given": ""}, form=form)


def _shown(found: Invitation) -> dict[str, object]:
    return {"guest": guest_of(found.user_id), "username": found.user.username}
