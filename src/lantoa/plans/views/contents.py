"""Pages that write a plan: its columns, its targets and tasks, what is inherited, and the results."""

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans import errors
from lantoa.plans.forms.plans import InheritForm, ItemForm, PlanForm, TargetForm, TaskForm
from lantoa.plans.forms.progress import AnnexForm
from lantoa.plans.models import Plan, Target, Task
from lantoa.plans.policies import can_draft_plan
from lantoa.plans.presentation import plan_state
from lantoa.plans.selectors.plan_page import PlanPage, plan_page
from lantoa.plans.services import contents
from lantoa.plans.views.plans import plan_crumbs, plan_of
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.states import Tab

FORMS: dict[str, type[ItemForm]] = {"target": TargetForm, "task": TaskForm}
FIELDS = {
    "target": ("indicator", "number", "measure", "follows", "owner", "due_on"),
    "task": ("title", "owner", "due_on"),
}


@dataclass(frozen=True)
class Opened:
    """The one form that is open on the page of targets and tasks."""

    kind: str
    form: ItemForm
    item: Target | Task | None = None
    differences: tuple[Any, ...] = field(default=())


def editable_plan(request: ActorRequest, pk: int) -> Plan:
    """The plan for a page that writes it: 403 where the reader may not, 409 where it is not a draft any more.

    A POST goes on to the service, whose refusal is shown with the typed text.
    """
    plan = plan_of(request, pk)
    if not can_draft_plan(actor=request.actor, unit=plan.unit):
        raise NotPermitted
    if request.method != "POST" and not plan.is_editable:
        raise errors.PlanNotEditable(state=plan.get_state_display())
    return plan


def writing_tabs(plan: Plan, current: str) -> list[Tab]:
    """The pages on which a plan is written."""
    names = (
        ("edit", _("Title, aims and dates")),
        ("contents", _("Targets and tasks")),
        ("inherit", _("Inherit from above")),
    )
    return [
        Tab(label, reverse(f"plans:plan_{name}", args=[plan.pk]), name == current)
        for name, label in names
        if name != "inherit" or plan.parent_id
    ]


