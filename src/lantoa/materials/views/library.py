"""The list of materials, and the forms that enter and correct one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from lantoa.directives.models import Directive
from lantoa.kernel.refusals import Refusal
from lantoa.materials import policies, services
from lantoa.materials.forms import FILTER_NAMES, ChangeForm, FilterForm, RegisterForm
from lantoa.materials.models import Material
from lantoa.materials.querysets import MaterialQuerySet
from lantoa.materials.selectors import with_versions
from lantoa.organizations import authority
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Column, Kind, Table, table_response

COLUMNS: tuple[Column[Material], ...] = (
    Column(
        key="title",
        label=lazy("Name of the material"),
        value=lambda material: material.title,
        order_by=("title",),
        template="materials/_title_cell.html",
        primary=True,
        prose=True,
    ),
    Column(
        key="kind",
        label=lazy("Kind"),
        value=lambda material: capfirst(material.get_kind_display()),
        order_by=("kind",),
    ),
    Column(
        key="audience",
        label=lazy("Audience"),
        value=lambda material: capfirst(material.get_audience_display()),
        screen=False,
    ),
    Column(key="language", label=lazy("Language"), value=lambda material: material.get_language_display()),
    Column(
        key="place",
        label=lazy("Made for the people of"),
        value=lambda material: material.place.label if material.place else "",
        screen=False,
    ),
    Column(
        key="state",
        label=lazy("State"),
        value=lambda material: capfirst(material.state.label),
        template="materials/_state_cell.html",
    ),
    Column(
        key="since",
        label=lazy("In use since"),
        value=lambda material: material.used_since,
        kind=Kind.DATE,
        order_by=("used_since",),
        screen=False,
    ),
    Column(
        key="owner",
        label=lazy("Kept by"),
        value=lambda material: material.owner.label,
        order_by=("owner__sort_key",),
        wide_only=True,
    ),
)


@require_GET
def material_list(request: ActorRequest) -> HttpResponse:
    """What is there to speak from, to show and to hand on?"""
    actor = request.actor
    filters = FilterForm(request.GET)
    directive = _directive(request)
    visible = _of(filters.narrowed(Material.objects.visible_to(actor)), directive)
    narrowed = directive is not None or any(request.GET.get(name) for name in FILTER_NAMES)
    among = _of(filters.narrowed(Material.objects.all()), directive) if narrowed else None
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=with_versions(visible, actor).order_by("-pk"),
        caption=_("Library"),
        filename=_("Library"),
        search=lambda rows, text: rows.found_by(actor, text, among=among),
        form_names=FILTER_NAMES,
        empty_title=_("There is no material that fits."),
        empty_text=_("The officer or the secretary of a unit enters materials; units below see them once accepted."),
    )
    context = {
        "filters": filters,
        "directive": directive,
        "may_write": bool(actor.unit_ids(authority.WRITES_MATERIALS)),
    }
    return table_response(request, "materials/material_list.html", table, context)


@require_http_methods(["GET", "POST"])
def material_create(request: ActorRequest) -> HttpResponse:
    """Enter a material for one's unit; `?directive=` ticks the one that it explains."""
    actor = request.actor
    units = Unit.objects.filter(pk__in=actor.unit_ids(authority.WRITES_MATERIALS)).in_force()
    if not units:
        raise NotPermitted
    page, context = "materials/material_create.html", {"breadcrumbs": crumbs()}
    directive = _directive(request)
    kept = [directive.pk] if directive else []
    if request.method != "POST":
        initial = {"directives": kept, "language": "vi", "audience": "members"}
        form = RegisterForm(units=units, actor=actor, kept=kept, initial=initial)
        return render_page(request, page, {**context, "form": form})
    form = RegisterForm(request.POST, request.FILES, units=units, actor=actor, kept=kept)
    if not form.is_valid():
        return render_invalid(request, page, context, form=form)
    given = form.cleaned_data
    try:
        material = services.register_material(
            actor=actor,
            client_id=given["client_id"],
            owner=given["owner"],
            kind=given["kind"],
            facts=form.facts(),
            content=form.content(),
        )
    except Refusal as refusal:
        return render_invalid(request, page, context, form=form, refusal=refusal)
    message = _("The material was entered and waits for review.")
    return redirect_after_post(request, "materials:material_detail", material.pk, message=message)


@require_http_methods(["GET", "POST"])
def material_change(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct what the library says of a material of one's unit."""
    material = visible_material(request, pk)
    if not policies.can_write_material(actor=request.actor, unit=material.owner):
        raise NotPermitted
    page = "materials/material_change.html"
    context: dict[str, Any] = {"material": material, "breadcrumbs": crumbs(material)}
    values = ChangeForm.values_of(material)
    kept = [directive.pk for directive in values["directives"]]
    if request.method != "POST":
        form = ChangeForm(actor=request.actor, kept=kept, initial=values)
        return render_page(request, page, {**context, "form": form})
    form = ChangeForm(request.POST, actor=request.actor, kept=kept)
    if not form.is_valid():
        return render_invalid(request, page, context, form=form)
    version = form.cleaned_data["version"]
    try:
        services.change_material(actor=request.actor, material=material, version=version, facts=form.facts())
    except Stale:
        material.refresh_from_db()
        differences = form.differences(ChangeForm.values_of(material))
        form.take_version(material.version)
        return render_stale(request, page, {**context, "form": form, "differences": differences})
    except Refusal as refusal:
        return render_invalid(request, page, context, form=form, refusal=refusal)
    return redirect_after_post(request, "materials:material_detail", pk, message=_("The correction was saved."))


def visible_material(request: ActorRequest, pk: int) -> Material:
    """The material that the reader may see, or 404."""
    rows = Material.objects.visible_to(request.actor).select_related("owner", "place")
    return get_object_or_404(rows, pk=pk)


def crumbs(material: Material | None = None) -> list[Crumb]:
    """The way to a page of the library."""
    found = [Crumb(_("Library"), reverse("materials:material_list"))]
    if material is not None:
        found.append(Crumb(material.title, reverse("materials:material_detail", args=[material.pk])))
    return found


def _directive(request: ActorRequest) -> Directive | None:
    """The directive that the address names, where the reader may see it."""
    given = request.GET.get("directive", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        return None
    return Directive.objects.visible_to(request.actor).filter(pk=int(given)).first()


def _of(rows: MaterialQuerySet, directive: Directive | None) -> MaterialQuerySet:
    return rows if directive is None else rows.filter(directives=directive)
