"""The page of one material, and what is done there."""

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.materials import policies, services
from lantoa.materials.counting import count_fetch, unit_of_reader
from lantoa.materials.enums import VersionState
from lantoa.materials.forms import (
    LineCorrectionForm,
    PublicationForm,
    ReturnForm,
    ShareForm,
    VersionForm,
    WithdrawForm,
)
from lantoa.materials.models import Material, MaterialVersion, Publication, ShareLink
from lantoa.materials.page import Forms, page_of
from lantoa.materials.selectors import publishing_units, writing_units
from lantoa.materials.views.library import crumbs, visible_material
from lantoa.materials.views.serving import served
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page

PAGE = "materials/material_detail.html"
OneForm = TypeVar("OneForm", bound=Form)


@require_GET
def material_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """What is it, may I use it, and who has it?"""
    material = visible_material(request, pk)
    context = page_of(request, material)
    for name in ("spread", "ledger"):
        if name in context and context[name].wants_xlsx:
            return context[name].to_xlsx()  # type: ignore[no-any-return]
    return render_page(request, PAGE, {**context, "breadcrumbs": crumbs()})


@require_GET
def version_fetch(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The file of a version, or with `?light=1` its light variant; what is in use is counted for the reader's unit."""
    version = _version(request, pk)
    response = served(version, light="light" in request.GET)
    if response is None:
        raise Http404
    if version.state == VersionState.IN_USE:
        count_fetch(version, unit_of_reader(request.actor, version.material))
    return response


@require_POST
def version_write(request: ActorRequest, pk: int) -> HttpResponse:
    """Write a further version."""
    material = _own_material(request, pk)
    form = VersionForm(request.POST, request.FILES)

    def act(given: VersionForm) -> None:
        services.write_version(
            actor=request.actor,
            client_id=given.cleaned_data["client_id"],
            material=material,
            content=given.content(),
            change=given.cleaned_data["change"],
        )

    message = _("The version was entered and waits for review.")
    return _answered(request, material, form, act, Forms(write=form), message)


@require_POST
def version_accept(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a version be used."""
    version = _version(request, pk)
    services.accept_version(actor=request.actor, version=version)
    message = _("The version is in use.")
    return redirect_after_post(request, "materials:material_detail", version.material_id, message=message)


@require_POST
def version_return(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a version back with a comment."""
    version = _version(request, pk)
    if not policies.can_review_material(actor=request.actor, unit=version.material.owner):
        raise NotPermitted
    form = ReturnForm(request.POST)

    def act(given: ReturnForm) -> None:
        services.return_version(actor=request.actor, version=version, **given.cleaned_data)

    forms = Forms(send_back=form, version=version)
    return _answered(request, version.material, form, act, forms, _("The version was returned."))


@require_POST
def material_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Withdraw a material with a reason."""
    material = visible_material(request, pk)
    if not policies.can_withdraw_material(actor=request.actor, unit=material.owner):
        raise NotPermitted
    form = WithdrawForm(request.POST)

    def act(given: WithdrawForm) -> None:
        services.withdraw_material(actor=request.actor, material=material, **given.cleaned_data)

    message = _("The material was withdrawn; the units that fetched it are told.")
    return _answered(request, material, form, act, Forms(withdraw=form), message)


@require_POST
def link_make(request: ActorRequest, pk: int) -> HttpResponse:
    """Make a link that opens the material without sign-in."""
    material = _own_material(request, pk)
    form = ShareForm(request.POST)

    def act(given: ShareForm) -> None:
        services.share_material(actor=request.actor, material=material, **given.cleaned_data)

    return _answered(request, material, form, act, Forms(share=form), _("The link was made. Copy its address."))


@require_POST
def link_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a link lead nowhere."""
    visible = Material.objects.visible_to(request.actor)
    rows = ShareLink.objects.select_related("material__owner").filter(material__in=visible)
    link = get_object_or_404(rows, pk=pk)
    services.revoke_link(actor=request.actor, link=link)
    message = _("The link was revoked: it opens nothing any more.")
    return redirect_after_post(request, "materials:material_detail", link.material_id, message=message)


@require_POST
def publication_record(request: ActorRequest, pk: int) -> HttpResponse:
    """Write down where one's unit published the material."""
    material = visible_material(request, pk)
    writing = writing_units(request.actor, material)
    if not writing:
        raise NotPermitted
    form = PublicationForm(request.POST, units=publishing_units(writing))

    def act(given: PublicationForm) -> None:
        services.record_publication(
            actor=request.actor,
            client_id=given.cleaned_data["client_id"],
            material=material,
            unit=given.cleaned_data["unit"],
            published=given.published(),
        )

    message = _("The publication stands in the ledger.")
    return _answered(request, material, form, act, Forms(record=form), message)


@require_POST
def publication_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Put another line in the place of a wrong one."""
    rows = Publication.objects.visible_to(request.actor).select_related("material__owner", "material__place", "unit")
    line = get_object_or_404(rows, pk=pk)
    if not policies.can_record_publication(actor=request.actor, unit=line.unit, material=line.material):
        raise NotPermitted
    form = LineCorrectionForm(request.POST)

    def act(given: LineCorrectionForm) -> None:
        services.correct_publication(
            actor=request.actor,
            client_id=given.cleaned_data["client_id"],
            line=line,
            published=given.published(),
            takes_back=given.cleaned_data["takes_back"],
            reason=given.cleaned_data["reason"],
        )

    forms = Forms(correct=form, line=line)
    return _answered(request, line.material, form, act, forms, _("The correction stands in the ledger."))


def _answered(
    request: ActorRequest,
    material: Material,
    form: OneForm,
    act: Callable[[OneForm], None],
    forms: Forms,
    message: str | Promise,
) -> HttpResponse:
    """Do what a form of the page asks for, or bring the page back with the form and what is wrong in it."""
    refusal: Refusal | None = None
    if form.is_valid():
        try:
            act(form)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect_after_post(request, "materials:material_detail", material.pk, message=message)
    shown = visible_material(request, material.pk)
    context = {**page_of(request, shown, forms), "breadcrumbs": crumbs()}
    return render_invalid(request, PAGE, context, form=form, refusal=refusal)


def _own_material(request: ActorRequest, pk: int) -> Material:
    material = visible_material(request, pk)
    if not policies.can_write_material(actor=request.actor, unit=material.owner):
        raise NotPermitted
    return material


def _version(request: ActorRequest, pk: int) -> MaterialVersion:
    rows = MaterialVersion.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("material__owner", "file", "light_file"), pk=pk)
