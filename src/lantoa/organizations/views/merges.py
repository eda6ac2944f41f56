"""Two records of one person: found, put beside each other, merged, parted again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import policies
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.forms.merges import MergeForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Person, PersonMerge, Unit
from lantoa.organizations.selectors.duplicates import merges_at, pairs_at
from lantoa.organizations.services.lists import note_list
from lantoa.organizations.services.merges import merge_persons, open_pair, undo_merge
from lantoa.organizations.views.persons import person_crumbs, persons_crumbs
from lantoa.organizations.views.units import visible_unit
from lantoa.ui.forms import OnceForm
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page


@require_GET
def duplicate_list(request: ActorRequest, unit: int) -> HttpResponse:
    """Records of a unit and directly below that may be of one person, and the mergers that were made."""
    found = visible_unit(request, unit)
    _check_rights(request, found)
    context = _context(request, found)
    rows = 2 * (len(context["pairs"]) + len(context["merges"]))
    note_list(actor=request.actor, action="organizations.list_duplicates", about=found, unit=found, rows=rows)
    return render_page(request, "organizations/duplicate_list.html", context)


@require_http_methods(["GET", "POST"])
def merge_create(request: ActorRequest, person: int, other: int) -> HttpResponse:
    """Puts two records beside each other, and lets the second go into the first."""
    if made := _made_before(request):
        return redirect_after_post(request, "organizations:person_detail", made.kept_id)
    visible = Person.objects.visible_to(request.actor, day=clock.today()).select_related("sector")
    first, second = (get_object_or_404(visible, pk=pk) for pk in (person, other))
    kept, merged = open_pair(actor=request.actor, kept=first, merged=second)
    form = MergeForm(request.POST or None, kept=kept.person, merged=merged.person)
    context = {"kept": kept, "merged": merged, "form": form, "breadcrumbs": person_crumbs(kept)}
    template = "organizations/merge_create.html"
    if request.method != "POST":
        return render_page(request, template, context)
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    client_id = form.cleaned_data["client_id"]
    try:
        merge_persons(actor=request.actor, kept=kept.person, merged=merged.person, take=form.take, client_id=client_id)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = _("The two records of %(name)s are one now.") % {"name": kept.person.full_name}
    return redirect_after_post(request, "organizations:person_detail", kept.person.pk, message=message)


@require_POST
def merge_undo(request: ActorRequest, pk: int) -> HttpResponse:
    """Parts two records again."""
    visible = PersonMerge.objects.visible_to(request.actor).select_related("kept", "merged", "unit")
    merge = get_object_or_404(visible, pk=pk)
    _check_rights(request, merge.unit)
    try:
        undo_merge(actor=request.actor, merge=merge)
    except Refusal as refusal:
        context = _context(request, merge.unit)
        return render_invalid(request, "organizations/duplicate_list.html", context, refusal=refusal)
    return redirect_after_post(
        request, "organizations:duplicate_list", merge.unit_id, message=_("The two records stand apart again.")
    )


def _made_before(request: ActorRequest) -> PersonMerge | None:
    """The merger that the same form made already: its second record can no longer be opened."""
    form = OnceForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return None
    client_id = form.cleaned_data["client_id"]
    return PersonMerge.objects.visible_to(request.actor).filter(client_id=client_id, made_by=request.user).first()


def _check_rights(request: ActorRequest, unit: Unit) -> None:
    actor = request.actor
    if not (policies.can_edit_persons(actor=actor, unit=unit) and policies.can_see_names(actor=actor, unit=unit)):
        raise NotPermitted


def _context(request: ActorRequest, unit: Unit) -> dict[str, Any]:
    return {
        "unit": unit,
        "pairs": list(pairs_at(actor=request.actor, unit=unit)),
        "merges": list(merges_at(unit)),
        "breadcrumbs": persons_crumbs(request.actor, unit),
    }
