"""The page of one step, and the POST that takes it."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.enums import NUMBERED, Document, PlanStep
from lantoa.plans.forms.plans import IssueForm, ReturnForm, ReviseForm, StepForm, step_form
from lantoa.plans.models import Plan
from lantoa.plans.policies import can_take_step
from lantoa.plans.presentation import STEP_ICONS, plan_state, said_of, step_label
from lantoa.plans.selectors.numbers import register_of
from lantoa.plans.selectors.plan_page import DONE as TAKEN
from lantoa.plans.selectors.plan_page import plan_page
from lantoa.plans.services import workflow
from lantoa.plans.views.plans import plan_crumbs, plan_of
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale

TEMPLATE = "plans/plan_step.html"

TITLES = {
    PlanStep.SUBMIT: lazy("Submit the plan for opinion"),
    PlanStep.RECALL: lazy("Recall the plan"),
    PlanStep.RETURN: lazy("Return the plan"),
    PlanStep.APPROVE: lazy("Approve the plan"),
    PlanStep.ISSUE: lazy("Issue the plan"),
    PlanStep.START: lazy("Start the plan"),
    PlanStep.CLOSE: lazy("Close the plan"),
    PlanStep.REVISE: lazy("Begin a new edition"),
}
CONSEQUENCES = {
    PlanStep.SUBMIT: lazy(
        "The approver of the unit reads the plan and approves or returns it. Until then nobody changes it."
    ),
    PlanStep.RECALL: lazy("The plan becomes a draft again; submit it anew when it has been changed."),
    PlanStep.RETURN: lazy(
        "The unit changes the plan and submits it again. Your comments stand beside the parts that they are about."
    ),
    PlanStep.APPROVE: lazy("The plan can then be issued under its number. Its contents are not changed any more."),
    PlanStep.ISSUE: lazy("From its first day on the plan runs by itself. An older edition is superseded by this one."),
    PlanStep.START: lazy("A plan begins by itself on its first day."),
    PlanStep.CLOSE: lazy("The plan is finished: its results are not changed any more."),
    PlanStep.REVISE: lazy(
        "A draft with the same contents is made. This edition holds until the new one has been issued."
    ),
}
READY = {PlanStep.SUBMIT: lazy("Declare the document ready")}
READY_MEANS = {
    PlanStep.SUBMIT: lazy(
        "This campaign wants no opinion on such documents: it can be issued at once. Until then you may recall it."
    ),
}
DONE = {
    PlanStep.SUBMIT: lazy("The plan was submitted for opinion."),
    PlanStep.RECALL: lazy("The plan was recalled and is a draft again."),
    PlanStep.RETURN: lazy("The plan was returned with your comments."),
    PlanStep.APPROVE: lazy("The plan was approved. It can be issued now."),
    PlanStep.ISSUE: lazy("The plan was issued."),
    PlanStep.START: lazy("The plan has begun."),
    PlanStep.CLOSE: lazy("The plan was closed."),
    PlanStep.REVISE: lazy("The draft of the new edition is ready. The old edition holds until this one is issued."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def plan_step(request: ActorRequest, pk: int, step: str) -> HttpResponse:
    """What happens when this step is taken, and is it possible now?"""
    plan, chosen = plan_of(request, pk), PlanStep(step)
    permitted = can_take_step(actor=request.actor, unit=plan.unit, step=chosen)
    if request.method != "POST":
        if not permitted:
            raise NotPermitted
        return render_page(request, TEMPLATE, _context(request, plan, chosen))
    context = _context(request, plan, chosen) if permitted else {}
    form: StepForm = context.get("form") or StepForm(request.POST)
    if not form.is_valid() and permitted:
        return render_invalid(request, TEMPLATE, context, form=form)
    try:
        after = _TAKE[chosen](request.actor, plan, form)
    except NotPermitted:
        raise
    except Stale as refusal:
        return _stale(request, pk, chosen, refusal)
    except Refusal as refusal:
        if isinstance(form, IssueForm):
            form.offer_repeat(refusal)
        return render_invalid(request, TEMPLATE, context, form=form, refusal=refusal)
    to = "plans:plan_edit" if chosen is PlanStep.REVISE else "plans:plan_detail"
    return redirect_after_post(request, to, after.pk, message=_done(after, chosen))


def _done(plan: Plan, step: PlanStep) -> str:
    if step is PlanStep.SUBMIT and not plan.asks_opinion:
        return _("The document is ready to be issued.")
    return str(DONE[step]) if plan.document == Document.PLAN else said_of(plan.document, str(TAKEN[step]))


def _title(plan: Plan, step: PlanStep) -> str | Promise:
    title = TITLES[step] if plan.asks_opinion else READY.get(step, TITLES[step])
    return title if plan.document == Document.PLAN else said_of(plan.document, step_label(plan, step))


def _context(request: ActorRequest, plan: Plan, step: PlanStep) -> dict[str, Any]:
    page = plan_page(plan, request.actor)
    issuing = step is PlanStep.ISSUE
    numbered = NUMBERED[Document(plan.document)]
    register = register_of(plan.unit, numbered, clock.today().year) if issuing else None
    data = request.POST if request.method == "POST" else None
    icon, tone = STEP_ICONS[step]
    return {
        "plan": plan,
        "page": page,
        "state": plan_state(plan.state),
        "step": step,
        "choice": next((choice for choice in page.steps if choice.step is step), None),
        "title": _title(plan, step),
        "consequence": CONSEQUENCES[step] if plan.asks_opinion else READY_MEANS.get(step, CONSEQUENCES[step]),
        "step_icon": icon,
        "step_tone": tone,
        "stale": False,
        "register": register,
        "form": step_form(step, plan, data=data, pure_copy=page.pure_copy, hint=register.following if register else ""),
        "breadcrumbs": plan_crumbs(plan),
    }


def _stale(request: ActorRequest, pk: int, step: PlanStep, refusal: Refusal) -> HttpResponse:
    """The step's page anew, with what the plan is now; what was typed is kept, and the next submit builds on it."""
    plan = plan_of(request, pk)
    context = _context(request, plan, step)
    form = cast(StepForm, context["form"])
    form.is_valid()
    form.take_version(plan.version)
    return render_stale(request, TEMPLATE, {**context, "stale": True})


