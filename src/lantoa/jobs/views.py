"""The page of one long work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantoa.audit.usecases import SupportsUser
from lantoa.jobs import selectors, services
from lantoa.jobs.models import Job
from lantoa.ui.responses import redirect_after_post, render_page


class OwnerRequest(HttpRequest):
    """A request with the actor that the organisation's middleware attaches."""

    actor: SupportsUser


@require_GET
def job_detail(request: OwnerRequest, pk: int) -> HttpResponse:
    """How far the work is; htmx asks for the changing part once a second."""
    job = get_object_or_404(Job.objects.visible_to(request.actor), pk=pk)
    context = {"job": job, "state": selectors.state_of(job)}
    return render_page(request, "jobs/job_detail.html", context, fragment="jobs/_job.html")


@require_POST
def job_cancel(request: OwnerRequest, pk: int) -> HttpResponse:
    """Asks the work to stop."""
    job = get_object_or_404(Job.objects.visible_to(request.actor), pk=pk)
    services.cancel_job(actor=request.actor, job=job)
    return redirect_after_post(request, "jobs:job_detail", job.pk, message=_("The work is being stopped."))
