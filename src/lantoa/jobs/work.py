"""How a task carries out long work, whatever comes in its way."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from lantoa.accounts.models import User
from lantoa.jobs import services
from lantoa.jobs.errors import JobCancelled
from lantoa.jobs.models import Job
from lantoa.kernel.refusals import Refusal


def carry_out(*, job_id: int, work: Callable[[User], None], page: str) -> None:
    """Run `work` for the job's owner, unless it ended or was cancelled before; a repeat after a crash is harmless.

    `work` finishes the job in its own transaction. A refusal fails the job with its message; `page` is where the owner
    puts it right. An unforeseen error fails it too, and goes on to the queue.
    """
    if not services.begin_job(job_id=job_id):
        return
    owner = Job.objects.select_related("owner").get(pk=job_id).owner
    try:
        work(owner)
    except JobCancelled:
        services.stop_job(job_id=job_id)
    except Refusal as refusal:
        services.fail_job(job_id=job_id, message=str(refusal), result_url=page)
    except Exception:
        message = _("The work failed on our side and nothing was changed. Try again; if it fails again, tell support.")
        services.fail_job(job_id=job_id, message=message, result_url=page)
        raise
