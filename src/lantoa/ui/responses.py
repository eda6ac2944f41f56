"""The answers that every view gives: a page, a redirect after a POST, a form to be corrected, a stale form."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise

from lantoa.kernel.refusals import Refusal


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page (a restored history entry is a whole page)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, or its `fragment` template where htmx asks for it."""
    chosen = fragment if fragment and wants_fragment(request) else template
    response = render(request, chosen, dict(context or {}), status=status)
    if fragment:
        response["Vary"] = "HX-Request"
    return response


def redirect_after_post(
    request: HttpRequest,
    to: Any,
    *args: Any,
    message: str | Promise = "",
    level: int = messages.SUCCESS,
    **kwargs: Any,
) -> HttpResponse:
    """303 to `to` (a view name with its arguments, an object or a path), with `message` on the next page.

    htmx gets an empty answer that makes the browser go there.
    """
    if message:
        messages.add_message(request, level, str(message))
    url = resolve_url(to, *args, **kwargs)
    if wants_fragment(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponse(status=303, headers={"Location": url})


def render_invalid(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    form: BaseForm | None = None,
    refusal: Refusal | None = None,
    fragment: str = "",
) -> HttpResponse:
    """422: the same page with the typed text kept and every problem beside its field.

    A `refusal` goes to the field of `form` that it names, else to the form's summary; without a form it stands at the
    top of the page as `refusal`.
    """
    if refusal is not None and form is not None:
        add_refusal(form, refusal)
    shown = {**context, "refusal": refusal if form is None else None}
    if form is not None:
        shown.setdefault("form", form)
    return render_page(request, template, shown, fragment=fragment, status=422)


def render_stale(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, fragment: str = ""
) -> HttpResponse:
    """409: somebody else changed the row meanwhile; the page shows both texts (`VersionedForm.differences`)."""
    return render_page(request, template, context, fragment=fragment, status=409)


def add_refusal(form: BaseForm, refusal: Refusal) -> None:
    """Put the refusal's message beside the field that it names, or into the form's summary."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
