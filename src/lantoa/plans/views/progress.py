"""Pages that say how a plan goes: results, figures typed in, evidence; and the annexes of a plan."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lantoa.files.models import StoredFile
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans import errors
from lantoa.plans.enums import PlanState
from lantoa.plans.forms.plans import ResultsForm
from lantoa.plans.forms.progress import AnnexForm, EvidenceForm, ReadingForm
from lantoa.plans.models import Plan, Target, Task
from lantoa.plans.policies import can_draft_plan
from lantoa.plans.presentation import plan_state
from lantoa.plans.selectors.plan_page import plan_page
from lantoa.plans.services import progress
from lantoa.plans.services.annexes import add_annexes, remove_annex
from lantoa.plans.views.contents import contents_context, editable_plan
from lantoa.plans.views.plans import plan_crumbs, plan_of
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page, render_stale

TEMPLATE = "plans/plan_results.html"
CONTENTS = "plans/plan_contents.html"


@require_http_methods(["GET", "HEAD", "POST"])
def plan_results(request: ActorRequest, pk: int) -> HttpResponse:
    """What became of each target and task?"""
    plan = plan_of(request, pk)
    if not can_draft_plan(actor=request.actor, unit=plan.unit):
        raise NotPermitted
    if request.method != "POST" and plan.state != PlanState.RUNNING:
        raise errors.PlanNotRunning(state=plan.get_state_display())
    form, context = _results(request, plan, request.POST or None)
    if request.method != "POST":
        return render_page(request, TEMPLATE, context)
    if not form.is_valid():
        return render_invalid(request, TEMPLATE, context, form=form)
    try:
        progress.record_progress(
            actor=request.actor,
            plan=plan,
            version=form.cleaned_data["version"],
            results=form.results,
            done=form.done,
        )
    except Stale:
        form.take_version(plan.version)
        shown = {**context, "differences": form.differences(ResultsForm.values_of(form.targets, form.tasks))}
        return render_stale(request, TEMPLATE, shown)
    except Refusal as refusal:
        return render_invalid(request, TEMPLATE, context, form=form, refusal=refusal)
    return redirect_after_post(request, "plans:plan_detail", pk, message=_("The results were saved."))


@require_POST
def reading_add(request: ActorRequest, pk: int) -> HttpResponse:
    """What has a target come to by a day?"""
    plan = _writable(request, pk)
    targets = list(plan.targets.all())
    form = ReadingForm(request.POST, targets=targets)
    if form.is_valid():
        typed = {name: value for name, value in form.cleaned_data.items() if name != "target"}
        chosen = next(target for target in targets if target.pk == form.cleaned_data["target"])
        try:
            progress.add_reading(actor=request.actor, target=chosen, **typed)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect_after_post(request, "plans:plan_detail", pk, message=_("The figure was noted as typed in."))
    context = {**_results(request, plan, None)[1], "reading_form": form}
    return render_invalid(request, TEMPLATE, context)


@require_POST
def evidence_add(request: ActorRequest, pk: int) -> HttpResponse:
    """What shows that a task was done?"""
    plan = _writable(request, pk)
    tasks = list(plan.tasks.all())
    form = EvidenceForm(request.POST, request.FILES, tasks=tasks)
    if form.is_valid():
        typed = {name: value for name, value in form.cleaned_data.items() if name != "task"}
        chosen = next(task for task in tasks if task.pk == form.cleaned_data["task"])
        try:
            progress.add_evidence(actor=request.actor, task=chosen, **typed)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect_after_post(request, "plans:plan_detail", pk, message=_("The evidence was added."))
    context = {**_results(request, plan, None)[1], "evidence_form": form}
    return render_invalid(request, TEMPLATE, context)


@require_POST
def annex_add(request: ActorRequest, pk: int) -> HttpResponse:
    """Which files go with this plan?"""
    plan = editable_plan(request, pk)
    form = AnnexForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            add_annexes(actor=request.actor, plan=plan, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect_after_post(request, "plans:plan_contents", pk, message=_("The annexes were added."))
    context = {**contents_context(request, plan, None), "annex_form": form}
    return render_invalid(request, CONTENTS, context)


@require_POST
def annex_remove(request: ActorRequest, pk: int, file_pk: int) -> HttpResponse:
    """Take an annex off a plan."""
    plan = editable_plan(request, pk)
    file = get_object_or_404(StoredFile, plans=plan, pk=file_pk)
    remove_annex(actor=request.actor, plan=plan, file=file)
    return redirect_after_post(request, "plans:plan_contents", pk, message=_("The annex was taken off the plan."))


def _writable(request: ActorRequest, pk: int) -> Plan:
    plan = plan_of(request, pk)
    if not can_draft_plan(actor=request.actor, unit=plan.unit):
        raise NotPermitted
    return plan


def _results(request: ActorRequest, plan: Plan, data: QueryDict | None) -> tuple[ResultsForm, dict[str, Any]]:
    """The form of all results, and what the page shows."""
    page = plan_page(plan, request.actor)
    targets = [line.item for line in page.targets if isinstance(line.item, Target)]
    tasks = [line.item for line in page.tasks if isinstance(line.item, Task)]
    stored = {**ResultsForm.values_of(targets, tasks), "version": plan.version}
    form = ResultsForm(data, targets=targets, tasks=tasks, initial=stored)
    return form, {
        "plan": plan,
        "state": plan_state(plan.state),
        "breadcrumbs": plan_crumbs(plan),
        "differences": None,
        "form": form,
        "page": page,
        "target_rows": [(line, form[f"result_{line.item.pk}"], form[f"note_{line.item.pk}"]) for line in page.targets],
        "task_rows": [(line, form[f"done_{line.item.pk}"]) for line in page.tasks],
        "reading_form": ReadingForm(targets=targets) if targets else None,
        "evidence_form": EvidenceForm(tasks=tasks) if tasks else None,
    }