def _version(form: StepForm) -> int:
    version: int = form.cleaned_data.get("version", -1)
    return version


def _return(actor: Actor, plan: Plan, form: StepForm) -> Plan:
    comments = form.comments if isinstance(form, ReturnForm) else []
    return workflow.return_plan(actor=actor, plan=plan, comments=comments, version=_version(form))


def _issue(actor: Actor, plan: Plan, form: StepForm) -> Plan:
    typed = form.cleaned_data if isinstance(form, IssueForm) else {}
    return workflow.issue_plan(
        actor=actor,
        plan=plan,
        number=typed.get("number", ""),
        issued_on=typed.get("issued_on"),
        signer=typed.get("signer", ""),
        version=_version(form),
        repeat_confirmed=typed.get("repeat_confirmed", False),
    )


def _revise(actor: Actor, plan: Plan, form: StepForm) -> Plan:
    reason = form.cleaned_data["reason"] if isinstance(form, ReviseForm) else ""
    return workflow.revise_plan(actor=actor, plan=plan, reason=reason, version=_version(form))


_TAKE: dict[PlanStep, Callable[[Actor, Plan, StepForm], Plan]] = {
    PlanStep.SUBMIT: lambda actor, plan, form: workflow.submit_plan(actor=actor, plan=plan, version=_version(form)),
    PlanStep.RECALL: lambda actor, plan, form: workflow.recall_plan(actor=actor, plan=plan, version=_version(form)),
    PlanStep.RETURN: _return,
    PlanStep.APPROVE: lambda actor, plan, form: workflow.approve_plan(actor=actor, plan=plan, version=_version(form)),
    PlanStep.ISSUE: _issue,
    PlanStep.START: lambda actor, plan, _form: workflow.start_plan(actor=actor, plan=plan, day=clock.today()),
    PlanStep.CLOSE: lambda actor, plan, form: workflow.close_plan(actor=actor, plan=plan, version=_version(form)),
    PlanStep.REVISE: _revise,
}
