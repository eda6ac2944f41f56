"""The pages of the register."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantoa.directives import policies, services
from lantoa.directives.forms import FILTER_NAMES, ChangeForm, FilterForm, RegisterForm, RelationForm, stored_values
from lantoa.directives.models import Directive
from lantoa.directives.selectors import bodies_of, history_of, relations_of, sectors_of, years_of
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import authority
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.search.finding import MOST_HITS
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Column, Kind, Table, table_response

COLUMNS: tuple[Column[Directive], ...] = (
    Column(
        key="number",
        label=lazy("Number"),
        value=lambda directive: directive.number,
        order_by=("number",),
        href=lambda directive: reverse("directives:directive_detail", args=[directive.pk]),
        primary=True,
    ),
    Column(
        key="title",
        label=lazy("Subject"),
        value=lambda directive: directive.title,
        template="directives/_title_cell.html",
        prose=True,
    ),
    Column(
        key="kind", label=lazy("Kind"), value=lambda directive: capfirst(directive.get_kind_display()), screen=False
    ),
    Column(
        key="class",
        label=lazy("Class"),
        value=lambda directive: directive.get_directive_class_display(),
        template="directives/_class_cell.html",
    ),
    Column(
        key="depth",
        label=lazy("Depth"),
        value=lambda directive: capfirst(directive.get_study_mode_display()),
        wide_only=True,
    ),
    Column(
        key="issued",
        label=lazy("Date of issue"),
        value=lambda directive: directive.issued_on,
        kind=Kind.DATE,
        order_by=("issued_on",),
    ),
    Column(
        key="registered_by",
        label=lazy("Registered by"),
        value=lambda directive: directive.registered_by.label,
        order_by=("registered_by__sort_key",),
        wide_only=True,
    ),
)


@require_GET
def directive_list(request: ActorRequest) -> HttpResponse:
    """Which documents have to be made known?"""
    actor = request.actor
    filters = FilterForm(request.GET, years=years_of(actor), bodies=bodies_of(actor), sectors=sectors_of(actor))
    visible = filters.narrowed(Directive.objects.visible_to(actor))
    narrowed = any(request.GET.get(name) for name in FILTER_NAMES)
    among = filters.narrowed(Directive.objects.all()) if narrowed else None
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=visible.select_related("registered_by").prefetch_related("sectors").order_by("-issued_on", "-pk"),
        caption=_("Directives"),
        filename=_("Register of directives"),
        search=lambda rows, text: rows.found_by(actor, text, among=among),
        form_names=FILTER_NAMES,
        empty_title=_("No directive has been registered that fits."),
        empty_text=_("The officer of a unit registers what it receives; it is then seen by all units below."),
    )
    if table.query and table.page.paginator.count >= MOST_HITS:
        note = _("The best %(most_hits)s are shown. Add a word, or choose in the filter, to find the others.")
        table.note = note % {"most_hits": MOST_HITS}
    context = {"filters": filters, "may_register": bool(actor.unit_ids(authority.REGISTERS_DIRECTIVES))}
    return table_response(request, "directives/directive_list.html", table, context)


@require_GET
def directive_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """What does this document ask for, and of whom?"""
    return render_page(request, "directives/directive_detail.html", _page_of(request, _visible(request, pk)))


@require_POST
def directive_relate(request: ActorRequest, pk: int) -> HttpResponse:
    """Write down what a directive does to another one; asked for on its page."""
    directive = _visible(request, pk)
    if not policies.can_register_directive(actor=request.actor, unit=directive.registered_by):
        raise NotPermitted
    form = RelationForm(request.POST)
    page = "directives/directive_detail.html"
    if not form.is_valid():
        return render_invalid(request, page, _page_of(request, directive, form), form=form)
    try:
        services.relate_directives(actor=request.actor, directive=directive, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, page, _page_of(request, directive, form), form=form, refusal=refusal)
    return redirect_after_post(request, "directives:directive_detail", pk, message=_("The relation was entered."))


@require_POST
def directive_unrelate(request: ActorRequest, pk: int, other: int) -> HttpResponse:
    """Take a relation back; asked for on the page of either, to which it comes back."""
    directive, related = _visible(request, pk), _visible(request, other)
    services.unrelate_directives(actor=request.actor, directive=directive, other=related)
    ours = policies.can_register_directive(actor=request.actor, unit=directive.registered_by)
    message = _("The relation was taken back.")
    return redirect_after_post(request, "directives:directive_detail", pk if ours else other, message=message)


@require_http_methods(["GET", "POST"])
def directive_create(request: ActorRequest) -> HttpResponse:
    """Register a directive for one's unit."""
    units = Unit.objects.filter(pk__in=request.actor.unit_ids(authority.REGISTERS_DIRECTIVES)).in_force()
    if not units:
        raise NotPermitted
    context = {"breadcrumbs": _crumbs()}
    if request.method != "POST":
        return render_page(request, "directives/directive_create.html", {**context, "form": RegisterForm(units=units)})
    form = RegisterForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return render_invalid(request, "directives/directive_create.html", context, form=form)
    try:
        directive = services.register_directive(actor=request.actor, **form.given())
    except Refusal as refusal:
        return render_invalid(request, "directives/directive_create.html", context, form=form, refusal=refusal)
    message = _("The directive %(number)s is in the register.") % {"number": directive.number}
    return redirect_after_post(request, "directives:directive_detail", directive.pk, message=message)