def _frame(plan: Plan, current: str) -> dict[str, Any]:
    return {
        "plan": plan,
        "state": plan_state(plan.state),
        "tabs": writing_tabs(plan, current),
        "breadcrumbs": plan_crumbs(plan),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """What does this plan set out to do, and from when to when?"""
    plan = editable_plan(request, pk)
    page = plan_page(plan, request.actor)
    context = {**_frame(plan, "edit"), "page": page, "differences": None}
    stored = {"title": plan.title, "aims": plan.aims, "starts_on": plan.starts_on, "ends_on": plan.ends_on}
    form = PlanForm(request.POST or None, initial={**stored, "version": plan.version})
    if request.method != "POST":
        return render_page(request, "plans/plan_edit.html", {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, "plans/plan_edit.html", context, form=form)
    try:
        contents.edit_plan(actor=request.actor, plan=plan, **form.cleaned_data)
    except Stale:
        form.take_version(plan.version)
        shown = {**context, "form": form, "differences": form.differences(stored)}
        return render_stale(request, "plans/plan_edit.html", shown)
    except Refusal as refusal:
        return render_invalid(request, "plans/plan_edit.html", context, form=form, refusal=refusal)
    return redirect_after_post(request, "plans:plan_contents", plan.pk, message=_("Title, aims and dates were saved."))


@require_safe
def plan_contents(request: ActorRequest, pk: int) -> HttpResponse:
    """Which targets and tasks does this plan have, and what do they still lack?"""
    plan = editable_plan(request, pk)
    return render_page(request, "plans/plan_contents.html", contents_context(request, plan, _asked(request, plan)))


def contents_context(request: ActorRequest, plan: Plan, opened: Opened | None) -> dict[str, Any]:
    """What the page of targets and tasks shows, with at most one form open, so that no typed text is ever lost."""
    removed: list[Target | Task] = [
        *Target.every.filter(plan=plan, removed_at__isnull=False),
        *Task.every.filter(plan=plan, removed_at__isnull=False),
    ]
    page = plan_page(plan, request.actor)
    return {
        **_frame(plan, "contents"),
        "page": page,
        "parts": (
            (_("Targets"), "target", page.targets, _("Add a target"), _("No target yet.")),
            (_("Tasks"), "task", page.tasks, _("Add a task"), _("No task yet.")),
        ),
        "moves": (("1", _("Move up"), "arrow-up"), ("0", _("Move down"), "arrow-down")),
        "opened": opened,
        "opened_apart": opened is not None and not _is_listed(page, opened),
        "annex_form": AnnexForm(),
        "removed": [(item._meta.model_name, item) for item in removed],
    }


@require_POST
def item_add(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """Add a target or a task."""
    plan = editable_plan(request, pk)
    return _save(request, plan, Opened(kind, FORMS[kind](request.POST)))


@require_POST
def item_edit(request: ActorRequest, pk: int, kind: str, item_pk: int) -> HttpResponse:
    """Change a target or a task."""
    plan = editable_plan(request, pk)
    item = _item(plan, kind, item_pk)
    return _save(request, plan, Opened(kind, FORMS[kind](request.POST), item))


@require_POST
def item_remove(request: ActorRequest, pk: int, kind: str, item_pk: int) -> HttpResponse:
    """Take a target or a task out; the page offers to put it back."""
    item = _item(editable_plan(request, pk), kind, item_pk)
    if isinstance(item, Target):
        contents.remove_target(actor=request.actor, target=item)
    else:
        contents.remove_task(actor=request.actor, task=item)
    message = _("“%(what)s” was removed. You can put it back below.") % {"what": item}
    return redirect_after_post(request, "plans:plan_contents", pk, message=message)


@require_POST
def item_restore(request: ActorRequest, pk: int, kind: str, item_pk: int) -> HttpResponse:
    """Put a removed target or task back."""
    item = _item(editable_plan(request, pk), kind, item_pk)
    if isinstance(item, Target):
        contents.restore_target(actor=request.actor, target=item)
    else:
        contents.restore_task(actor=request.actor, task=item)
    message = _("“%(what)s” is in the plan again.") % {"what": item}
    return redirect_after_post(request, "plans:plan_contents", pk, message=message)


@require_POST
def item_move(request: ActorRequest, pk: int, kind: str, item_pk: int) -> HttpResponse:
    """Move a target or a task one place up (`up=1`) or down."""
    item = _item(editable_plan(request, pk), kind, item_pk)
    up = request.POST.get("up") == "1"
    if isinstance(item, Target):
        contents.move_target(actor=request.actor, target=item, up=up)
    else:
        contents.move_task(actor=request.actor, task=item, up=up)
    return redirect_after_post(request, f"{reverse('plans:plan_contents', args=[pk])}#{kind}-{item_pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def plan_inherit(request: ActorRequest, pk: int) -> HttpResponse:
    """What does the plan above promise that holds here too?"""
    plan = editable_plan(request, pk)
    page = plan_page(plan, request.actor)
    form = InheritForm(request.POST or None, above=page.above)
    context = {
        **_frame(plan, "inherit"),
        "page": page,
        "groups": (
            (_("Targets"), "targets", _offered(Target, page, request.POST.getlist("targets"))),
            (_("Tasks"), "tasks", _offered(Task, page, request.POST.getlist("tasks"))),
        ),
    }
    if request.method != "POST":
        return render_page(request, "plans/plan_inherit.html", {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, "plans/plan_inherit.html", context, form=form)
    try:
        contents.inherit(
            actor=request.actor,
            plan=plan,
            targets=list(form.cleaned_data["targets"]),
            tasks=list(form.cleaned_data["tasks"]),
        )
    except Refusal as refusal:
        return render_invalid(request, "plans/plan_inherit.html", context, form=form, refusal=refusal)
    message = _("They were taken over. Now name who is responsible for each, and fit the figures to the place.")
    return redirect_after_post(request, "plans:plan_contents", pk, message=message)


def _save(request: ActorRequest, plan: Plan, opened: Opened) -> HttpResponse:
    form, item = opened.form, opened.item
    if not form.is_valid():
        return _again(request, plan, opened, 422)
    typed = {**form.cleaned_data}
    line = typed.pop("client_id")
    version = typed.pop("version")
    try:
        if opened.kind == "target":
            target = item if isinstance(item, Target) else None
            contents.put_target(
                actor=request.actor, plan=plan, target=target, line=line, version=version if item else None, **typed
            )
        else:
            task = item if isinstance(item, Task) else None
            contents.put_task(
                actor=request.actor, plan=plan, task=task, line=line, version=version if item else None, **typed
            )
    except Stale:
        return _compared(request, plan, opened)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _again(request, plan, opened, 422)
    message = _("The target was saved.") if opened.kind == "target" else _("The task was saved.")
    return redirect_after_post(request, "plans:plan_contents", plan.pk, message=message)


def _compared(request: ActorRequest, plan: Plan, opened: Opened) -> HttpResponse:
    item = _item(plan, opened.kind, opened.item.pk if opened.item else 0)
    differences = opened.form.differences({name: getattr(item, name) for name in FIELDS[opened.kind]})
    opened.form.take_version(item.version)
    return _again(request, plan, Opened(opened.kind, opened.form, item, differences), 409)


def _again(request: ActorRequest, plan: Plan, opened: Opened, status: int) -> HttpResponse:
    context = contents_context(request, plan, opened)
    return render_page(request, "plans/plan_contents.html", context, status=status)


def _is_listed(page: PlanPage, opened: Opened) -> bool:
    """Whether the open form's item stands in the plan: a new one does not, nor one that was removed meanwhile."""
    lines = page.targets if opened.kind == "target" else page.tasks
    return opened.item is not None and any(line.item.pk == opened.item.pk for line in lines)


def _asked(request: ActorRequest, plan: Plan) -> Opened | None:
    kind, _dash, number = request.GET.get("open", "").partition("-")
    if kind not in FORMS:
        return None
    if not number:
        return Opened(kind, FORMS[kind]())
    if not number.isdecimal():
        raise Http404
    item = _item(plan, kind, int(number))
    initial = {name: getattr(item, name) for name in FIELDS[kind]}
    return Opened(kind, FORMS[kind](initial={**initial, "version": item.version, "client_id": item.line}), item)


def _item(plan: Plan, kind: str, item_pk: int) -> Target | Task:
    model = Target if kind == "target" else Task
    item: Target | Task = get_object_or_404(model.every.select_related("plan__unit"), pk=item_pk, plan=plan)
    return item


def _offered(model: type[Target] | type[Task], page: PlanPage, ticked: list[str]) -> list[tuple[Any, bool, bool]]:
    """Items of the plan above: with each, whether it is inherited already, and whether it was ticked."""
    lines = page.targets if model is Target else page.tasks
    taken = {line.item.inherited_from.line for line in lines if line.item.inherited_from}
    items = model.objects.filter(plan=page.above) if page.above else ()
    return [(item, item.line in taken, str(item.pk) in ticked) for item in items]
