"""The page about one's own second factor, its forms, and the page that asks for it at a sign-in."""

import base64
from collections.abc import Callable
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantoa.accounts.devices import device_of
from lantoa.accounts.models import User
from lantoa.accounts.owners import Owner
from lantoa.accounts.second_factor import keys
from lantoa.accounts.second_factor.adapter import AskStage
from lantoa.accounts.second_factor.factors import Factors, factors_of
from lantoa.accounts.second_factor.forms import AppForm, AskCodeForm, AskKeyForm, KeyForm, RemoveForm
from lantoa.accounts.second_factor.services import (
    Codes,
    add_app,
    add_key,
    confirm_by_code,
    confirm_by_key,
    remove_factor,
    renew_recovery_codes,
)
from lantoa.kernel.refusals import Refusal
from lantoa.ui.forms import OnceForm
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page

PAGE, CODES, ASK = "accounts/second_factor.html", "accounts/second_factor_codes.html", "accounts/second_factor_ask.html"
View = Callable[..., HttpResponse]
signed_in_lately = cast(Callable[[View], View], reauthentication_required(app="allauth.mfa"))
"""Asks for the password again where the sign-in is some minutes old."""
at_this_step = cast(Callable[[View], View], login_stage_required(stage=AskStage.key, redirect_urlname="account_login"))
"""Opens a page to those whose password was right, and who are not in yet."""


@require_GET
@never_cache
@signed_in_lately
def second_factor(request: HttpRequest) -> HttpResponse:
    """With what do I prove, beside the password, that it is me?"""
    return render_page(request, PAGE, _own_context(request))


@require_POST
@never_cache
@signed_in_lately
@sensitive_variables("codes")
def app_add(request: HttpRequest) -> HttpResponse:
    """Set up the app whose first code was typed; the answer shows the recovery codes, once."""
    form = AppForm(request.POST, auto_id="app_%s")
    if not form.is_valid():
        return render_invalid(request, PAGE, _own_context(request, app_form=form))
    try:
        codes = add_app(
            actor=Owner.of(request.user), secret=get_totp_secret(), kept=_session_key(request), **form.cleaned_data
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return render_invalid(request, PAGE, _own_context(request, app_form=form))
    clear_totp_secret(request)
    return _added(request, codes)


@require_POST
@never_cache
@signed_in_lately
@sensitive_variables("codes")
def key_add(request: HttpRequest) -> HttpResponse:
    """Add a passkey or security key; the answer shows the recovery codes, once."""
    form = KeyForm(request.POST, auto_id="key_%s")
    if not form.is_valid():
        return render_invalid(request, PAGE, _own_context(request, key_form=form))
    try:
        codes = add_key(actor=Owner.of(request.user), kept=_session_key(request), **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return render_invalid(request, PAGE, _own_context(request, key_form=form))
    return _added(request, codes)


@require_POST
@signed_in_lately
def factor_remove(request: HttpRequest) -> HttpResponse:
    """Remove the app or a key."""
    form = RemoveForm(request.POST)
    removed = form.is_valid() and remove_factor(actor=Owner.of(request.user), number=form.cleaned_data["number"])
    message = _("It is removed and confirms no sign-in any more.") if removed else _("It was removed already.")
    return redirect_after_post(request, "accounts:second_factor", message=message)


@require_POST
@never_cache
@signed_in_lately
@sensitive_variables("codes")
def codes_renew(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them, once."""
    form = OnceForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, PAGE, _own_context(request), form=form)
    try:
        codes = renew_recovery_codes(actor=Owner.of(request.user), **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, PAGE, _own_context(request), refusal=refusal)
    return render_page(request, CODES, {"codes": codes})


@at_this_step
@require_http_methods(["GET", "POST"])
def second_factor_ask(request: HttpRequest) -> HttpResponse:
    """The step between the password and the pages: a code, or the press on a key."""
    stage = cast(Any, request)._login_stage
    own = factors_of(stage.login.user.pk)
    if not own.any:  # taken away meanwhile
        return cast(HttpResponse, stage.abort())
    if request.method != "POST":
        return render_page(request, ASK, _ask_context(stage.login.user, own))
    return _answered(request, stage, own)


def _answered(request: HttpRequest, stage: Any, own: Factors) -> HttpResponse:
    user: User = stage.login.user
    by_key = "answer" in request.POST
    form = AskKeyForm(request.POST) if by_key else AskCodeForm(request.POST)
    confirm: Callable[..., Authenticator] = confirm_by_key if by_key else confirm_by_code
    context = {"key_form" if by_key else "code_form": form}
    if not form.is_valid():
        return render_invalid(request, ASK, _ask_context(user, own, **context))
    try:
        factor = confirm(user=user, device=device_of(request), **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return render_invalid(request, ASK, _ask_context(user, own, **context))
    post_authentication(request, factor)
    if factor.type == Authenticator.Type.RECOVERY_CODES:
        messages.warning(request, _words_of_left(own.codes_left - 1))
    return cast(HttpResponse, stage.exit())


def _added(request: HttpRequest, codes: Codes) -> HttpResponse:
    if codes:
        return render_page(request, CODES, {"codes": codes})
    message = _("It is set up. At your next sign-in it can confirm that it is you.")
    return redirect_after_post(request, "accounts:second_factor", message=message)


def _own_context(request: HttpRequest, **forms: Any) -> dict[str, Any]:
    """What the page shows; the question to a new key, and the secret of a new app, stand in the session."""
    user = cast(User, request.user)
    own = factors_of(user.pk)
    context = {
        "own": own,
        "due": getattr(request.session, "second_factor_due", False),
        "key_form": KeyForm(auto_id="key_%s"),
        "renew_form": OnceForm(auto_id="codes_%s"),
        "question": keys.question_to_new(user),
        **forms,
    }
    return context if own.app else {"app_form": AppForm(auto_id="app_%s"), **_app_context(user), **context}


def _app_context(user: User) -> dict[str, Any]:
    adapter, secret = get_adapter(), get_totp_secret()
    address = adapter.build_totp_url(user, secret)
    picture = base64.b64encode(adapter.build_totp_svg(address).encode()).decode("ascii")
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return {"secret": " ".join(groups), "app_address": address, "picture": f"data:image/svg+xml;base64,{picture}"}


def _ask_context(user: User, own: Factors, **forms: Any) -> dict[str, Any]:
    shown = {"code_form": AskCodeForm(), "key_form": AskKeyForm(), **forms, "own": own}
    return {**shown, "question": keys.question_to_known(user)} if own.keys else shown


def _words_of_left(count: int) -> str:
    text = ngettext(
        "You used a recovery code. %(count)d is left: make new ones in time, on the page “Second factor”.",
        "You used a recovery code. %(count)d are left: make new ones in time, on the page “Second factor”.",
        count,
    )
    return text % {"count": count}


def _session_key(request: HttpRequest) -> str:
    return request.session.session_key or ""