@require_http_methods(["GET", "POST"])
def directive_change(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a directive that one's unit registered."""
    directive = _visible(request, pk)
    if not policies.can_register_directive(actor=request.actor, unit=directive.registered_by):
        raise NotPermitted
    context: dict[str, Any] = {"directive": directive, "breadcrumbs": _crumbs(directive)}
    page = "directives/directive_change.html"
    if request.method != "POST":
        return render_page(request, page, {**context, "form": ChangeForm(directive=directive)})
    form = ChangeForm(request.POST, request.FILES, directive=directive)
    if not form.is_valid():
        return render_invalid(request, page, context, form=form)
    try:
        services.change_directive(
            actor=request.actor, directive=directive, version=form.cleaned_data["version"], **form.given()
        )
    except Stale:
        return _stale(request, page, context, form)
    except Refusal as refusal:
        return render_invalid(request, page, context, form=form, refusal=refusal)
    return redirect_after_post(request, "directives:directive_detail", pk, message=_("The correction was saved."))


def _stale(request: ActorRequest, page: str, context: dict[str, Any], form: ChangeForm) -> HttpResponse:
    directive: Directive = context["directive"]
    directive.refresh_from_db()
    differences = form.differences(stored_values(directive))
    form.take_version(directive.version)
    return render_stale(request, page, {**context, "form": form, "differences": differences})


def _visible(request: ActorRequest, pk: int) -> Directive:
    rows = Directive.objects.visible_to(request.actor).select_related("registered_by")
    return get_object_or_404(rows, pk=pk)


def _page_of(request: ActorRequest, directive: Directive, form: RelationForm | None = None) -> dict[str, Any]:
    """What the page of one directive shows."""
    related = relations_of(request.actor, directive)
    return {
        "directive": directive,
        "sectors": list(directive.sectors.all()),
        "files": list(directive.files.order_by("pk")),
        "related": related,
        "replaced_by": [one.other for one in related if one.ends_ours],
        "history": history_of(directive),
        "form": form or RelationForm(),
        "may_change": policies.can_register_directive(actor=request.actor, unit=directive.registered_by),
        "breadcrumbs": _crumbs(),
    }


def _crumbs(directive: Directive | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("Directives"), reverse("directives:directive_list"))]
    if directive is not None:
        crumbs.append(Crumb(directive.number, reverse("directives:directive_detail", args=[directive.pk])))
    return crumbs
